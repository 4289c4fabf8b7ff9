"""What a vendor's page shows in tabs, by apps above too, and which of it shares a tab."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel
from core.registry import Registry

# `(vendor, user) -> core.admin.Panel or None`, registered in their `ready`. What it lists, it
# narrows to what that person sees.
VENDOR_PANELS: Registry[Any] = Registry("vendor panel")

_GROUPS = (
    (
        "assurance",
        _("Assurance"),
        *("diligence", "evidence", "reviews", "attestations", "responsibilities"),
        *("places", "subcontractors"),
    ),
    (
        "agreed",
        pgettext_lazy("vendor", "Contracts"),
        *("contracts", "obligations", "claims", "exit-plans"),
    ),
    ("performance", pgettext_lazy("vendor", "Performance"), "scorecards", "service-reviews"),
    (
        "operations",
        pgettext_lazy("vendor", "Operations"),
        *("services", "incidents", "escalations", "changes"),
    ),
)
"""The slug and title of a tab, and the slugs of the parts that share it. Others stand alone."""


def panels_of_vendor(vendor: Any, user: Any) -> list[Any]:
    """The tabs that have something to say to this person."""
    made = (make(vendor, user) for _name, make in VENDOR_PANELS)
    return [panel for panel in made if panel is not None]


def grouped(panels: Sequence[Panel]) -> list[Panel]:
    """The parts of a vendor's page as few tabs; an address that names a part opens its tab."""
    left = {panel.slug: panel for panel in panels}
    tabs = []
    for slug, title, *names in _GROUPS:
        parts = [left.pop(name) for name in names if name in left]
        if parts:
            count = sum(part.count or 0 for part in parts)
            tabs.append(Panel(slug, title, "vendors/panel_group.html", {"parts": parts}, count))
    return [*tabs, *left.values()]
