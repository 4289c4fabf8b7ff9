"""What the command and a format of a kind of record agree upon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from core.registry import Registry


class Unreadable(Exception):
    """The file as a whole is none of this format; nothing was written."""


class Outcome(StrEnum):
    """What became of a record of the file."""

    IMPORTED = "imported"
    PRESENT = "present"  # imported before, and the file says the same
    CHANGED = "changed"  # imported before, and the file says something else: left as it is
    REFUSED = "refused"


@dataclass(frozen=True)
class Finding:
    """Something odd about a line of the file, and what was done about it. An error keeps the
    whole record out."""

    line: int
    key: str
    column: str
    value: str
    what: str
    done: str
    is_error: bool = False


@dataclass(frozen=True)
class ImportOptions:
    """What a file cannot say: whose time its clock tells, and where its records belong."""

    zone: ZoneInfo
    country: str
    service: str = ""
    team: str = ""
    currency: str = ""
    actor: Any = None


@dataclass(frozen=True)
class SourceRecord:
    """The lines of one record: numbered cells, as they stand in the file."""

    key: str
    fingerprint: str
    lines: Sequence[tuple[int, list[str]]]


@dataclass
class Batch:
    """What became of some records, in the order of the file."""

    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


class Format(Protocol):
    """One format of one kind of record."""

    def __init__(self, options: ImportOptions) -> None: ...

    def check(self, path: Path) -> int:
        """How many lines of data there are. Unreadable where the file is not of this format."""

    def records(self, path: Path) -> Iterator[SourceRecord]:
        """The records, one after the other: memory does not grow with the file."""

    def bring_in(self, records: Sequence[SourceRecord], *, dry_run: bool) -> Batch:
        """Write what is not there yet, within the transaction that is open; with `dry_run` only
        say what would be done."""


# By "kind/format", such as "incident/servicenow".
FORMATS: Registry[type[Format]] = Registry("import format")
