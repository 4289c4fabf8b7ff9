"""The months of agreements: frozen as known at their close, worked out again to the same bytes, and
restated where later corrections change them.

A clock belongs to the month in which it stopped, met or breached. What was still running late when
the month closed is counted beside them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from people.calendars import moment_at
from records.progress import Progress
from sla.enums import ClockState, Holder, Metric, VersionStatus
from sla.life_events import agreement_key
from sla.many_lives import in_batches, read_lives
from sla.models import Agreement, Life, LifeEvent, Mark, MonthlyStatement, Segment
from sla.replay import Clock, replay

SETTLES_IN = timedelta(minutes=5)
"""What was being written while a month is frozen is known to it or not: it waits that long."""
RESTATED_FOR = 3  # months back that are looked at again every month
_MICROSECOND = timedelta(microseconds=1)
_KEPT = {ClockState.MET: "met", ClockState.BREACHED: "breached", ClockState.LATE: "late"}


@dataclass(frozen=True)
class Month:
    """A month in a time zone, from its first moment until just before the next one's."""

    first: date
    zone: str

    @property
    def starts_at(self) -> datetime:
        return moment_at(datetime.combine(self.first, time()), ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime:
        after = month_after(self.first)
        return moment_at(datetime.combine(after, time()), ZoneInfo(self.zone))


def month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before the one that a day is in."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def zone_of(agreement: Agreement) -> str:
    """The zone of its working calendar, else the portal's own."""
    versions = agreement.versions.filter(calendar__isnull=False).order_by("-number")
    version = versions.exclude(status=VersionStatus.DRAFT).select_related("calendar").first()
    week = version and version.calendar and version.calendar.weeks.order_by("-starts_on").first()
    return week.time_zone if week else settings.DEFAULT_TIME_ZONE


def told(agreement: Agreement, month: Month, known_at: datetime) -> str:
    """The statement of a month as it was known at a moment: the same facts, the same bytes."""
    figures: dict[str, dict[str, int]] = defaultdict(
        lambda: {"met": 0, "breached": 0, "late": 0, "n": 0, "elapsed": 0}
    )
    for clock in _clocks(agreement, month, known_at):
        line = figures[clock.metric]
        line[_KEPT[clock.state]] += 1
        if clock.state != ClockState.LATE:
            line["n"] += 1
            line["elapsed"] += clock.elapsed // _MICROSECOND
    content = {
        "agreement": agreement.slug,
        "month": f"{month.first:%Y-%m}",
        "zone": month.zone,
        "from": _text(month.starts_at),
        "to": _text(month.ends_at),
        "known_at": _text(known_at),
        "metrics": {metric: figures[metric] for metric in Metric.values if metric in figures},
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def recomputed(statement: MonthlyStatement) -> str:
    """Its content worked out again from the events, as known at its moment."""
    return told(statement.agreement, month_of(statement), statement.known_at)


def month_of(statement: MonthlyStatement) -> Month:
    return Month(statement.month, json.loads(statement.content)["zone"])


def freeze(agreement: Agreement, first: date, *, actor: Any, now: datetime) -> str:
    """Freeze a month, or restate it where it was frozen and later knowledge says otherwise. Gives
    `frozen`, `restated`, `unchanged`; `early` for a month that is not over yet.

    Raises RuntimeError where what is frozen cannot be worked out again: then something was altered
    past the portal.
    """
    known_at = now - SETTLES_IN
    with transaction.atomic():
        row = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
        before = list(row.statements.filter(month=first).order_by("number"))
        month = month_of(before[0]) if before else Month(first, zone_of(row))
        if known_at < month.ends_at:
            return "early"
        for statement in before:
            if recomputed(statement) != statement.content:
                raise RuntimeError(f"{statement} cannot be worked out again")
        content = told(row, month, known_at)
        if before and figures_of(before[-1].content) == figures_of(content):
            return "unchanged"
        MonthlyStatement.objects.create(
            agreement=row,
            month=first,
            number=len(before),
            known_at=known_at,
            content=content,
            digest=sha256(content.encode()).hexdigest(),
            made_by=actor,
        )
    return "restated" if before else "frozen"


def figures_of(content: str) -> dict[str, dict[str, int]]:
    """By metric: met, breached, n, late at the close, and elapsed in microseconds all together."""
    found: dict[str, dict[str, int]] = json.loads(content)["metrics"]
    return found


def freeze_months(
    progress: Progress,
    months: list[str],
    agreement: int | None = None,
    asked_by: int | None = None,
) -> dict[str, int]:
    """The job: freezes or restates months of one agreement, or of all that were ever in force. One
    that is done again finds everything unchanged."""
    rows = Agreement.objects.filter(
        Exists(LifeEvent.objects.filter(agreement_version__agreement=OuterRef("pk")))
    )
    rows = rows.filter(pk=agreement) if agreement else rows
    work = [(row, date.fromisoformat(month)) for row in rows.order_by("pk") for month in months]
    progress.total(len(work))
    actor = get_user_model().objects.filter(pk=asked_by).first()
    found: dict[str, int] = defaultdict(int)
    for place, (row, first) in enumerate(work, 1):
        found[freeze(row, first, actor=actor, now=timezone.now())] += 1
        if place > progress.done:
            progress.advance()
    return dict(found)


def _clocks(agreement: Agreement, month: Month, known_at: datetime) -> Iterator[Clock]:
    """Those that belong to the month: stopped in it, or late at its close."""
    key, end = agreement_key(agreement.pk), month.ends_at
    for batch in in_batches(_lives(agreement, month)):
        read = read_lives(batch)
        for life in read.lives:
            for clock in replay(life.events, read.versions, now=end, known_at=known_at).clocks:
                if clock.agreement != key or clock.state not in _KEPT:
                    continue
                if clock.stopped_at is None or month.starts_at <= clock.stopped_at < end:
                    yield clock


def _lives(agreement: Agreement, month: Month) -> list[int]:
    """Lives that had the agreement and in which something happened since the month began (also
    where it was corrected since), or that have not ended."""
    since = {"life": OuterRef("pk"), "at__gte": month.starts_at}
    last = Segment.objects.filter(life=OuterRef("pk")).order_by("-started_at")[:1]
    pinned = LifeEvent.objects.filter(agreement_version__agreement=agreement)
    rows = Life.objects.filter(pk__in=pinned.values("life")).filter(
        Q(Exists(LifeEvent.objects.filter(**since)))
        | Q(Exists(Mark.objects.filter(**since)))
        | Q(Exists(Segment.objects.filter(_GOES_ON, pk__in=last.values("pk"))))
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


_GOES_ON = Q(is_running=True) | ~Q(holder=Holder.NONE)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
