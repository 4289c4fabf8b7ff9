"""Lives to try the replay on: made up by Hypothesis, or written down event by event."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from sla.enums import AgreementKind, EventKind, MarkKind, Metric
from sla.replay import ROUND_THE_CLOCK, AgreedVersion, Event

NINE = datetime(2022, 10, 28, 9, tzinfo=ZoneInfo("America/Mexico_City")).astimezone(UTC)
"""A Friday; on the Sunday Mexico set its clocks back for the last time."""
HOUR = timedelta(hours=1)
TEAMS, VENDORS, PRIORITIES = ("l1", "l2"), ("acquirer", "switch"), (1, 2, 3)


@dataclass(frozen=True)
class OpenTimes:
    """A calendar by its open times, one after the other; naive, to be plainly right."""

    spans: tuple[tuple[datetime, datetime], ...]

    def between(self, start, end):
        parts = (min(end, b) - max(start, a) for a, b in self.spans)
        return sum((p for p in parts if p > timedelta()), timedelta())

    def add(self, start, duration):
        if not duration:
            return start
        for a, b in self.spans:
            first = max(start, a)
            if b <= first:
                continue
            if duration <= b - first:
                return first + duration
            duration -= b - first
        raise ValueError("not within these times")


def office_hours(zone="America/Mexico_City", days=60):
    """Weekdays 09:00 to 13:00 and 14:00 to 18:00 as clocks there show it."""
    first = NINE.astimezone(ZoneInfo(zone)).date() - timedelta(days=3)
    spans = [
        tuple(datetime.combine(day, time(h), ZoneInfo(zone)).astimezone(UTC) for h in hours)
        for day in (first + timedelta(days=n) for n in range(days))
        if day.weekday() < 5
        for hours in ((9, 13), (14, 18))
    ]
    return OpenTimes(tuple(spans))


OFFICE, ELSEWHERE = office_hours(), office_hours("Europe/Madrid")
CALENDARS = (ROUND_THE_CLOCK, OFFICE, ELSEWHERE)


def agreed(key="gold/1", kind=AgreementKind.SLA, working=ROUND_THE_CLOCK, hours=4, **more):
    """All metrics at all priorities; a priority below the first gets so many times the time."""
    targets = {(m, p): p * hours * HOUR for m in Metric for p in PRIORITIES}
    return AgreedVersion(key, kind, more.pop("targets", targets), working=working, **more)


def agreements(working=ROUND_THE_CLOCK, hours=4):
    """The client's in two versions, one for each team and vendor: all in one calendar."""
    parties = [(AgreementKind.OLA, t) for t in TEAMS] + [(AgreementKind.UC, v) for v in VENDORS]
    versions = [
        agreed("gold/1", working=working, hours=hours),
        agreed("gold/2", working=working, hours=2 * hours),
        *(agreed(f"{p}/1", kind, working, hours, party=p) for kind, p in parties),
    ]
    return {version.key: version for version in versions}


def told(kind, after=timedelta(), known_after=timedelta(), **facts):
    """An event so long after the opening, which became known so long after it happened."""
    return Event(kind, NINE + after, NINE + after + known_after, **facts)


def opened(priority=1, team="l1", *applying):
    """What the first moment of a record tells."""
    names = applying or ("gold/1", *(f"{p}/1" for p in TEAMS + VENDORS))
    return [
        told(EventKind.OPENED),
        told(EventKind.ASSIGNED, party=team),
        told(EventKind.PRIORITIZED, priority=priority),
        *(told(EventKind.AGREED, agreement=n.split("/")[0], version=n) for n in names),
    ]


minutes = st.integers(0, 14 * 24 * 60).map(lambda m: timedelta(minutes=m))
moments = st.one_of(minutes, st.integers(0, 10**12).map(lambda us: timedelta(microseconds=us)))
delays = st.one_of(st.just(timedelta()), minutes)


@st.composite
def an_event(draw):
    kind = draw(st.sampled_from([k for k in EventKind if k != EventKind.OPENED]))
    facts = {}
    if kind == EventKind.ASSIGNED:
        facts = {"party": draw(st.sampled_from(["", *TEAMS]))}
    elif kind == EventKind.WAITED_FOR_VENDOR:
        facts = {"party": draw(st.sampled_from(VENDORS))}
    elif kind == EventKind.PRIORITIZED:
        facts = {"priority": draw(st.sampled_from(PRIORITIES))}
    elif kind == EventKind.AGREED:
        facts = {"agreement": "gold", "version": draw(st.sampled_from(["gold/1", "gold/2"]))}
    elif kind == EventKind.MARKED:
        facts = {"mark": draw(st.sampled_from(MarkKind))}
    event = told(kind, draw(moments), draw(delays), **facts)
    if draw(st.integers(0, 4)) == 0:
        event = replace(event, superseded_at=event.known_at + draw(delays) + timedelta(seconds=1))
    return event


@st.composite
def lives(draw, at_most=14):
    """Any life: contradictions, ties, corrections and facts learnt late among them."""
    events = [*opened(), *draw(st.lists(an_event(), max_size=at_most))]
    return [replace(event, ref=f"e{n}") for n, event in enumerate(events)]


later = moments.map(lambda after: NINE + after + timedelta(microseconds=1))
