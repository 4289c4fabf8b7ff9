"""How well the 1-5-10 mandate was met over many lives: share, median and count for some periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from sla.clocks import MANDATE, Target
from sla.enums import MandateMetric, MarkKind

type Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Attainment:
    """One target in one period. `measured` are the lives of which it is known whether they met it:
    the clock was stopped, or the record is open and past the target. `median` is of these too,
    the latter with their time so far."""

    metric: str
    measured: int = 0
    met: int = 0
    median: timedelta | None = None

    @property
    def share(self) -> float | None:
        """Percent of the measured lives; None where nothing was measured."""
        return 100 * self.met / self.measured if self.measured else None


def attainment_of(
    lives: Any, spans: Mapping[str, Span], now: datetime
) -> dict[tuple[str, str], Attainment]:
    """By span and metric. `lives` gives rows of (life id, moment that decides the span, is open,
    service id, country, priority, team id) and should be narrowed to the spans by an index: one
    statement, one index lookup for a life."""
    return {
        (name, target.metric): Attainment(target.metric, *figures[i * 4 : i * 4 + 3])
        for name, *figures in _asked(_BY_SPAN, lives, spans, now)
        for i, target in enumerate(MANDATE)
    }


@dataclass(frozen=True)
class Spread:
    """One target in one span, of a team, of a country (no team), or of all (no country either).
    `p90`: nine of ten took at most as long."""

    span: str
    country: str
    team_id: int | None
    figures: Attainment
    p90: timedelta | None


def spread_of(lives: Any, spans: Mapping[str, Span], now: datetime) -> list[Spread]:
    """The same of each team, each country and all, of lives that were measured at all."""
    return [
        Spread(
            name,
            country,
            team_id,
            Attainment(target.metric, *figures[i * 4 : i * 4 + 3]),
            figures[i * 4 + 3],
        )
        for name, country, team_id, *figures in _asked(_BY_PLACE, lives, spans, now)
        for i, target in enumerate(MANDATE)
        if figures[i * 4]
    ]


@dataclass(frozen=True)
class Measured:
    """One life behind an attainment: how long it took, or has taken so far, and within what it
    should have."""

    life_id: int
    at: datetime
    length: timedelta
    within: timedelta

    @property
    def is_met(self) -> bool:
        return self.length <= self.within


def measured_lives(
    lives: Any,
    metric: MandateMetric,
    now: datetime,
    *,
    only: bool | None = None,
    before: tuple[datetime, int] | None = None,
    count: int = 100,
) -> list[Measured]:
    """The lives that the attainment of a metric counts, the latest first; `only` those that met it
    or those that did not. `before` is the moment and life to go on from."""
    try:
        inner, params = lives.query.sql_with_params()
    except EmptyResultSet:
        return []
    at, life = before or (None, None)
    statement = _ROWS.replace("{metric}", MandateMetric(metric)).replace("{lives}", inner)
    with connection.cursor() as cursor:
        cursor.execute(statement, [now, *params, only, only, at, at, life, count])
        return [Measured(*row) for row in cursor.fetchall()]


def _asked(statement: str, lives: Any, spans: Mapping[str, Span], now: datetime) -> list[Any]:
    try:
        inner, params = lives.query.sql_with_params()
    except EmptyResultSet:
        return []
    names = list(spans)
    told = [now, *params, names, [spans[n][0] for n in names], [spans[n][1] for n in names]]
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{lives}", inner), told)
        return cursor.fetchall()


def _figures() -> str:
    """For each target four columns: measured, met, median, nine of ten."""
    return ", ".join(
        f"count({x.metric}), count(*) FILTER (WHERE {x.metric} <= {x.metric}_within),"
        f" percentile_cont(0.5) WITHIN GROUP (ORDER BY {x.metric}),"
        f" percentile_cont(0.9) WITHIN GROUP (ORDER BY {x.metric})"
        for x in MANDATE
    )


def _length(target: Target) -> str:
    """How long it took, or has taken so far where the target is missed already; else NULL."""
    x = target.metric
    starts, stops = f"t.{x}_starts", f"t.{x}_stops"
    late = f"l.is_open AND clock.now - {starts} > t.{x}_within"
    return (
        f"t.{x}_within, CASE WHEN {stops} - {starts} IS NOT NULL"
        f" THEN greatest({stops} - {starts}, '0')"
        f" WHEN {late} THEN clock.now - {starts} END AS {x}"
    )


def _told(target: Target) -> str:
    """From when to when its clock runs and within what, by the profile that applies."""
    x = target.metric
    return (
        f"{_moment(f'{x}_from', target.starts)} AS {x}_starts,"
        f" {_moment(f'{x}_to', target.stops)} AS {x}_stops,"
        f" coalesce(p.{x}_within, {_seconds(target.within)}) AS {x}_within"
    )


def _moment(column: str, usual: MarkKind) -> str:
    """That of the mark which a profile names, or else of the usual one."""
    kinds = " ".join(f"WHEN '{kind}' THEN m.{kind}" for kind in MarkKind)
    return f"CASE coalesce(p.{column}, '{usual}') {kinds} END"


def _seconds(length: timedelta) -> str:
    return f"interval '{length.total_seconds():.0f} s'"


_MARKS = ", ".join(f"max(at) FILTER (WHERE kind = '{kind}') AS {kind}" for kind in MarkKind)
# LATERAL, or the planner reads all marks there are.
_LIFE = f"""
    WITH life AS MATERIALIZED (
        SELECT l.life_id, l.at, l.country, l.team_id,
               {", ".join(_length(target) for target in MANDATE)}
          FROM (SELECT %s::timestamptz AS now) AS clock
         CROSS JOIN ({{lives}}) AS l (life_id, at, is_open, service_id, country, priority, team_id)
         CROSS JOIN LATERAL (
            SELECT {_MARKS} FROM sla_mark
             WHERE life_id = l.life_id AND superseded_at IS NULL
         ) AS m
          LEFT JOIN LATERAL (
            SELECT * FROM sla_clockprofile p
             WHERE p.starts_at <= l.at
               AND (p.service_id IS NULL OR p.service_id = l.service_id)
               AND (p.country = '' OR p.country = l.country)
               AND (p.priority IS NULL OR p.priority = l.priority)
             ORDER BY p.service_id IS NULL, p.country = '', p.priority IS NULL, p.starts_at DESC
             LIMIT 1
         ) AS p ON true
         CROSS JOIN LATERAL (SELECT {", ".join(_told(target) for target in MANDATE)}) AS t
    )
"""  # noqa: S608 -- names and figures of our own enumerations, no input
_IN_SPANS = """
      FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) AS span (name, starts, ends)
      JOIN life ON life.at >= span.starts AND life.at < span.ends
"""
_BY_SPAN = f"{_LIFE} SELECT span.name, {_figures()} {_IN_SPANS} GROUP BY span.name"
_BY_PLACE = f"""{_LIFE}
    SELECT span.name, coalesce(life.country, ''), life.team_id, {_figures()} {_IN_SPANS}
     GROUP BY GROUPING SETS ((span.name), (span.name, life.country),
                             (span.name, life.country, life.team_id))
"""
_ROWS = f"""{_LIFE}
    SELECT life_id, at, {{metric}}, {{metric}}_within FROM life
     WHERE {{metric}} IS NOT NULL
       AND (%s::boolean IS NULL OR ({{metric}} <= {{metric}}_within) = %s)
       AND (%s::timestamptz IS NULL OR (at, life_id) < (%s, %s))
     ORDER BY at DESC, life_id DESC LIMIT %s
"""  # noqa: S608 -- as above; the metric is one of the enumeration
