"""Rows of a CSV file, each a record by itself: what is wrong with one keeps no other out.

What is odd is told in the language that is active: the command's is English, a page's its reader's.
"""

import csv
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.errors import Refused
from records.importing import Batch, Finding, ImportOptions, Outcome, SourceRecord, Unreadable

MOST_CELL = 1_000  # characters


class Wrong(Exception):
    """Of a row: the column, and what is wrong with it."""


class CsvRows(ABC):
    """A CSV file in UTF-8 whose heading names the columns. A second run of the same file changes
    nothing."""

    kind: ClassVar[str]  # of which records it is, such as "invoice"
    columns: ClassVar[tuple[str, ...]]
    named_by: ClassVar[str]  # the column by which people know a row again
    must: ClassVar[str]  # the column that a refusal of the service is told at

    def __init__(self, options: ImportOptions) -> None:
        self.actor = options.actor
        self._seen: dict[tuple[Any, ...], int] = {}

    def check(self, path: Path) -> int:
        """How many rows there are. Unreadable where columns are missing or it is no CSV."""
        return sum(1 for _row in self.records(path))

    def records(self, path: Path) -> Iterator[SourceRecord]:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from self._read(csv.reader(file, strict=True))
        except UnicodeDecodeError:
            raise Unreadable(_("it is not UTF-8")) from None
        except (OSError, csv.Error) as error:
            raise Unreadable(str(error)) from error

    def _read(self, rows: Any) -> Iterator[SourceRecord]:
        heading = [name.strip().lower() for name in next(rows, [])]
        if missing := [name for name in self.columns if name not in heading]:
            raise Unreadable(_("no column %(names)s") % {"names": ", ".join(missing)})
        where = [heading.index(name) for name in self.columns]
        for cells in rows:
            if any(cell.strip() for cell in cells):
                told = [cells[at] if at < len(cells) else "" for at in where]
                digest = hashlib.sha256("\0".join(told).encode()).hexdigest()
                yield SourceRecord(told[0].strip(), digest, [(rows.line_num, told)])

    def bring_in(self, records: Sequence[SourceRecord], *, dry_run: bool) -> Batch:
        batch = Batch()
        for record in records:
            line, cells = record.lines[0]
            row = dict(zip(self.columns, map(_plain, cells), strict=True))
            try:
                outcome = self._bring_in(line, row, dry_run)
            except Wrong as wrong:
                column, what = wrong.args
                finding = Finding(line, row[self.named_by], column, row.get(column, ""), what,
                                  _("left out"), is_error=True)  # fmt: skip
                batch.findings.append(finding)
                outcome = Outcome.REFUSED
            batch.outcomes.append(outcome)
        return batch

    def _bring_in(self, line: int, row: dict[str, str], dry_run: bool) -> Outcome:
        facts = self.facts_of(row)
        first = self._seen.setdefault(self.key_of(facts), line)
        if first != line:
            raise Wrong(self.named_by, _("it stands on line %(line)s too") % {"line": first})
        if found := self.find(facts):
            if any(getattr(found, name) != value for name, value in facts.items()):
                raise Wrong(self.named_by, self.says_otherwise(found))
            return Outcome.PRESENT
        if not dry_run:
            self._write(facts)
        return Outcome.IMPORTED

    def _write(self, facts: dict[str, Any]) -> None:
        try:
            self.write(facts)
        except ValidationError as error:
            told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            column, texts = next(iter(told.items()))
            raise Wrong(column, " ".join(map(str, texts))) from error
        except Refused as error:
            raise Wrong(self.must, str(error)) from error

    @abstractmethod
    def facts_of(self, row: dict[str, str]) -> dict[str, Any]:
        """What the row says, as the service takes it. Wrong where it says nothing sensible."""

    @abstractmethod
    def key_of(self, facts: dict[str, Any]) -> tuple[Any, ...]:
        """What no other row of the file may say too."""

    @abstractmethod
    def find(self, facts: dict[str, Any]) -> Any:
        """The record that is here already, or None."""

    @abstractmethod
    def says_otherwise(self, found: Any) -> str:
        """What is told where the record that is here differs from the row."""

    @abstractmethod
    def write(self, facts: dict[str, Any]) -> None:
        """Make the record by its service."""


def one_of(rows: Any, row: dict[str, str], column: str, *names: str) -> Any:
    """The record that a cell names by one of its fields."""
    for name in names:
        if row[column] and (found := rows.filter(**{f"{name}__iexact": row[column]}).first()):
            return found
    raise Wrong(column, _("there is none of this name"))


def choice_of(choices: Any, row: dict[str, str], column: str, default: str) -> str:
    said = row[column].lower() or default
    if said not in choices.values:
        raise Wrong(column, _("none of %(choices)s") % {"choices": ", ".join(choices.values)})
    return str(said)


def number_of(row: dict[str, str], column: str, nothing: str) -> Decimal:
    """A number above nothing; `nothing` is what is told of others."""
    try:
        number = Decimal(row[column].replace(",", ""))
    except InvalidOperation:
        raise Wrong(column, _("no number, such as 1500.00")) from None
    if not number.is_finite():
        raise Wrong(column, _("no number, such as 1500.00"))
    if number <= 0:
        raise Wrong(column, nothing)
    return number


def day_of(row: dict[str, str], column: str) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise Wrong(column, _("no day, such as 2026-01-31")) from None


def _plain(cell: str) -> str:
    """One line with single spaces, nothing that does not print."""
    shown = "".join(char if char.isprintable() else " " for char in cell[:MOST_CELL])
    return " ".join(shown.split())
