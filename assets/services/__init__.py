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
from assets.services.supply import (
    add_service_dependency,
    edit_service_dependency,
    end_service_dependency,
    review_service_dependency,
)

__all__ = [
    "accept_asset",
    "add_asset",
    "add_dependency",
    "add_service",
    "add_service_dependency",
    "check_in_asset",
    "check_out_asset",
    "confirm_import",
    "decline_asset",
    "discard_import",
    "edit_asset",
    "edit_service",
    "edit_service_dependency",
    "end_dependency",
    "end_service_dependency",
    "resume_import",
    "review_service_dependency",
    "upload_assets",
]
