"""Cards of what is asked of us: the requests of my teams, and the money that waits for my check."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.cards import Figure, Figures, Line, Lines, Link
from core.dashboard import Content, card, list_url, record_url
from core.showing import ago
from incidents.adjustment_limits import CHECK, sum_of
from incidents.dashboard.open_work import of_own_teams
from incidents.dashboard.showing import SHOWN
from incidents.models import AccountAdjustment, Request
from incidents.request_page import priority_badge, status_badge


@card("requests", _("Open requests of my teams"), permission="incidents.change_request")
def requests(user: Any, now: datetime) -> Content:
    """Mine first, then nobody's, each by priority; what others have in hand is counted only."""
    found = of_own_teams(Request.objects.visible_to(user).open(), user).order_by()
    counts = found.aggregate(
        n=Count("pk"),
        mine=Count("pk", filter=Q(owner=user.pk)),
        unowned=Count("pk", filter=Q(owner__isnull=True)),
    )
    of_mine = {"is_open": True, "owner": "me"}
    figures = (
        Figure(pgettext_lazy("requests", "Mine"), counts["mine"], list_url(Request, **of_mine)),
        Figure(
            _("Without an owner"),
            counts["unowned"],
            list_url(Request, is_open=True, has_owner=False),
            tone="orange" if counts["unowned"] else "",
        ),
        Figure(_("Open"), counts["n"], list_url(Request, is_open=True)),
    )
    rows = found.filter(Q(owner=user.pk) | Q(owner__isnull=True)).defer("description", "search")
    rows = rows.select_related("client").order_by("owner_id", "priority", "pk")[:SHOWN]
    lines = Lines(
        tuple(
            Line(
                row.title,
                record_url(row),
                row.reference,
                (priority_badge(row), status_badge(row)),
                (str(row.client), ago(row.opened_at)) if row.client else (ago(row.opened_at),),
            )
            for row in rows
        ),
        _("Every open request of your teams has another owner, or there is none."),
    )
    return Content((Figures(figures), lines), list_url(Request, is_open=True))


@card("adjustments", _("Account adjustments that wait for my check"), permission=CHECK)
def adjustments(user: Any, now: datetime) -> Content | None:
    """Those that somebody else made, the oldest first. Nothing is said where there is none."""
    waiting = AccountAdjustment.objects.visible_to(user).to_check_by(user)
    rows = waiting.select_related("request", "made_by").defer("request__search")
    found = list(rows.order_by("pk")[: SHOWN + 1])
    if not found:
        return None
    url = list_url(AccountAdjustment, tab="check")
    lines = Lines(
        tuple(
            Line(
                sum_of(row),
                record_url(row),
                row.reference,
                facts=(row.request.title, str(row.made_by), ago(row.made_at)),
            )
            for row in found[:SHOWN]
        ),
        "",
        more=Link(_("Show all"), url) if len(found) > SHOWN else None,
    )
    return Content((lines,), url)
