"""The monthly score of the 1-5-10 mandate: live, as frozen, and what corrections made of it.

An incident counts in the month in which it was opened, in the portal's own time zone. Of a month
that was frozen the latest statement is shown, beside what was frozen first.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncMonth

from incidents.measuring import lives_of
from incidents.models import Incident, MonthlyScore, TargetBreach, TargetStep
from incidents.querysets import BY_COUNTRY
from people.models import Team
from people.scope import scope_of
from sla.attainment import spread_of
from sla.freezing import Month, month_before

NOTHING = timedelta()
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Line:
    """One metric in one month of a team, of a country (no team), or of all (no country either).
    `was` is the same as it was frozen first, where that was otherwise."""

    country: str
    team: str
    metric: str
    n: int
    met: int
    median: timedelta
    p90: timedelta
    was: "Line | None" = None

    @property
    def place(self) -> str:
        return self.team or self.country

    @property
    def share(self) -> float:
        return 100 * self.met / self.n


@dataclass(frozen=True)
class Reasons:
    """How often a reason was told for missing a metric, of a team's incidents of a month."""

    country: str
    team: str
    metric: str
    reason: str
    count: int


@dataclass(frozen=True)
class MonthScore:
    """A month as a reader sees it. `frozen_at` is None while it is not frozen, `restated_at` unless
    it was corrected since."""

    month: date
    lines: tuple[Line, ...]
    reasons: tuple[Reasons, ...]
    frozen_at: datetime | None = None
    restated_at: datetime | None = None

    def line(self, place: str, metric: str) -> Line | None:
        """The line of a place: a team's short name, a country's code, or nothing for all."""
        return next((x for x in self.lines if (x.place, x.metric) == (place, metric)), None)


def month_of(first: date) -> Month:
    return Month(first, settings.DEFAULT_TIME_ZONE)


def months_until(last: date, count: int) -> list[date]:
    """So many months, the last one at the end."""
    found = [last.replace(day=1)]
    while len(found) < count:
        found.append(month_before(found[-1]))
    return found[::-1]


def live_scores(months: Iterable[date], now: datetime) -> dict[date, MonthScore]:
    """Worked out from the incidents as they are: all teams, whoever asks."""
    asked = {f"{first:%Y-%m}": month_of(first) for first in months}
    spans = {name: (month.starts_at, month.ends_at) for name, month in asked.items()}
    if not spans:
        return {}
    begins, ends = min(s for s, _e in spans.values()), max(e for _s, e in spans.values())
    counted = Incident.objects.counted().filter(opened_at__gte=begins, opened_at__lt=ends)
    reasons = _reasons_told(counted)
    slugs = dict(Team.objects.values_list("pk", "slug"))
    lines: dict[str, list[Line]] = defaultdict(list)
    for one in spread_of(lives_of(counted), spans, now):
        f = one.figures
        team = slugs[one.team_id] if one.team_id else ""
        lines[one.span].append(
            Line(
                one.country,
                team,
                f.metric,
                f.measured,
                f.met,
                f.median or NOTHING,
                one.p90 or NOTHING,
            )
        )
    return {
        month.first: MonthScore(
            month.first, tuple(sorted(lines[name], key=_place)), tuple(reasons[month.first])
        )
        for name, month in asked.items()
    }


