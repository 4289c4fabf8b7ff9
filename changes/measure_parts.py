"""What the measures look like: tiles, charts and tables, each with the rows behind it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.models import Service
from changes.enums import ChangeType, Risk, Status, StepKind
from changes.measures import HIGH, Measures, Period, Tally, is_few, percent_of
from changes.measuring import bounds_of
from changes.models import Change
from core.cards import Chart, Figure, Figures, Series
from core.dashboard import list_url
from core.showing import NOTHING, duration
from people.models import Team

_DAY, _HOUR = 86_400, 3_600


def rows_url(period: Period, team: Team | None = None, /, **more: Any) -> str:
    """The list of the changes closed in a period."""
    starts_at, ends_at = bounds_of(period)
    asked = {"tab": "over", "status": Status.CLOSED.value, **more}
    if team is not None:
        asked["team"] = team.slug
    return list_url(Change, **asked, ended_at__gte=starts_at, ended_at__lt=ends_at)


def percent(share: float | None) -> str:
    """A share as people read it, in the language in force."""
    return NOTHING if share is None else f"{number_format(round(share, 1), 1)} %"


def length(seconds: float | None) -> str:
    return NOTHING if seconds is None else duration(timedelta(seconds=seconds))


def _of(n: int) -> Any:
    text = f"n = {number_format(n, 0, force_grouping=True)}"
    return _("%(n)s, too few to rely on") % {"n": text} if n > 0 and is_few(n) else text


def figures_of(found: Measures, team: Team | None = None) -> Figures:
    """The four numbers, each with how many changes it is made of."""
    total, period = found.total, found.period
    return Figures(
        (
            Figure(
                _("change failure rate"),
                percent(total.failure_rate),
                rows_url(period, team, has_failed=True),
                _of(total.n),
            ),
            Figure(_("median lead time"), length(total.lead), rows_url(period, team), _of(total.n)),
            Figure(
                _("emergencies"),
                percent(total.emergency_share),
                rows_url(period, team, type=ChangeType.EMERGENCY.value),
                _of(total.n),
            ),
            Figure(
                _("freezes adhered to"),
                percent(found.adherence),
                rows_url(period, team, entered_freeze=True),
                _of(found.worked),
            ),
        )
    )


def charts_of(found: Measures, team: Team | None = None) -> Iterator[Chart]:
    """By month: how often changes fail, how long they take, how many are emergencies; and how long
    each step of approval takes."""
    whole = found.period
    months = [date.fromisoformat(tally.key) for tally in found.months]
    labels = tuple(date_format(day, "M Y") for day in months)
    counts = tuple(tally.n for tally in found.months)

    def urls(**more: Any) -> tuple[str, ...]:
        return tuple(rows_url(whole.within(day), team, **more) for day in months)

    yield Chart(
        _("Change failure rate by month"),
        pgettext_lazy("unit", "percent"),
        labels,
        (
            Series(
                _("change failure rate"),
                tuple(tally.failure_rate for tally in found.months),
                urls=urls(has_failed=True),
            ),
        ),
        shape="line",
        counts=counts,
    )
    yield Chart(
        _("Median lead time by month"),
        pgettext_lazy("unit", "days"),
        labels,
        (
            Series(
                _("raised to done"),
                tuple(_scaled(tally.lead, _DAY) for tally in found.months),
                urls=urls(),
            ),
        ),
        shape="line",
        counts=counts,
    )
    yield Chart(
        _("Closed changes by month"),
        pgettext_lazy("unit", "changes"),
        labels,
        (
            Series(pgettext_lazy("changes", "All"), tuple(map(float, counts)), urls=urls()),
            Series(
                pgettext_lazy("changes", "Emergencies"),
                tuple(float(tally.emergencies) for tally in found.months),
                "p2",
                urls(type=ChangeType.EMERGENCY.value),
            ),
        ),
    )
    if not found.steps:
        return
    steps = sorted(found.steps, key=lambda step: StepKind.values.index(step.kind))
    yield Chart(
        _("Time to the decision, by step of approval"),
        pgettext_lazy("unit", "hours"),
        tuple(StepKind(step.kind).label for step in steps),
        (
            Series(
                pgettext_lazy("duration", "Median"),
                tuple(_scaled(step.median, _HOUR) for step in steps),
                urls=tuple(rows_url(whole, team) for _step in steps),
            ),
        ),
        counts=tuple(step.n for step in steps),
    )


def _scaled(seconds: float | None, unit: int) -> float | None:
    return None if seconds is None else round(seconds / unit, 1)


def tables_of(found: Measures, user: Any, team: Team | None = None) -> list[dict[str, Any]]:
    """By team, service and risk, and how well the risk foretold what happened; each as the context
    of the portal's table. Teams and services that the reader does not see are not named."""
    period = found.period
    teams = {
        str(row.pk): row
        for row in Team.objects.visible_to(user).filter(pk__in=[t.key for t in found.teams])
    }
    services = {
        str(row.pk): row
        for row in Service.objects.visible_to(user).filter(pk__in=[t.key for t in found.services])
    }
    return [
        _table(
            _("By team"),
            _("Team"),
            found.teams,
            lambda tally: _named(teams.get(tally.key), period, "slug", "team"),
        ),
        _table(
            _("By service"),
            _("Service"),
            found.services,
            lambda tally: _named(services.get(tally.key), period, "reference", "service", team),
            _("A change of several services counts for each of them."),
        ),
        _table(
            _("By risk"),
            _("Risk"),
            found.risks,
            lambda tally: (
                _linked(Risk(tally.key).label, rows_url(period, team, risk=tally.key))
                if tally.key
                else _("Accepted with its standard change")
            ),
        ),
        _calibration(found, team),
    ]


