"""The terms of the law for requests of data subjects. Pure; days are passed in."""

from datetime import date

from people.calendars import WorkingCalendar
from people.enums import Country

ANSWER_DAYS, EXECUTE_DAYS = 20, 15
"""Business days, each extendable once by as many (LFPDPPP, in force since 2025, article 31)."""


def answer_due(received_on: date, *, extended: bool = False) -> date:
    """The last day to answer; the day of receipt does not count."""
    return _calendar().add_business_days(received_on, ANSWER_DAYS * (1 + extended))


def execute_due(answered_on: date, *, extended: bool = False) -> date:
    """The last day to carry out what was granted."""
    return _calendar().add_business_days(answered_on, EXECUTE_DAYS * (1 + extended))


def _calendar() -> WorkingCalendar:
    return WorkingCalendar.of_country(Country.MX)
