"""What makes an auditor write a finding, looked for before the auditor does. Apps register theirs
in `apps.py::ready`; packs and the page of exceptions show them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db.models import Model, QuerySet

from audit.models import LedgerEntry
from core.registry import Registry
from evidence.period import Period
from evidence.populations import Text

CHUNK = 500
LATE = timedelta(days=1)
"""Told so long after it happened, a row comes from an import or the demo world."""


@dataclass(frozen=True)
class Found:
    """One exception: which record, when, what is wrong in words, and where to look."""

    reference: str
    at: datetime | None
    text: Text
    url: str = ""
    told_late: bool = False
    """Whether the record was written long after what it tells (imports): labelled, no finding."""


@dataclass(frozen=True)
class ExceptionReport:
    """One question of an auditor, answered for a period for what somebody may see.

    Where the database finds them, `rows` gives the rows by primary key and `tell` what is wrong
    with each of a chunk, in as many queries for one as for many: `report_on` makes such a report.
    """

    name: str
    title: Text
    meaning: Text
    find: Callable[[Period, Any], Iterable[Found]]
    """(period, user) -> what was found, oldest first; judged by business time."""
    rows: Callable[[Period, Any], QuerySet[Any]] | None = None
    tell: Callable[[list[Any]], list[Found]] | None = None


EXCEPTION_REPORTS: Registry[ExceptionReport] = Registry("exception report")


def report_on(
    name: str,
    title: Text,
    meaning: Text,
    *,
    rows: Callable[[Period, Any], QuerySet[Any]],
    tell: Callable[[list[Any]], list[Found]],
) -> ExceptionReport:
    """A report whose rows the database finds."""

    def find(period: Period, user: Any) -> Iterator[Found]:
        found = rows(period, user).order_by("pk")
        for chunk in batched(found.iterator(chunk_size=CHUNK), CHUNK):
            yield from tell(list(chunk))

    return ExceptionReport(name, title, meaning, find, rows, tell)


def marked_late(found: list[Found], model: type[Model], keys: list[Any]) -> list[Found]:
    """The same, each labelled where the ledger first saw its row (by key, one for each) long after
    what it tells; one query for all."""
    first = LedgerEntry.objects.filter(
        relation=model._meta.db_table, key__in=[str(key) for key in keys], sequence=1
    )
    written = dict(first.values_list("key", "at"))
    return [
        replace(one, told_late=_is_late(one.at, written.get(str(key))))
        for one, key in zip(found, keys, strict=True)
    ]


def _is_late(at: datetime | None, written_at: datetime | None) -> bool:
    return bool(at and written_at and written_at - at > LATE)
