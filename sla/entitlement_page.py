"""What a client's page shows of its portfolio, entitlements and agreements."""

from typing import Any

from django.utils.translation import gettext as _

from assets.models import Service
from core.admin import Panel
from core.showing import link, shown
from sla.enums import ContactChannel, RequestKind, WithoutEntitlement
from sla.models import Client


def portfolio_panel(client: Client, user: Any) -> Panel:
    """The services it uses and used; a link to those that the person sees."""
    rows = list(client.portfolio.select_related("service").order_by("ends_on", "starts_on"))
    used = [row.service_id for row in rows]
    seen = set(Service.objects.visible_to(user).filter(pk__in=used).values_list("pk", flat=True))
    told = [
        (
            link(row.service) if row.service_id in seen else str(row.service),
            shown(row.starts_on),
            shown(row.ends_on) if row.ends_on else "–",
        )
        for row in rows
    ]
    content = {
        "columns": [_("Service"), _("From"), _("Until before")],
        "rows": told,
        "nothing": _("No services are recorded yet."),
    }
    return Panel("portfolio", _("Portfolio"), "portal/table.html", content, len(told))


def entitlements_panel(client: Client) -> Panel:
    """What it may ask for; all of them, also those that are over."""
    rows = client.entitlements.select_related("service", "hours").order_by("ends_on", "pk")
    told = [
        (
            ", ".join(str(RequestKind(kind).label) for kind in row.kinds),
            ", ".join(str(ContactChannel(channel).label) for channel in row.channels),
            str(row.service or _("Every service")),
            str(row.hours or _("At any time")),
            WithoutEntitlement(row.beyond).label,
            f"{shown(row.starts_on)} – {shown(row.ends_on) if row.ends_on else ''}",
        )
        for row in rows
    ]
    content = {
        "columns": [
            *(_("Kinds"), _("Channels"), _("Service"), _("Hours")),
            *(_("Beyond it"), _("In force")),
        ],
        "rows": told,
        "nothing": _("Nothing is agreed: whatever it asks for is taken in."),
    }
    return Panel("entitlements", _("Entitlements"), "portal/table.html", content, len(told))
