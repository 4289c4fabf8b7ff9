"""Working calendars of `people` as the clocks count with them.

An agreement names a calendar in use, of which everything past stays as it was: its weeks begin on
days to come and only those are closed. So what a version measured never changes with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from people.calendar_reading import working_calendar
from people.calendars import WorkingCalendar
from people.models import WorkCalendar
from people.working_time import add_working_time, begins_at, working_time_between
from sla.replay import ROUND_THE_CLOCK, WorkingTime


@dataclass(frozen=True)
class CalendarTime:
    """The `WorkingTime` of a calendar. Before its first week nobody worked by it: none counts."""

    calendar: WorkingCalendar

    @cached_property
    def _begins_at(self) -> datetime:
        return begins_at(self.calendar)

    def between(self, start: datetime, end: datetime) -> timedelta:
        if end <= self._begins_at:
            return timedelta()
        return working_time_between(self.calendar, max(start, self._begins_at), end)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        if not duration:
            return start
        return add_working_time(self.calendar, max(start, self._begins_at), duration)


def time_of(calendar: WorkCalendar | None) -> WorkingTime:
    """What a version counts with; around the clock without a calendar. Prefetch its weeks and
    closing days where there are several."""
    return CalendarTime(working_calendar(calendar)) if calendar else ROUND_THE_CLOCK
