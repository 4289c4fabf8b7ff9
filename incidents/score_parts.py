"""What the monthly score looks like: charts and tables, each figure with its n, and rows to take
away."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.cards import Chart, Series
from core.dashboard import list_url
from core.showing import NOTHING, badge, moment
from incidents.dashboard.mandate import COUNTED, lasting
from incidents.models import BreachReason, Incident, TargetStep
from incidents.scoring import Line, MonthScore, month_of, path_at
from people.enums import Country
from sla.clocks import MANDATE


def charts_of(scores: Sequence[MonthScore], place: str, steps: Sequence[TargetStep]) -> list[Chart]:
    """By metric the share of each month beside the path that it is to follow."""
    paths = [path_at(score.month, steps) for score in scores]
    found = []
    for target in MANDATE:
        lines = [score.line(place, target.metric) for score in scores]
        found.append(
            Chart(
                title=target.label,
                unit="%",
                labels=tuple(date_format(score.month, _month_format()) for score in scores),
                series=(
                    Series(
                        _("Share within the target"),
                        tuple(line.share if line else None for line in lines),
                        urls=tuple(rows_url(score.month, target.metric, place) for score in scores),
                    ),
                    Series(
                        _("Target path"),
                        tuple(
                            float(path[target.metric]) if target.metric in path else None
                            for path in paths
                        ),
                        tone="plain",
                    ),
                ),
                shape="line",
                top=100,
                counts=tuple(line.n if line else 0 for line in lines),
            )
        )
    return found


def tables_of(
    scores: Sequence[MonthScore], place: str, steps: Sequence[TargetStep]
) -> list[dict[str, Any]]:
    """Month by month for the place; then the last month by country and team, and why it missed."""
    last = scores[-1]
    return [
        _table(_("By month"), _("Month"), _by_month(scores, place, steps), _corrections_note()),
        _table(
            _("By country and team, %(month)s") % {"month": date_format(last.month, "F Y")},
            _("Country or team"),
            [(_name(line), line, path_at(last.month, steps), last) for line in last.lines],
            _state_of(last),
        ),
        _reasons(last, place),
    ]


def rows_of(scores: Iterable[MonthScore], steps: Sequence[TargetStep]) -> Iterator[tuple[Any, ...]]:
    """All of it as rows with a heading, for a spreadsheet. Times in seconds."""
    yield (
        *("month", "country", "team", "metric", "n", "met", "share", "target"),
        *("median_s", "p90_s", "frozen_at", "restated_at", "share_when_frozen", "n_when_frozen"),
    )
    for score in scores:
        path = path_at(score.month, steps)
        for line in score.lines:
            yield (
                *(f"{score.month:%Y-%m}", line.country, line.team, line.metric),
                *(line.n, line.met, round(line.share, 2), _number(path.get(line.metric))),
                *(line.median.total_seconds(), line.p90.total_seconds()),
                *(_text(score.frozen_at), _text(score.restated_at)),
                *((round(line.was.share, 2), line.was.n) if line.was else ("", "")),
            )


def _by_month(
    scores: Sequence[MonthScore], place: str, steps: Sequence[TargetStep]
) -> Iterator[tuple[Any, Line, Any, MonthScore]]:
    for score in reversed(scores):
        for target in MANDATE:
            if line := score.line(place, target.metric):
                shown, url = date_format(score.month, "F Y"), _url(score.month, place)
                named = format_html('<a href="{}">{}</a>', url, shown) if url else shown
                yield named, line, path_at(score.month, steps), score


def _table(title: Any, heading: Any, told: Iterable[Any], note: Any) -> dict[str, Any]:
    labels = {target.metric: target.label for target in MANDATE}
    return {
        "title": title,
        "note": note,
        "columns": [
            *(heading, _("Metric"), "n", _("Within the target"), _("Target path")),
            *(_("Median"), _("9 in 10 within"), _("When it was frozen")),
        ],
        "rows": [
            (
                *(name, labels[line.metric], line.n),
                _leading(_share(line, path.get(line.metric)), line, score),
                percent(path.get(line.metric)),
                *(lasting(line.median), lasting(line.p90), _correction(line, score)),
            )
            for name, line, path, score in told
        ],
        "nothing": _("Nothing was measured."),
    }


def rows_url(first: date, metric: str, place: str) -> str:
    """The page of the incidents behind a figure."""
    asked = {"month": f"{first:%Y-%m}", "metric": metric, "place": place}
    return f"{reverse('admin:mandate_rows')}?{urlencode(asked)}"


def _leading(shown: Any, line: Line, score: MonthScore) -> Any:
    url = rows_url(score.month, line.metric, line.place)
    return format_html('<a href="{}">{}</a>', url, shown)


def _share(line: Line, target: Any) -> Any:
    """Green on the path, red below it; without a path the figure alone."""
    if target is None:
        return percent(line.share)
    return badge(percent(line.share), "green" if line.share >= float(target) else "red")


def _correction(line: Line, score: MonthScore) -> Any:
    """What was frozen, where corrections made it another."""
    if score.frozen_at is None:
        return pgettext("month of the score", "not frozen yet")
    if line.was is None:
        return NOTHING
    told = {"share": percent(line.was.share), "n": line.was.n, "median": lasting(line.was.median)}
    return badge(_("%(share)s, n = %(n)s, median %(median)s") % told, "yellow")


def _state_of(score: MonthScore) -> Any:
    if score.frozen_at is None:
        return _("This month is not frozen yet: its figures still move.")
    if score.restated_at is None:
        return format_html(_("Frozen {}; nothing was corrected since."), moment(score.frozen_at))
    return format_html(
        _("Frozen {}, corrected as of {}."), moment(score.frozen_at), moment(score.restated_at)
    )


def _corrections_note() -> str:
    return _(
        "Incidents by the month in which they were opened; neither cancelled ones nor drills. A "
        "month is frozen a day after its end; what later corrections change stands beside it."
    )


def _reasons(score: MonthScore, place: str) -> dict[str, Any]:
    """Why targets were missed: of the place, the most frequent first."""
    labels = {target.metric: target.label for target in MANDATE}
    names = {row.code: str(row) for row in BreachReason.objects.all()}
    counts: dict[tuple[str, str], int] = {}
    for one in score.reasons:
        if place in ("", one.team, one.country):
            key = (one.metric, one.reason)
            counts[key] = counts.get(key, 0) + one.count
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {
        "title": _("Why targets were missed, %(month)s")
        % {"month": date_format(score.month, "F Y")},
        "columns": [_("Reason"), _("Metric"), _("Incidents")],
        "rows": [(names.get(code, code), labels[metric], n) for (metric, code), n in rows],
        "nothing": _("Nobody has said why yet."),
    }


def _name(line: Line) -> Any:
    if line.team:
        return line.team
    return Country(line.country).label if line.country else _("All together")


def _url(first: date, place: str) -> str:
    """The incidents behind a month, all or of a team; none of a country: no list is narrowed so."""
    if place in Country.values:
        return ""
    month = month_of(first)
    asked = {"team": place} if place else {}
    bounds = {"opened_at__gte": month.starts_at, "opened_at__lt": month.ends_at}
    return list_url(Incident, status=COUNTED, is_drill=False, **asked, **bounds)


def percent(share: Any) -> str:
    return NOTHING if share is None else f"{number_format(round(share, 1), 1)} %"


def _month_format() -> str:
    return pgettext("format of a month of a chart", "M y")


def _number(value: Any) -> Any:
    return "" if value is None else float(value)


def _text(at: Any) -> str:
    return at.isoformat() if at else ""
