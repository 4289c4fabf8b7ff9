"""What apps above show on a vendor's page."""

from typing import Any

from core.registry import Registry

# `(vendor, user) -> core.admin.Panel or None`, registered in their `ready`. What it lists, it
# narrows to what that person sees.
VENDOR_PANELS: Registry[Any] = Registry("vendor panel")


def panels_of_vendor(vendor: Any, user: Any) -> list[Any]:
    """The tabs that have something to say to this person."""
    made = (make(vendor, user) for _name, make in VENDOR_PANELS)
    return [panel for panel in made if panel is not None]