def _named(row: Any, period: Period, key: str, parameter: str, team: Team | None = None) -> Any:
    if row is None:
        return None
    return _linked(row.name, rows_url(period, team, **{parameter: getattr(row, key)}))


def _linked(text: Any, url: str) -> Any:
    return format_html('<a href="{}">{}</a>', url, text)


def _table(
    title: Any,
    heading: Any,
    tallies: Iterable[Tally],
    name: Callable[[Tally], Any],
    note: Any = "",
) -> dict[str, Any]:
    named = ((name(tally), tally) for tally in tallies if tally.n)
    return {
        "title": title,
        "note": note,
        "columns": [
            heading,
            "n",
            _("Failure rate"),
            _("Emergencies"),
            _("Median lead time"),
            _("%(share)d in 100 within") % {"share": HIGH * 100},
        ],
        "rows": [
            (
                label,
                tally.n,
                _share(tally.failure_rate, tally.n),
                percent(tally.emergency_share),
                length(tally.lead),
                length(tally.lead_high),
            )
            for label, tally in named
            if label is not None
        ],
        "nothing": _("No change was closed."),
    }


def _share(share: float | None, n: int) -> Any:
    return f"{percent(share)} *" if n > 0 and is_few(n) else percent(share)


def _calibration(found: Measures, team: Team | None) -> dict[str, Any]:
    rows = []
    for row in reversed(found.calibration):
        observed = percent_of(row.wrong, row.n)
        url = rows_url(found.period, team, risk=row.level.value)
        rows.append(
            (
                _linked(row.level.label, url),
                row.n,
                percent(100 * row.foretold),
                _share(observed, row.n),
                _judged(row.foretold, row.wrong, row.n),
            )
        )
    told = {"score": NOTHING if found.brier is None else number_format(round(found.brier, 3), 3)}
    return {
        "title": _("What the risk foretold"),
        "note": _(
            "Of each class how many changes were expected to fail or to be backed out, and how "
            "many did. Brier score: %(score)s; 0 is perfect."
        )
        % told,
        "columns": [_("Risk"), "n", _("Foretold"), _("Observed"), _("What it says")],
        "rows": rows,
        "nothing": _("No change was closed."),
    }


def _judged(foretold: float, wrong: int, n: int) -> Any:
    """Whether chance alone explains the distance: twice the standard error of a share."""
    if is_few(n):
        return _("too few to tell")
    spread = 2 * (foretold * (1 - foretold) / n) ** 0.5
    if abs(wrong / n - foretold) <= spread:
        return _("as foretold")
    return _("more than foretold") if wrong / n > foretold else _("fewer than foretold")
