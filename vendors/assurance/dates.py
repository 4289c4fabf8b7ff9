"""When something is due again: a year later, a day that there is."""

from datetime import date

from vendors.terms import first_day_after

MONTHS = 12
SOON = 30
"""So many days before it is due a review is announced."""


def a_year_after(day: date) -> date:
    """The same day a year later; 1 March after 29 February."""
    return first_day_after(day, MONTHS)
