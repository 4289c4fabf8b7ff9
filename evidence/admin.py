"""The pages of evidence in the portal."""

from evidence import (
    failure_admin,  # noqa: F401 -- registers its pages
    pack_admin,  # noqa: F401
)
