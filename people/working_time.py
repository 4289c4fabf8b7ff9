"""How much working time lies between two moments, and when so much of it is over. Pure.

Open time is ranges of whole microseconds, for each year computed once per calendar, so that a
question costs a look-up and a long term does not cost more than a short one. The database answers
the same questions from the same ranges (`people/working_time_sql.py`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate

from people.calendars import DAY, WorkingCalendar, reached_at, zone_named

type Span = tuple[datetime, datetime]
"""Open from the first moment until just before the second, in UTC."""

YEARS = range(1990, 2101)
"""Of other years a calendar says nothing: the holidays are not known."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
KEPT = 512  # calendars times years that are held in memory


@dataclass(frozen=True)
class OpenYear:
    """The open time of the days of one year: where each range starts and ends, in order and apart,
    in microseconds since 1970; `covers` is from the year's first midnight until the next one's."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    covers: tuple[int, int]

    @cached_property
    def sums(self) -> tuple[int, ...]:
        """How much was open when each range ends."""
        pairs = zip(self.starts, self.ends, strict=True)
        return tuple(accumulate(end - start for start, end in pairs))

    @property
    def total(self) -> int:
        return self.sums[-1] if self.sums else 0

    def until(self, at: int) -> int:
        """How much of it lies before a moment."""
        n = bisect_right(self.starts, at) - 1
        return 0 if n < 0 else self.sums[n] - max(self.ends[n] - at, 0)

    def earliest(self, worked: int) -> int:
        """The first moment at which so much (more than nothing) is over."""
        n = bisect_left(self.sums, worked)
        return self.ends[n] - (self.sums[n] - worked)

    def latest(self, worked: int) -> int:
        """The last moment at which no more than so much (less than all) is over."""
        n = bisect_right(self.sums, worked)
        return self.ends[n] - (self.sums[n] - worked)


@lru_cache(maxsize=KEPT)
def open_year(calendar: WorkingCalendar, year: int) -> OpenYear:
    """The open time of the days of a year, each in the time zone of its version."""
    first = max(date(year, 1, 1), _first_day(calendar))
    ranges: list[list[int]] = []
    day = first
    while day.year == year:
        for start, end in _open_on(calendar, day):
            if ranges and ranges[-1][1] >= start:
                ranges[-1][1] = max(ranges[-1][1], end)
            elif end > start:
                ranges.append([start, end])
        day += DAY
    covers = (_begins(calendar, first), _begins(calendar, date(year + 1, 1, 1)))
    return OpenYear(tuple(r[0] for r in ranges), tuple(r[1] for r in ranges), covers)


def working_time_between(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; negative where the end comes first.

    ValueError before the calendar begins, and outside of `YEARS`.
    """
    if end < start:
        return -working_time_between(calendar, end, start)
    first, last = _count(start), _count(end)
    years = _years(calendar, first, last)
    return sum((year.until(last) - year.until(first) for year in years), 0) * MICROSECOND


def add_working_time(calendar: WorkingCalendar, start: datetime, duration: timedelta) -> datetime:
    """The first moment, in UTC, by which so much working time is over since another one.

    Negative: the last moment from which it still is so much until then. None at all gives the
    moment back, open or not. ValueError where the calendar has not that much working time.
    """
    at, left = _count(start), duration // MICROSECOND
    for year in _years(calendar, at, None if left > 0 else at, backwards=left < 0):
        if left == 0:
            break
        worked = year.until(at)
        if left > 0 and worked + left <= year.total:
            return _moment(year.earliest(worked + left))
        if left < 0 and worked + left >= 0:
            return _moment(year.latest(worked + left))
        left += -(year.total - worked) if left > 0 else worked
    if left:
        raise ValueError(f"there is no {duration} of working time from {start}")
    return _moment(at)


def is_open(calendar: WorkingCalendar, moment: datetime) -> bool:
    """Whether people work at a moment."""
    at = _count(moment)
    return any(year.until(at + 1) > year.until(at) for year in _years(calendar, at, at))


