"""The terms of a contract, one by one, each with the day until which one must have decided.

Every term counts from the contract's own dates, never from what an earlier term became by clamping:
monthly terms that began on the 31st begin on the 31st again wherever there is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile

from people.calendars import Roll, WorkingCalendar
from vendors.enums import Renewal
from vendors.terms.durations import DAY, NO_TIME, Duration, first_day_after, take_off

MOST_TERMS = 1_300
"""More than monthly for a century: whatever asks for more has mistyped a date."""


@dataclass(frozen=True)
class Term:
    """One term, both days included. Notice is in time until `notice_on`; the decision, so much
    earlier as people need to act on it, until `decision_deadline_on`."""

    number: int
    starts_on: date
    ends_on: date
    notice_on: date
    decision_deadline_on: date


@dataclass(frozen=True)
class ContractShape:
    """What a contract says about its time.

    `renewed` is how often it was renewed expressly; automatic renewals need nobody to say so. With
    `on_business_days` notice and decision are due on a business day, the one before where the day
    is none. `last` is the number of the last term where the contract was terminated.
    """

    starts_on: date
    initial_term: Duration
    renewal: str
    renewal_term: Duration = NO_TIME
    notice: Duration = NO_TIME
    lead: Duration = NO_TIME
    calendar: WorkingCalendar | None = None
    on_business_days: bool = False
    renewed: int = 0
    last: int | None = None

    def __post_init__(self) -> None:
        renewal = Renewal(self.renewal)
        if not self.initial_term or self.initial_term.business_days:
            raise ValueError("the initial term lasts days or months")
        if renewal != Renewal.NONE and not self.renewal_term:
            raise ValueError("a renewal lasts some time")
        if self.renewal_term.business_days:
            raise ValueError("a renewal lasts days or months")
        counts_business_days = self.notice.business_days or self.lead.business_days
        if (counts_business_days or self.on_business_days) and self.calendar is None:
            raise ValueError("business days need a calendar")

    @property
    def how_many(self) -> int:
        """How many terms there are, as far as is known."""
        known = {
            Renewal.NONE: 1,
            Renewal.EXPRESS: 1 + self.renewed,
            Renewal.AUTOMATIC: MOST_TERMS,
        }[Renewal(self.renewal)]
        return known if self.last is None else min(known, self.last)


def terms_until(shape: ContractShape, day: date) -> list[Term]:
    """The terms that begin until a day, the first in any case."""
    return list(takewhile(lambda each: each.number == 1 or each.starts_on <= day, _all(shape)))


def nth_term(shape: ContractShape, number: int) -> Term:
    """One term by number, from 1. LookupError where there is no such term."""
    for term in islice(_all(shape), number - 1, number):
        return term
    raise LookupError(f"the contract has no term {number}")


def term_on(shape: ContractShape, day: date) -> Term | None:
    """The term in which a day lies; none before the first and after the last."""
    return next((term for term in _all(shape) if term.starts_on <= day <= term.ends_on), None)


def _all(shape: ContractShape) -> Iterator[Term]:
    starts = _starts(shape)
    start = next(starts)
    for number, following in zip(range(1, shape.how_many + 1), starts, strict=False):
        yield _term(shape, number, start, following - DAY)
        start = following


def _starts(shape: ContractShape) -> Iterator[date]:
    """The first day of each term. Months are counted from the last anchor, so that clamping in one
    month is forgotten in the next; days have nothing to clamp and set a new one."""
    anchor, months = shape.starts_on, 0
    yield anchor
    length = shape.initial_term
    while True:
        months += length.months
        try:
            start = first_day_after(anchor, months)
            if length.days:
                anchor, months = start + length.days * DAY, 0
                start = anchor
        except OverflowError:
            return
        yield start
        length = shape.renewal_term
        if not length:
            return


def _term(shape: ContractShape, number: int, starts_on: date, ends_on: date) -> Term:
    notice_on = _rolled(shape, take_off(ends_on, shape.notice, shape.calendar))
    deadline = _rolled(shape, take_off(notice_on, shape.lead, shape.calendar))
    return Term(number, starts_on, ends_on, notice_on, deadline)


def _rolled(shape: ContractShape, day: date) -> date:
    if not shape.on_business_days or shape.calendar is None:
        return day
    return shape.calendar.roll(day, Roll.PREVIOUS)
