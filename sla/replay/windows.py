"""From when to when a metric is measured: its windows within a life, and when it stopped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sla.enums import EventKind, MarkKind, Metric
from sla.replay.events import Event
from sla.replay.segments import Course

type Span = tuple[datetime, datetime | None]

_STOPPING_MARK = {
    Metric.ACKNOWLEDGE: MarkKind.ACKNOWLEDGED,
    Metric.INVESTIGATE: MarkKind.INVESTIGATED,
    Metric.RESTORE: MarkKind.MITIGATED,
}
# Each team and vendor acknowledges and answers for itself; the rest is done once, for everybody.
_OWN = (Metric.ACKNOWLEDGE, Metric.FIRST_RESPONSE)


@dataclass(frozen=True)
class Window:
    """What is measured as one time: the stretches between which it was interrupted by having been
    done (a service that worked again until the record was reopened). The last one has no end while
    it is not done, and is cut where the life ended first. `round` tells apart what is measured over
    and over (update cadence)."""

    spans: tuple[Span, ...]
    round: int = 0
    is_cut: bool = False
    because: tuple[str, ...] = ()

    @property
    def started_at(self) -> datetime:
        return self.spans[0][0]

    @property
    def stopped_at(self) -> datetime | None:
        return self.spans[-1][1]


def windows_of(
    metric: Metric, events: Iterable[Event], course: Course, party: str = ""
) -> tuple[Window, ...]:
    """The windows of a metric, in order; none where the metric does not arise (no call came in).
    An end of the life stops whatever still runs. One window but for the update cadence, which has
    one from each word to the client to the next."""
    if course.opened_at is None:
        return ()
    told = tuple(events)
    if metric == Metric.UPDATE_CADENCE:
        return _rounds(told, course.opened_at, course.ended_at)
    starts = course.opened_at
    if metric == Metric.CALL_ANSWER:
        call = next((e for e in told if e.kind == EventKind.CALLED), None)
        if call is None:
            return ()
        starts = max(call.at, starts)
    stops = [e for e in told if _stops(e, metric) and _is_for(e, metric, course, party)]
    if metric != Metric.RESTORE:
        return (_last_span([], starts, stops, course.ended_at),)
    return (_until_it_lasts(starts, stops, course),)


def _stops(event: Event, metric: Metric) -> bool:
    if mark := _STOPPING_MARK.get(metric):
        return event.kind == EventKind.MARKED and event.mark == mark
    if metric == Metric.FIRST_RESPONSE:
        return event.kind == EventKind.UPDATED
    return metric == Metric.CALL_ANSWER and event.kind == EventKind.ANSWERED


def _is_for(event: Event, metric: Metric, course: Course, party: str) -> bool:
    """Whether a stop is one for the clocks of this party (empty: the client's). What names no party
    is done by whoever holds the record at that moment."""
    if event.party:
        return event.party == party
    if not party or metric not in _OWN:
        return True
    return course.segment_at(event.at).party == party


def _until_it_lasts(start: datetime, stops: list[Event], course: Course) -> Window:
    """Done holds until the record is reopened; what comes then is measured on top."""
    spans: list[Span] = []
    for again in course.reopened_at:
        done = min((e.at for e in stops if e.at < again), default=None)
        if done is not None:
            spans.append((start, max(done, start)))
            start, stops = again, [e for e in stops if e.at >= again]
    return _last_span(spans, start, stops, course.ended_at)


def _last_span(
    before: list[Span], start: datetime, stops: list[Event], ended_at: datetime | None
) -> Window:
    """To the first stop, or to the end of the life where that is earlier or there is none."""
    first = min((e.at for e in stops), default=None)
    is_cut = ended_at is not None and (first is None or ended_at < first)
    stop = ended_at if is_cut else first
    span = (start, None if stop is None else max(stop, start))
    return Window((*before, span), 0, is_cut, _refs([] if is_cut else stops[:1]))


def _rounds(
    told: tuple[Event, ...], start: datetime, ended_at: datetime | None
) -> tuple[Window, ...]:
    words = [e for e in told if e.kind == EventKind.UPDATED and e.at > start]
    words = [e for e in words if ended_at is None or e.at < ended_at]
    windows: list[Window] = []
    because: tuple[str, ...] = ()
    for word in words:
        if word.at > start:
            windows.append(Window(((start, word.at),), len(windows), because=because))
        start, because = word.at, _refs([word])
    last = Window(((start, ended_at),), len(windows), ended_at is not None, because)
    return (*windows, last)


def _refs(events: list[Event]) -> tuple[str, ...]:
    return tuple(e.ref for e in events if e.ref)
