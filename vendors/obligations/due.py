"""When an obligation is due: pure, days and calendar passed in, so that a day stays as it was.

Every day counts from the first, never from what an earlier one became: what is due on the 31st is
due on the last day of shorter months and on the 31st again after them.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from people.calendars import Roll, WorkingCalendar
from vendors.enums import Renewal
from vendors.obligations.enums import Recurrence
from vendors.terms import ContractShape, nth_term

MONTHS = {
    Recurrence.ONCE: 0,
    Recurrence.MONTHLY: 1,
    Recurrence.QUARTERLY: 3,
    Recurrence.HALF_YEARLY: 6,
    Recurrence.YEARLY: 12,
}
MOST_TASKS = 1_300
"""More than monthly for a century."""


@dataclass(frozen=True)
class Due:
    """One time that it is due: the day that the contract means and the working day before it."""

    number: int
    nominal_on: date
    due_on: date


def due_days(
    first: date,
    recurrence: str,
    until: date,
    calendar: WorkingCalendar | None = None,
) -> Iterator[Due]:
    """Each time from the first day until another one, both included. With a calendar what falls on
    a closed day is due on the working day before, which is never past the end."""
    step = MONTHS[Recurrence(recurrence)]
    for number in range(1, MOST_TASKS + 1):
        try:
            nominal = _months_on(first, step * (number - 1))
        except OverflowError:
            return
        if nominal > until:
            return
        rolled = nominal if calendar is None else calendar.roll(nominal, Roll.PREVIOUS)
        yield Due(number, nominal, rolled)
        if not step:
            return


def last_day(shape: ContractShape) -> date | None:
    """The day on which a contract ends as far as is known; none while it renews by itself."""
    if shape.renewal == Renewal.AUTOMATIC and shape.last is None:
        return None
    return nth_term(shape, shape.how_many).ends_on


def _months_on(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError("beyond the years of the calendar")
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
