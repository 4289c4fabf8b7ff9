"""The calls on a vendor, on its page: what it was asked, and how soon it answered."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.admin import Panel
from core.showing import badge, duration, link, moment
from incidents.models import Incident, Request, VendorEscalation
from incidents.permissions import may_see_incidents, may_see_requests
from incidents.services.whichever import record_of
from vendors.models import Vendor

SHOWN = 20


def escalations_panel(vendor: Vendor, user: Any) -> Panel | None:
    """The newest calls about records that the person sees; nothing for who sees none at all."""
    if not (may_see_incidents(user) or may_see_requests(user)):
        return None
    seen = Q(life__incident__in=Incident.objects.visible_to(user).order_by().values("pk"))
    seen |= Q(life__request__in=Request.objects.visible_to(user).order_by().values("pk"))
    rows = VendorEscalation.objects.filter(seen, vendor=vendor).order_by("-sent_at", "-pk")
    rows = rows.select_related("life__incident", "life__request")
    rows = rows.defer("life__incident__search", "life__request__search")
    found = list(rows[: SHOWN + 1])
    content = {
        "columns": [
            _("Record"),
            _("Vendor's reference"),
            _("Question"),
            _("Sent"),
            _("Acknowledged"),
            _("Answered"),
            _("Took"),
        ],
        "rows": [_row(row) for row in found[:SHOWN]],
        "nothing": _("It was not asked about anything that you may see."),
    }
    if len(found) > SHOWN:
        content["note"] = _("The newest %d are shown.") % SHOWN
    title = _("Escalations")
    return Panel("escalations", title, "portal/table.html", content, len(found[:SHOWN]))


def _row(row: VendorEscalation) -> tuple[Any, ...]:
    record: Any = record_of(row.life)
    took = duration((row.answered_at or timezone.now()) - row.sent_at)
    waits = format_html("{} {}", badge(_("Waiting"), "yellow"), took)
    return (
        link(record, record.reference),
        row.vendor_reference,
        row.question,
        moment(row.sent_at),
        row.acknowledged_at and moment(row.acknowledged_at),
        row.answered_at and format_html("{} {}", moment(row.answered_at), row.answer),
        took if row.answered_at else waits,
    )
