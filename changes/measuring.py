"""Counts what `measures.py` defines, in the database: one statement for all groups of a period,
over the changes that the reader sees."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from changes.consequences import CONSEQUENCES
from changes.enums import ChangeType, FreezeMode, Risk, Status, StepStatus
from changes.freeze_triggers import assets_of, excepted, fits, services_of
from changes.measures import HIGH, Measures, Period, StepTime, Tally
from changes.models import Change
from changes.risk import CHANCES, LEVELS, WENT_WRONG, brier, calibration
from people.models import Team

ENTERED = f"""
    SELECT c.id FROM changes_freezeoccurrence o
      JOIN changes_freezewindow w ON w.id = o.window_id
      JOIN changes_change c ON c.actual_start_at >= o.starts_at AND c.actual_start_at < o.ends_at
     WHERE w.is_active AND w.mode = '{FreezeMode.BLOCK}'
       AND o.ends_at > %s AND o.starts_at < %s
       AND {fits(services_of("c.id"), assets_of("c.id"))}
       AND NOT {excepted("c.id")}
"""  # noqa: S608 -- our own names only
"""The changes whose work began inside a freeze that blocks, between two moments."""

_TALLY = f"""
    count(*), count(*) FILTER (WHERE failed), count(*) FILTER (WHERE wrong),
    count(*) FILTER (WHERE type = '{ChangeType.EMERGENCY}'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY lead),
    percentile_cont({HIGH}) WITHIN GROUP (ORDER BY lead)"""

_STATEMENT = f"""
    WITH given AS MATERIALIZED ({{base}}),
    closed AS MATERIALIZED (
        SELECT id, team, risk, type, month, began, failed, wrong,
               extract(epoch FROM took)::float AS lead FROM given)
    SELECT CASE GROUPING(month, team, risk)
                WHEN 7 THEN 'total' WHEN 3 THEN 'month' WHEN 5 THEN 'team' ELSE 'risk' END,
           CASE GROUPING(month, team, risk)
                WHEN 7 THEN '' WHEN 3 THEN to_char(month, 'YYYY-MM-DD')
                WHEN 5 THEN team::text ELSE risk END, {_TALLY}
      FROM closed GROUP BY GROUPING SETS ((), (month), (team), (risk))
    UNION ALL
    SELECT 'service', f.service_id::text, {_TALLY}
      FROM closed JOIN changes_affectedservice f ON f.change_id = closed.id
     GROUP BY f.service_id
    UNION ALL
    SELECT 'step', s.kind, count(*), 0, 0, 0,
           percentile_cont(0.5) WITHIN GROUP (
               ORDER BY extract(epoch FROM s.decided_at - s.opened_at)::float),
           percentile_cont({HIGH}) WITHIN GROUP (
               ORDER BY extract(epoch FROM s.decided_at - s.opened_at)::float)
      FROM closed
      JOIN changes_contentversion v ON v.change_id = closed.id
      JOIN changes_approvalround r ON r.content_id = v.id
      JOIN changes_approvalstep s ON s.round_id = r.id
     WHERE s.status IN ('{StepStatus.APPROVED}', '{StepStatus.REJECTED}')
       AND s.opened_at IS NOT NULL AND s.decided_at IS NOT NULL
     GROUP BY s.kind
    UNION ALL
    SELECT 'freeze', '', count(*), count(*) FILTER (WHERE id IN ({ENTERED})), 0, 0, NULL, NULL
      FROM closed WHERE began IS NOT NULL
"""  # noqa: S608 -- our own names only


def bounds_of(period: Period) -> tuple[datetime, datetime]:
    """From the first midnight to the one after the last day, in the reader's zone."""
    ends = period.last + timedelta(days=1)
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(period.first, time.min, zone),
        datetime.combine(ends, time.min, zone),
    )


def closed_in(period: Period, user: Any, team: Team | None = None) -> Any:
    """The changes closed in a period, of those that the person sees."""
    starts_at, ends_at = bounds_of(period)
    found = Change.objects.visible_to(user).filter(
        status=Status.CLOSED, ended_at__gte=starts_at, ended_at__lt=ends_at
    )
    return found if team is None else found.filter(team=team)


def failed(user: Any) -> Q:
    """Failed, backed out, or the cause of something that the person sees."""
    wrong = Q(outcome__in=WENT_WRONG)
    for _name, consequence in CONSEQUENCES:
        wrong |= Q(pk__in=consequence.changes(user))
    return wrong


def measure(period: Period, user: Any, team: Team | None = None) -> Measures:
    """Everything about the changes closed in a period, in one statement."""
    rows = closed_in(period, user, team).order_by()
    took = ExpressionWrapper(F("actual_end_at") - F("raised_at"), DurationField())
    base = rows.values(
        "id",
        "risk",
        "type",
        team_=F("team_id"),
        month=TruncMonth("ended_at", tzinfo=timezone.get_current_timezone()),
        began=F("actual_start_at"),
        took=took,
        failed=ExpressionWrapper(failed(user), BooleanField()),
        wrong=ExpressionWrapper(Q(outcome__in=WENT_WRONG), BooleanField()),
    )
    try:
        found = _read(base, period)
    except EmptyResultSet:  # it is known beforehand that the person sees none
        return Measures(period, Tally())
    risks = {tally.key: tally for tally in _tallies(found["risk"])}
    told = [(Risk(level), t) for level, t in risks.items() if level in CHANCES]
    pairs = [
        pair
        for level, t in told
        for pair in ((level, True),) * t.wrong + ((level, False),) * (t.n - t.wrong)
    ]
    ((_key, worked, entered, *_rest),) = found["freeze"] or [("", 0, 0)]
    return Measures(
        period,
        next(iter(_tallies(found["total"])), Tally()),
        _in_order(found["month"], [day.isoformat() for day in period.months()]),
        tuple(sorted(_tallies(found["team"]), key=lambda t: -t.n)),
        tuple(sorted(_tallies(found["service"]), key=lambda t: -t.n)),
        _in_order(found["risk"], [*map(str, reversed(LEVELS)), ""]),
        tuple(
            StepTime(kind, n, median, high) for kind, n, _f, _w, _e, median, high in found["step"]
        ),
        worked,
        entered,
        calibration(pairs),
        brier(pairs),
    )


def _read(base: Any, period: Period) -> dict[str, list[tuple[Any, ...]]]:
    sql, values = base.query.sql_with_params()
    names = [*base.query.values_select, *base.query.annotation_select]
    given = ", ".join(f'"{name}"' for name in names).replace('"team_"', '"team"')
    starts_at, ends_at = bounds_of(period)
    # What was closed in the period began before it ended, and mostly not long before it began.
    statement = _STATEMENT.replace("WITH given AS", f"WITH given({given}) AS")
    found: dict[str, list[tuple[Any, ...]]] = {
        name: [] for name in ("total", "month", "team", "risk", "service", "step", "freeze")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            statement.replace("{base}", sql), [*values, starts_at - timedelta(days=90), ends_at]
        )
        for part, *row in cursor.fetchall():
            found[part].append(tuple(row))
    return found


def _tallies(rows: Iterable[tuple[Any, ...]]) -> list[Tally]:
    return [Tally(*row) for row in rows if row[1]]


def _in_order(rows: Iterable[tuple[Any, ...]], keys: Iterable[str]) -> tuple[Tally, ...]:
    """One for each key, in their order; of what has none, an empty one."""
    by_key = {tally.key: tally for tally in _tallies(rows)}
    return tuple(by_key.get(key, Tally(key)) for key in keys)
