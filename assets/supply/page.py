"""What the pages of vendors and services tell of who depends on whom."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.models import Service, ServiceDependency
from assets.supply.lists import criticality_badge, status_badge, substitute_badge
from assets.supply.picture import picture_of_vendor
from core.admin import Button, Panel
from core.showing import badge, link
from people.scope import scope_of
from vendors.models import Vendor

TABLE = "portal/table.html"
SHOWN = 100


def may_see(user: Any) -> bool:
    return "assets.view_servicedependency" in scope_of(user).permissions


def vendor_services_panel(vendor: Vendor, user: Any) -> Panel | None:
    """The services that depend on a vendor, drawn and told; nothing for who sees none at all."""
    if not may_see(user):
        return None
    today = timezone.localdate()
    seen = ServiceDependency.objects.visible_to(user).filter(vendor=vendor)
    found = list(_prepared(seen)[:SHOWN])
    risky = set(seen.at_risk(today).order_by().values_list("pk", flat=True))
    rows = [(link(one.service), *_told(one, one.pk in risky)) for one in found]
    content: dict[str, Any] = {
        "columns": [_("service"), *_COLUMNS],
        "rows": rows,
        "buttons": _add(user, f"vendor={vendor.pk}"),
        "nothing": _("No service depends on it, or nobody wrote it down."),
        "picture": picture_of_vendor(vendor, [one for one in found if one.ends_on is None], user),
        "legend": True,
    }
    if risky:
        content["note"] = badge(_("Single vendor without a tested exit plan"), "red")
    return Panel("services", _("Services"), "assets/vendor_services.html", content, len(rows))


def service_vendors_panel(service: Service, user: Any) -> Panel | None:
    """The vendors that a service depends on."""
    if not may_see(user):
        return None
    today = timezone.localdate()
    seen = ServiceDependency.objects.visible_to(user).filter(service=service)
    found = list(_prepared(seen)[:SHOWN])
    risky = set(seen.at_risk(today).order_by().values_list("pk", flat=True))
    content = {
        "columns": [_("vendor"), *_COLUMNS],
        "rows": [(link(one.vendor), *_told(one, one.pk in risky)) for one in found],
        "buttons": _add(user, f"service={service.pk}"),
        "nothing": _("It depends on no vendor, or nobody wrote it down."),
    }
    return Panel("vendors", _("Vendors"), TABLE, content, len(found))


def risk_rows(risky: Any) -> dict[str, Any]:
    """Dependencies that are risks, as a table."""
    found = list(_prepared(risky)[:SHOWN])
    return {
        "columns": [_("service"), _("vendor"), *_COLUMNS],
        "rows": [(link(one.service), link(one.vendor), *_told(one, True)) for one in found],
        "note": _(
            "The service stops with the vendor, nobody else would supply it within weeks, and no "
            "exit plan is approved and tested."
        ),
        "nothing": _("None: each can be replaced within weeks or has a tested exit plan."),
    }


_COLUMNS = [
    *(
        _("what it supplies"),
        pgettext_lazy("supply", "criticality"),
        pgettext_lazy("supply", "substitute"),
    ),
    *(_("alternative vendor"), _("contract"), _("dependency"), _("status")),
]


def _prepared(rows: Any) -> Any:
    related = rows.select_related("service", "vendor", "alternative", "contract")
    return related.order_by("ends_on", "criticality", "-pk")


def _told(one: ServiceDependency, is_risky: bool) -> tuple[Any, ...]:
    alternatives = [
        *([link(one.alternative)] if one.alternative else []),
        *([one.other_alternatives] if one.other_alternatives else []),
    ]
    risk = badge(_("At risk"), "red") if is_risky else ""
    return (
        one.supplies,
        criticality_badge(one),
        format_html("{} {}", substitute_badge(one), risk) if risk else substitute_badge(one),
        format_html(" · ".join("{}" for _one in alternatives), *alternatives)
        if alternatives
        else "",
        one.contract and link(one.contract, one.contract.reference),
        link(one, one.reference),
        status_badge(one),
    )


def _add(user: Any, query: str) -> list[Button]:
    if not user.has_perm("assets.add_servicedependency"):
        return []
    url = f"{reverse('admin:assets_servicedependency_add')}?{query}"
    return [Button("add", _("State a dependency"), url, is_dialog=False)]