def next_opening(calendar: WorkingCalendar, moment: datetime) -> datetime:
    """The moment itself, in UTC, where people work then, else the next one at which they begin.

    ValueError where they never do.
    """
    at = _count(moment)
    for year in _years(calendar, at, None):
        if (worked := year.until(at)) < year.total:
            return _moment(max(at, year.latest(worked)))
    raise ValueError(f"there is no working time after {moment}")


def open_spans(calendar: WorkingCalendar, start: datetime, end: datetime) -> Iterator[Span]:
    """The open time between two moments, range by range; a new year parts none."""
    first, last = _count(start), _count(end)
    held: tuple[int, int] | None = None
    for year in _years(calendar, first, last):
        for one, other in zip(year.starts, year.ends, strict=True):
            opens, closes = max(one, first), min(other, last)
            if opens >= closes:
                continue
            if held is not None and held[1] == opens:
                held = held[0], closes
                continue
            if held is not None:
                yield _moment(held[0]), _moment(held[1])
            held = opens, closes
    if held is not None:
        yield _moment(held[0]), _moment(held[1])


def begins_at(calendar: WorkingCalendar) -> datetime:
    """The first moment of which the calendar says something."""
    return _moment(_begins(calendar, _first_day(calendar)))


def moments_of(year: OpenYear) -> tuple[list[Span], Span]:
    """The open ranges of a year and what it covers, as moments."""
    spans = [(_moment(a), _moment(b)) for a, b in zip(year.starts, year.ends, strict=True)]
    return spans, (_moment(year.covers[0]), _moment(year.covers[1]))


def _open_on(calendar: WorkingCalendar, day: date) -> Iterator[tuple[int, int]]:
    if calendar.is_closed(day):
        return
    position = calendar.version_on(day)
    hours = calendar.versions[position]
    zone, midnight = zone_named(hours.zone), datetime.combine(day, time())
    # Where a version changes the time zone, its first midnight parts the two.
    low = _begins(calendar, max(hours.starts_on, date(YEARS[0], 1, 1)))
    later = calendar.versions[position + 1 : position + 2]
    high = _begins(calendar, later[0].starts_on) if later else None
    for opens, closes in hours.by_day[day.weekday()]:
        start = _count(reached_at(midnight + timedelta(minutes=opens), zone))
        end = _count(reached_at(midnight + timedelta(minutes=closes), zone))
        yield max(start, low), end if high is None else min(end, high)


def _begins(calendar: WorkingCalendar, day: date) -> int:
    zone = zone_named(calendar.versions[calendar.version_on(day)].zone)
    return _count(reached_at(datetime.combine(day, time()), zone))


def _years(
    calendar: WorkingCalendar, first: int, last: int | None, *, backwards: bool = False
) -> Iterator[OpenYear]:
    """The years whose days could hold moments from one until another (until the last that is
    known where that is open, since the first where it goes backwards)."""
    if first < _begins(calendar, _first_day(calendar)):
        raise ValueError(f"the calendar says nothing of {_moment(first)}")
    # A day begins up to fourteen hours before or after it does in UTC.
    low = _known(_moment(first - DAY // MICROSECOND).year, _moment(first).year)
    high = YEARS[-1]
    if last is not None:
        high = _known(_moment(last + DAY // MICROSECOND).year, _moment(last).year)
    earliest = _first_day(calendar).year
    years = range(high, earliest - 1, -1) if backwards else range(max(low, earliest), high + 1)
    return (open_year(calendar, year) for year in years)


def _known(year: int, own: int) -> int:
    if own not in YEARS:
        raise ValueError(f"of {own} the holidays are not known")
    return min(max(year, YEARS[0]), YEARS[-1])


def _first_day(calendar: WorkingCalendar) -> date:
    return max(calendar.versions[0].starts_on, date(YEARS[0], 1, 1))


def _count(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return (moment - EPOCH) // MICROSECOND


def _moment(count: int) -> datetime:
    return EPOCH + count * MICROSECOND
