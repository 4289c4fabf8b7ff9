"""Files that people download: the template to fill in, and the rows that were not possible."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from assets.importing.columns import BY_CODE, COLUMNS
from core.querysets import visible_rows
from people.models import Team
from vendors.models import Vendor

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OFFERED = 500  # of teams and vendors
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def template_file(kind: str, user: Any) -> bytes:
    """An empty sheet with our headings; as XLSX with lists to choose from and a sheet that says
    what belongs where."""
    headings = [str(capfirst(column.label)) for column in COLUMNS]
    if kind == "csv":
        return _csv([headings])
    book = openpyxl.Workbook()
    sheet, lists = book.active, book.create_sheet(_("Allowed values"))
    sheet.title = _("Assets")
    sheet.append(headings)
    sheet.freeze_panes = "C2"
    for place, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(14, len(headings[place - 1]) + 4)
        sheet[f"{letter}1"].font = Font(bold=True)
        values = _values_of(column, user)
        told = _("Needed for a new asset.") if column.is_required else ""
        lists.append(_safe([headings[place - 1], " ".join(filter(None, [str(column.help), told]))]))
        lists.append(_safe(["", *values]) if values else [])
        if values:
            row = lists.max_row
            last = get_column_letter(len(values) + 1)
            ranged = f"'{lists.title}'!$B${row}:${last}${row}"
            check = DataValidation(
                "list", formula1=ranged, allow_blank=True, showErrorMessage=False
            )
            sheet.add_data_validation(check)
            check.add(f"{letter}2:{letter}20001")
    for row in lists.iter_rows(min_row=1, max_col=1):
        row[0].font = Font(bold=True)
    lists.column_dimensions["A"].width = 24
    lists.column_dimensions["B"].width = 44
    return _bytes_of(book)


def report_file(kind: str, rows: Iterable[Any], columns: Sequence[str]) -> bytes:
    """Rows that were not possible: line, what is wrong, and their cells, to be mended and given
    again as they are."""
    names = [str(capfirst(BY_CODE[code].label)) for code in columns]
    lines: list[list[Any]] = [[_("Line"), _("What is wrong"), *names]]
    for row in rows:
        wrong = "; ".join(
            f"{capfirst(BY_CODE[code].label)}: {text}" if code in BY_CODE else text
            for code, text in row.errors
        )
        lines.append([row.line, wrong, *(row.cells.get(code, "") for code in columns)])
    if kind == "csv":
        return _csv(lines)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Not possible"))
    sheet.column_dimensions["B"].width = 60
    for line in lines:
        cells = [WriteOnlyCell(sheet, value=_text(value)) for value in line]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
        cells[1].alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)
    return _bytes_of(book)


def _values_of(column: Any, user: Any) -> list[str]:
    if column.choices:
        return [str(label) for label in column.choices.labels]
    if column.code == "owner_team":
        return [team.slug for team in visible_rows(Team, user)[:OFFERED]]
    if column.code == "vendor":
        return [vendor.name for vendor in visible_rows(Vendor, user)[:OFFERED]]
    return []


def _csv(lines: Iterable[Sequence[Any]]) -> bytes:
    """With the mark by which Excel knows UTF-8, and nothing that it would calculate."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for line in lines:
        writer.writerow(_safe(line))
    return out.getvalue().encode("utf-8-sig")


def _safe(line: Sequence[Any]) -> list[Any]:
    return [
        f"'{value}" if isinstance(value, str) and value.startswith(_DANGEROUS) else value
        for value in line
    ]


def _text(value: Any) -> Any:
    """What XLSX can hold: no control characters."""
    if not isinstance(value, str):
        return value
    return "".join(char if char >= " " or char in "\t\n" else "\ufffd" for char in value)


def _bytes_of(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
