"""What the wallboard shows: the open incidents of the first priority with their 1-5-10 clocks, and
how well the mandate was met today and this month."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from incidents.dashboard.mandate import MONTH, TODAY, attained_in, today_and_month
from incidents.dashboard.showing import Moment
from incidents.enums import Priority
from incidents.measuring import targets_of
from incidents.models import Incident
from sla.attainment import Attainment
from sla.clocks import MANDATE, Clock, Target, clocks_of
from sla.models import Mark

SHOWN = 4  # rows that are read from five metres
SCORES_LAST = 60  # seconds: a score moves with an incident's end, clocks run on in between


@dataclass(frozen=True)
class BoardRow:
    """An incident with its clocks, in the mandate's order."""

    incident: Incident
    clocks: list[Clock]


@dataclass(frozen=True)
class BoardScore:
    """One target of the mandate: how it was met today and this month."""

    target: Target
    today: Attainment
    month: Attainment


@dataclass(frozen=True)
class Board:
    """Everything on it, as it was at a moment. `more` are open ones without room."""

    at: datetime
    rows: list[BoardRow]
    more: int
    scores: list[BoardScore]


def board_of(user: Any, now: datetime) -> Board:
    """The newest first: that is where every minute counts. Drills are left to those who drill."""
    seen = Incident.objects.visible_to(user).open().filter(priority=Priority.P1, is_drill=False)
    found = seen.select_related("service", "team", "owner__person").defer("description", "search")
    incidents = list(found.order_by("-opened_at", "-pk")[:SHOWN])
    more = max(seen.order_by().count() - SHOWN, 0) if len(incidents) == SHOWN else 0
    marks: dict[int, dict[str, Moment]] = {}
    told = Mark.objects.current().filter(life__in=[row.life_id for row in incidents]).order_by()
    for life_id, kind, at in told.values_list("life_id", "kind", "at"):
        marks.setdefault(life_id, {})[kind] = Moment(at)
    rows = [
        BoardRow(row, clocks_of(marks.get(row.life_id, {}), now, targets_of(row)))
        for row in incidents
    ]
    return Board(now, rows, more, _scores(user, now))


def _scores(user: Any, now: datetime) -> list[BoardScore]:
    spans = today_and_month(now)
    zone, day = timezone.get_current_timezone_name(), spans[TODAY][0].date()
    key = f"wallboard:{user.pk}:{zone}:{day}"
    found = cache.get(key)
    if found is None:
        found = attained_in(spans, user, now)
        cache.set(key, found, SCORES_LAST)

    def of(span: str, target: Target) -> Attainment:
        return found.get((span, target.metric)) or Attainment(target.metric)

    return [BoardScore(target, of(TODAY, target), of(MONTH, target)) for target in MANDATE]
