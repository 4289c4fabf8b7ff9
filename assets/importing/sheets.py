"""Reads CSV and XLSX files as people's spreadsheets write them: lines of text, nothing more.

Whatever a file claims to be, what comes out is at most 20,000 lines of at most 40 cells of text.
"""

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from assets.importing.columns import BY_CODE, column_named
from records.file_types import inspect_upload

MAX_BYTES = 10 * 2**20
MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_CELL = 2_000
MAX_LINES = 3 * MAX_ROWS  # with the empty ones between them

# Beside the codes of columns: what stood in a row beyond the last heading.
BEYOND = "beyond"


@dataclass(frozen=True)
class Sheet:
    """What a file says: its columns by code, and its lines of cells by column."""

    name: str
    sha256: str
    read_as: str
    columns: list[str]
    left_out: list[str]
    rows: list[tuple[int, dict[str, str]]] = field(repr=False)


def read_sheet(name: str, data: bytes) -> Sheet:
    """The file's lines. ValidationError with what a person can mend where it cannot be read."""
    if len(data) > MAX_BYTES:
        raise ValidationError(_("The file is larger than 10 MB. Split it."))
    told = inspect_upload(name, data)
    if told.name.lower().endswith(".csv"):
        lines, read_as = _csv_lines(data)
    elif told.name.lower().endswith(".xlsx"):
        lines, read_as = _xlsx_lines(data), "XLSX"
    else:
        raise ValidationError(_("Give a CSV or XLSX file."))
    numbered = _filled(lines)
    line, headings = next(numbered, (0, []))
    if not line:
        raise ValidationError(_("The file is empty."))
    columns, left_out = _columns(headings)
    rows = []
    for line, cells in numbered:
        if len(rows) == MAX_ROWS:
            raise ValidationError(_("The file has more than 20,000 rows. Split it."))
        rows.append((line, _row(headings, columns, cells)))
    if not rows:
        raise ValidationError(_("The file has headings, but no rows."))
    taken = [code for code in columns.values() if code]
    sha256 = hashlib.sha256(data).hexdigest()
    return Sheet(told.name, sha256, read_as, taken, left_out, rows)


def _filled(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something."""
    for line, cells in lines:
        if line > MAX_LINES:
            raise ValidationError(_("The file has too many empty rows. Delete them."))
        if any(cell.strip() for cell in cells):
            yield line, [_UNSTORABLE.sub("\ufffd", cell) for cell in cells]


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _columns(headings: list[str]) -> tuple[dict[int, str], list[str]]:
    """Column codes by place, and the headings that lists show but no import takes."""
    columns: dict[int, str] = {}
    left_out, unknown = [], []
    for place, heading in enumerate(headings):
        if not heading.strip():
            continue
        column = column_named(heading)
        if column is None:
            unknown.append(heading.strip()[:60])
        elif column.code not in BY_CODE:
            left_out.append(heading.strip()[:100])
        elif column.code in columns.values():
            raise ValidationError(_("The column “%s” stands twice.") % heading.strip()[:60])
        else:
            columns[place] = column.code
    if unknown:
        raise ValidationError(
            _(
                "These columns are not known: %s. "
                "The first line must hold the headings of the template."
            )
            % ", ".join(f"“{name}”" for name in unknown[:10])
        )
    if not {"name", "reference"} & set(columns.values()):
        raise ValidationError(_("A column “name” or “reference” is needed."))
    return columns, left_out


def _row(headings: list[str], columns: dict[int, str], cells: list[str]) -> dict[str, str]:
    row = {code: cells[place] if place < len(cells) else "" for place, code in columns.items()}
    row = {code: text[: MAX_CELL + 1] for code, text in row.items()}
    # As an unquoted separator makes them: the cells after it stand in the wrong columns.
    if beyond := [cell for cell in cells[len(headings) :] if cell.strip()]:
        row[BEYOND] = " ".join(beyond)[:100]
    return row


def _csv_lines(data: bytes) -> tuple[Iterator[tuple[int, list[str]]], str]:
    text, encoding = _decoded(data)
    separator, text = _separator(text)
    names = {";": _("semicolon"), ",": _("comma"), "\t": _("tab"), "|": "|"}
    return _csv_rows(text, separator), f"CSV, {encoding}, {names[separator]}"


def _csv_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1  # a quoted cell may go over several lines: where it begins
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            told = _("Line %d cannot be read: is a quotation mark not closed?") % line
            raise ValidationError(told) from error
        yield line, cells[: MAX_COLUMNS + 20]


def _decoded(data: bytes) -> tuple[str, str]:
    """UTF-8 where it is; otherwise what Windows writes in Western Europe and the Americas."""
    marks = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    marked = next((code for mark, code in marks.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), encoding.upper()
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("The file's encoding is not known. Save it as CSV UTF-8."))


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without Excel's own word for it (`sep=;`). The first line has
    our headings: whatever splits it into most of them is right."""
    first, _line_end, rest = text.partition("\n")
    told = first.strip().strip('"').lower()
    if told.startswith("sep=") and told[4:] in (";", ",", "|", ""):
        return told[4:] or "\t", "\n" + rest  # so that the lines keep their numbers

    def known(separator: str) -> int:
        names = next(csv.reader([first.strip()], delimiter=separator), [])
        return sum(column_named(name) is not None for name in names)

    return max(";,\t|", key=known), text


def _xlsx_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet. `inspect_upload` has looked at what it unpacks to."""
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=False, keep_links=False
        )
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a file may claim any
        for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 20), 1):
            yield line, [_cell_text(cell) for cell in cells]
    except (*_DAMAGED, InvalidFileException) as error:
        raise ValidationError(_("The XLSX file is damaged. Save it anew.")) from error


# What openpyxl raises over files that only look like XLSX.
_DAMAGED = (
    *(zipfile.BadZipFile, EOFError, zlib.error, ParseError, DefusedXmlException),
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError, OSError),
)


def _cell_text(cell: Any) -> str:
    """A cell as text. A formula keeps its sign; text that only looks like one is marked."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return str(getattr(value, "text", value) or "=")
    if cell.data_type == "e":
        return f"={value}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if looks_like_a_formula(text) else text


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate it."""
    return _FORMULA.match(text) is not None


_FORMULA = re.compile(r"\s*(?:[=@]|[-+](?=.*[|!(@]))", re.S)
