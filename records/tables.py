"""Writes rows as CSV, XLSX or JSON Lines. No spreadsheet runs what somebody typed as a formula."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

LONGEST_CELL = 32_767  # what XLSX allows
XLSX_ROWS = 100_000  # beyond, a workbook opens slowly or not at all
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class TableFormat(models.TextChoices):
    """What a list can be taken away as."""

    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel (XLSX)")
    JSONL = "jsonl", _("JSON Lines")


CONTENT_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.JSONL: "application/jsonl; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet could take for a formula gets an apostrophe before it (OWASP, CSV
    injection); numbers, days and moments stay as they are."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.startswith(_FORMULA) else value


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180) with a mark by which Excel knows that it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def json_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The rows after the first as one JSON object a line, named by the first; moments and days as
    ISO 8601."""
    rows = iter(rows)
    names = [str(name) for name in next(rows)]
    for row in rows:
        told = dict(zip(names, row, strict=True))
        yield json.dumps(told, ensure_ascii=False, default=_as_text) + "\n"


def write_table(rows: Iterable[Iterable[Any]], form: str, into: IO[bytes]) -> None:
    """Writes all rows into a binary file, holding none of them in memory."""
    if form in LINES:
        for line in LINES[TableFormat(form)](rows):
            into.write(line.encode())
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_for_xlsx(safe_cell(value)) for value in row])
    book.save(into)


LINES = {TableFormat.CSV: csv_lines, TableFormat.JSONL: json_lines}
"""The formats that are made line by line, and can be sent while they are made."""


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _for_xlsx(value: Any) -> Any:
    """XML holds no control characters, and Excel no cells beyond its limit."""
    if not isinstance(value, str):
        return value
    return "".join(c for c in value[:LONGEST_CELL] if c >= " " or c in "\t\n\r")
