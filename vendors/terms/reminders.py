"""When somebody is reminded that a decision about a contract is due."""

from datetime import date

REMINDER_DAYS = (180, 90, 60, 30, 14, 7, 1)
"""So many days before the decision deadline."""


def due_reminders(deadline: date, known_on: date, today: date) -> list[int]:
    """Which reminders are due by today, the latest last.

    Of those that were due when the term became known, only the latest is: seven messages at once
    remind nobody. None after the deadline.
    """
    if today > deadline:
        return []
    left, then = (deadline - today).days, (deadline - known_on).days
    due = [days for days in REMINDER_DAYS if days >= left]
    missed = [days for days in due if days >= then]
    return due[len(missed) - 1 :] if missed else due
