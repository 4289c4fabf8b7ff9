"""The card of what presses: clocks due in the next hours, and urgent incidents that are late."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.cards import Figure, Figures, Lines
from core.dashboard import Content, card, list_url
from core.showing import duration
from incidents.dashboard.open_work import LONG, VIEW, open_ones, overview_of
from incidents.dashboard.showing import (
    SHOWN,
    URGENT,
    line_of,
    pressing_clocks,
    pressing_order,
    rows_of,
)
from incidents.models import Incident
from sla.clock_profiles import Measured, profiles
from sla.clocks import MANDATE, Clock
from sla.enums import ClockState
from sla.models import Mark

HORIZON = timedelta(hours=4)
LATELY = timedelta(days=7)  # clocks of hours at most run on incidents of the last days
LOOKED_AT = 60  # incidents whose clocks are worked out

_MEASURED = ("service_id", "team__country", "priority", "opened_at")

type Going = tuple[int, Clock]


@card("pressing", _("Most pressing"), permission=VIEW)
def pressing(user: Any, now: datetime) -> Content:
    due, late = _going(user, now)
    chosen = [life_id for life_id, _clock in (*due, *late)]
    rows = {row.life_id: row for row in rows_of(Incident.objects.filter(life__in=chosen))}
    url = list_url(Incident, is_open=True, priority=URGENT)
    return Content(
        (
            _figures(user, now, url),
            Lines(
                tuple(line_of(rows[life_id], clock=clock) for life_id, clock in due),
                _("No clock is due in the next 4 hours."),
                heading=_("Due in the next 4 hours"),
            ),
            Lines(
                tuple(
                    line_of(rows[life_id], _open_for(rows[life_id], now), clock=clock)
                    for life_id, clock in late
                ),
                _("No P1 or P2 is late."),
                heading=_("P1 and P2 running late"),
            ),
        ),
        url,
    )


def _figures(user: Any, now: datetime, url: str) -> Figures:
    urgent = [row for row in overview_of(user, now) if row["priority"] in URGENT]
    n, old = sum(row["n"] for row in urgent), sum(row["old"] for row in urgent)
    old_url = list_url(Incident, is_open=True, priority=URGENT, opened_at__lt=now - LONG)
    return Figures(
        (
            Figure(_("Open P1 and P2"), n, url, tone="red" if n else ""),
            Figure(_("of them for more than 24 h"), old, old_url, tone="orange" if old else ""),
        )
    )


def _open_for(incident: Incident, now: datetime) -> str:
    return _("open for %s") % duration(now - incident.opened_at)


def _going(user: Any, now: datetime) -> tuple[list[Going], list[Going]]:
    """What is due in the next hours, the soonest first, and what is urgent and late, what was
    missed latest first: each as the life and its clock."""
    targets = [*MANDATE, *(target for found in profiles() for target in found.targets)]
    since = now - max(target.within for target in targets)
    kinds = {target.starts for target in targets}
    started = Mark.objects.current().filter(life=OuterRef("life"), kind__in=kinds, at__gt=since)
    may_run = Q(Exists(started), opened_at__gt=now - LATELY)
    found = open_ones(user).filter(Q(priority__in=URGENT) | may_run).order_by("-opened_at")
    told = found.values_list("life_id", *_MEASURED)[:LOOKED_AT]
    measured = {life_id: Measured(*facts) for life_id, *facts in told}
    clocks = pressing_clocks(measured, now).items()
    in_order = sorted(clocks, key=lambda pair: pressing_order(pair[1], now))
    due = [
        (life_id, clock)
        for life_id, clock in in_order
        if clock.state == ClockState.RUNNING and clock.due_at <= now + HORIZON
    ]
    late = [
        (life_id, clock)
        for life_id, clock in in_order
        if clock.state == ClockState.LATE and measured[life_id].priority in URGENT
    ]
    return due[:SHOWN], late[:SHOWN]