def content_of(score: MonthScore, known_at: datetime) -> str:
    """What is frozen of it: the same figures, the same bytes but for the moment."""
    told = {
        "month": f"{score.month:%Y-%m}",
        "zone": settings.DEFAULT_TIME_ZONE,
        "known_at": known_at.isoformat(timespec="microseconds"),
        "lines": [
            {
                "country": x.country,
                "team": x.team,
                "metric": x.metric,
                "n": x.n,
                "met": x.met,
                "median": x.median // _MICROSECOND,
                "p90": x.p90 // _MICROSECOND,
            }
            for x in score.lines
        ],
        "reasons": [vars(x) for x in score.reasons],
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def figures_in(content: str) -> tuple[Any, Any]:
    """What two statements are compared by."""
    told = json.loads(content)
    return told["lines"], told["reasons"]


def scores_for(user: Any, months: Iterable[date], now: datetime) -> list[MonthScore]:
    """The months as a person sees them: the teams whose incidents they see, countries of which they
    see every team, and all together where they see everything."""
    wanted, sees = list(months), _places(user)
    if sees is not None and not sees["teams"]:
        return [MonthScore(first, (), ()) for first in wanted]
    statements: dict[date, list[MonthlyScore]] = defaultdict(list)
    for row in MonthlyScore.objects.visible_to(user).filter(month__in=wanted).order_by("number"):
        statements[row.month].append(row)
    live = live_scores([first for first in wanted if first not in statements], now)
    found = {first: _told(rows) for first, rows in statements.items()} | live
    return [_narrowed(found[first], sees) for first in wanted]


def path_at(month: date, steps: Iterable[TargetStep]) -> dict[str, Decimal]:
    """By metric the share that is to be met in a month: that of the latest step until then."""
    reached = [step for step in steps if step.month <= month]
    return {step.metric: step.share for step in sorted(reached, key=lambda step: step.month)}


def _reasons_told(counted: Any) -> dict[date, list[Reasons]]:
    """Of incidents, by month; one statement."""
    zone = ZoneInfo(settings.DEFAULT_TIME_ZONE)
    names = ("incident__team__country", "incident__team__slug", "metric", "reason__code")
    told = TargetBreach.objects.filter(incident__in=counted).annotate(
        month=TruncMonth("incident__opened_at", tzinfo=zone)
    )
    found: dict[date, list[Reasons]] = defaultdict(list)
    rows = told.order_by("month", *names).values_list("month", *names).annotate(n=Count("pk"))
    for month, *row in rows:
        found[month.date()].append(Reasons(*row))
    return found


def _told(rows: list[MonthlyScore]) -> MonthScore:
    """Of its statements the last, each line with what was frozen first where that was otherwise."""
    first, last = _read(rows[0]), _read(rows[-1])
    frozen = {_place(line): line for line in first.lines}
    lines = []
    for line in last.lines:
        was = frozen.get(_place(line))
        lines.append(replace(line, was=was) if was and was != line else line)
    at = rows[-1].known_at if len(rows) > 1 else None
    return replace(last, lines=tuple(lines), frozen_at=rows[0].known_at, restated_at=at)


def _read(row: MonthlyScore) -> MonthScore:
    lines, reasons = figures_in(row.content)
    return MonthScore(
        row.month,
        tuple(
            Line(**line | {name: line[name] * _MICROSECOND for name in ("median", "p90")})
            for line in lines
        ),
        tuple(Reasons(**told) for told in reasons),
    )


def _places(user: Any) -> Mapping[str, Any] | None:
    """Teams and countries that somebody sees whole; None: everything."""
    reach = scope_of(user).reach_of(*BY_COUNTRY)
    if reach.everywhere:
        return None
    teams = list(Team.objects.values_list("pk", "slug", "country"))
    hidden = {country for pk, _slug, country in teams if pk not in reach.team_ids}
    return {
        "teams": {slug for pk, slug, _country in teams if pk in reach.team_ids},
        "countries": {country for _pk, _slug, country in teams} - hidden,
    }


def places_for(user: Any) -> list[str]:
    """What somebody may ask the score of: all (nothing), countries, teams."""
    sees = _places(user)
    if sees is not None:
        return [*sorted(sees["countries"]), *sorted(sees["teams"])]
    teams = list(Team.objects.values_list("slug", "country"))
    return ["", *sorted({country for _s, country in teams}), *sorted(slug for slug, _c in teams)]


def _narrowed(score: MonthScore, sees: Mapping[str, Any] | None) -> MonthScore:
    if sees is None:
        return score

    def is_seen(one: Line | Reasons) -> bool:
        return one.team in sees["teams"] if one.team else one.country in sees["countries"]

    return replace(
        score,
        lines=tuple(line for line in score.lines if is_seen(line)),
        reasons=tuple(one for one in score.reasons if is_seen(one)),
    )


def _place(line: Line) -> tuple[str, str, str]:
    return line.country, line.team, line.metric
