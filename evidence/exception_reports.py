"""What makes an auditor write a finding, looked for before the auditor does. Apps register theirs
in `apps.py::ready`; packs and the page of exceptions show them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.registry import Registry
from evidence.period import Period
from evidence.populations import Text


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
    """One question of an auditor, answered for a period for what somebody may see."""

    name: str
    title: Text
    meaning: Text
    find: Callable[[Period, Any], Iterable[Found]]
    """(period, user) -> what was found, oldest first; judged by business time."""


EXCEPTION_REPORTS: Registry[ExceptionReport] = Registry("exception report")
