"""The evidence app in the portal; each page in a file of its own."""

from evidence import pack_admin  # noqa: F401 -- it registers its pages
