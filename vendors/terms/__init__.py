"""What a contract's dates are: how long its terms last and until when one must have decided.

Pure: days and calendars are passed in, nothing is read and no clock is asked, so that a date that
was right once stays as it is.
"""

from vendors.terms.chain import ContractShape, Term, nth_term, term_on, terms_until
from vendors.terms.durations import (
    NO_TIME,
    Duration,
    first_day_after,
    fits_into,
    read_duration,
    take_off,
)
from vendors.terms.reminders import REMINDER_DAYS, due_reminders

__all__ = [
    "NO_TIME",
    "REMINDER_DAYS",
    "ContractShape",
    "Duration",
    "Term",
    "due_reminders",
    "first_day_after",
    "fits_into",
    "nth_term",
    "read_duration",
    "take_off",
    "term_on",
    "terms_until",
]
