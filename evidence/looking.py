"""Reading exception reports by the page: how many a report has found, and so many of them."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.period import Period

COUNTED = 999
"""No further: more of these is another matter than their number."""
PAGE = 50


@dataclass(frozen=True)
class Look:
    """A page of what a report found; `following` is where the next one begins, 0 at the end."""

    found: list[Found]
    following: int


def count(report: ExceptionReport, period: Period, user: Any) -> int:
    """How many there are, up to 1,000."""
    if report.rows is not None:
        return report.rows(period, user).order_by()[: COUNTED + 1].count()
    return len(list(islice(report.find(period, user), COUNTED + 1)))


def counted(number: int) -> str:
    return f"{COUNTED}+" if number > COUNTED else str(number)


def counts(period: Period, user: Any) -> list[tuple[ExceptionReport, int]]:
    """Every report with its number: one query each."""
    return [(report, count(report, period, user)) for _name, report in EXCEPTION_REPORTS]


def look(report: ExceptionReport, period: Period, user: Any, after: int = 0) -> Look:
    """The next ones after a place: a row's key where the database finds them, else a number."""
    if report.rows is None or report.tell is None:
        found = list(islice(report.find(period, user), after, after + PAGE + 1))
        return Look(found[:PAGE], after + PAGE if len(found) > PAGE else 0)
    rows = report.rows(period, user).filter(pk__gt=after).order_by("pk")
    page = list(rows[: PAGE + 1])
    return Look(report.tell(page[:PAGE]), page[PAGE - 1].pk if len(page) > PAGE else 0)
