"""When access is reviewed: every six calendar months. Pure; days are passed in."""

from calendar import monthrange
from datetime import date, timedelta

MONTHS = 6
"""PCI DSS 7.2.4: at least once every six months, which are calendar months."""
ANNOUNCED_BEFORE = timedelta(days=14)
DECIDED_WITHIN = timedelta(days=30)
REMINDED_BEFORE = timedelta(days=7)
ESCALATED_AFTER = timedelta(days=7)
REMOVED_WITHIN = timedelta(days=5)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def next_start(last_extracted_on: date) -> date:
    """The last day on which the next list has to be taken."""
    return months_later(last_extracted_on, MONTHS)
