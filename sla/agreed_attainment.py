"""How well what is agreed was attained in some months: from the frozen statement where there is
one, else from the stored clocks as they stand.

As in the statements, a clock belongs to the month in which it stopped, met or breached; what runs
late is counted beside them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from sla.attainment import Span
from sla.enums import AgreementKind, ClockState, Metric
from sla.freezing import figures_of
from sla.models import Agreement, LifeClock, MonthlyStatement


@dataclass(frozen=True)
class Agreed:
    """One metric of an agreement in a month. `statement` is the number of the frozen statement (0:
    as it was at the close); None: so far, of the records that the reader sees."""

    month: date
    agreement: str
    slug: str
    metric: Metric
    met: int
    n: int
    late: int
    statement: int | None = None

    @property
    def share(self) -> float | None:
        """Percent of what stopped in the month; None where nothing did."""
        return 100 * self.met / self.n if self.n else None

    @property
    def source(self) -> str:
        if self.statement is None:
            return _("so far")
        return _("restatement %d") % self.statement if self.statement else _("frozen")


def agreed_attainment(
    clocks: Any, months: Mapping[date, Span], *, client: Any, user: Any, now: datetime
) -> list[Agreed]:
    """By month, the latest first, agreement and metric; two queries. `clocks` are those of records
    that the user sees; statements are read of the client's own agreements."""
    seen = Agreement.objects.visible_to(user).filter(kind=AgreementKind.SLA).order_by()
    frozen = _frozen(seen.filter(client=client), months)
    found = [
        Agreed(
            *(row.month, row.agreement.name, row.agreement.slug, Metric(metric)),
            *(told["met"], told["n"], told["late"], row.number),
        )
        for row in frozen.values()
        for metric, told in figures_of(row.content).items()
    ]
    of_seen = clocks.filter(agreement__in=seen.values("pk"))
    found += [
        one
        for agreement, one in _stored(of_seen, months, now)
        if (agreement, one.month) not in frozen
    ]
    places = list(Metric)
    return sorted(
        found, key=lambda one: (-one.month.toordinal(), one.agreement, places.index(one.metric))
    )


def _frozen(agreements: Any, months: Iterable[date]) -> dict[tuple[int, date], MonthlyStatement]:
    """By agreement and month what was said last of it."""
    rows = MonthlyStatement.objects.filter(
        agreement__in=agreements.values("pk"), month__in=list(months)
    )
    said = rows.select_related("agreement").order_by("number")
    return {(row.agreement_id, row.month): row for row in said}


def _stored(
    clocks: Any, months: Mapping[date, Span], now: datetime
) -> Iterator[tuple[int, Agreed]]:
    """With the agreement's id. Whether something runs late is asked of the month it is now."""
    figures: dict[str, Any] = {}
    for place, (start, end) in enumerate(months.values()):
        stopped = Q(stopped_at__gte=start, stopped_at__lt=end)
        figures |= {
            f"met_{place}": Count("pk", filter=stopped & Q(state=ClockState.MET)),
            f"breached_{place}": Count("pk", filter=stopped & Q(state=ClockState.BREACHED)),
        }
        if start <= now < end:
            is_late = Q(state=ClockState.RUNNING, due_at__lt=now)
            figures[f"late_{place}"] = Count("pk", filter=is_late)
    named = ("agreement", "agreement__name", "agreement__slug", "metric")
    for row in clocks.order_by().values(*named).annotate(**figures):
        for place, month in enumerate(months):
            met, late = row[f"met_{place}"], row.get(f"late_{place}", 0)
            n, metric = met + row[f"breached_{place}"], Metric(row["metric"])
            if n or late:
                names = row["agreement__name"], row["agreement__slug"]
                yield row["agreement"], Agreed(month, *names, metric, met, n, late)


def clocks_behind(
    clocks: Any,
    span: Span,
    now: datetime,
    *,
    verdict: str = "",
    before: tuple[datetime, int] | None = None,
) -> Any:
    """Of the clocks of one agreement and metric those that a month's figure counts, the latest
    first by `at`: when it stopped or, of what runs late, was due. `verdict` is met, breached or
    late; `before` the moment and key of the last row that was shown."""
    start, end = span
    stopped = Q(stopped_at__gte=start, stopped_at__lt=end)
    counted = {state: stopped & Q(state=state) for state in (ClockState.MET, ClockState.BREACHED)}
    if start <= now < end:
        counted[ClockState.LATE] = Q(state=ClockState.RUNNING, due_at__lt=now)
    wanted = [counted[key] for key in counted if verdict in ("", key)]
    if not wanted:
        return clocks.none()
    found = clocks.filter(reduce(or_, wanted)).annotate(at=Coalesce("stopped_at", "due_at"))
    if before is not None:
        at, key = before
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=key))
    return found.order_by("-at", "-pk")


def clocks_of_lives(*lives: Any) -> Any:
    """The stored clocks of client agreements in some querysets of life ids."""
    wanted = reduce(or_, (Q(life__in=ids) for ids in lives))
    return LifeClock.objects.filter(wanted, agreement__kind=AgreementKind.SLA)
