"""The only writers of what we run, of who has which device, and of imports."""

from assets.services.estate import (
    add_asset,
    add_dependency,
    add_service,
    edit_asset,
    edit_service,
    end_dependency,
)
from assets.services.handing_out import (
    accept_asset,
    check_in_asset,
    check_out_asset,
    decline_asset,
)
from assets.services.importing import (
    confirm_import,
    discard_import,
    resume_import,
    upload_assets,
)

__all__ = [
    "accept_asset",
    "add_asset",
    "add_dependency",
    "add_service",
    "check_in_asset",
    "check_out_asset",
    "confirm_import",
    "decline_asset",
    "discard_import",
    "edit_asset",
    "edit_service",
    "end_dependency",
    "resume_import",
    "upload_assets",
]
