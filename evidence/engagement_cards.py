"""Cards about audits: what an auditor asked for and may judge, and what waits for one's answer."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.cards import Figure, Figures, Line, Lines, Link
from core.dashboard import Content, card, list_url, record_url
from core.showing import exact
from evidence.engagement_lists import due_cell, request_badge
from evidence.enums import RequestStatus
from evidence.models import AuditRequest, Engagement
from evidence.permissions import may_ask

MOST = 6
VIEW = "evidence.view_auditrequest"


@card("audit_asked", _("What I asked for"), permission="evidence.add_auditrequest")
def audit_asked(user: Any, now: datetime) -> Content | None:
    """For auditors: what was provided and waits for their word first, then what is due."""
    running = Engagement.objects.visible_to(user).running(now)
    seen = AuditRequest.objects.visible_to(user).filter(engagement__in=running).unsettled()
    provided = seen.filter(status=RequestStatus.PROVIDED).count()
    late = seen.overdue(timezone.localdate(now)).count()
    figures = Figures(
        (
            Figure(
                pgettext_lazy("audit requests", "provided"),
                provided,
                list_url(AuditRequest, tab="provided"),
                tone="orange" if provided else "",
            ),
            Figure(
                pgettext_lazy("audit requests", "overdue"),
                late,
                list_url(AuditRequest, tab="open"),
                tone="red" if late else "",
            ),
        )
    )
    return Content((figures, _lines(seen)), list_url(AuditRequest), _until(running))


@card("audit_asks_me", _("Auditors ask me"), permission=VIEW)
def audit_asks_me(user: Any, now: datetime) -> Content | None:
    """For owners: nothing where nothing is asked of them."""
    if may_ask(user):
        return None
    own = AuditRequest.objects.visible_to(user).filter(owner=user.pk).awaiting_answer()
    lines = _lines(own)
    if not lines.items:
        return None
    return Content((lines,), list_url(AuditRequest, tab="mine"))


def _lines(rows: Any) -> Lines:
    found = rows.select_related("engagement").order_by("due_on", "pk")[:MOST]
    return Lines(
        tuple(
            Line(
                row.title,
                record_url(row),
                row.reference,
                badges=(request_badge(row),),
                facts=(row.control, due_cell(row)),
            )
            for row in found
        ),
        _("Nothing is open."),
        more=Link(_("All requests"), list_url(AuditRequest)),
    )


def _until(running: Any) -> str:
    """Until when one reads."""
    row = running.order_by("expires_at").first()
    if row is None:
        return ""
    days = (row.expires_at - timezone.now()).days
    told = ngettext("access for %(days)d day more", "access for %(days)d days more", days)
    return f"{row.firm}: {told % {'days': days}} ({exact(row.expires_at)})"
