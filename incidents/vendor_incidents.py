"""The incidents of a vendor, on its page: those attributed to it and those it was called about."""

from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.admin import Panel
from core.showing import ago, badge, link
from incidents.enums import ENDED
from incidents.models import Incident, VendorEscalation
from incidents.page import incident_rows, priority_badge, status_badge
from incidents.permissions import may_see_incidents
from vendors.models import Vendor

SHOWN = 20


def vendor_incidents_panel(vendor: Vendor, user: Any) -> Panel | None:
    """The open ones first, then the newest; nothing for who sees no incidents at all."""
    if not may_see_incidents(user):
        return None
    called = VendorEscalation.objects.filter(vendor=vendor).values("life")
    seen = Incident.objects.visible_to(user)
    theirs = seen.filter(Q(vendor=vendor) | Q(life__in=called))
    is_open = Case(
        When(status__in=ENDED, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = incident_rows(theirs).order_by(is_open, "-opened_at", "-pk")
    found = list(rows[: SHOWN + 1])
    url = f"/incidents/incident/?vendor={vendor.reference}"
    content = {
        "columns": [
            *(_("Incident"), _("Title"), _("Priority"), _("Status"), _("Owner"), _("Opened")),
            _("Part of the vendor"),
        ],
        "rows": [
            (
                link(incident, incident.reference),
                incident.title,
                priority_badge(incident),
                status_badge(incident),
                incident.owner,
                ago(incident.opened_at),
                badge(_("Attributed"), "orange")
                if incident.vendor_id == vendor.pk
                else _("Called on"),
            )
            for incident in found[:SHOWN]
        ],
        "nothing": _("No incident that you see is attributed to it or involved it."),
    }
    if found:
        content["note"] = format_html(
            '<a href="{}">{}</a>', url, _("All incidents attributed to it")
        )
    return Panel("incidents", _("Incidents"), "portal/table.html", content, len(found[:SHOWN]))
