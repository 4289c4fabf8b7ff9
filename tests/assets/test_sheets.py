"""Files as Excel in Mexico and others write them, and as nobody should."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from assets.enums import AssetClass, Lifecycle
from assets.importing import sheets
from assets.importing.cells import Choice, Day, read_text
from assets.importing.columns import COLUMNS, column_named, value_meant
from assets.importing.sheets import BEYOND, looks_like_a_formula, read_sheet
from tests.assets.sheet_files import a_row, csv_file, xlsx_file

LINE = a_row("Conciliación Ñandú")


def names(data, name="assets.csv"):
    return [cells["name"] for _line, cells in read_sheet(name, data).rows]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_in_every_usual_encoding_and_separator(separator, code):
    assert names(csv_file(LINE, separator=separator, code=code)) == ["Conciliación Ñandú"]


def test_what_was_read_is_told():
    sheet = read_sheet("assets.csv", csv_file(LINE, separator=";", code="cp1252"))
    assert sheet.read_as == "CSV, CP1252, semicolon"
    assert sheet.columns == ["name", "asset_class", "pci_scope", "data_residency", "owner_team"]


def test_excels_own_word_for_the_separator_is_understood_and_lines_keep_their_numbers():
    data = b"sep=;\r\n" + csv_file(a_row("one"), separator=";")
    assert read_sheet("a.csv", data).rows[0][0] == 3


def test_a_cell_over_several_lines_counts_where_it_begins():
    data = csv_file(a_row("one\nand more"), a_row("two"))
    assert [line for line, _cells in read_sheet("a.csv", data).rows] == [2, 4]


def test_headings_in_either_language_with_or_without_accents():
    with translation.override("es-mx"):
        labels = [str(column.label) for column in COLUMNS]
    assert [column_named(label).code for label in labels] == [c.code for c in COLUMNS]
    assert column_named("Serial Number").code == column_named("SERIAL_NUMBER ").code
    assert column_named("something else") is None


def test_values_in_either_language():
    assert value_meant(AssetClass, "Database") == value_meant(AssetClass, "database") == "database"
    with translation.override("es-mx"):
        label = str(Lifecycle.RETIRED.label)
    assert value_meant(Lifecycle, label.upper()) == "retired"
    assert value_meant(Lifecycle, "nonsense") is None


def test_xlsx_cells_are_text_as_they_are_seen():
    data = xlsx_file(
        [*a_row("one"), 12345678.0, date(2027, 1, 31), True, datetime(2027, 1, 31)],  # noqa: DTZ001 -- a cell has no zone
        headings=[
            *sheet_headings(),
            "serial_number",
            "warranty_until",
            "purpose",
            "end_of_life_on",
        ],
    )
    ((_line, cells),) = read_sheet("a.xlsx", data).rows
    assert cells["serial_number"] == "12345678"
    assert cells["warranty_until"] == cells["end_of_life_on"] == "2027-01-31"
    assert cells["purpose"] == "TRUE"


def sheet_headings():
    return ["name", "asset_class", "pci_scope", "data_residency", "owner_team"]


def test_formulas_stay_formulas_and_text_that_looks_like_one_is_text():
    book = openpyxl.Workbook()
    book.active.append(["name", "purpose"])
    book.active.append(["=1+1", "x"])
    book.active["B2"].value = "=SUM(A1)"
    book.active["B2"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    ((_line, cells),) = read_sheet("a.xlsx", out.getvalue()).rows
    assert looks_like_a_formula(cells["name"])
    with pytest.raises(ValueError, match="formula"):
        read_text(cells["name"])
    assert read_text(cells["purpose"]) == "=SUM(A1)"


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "@SUM(1+1)", "+SUM(A1)", "-2+3+cmd|' /C'!A0"]
)
def test_formulas_in_csv_are_refused(text):
    with pytest.raises(ValueError, match="formula"):
        read_text(text)
    assert read_text(f"'{text}") == text


@pytest.mark.parametrize("text", ["-", "+52 55 1234 5678", "-12", "a=b", "rack 3 - left"])
def test_signs_alone_make_no_formula(text):
    assert read_text(text) == text


@pytest.mark.parametrize("text", ["a\x07b", "a\u202eb", "a\u200bb", "a\ufffdb"])
def test_what_cannot_be_seen_is_refused(text):
    with pytest.raises(ValueError, match="seen"):
        read_text(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("31/01/2027", date(2027, 1, 31)),
        ("1.2.2027", date(2027, 2, 1)),
        ("", None),
    ],
)
def test_days(text, day):
    assert Day().clean(text) == day


@pytest.mark.parametrize("text", ["01/31/2027", "31/01/27", "2027-02-30", "tomorrow", "44000"])
def test_what_is_no_day(text):
    with pytest.raises(ValueError, match="2027-01-31"):
        Day().clean(text)


def test_a_wrong_choice_is_told_the_right_ones():
    with pytest.raises(ValueError, match="“laptap” is none of: Application, Database"):
        Choice(AssetClass).clean("laptap")


def test_more_cells_than_headings_are_noted():
    ((_line, cells),) = read_sheet("a.csv", b"name,purpose\none,two,three\n").rows
    assert cells[BEYOND] == "three"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"name,serial\na,b\n", "not known: “serial”"),
        (b"name,name\na,b\n", "stands twice"),
        (b"purpose\na\n", "“name” or “reference” is needed"),
        (b"name\n\n\n", "no rows"),
        (b"\n", "empty"),
        (b'name,purpose\n"a,b\n', "quotation mark"),
        (b"name\na\x00b\n", "something other"),
        (b"<html><body>name</body></html>", "something other"),
    ],
)
def test_files_that_cannot_be_read_say_why(data, why):
    with pytest.raises(ValidationError, match=why):
        read_sheet("a.csv", data)


@pytest.mark.parametrize("name", ["a.txt", "a.exe", "a.xls", "a", "a.docx"])
def test_other_kinds_of_files_are_refused(name):
    with pytest.raises(ValidationError):
        read_sheet(name, csv_file(LINE))


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    with pytest.raises(ValidationError, match="more than 20,000 rows"):
        read_sheet("a.csv", csv_file(*[a_row(str(n)) for n in range(3)]))
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(ValidationError, match="larger than 10 MB"):
        read_sheet("a.csv", csv_file(LINE))


def test_a_sheet_that_claims_to_be_endless_is_read_to_its_end(monkeypatch):
    book = openpyxl.Workbook()
    book.active.append(["name"])
    book.active["A1048576"] = "far away"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(ValidationError, match="empty rows"):
        read_sheet("a.xlsx", out.getvalue())


def test_zip_bombs_are_refused():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_file(LINE))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.namelist():
            new.writestr(item, old.read(item))
        new.writestr("xl/media/zeros.xml", b"0" * 120 * 2**20)
    with pytest.raises(ValidationError, match="unpacks to too much"):
        read_sheet("a.xlsx", out.getvalue())


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/workbook.xml", b"<not xml"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row r='x'><c r='A1'/></row>"),
        (
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE s [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>',
        ),
    ],
)
def test_damaged_documents_and_entities_are_refused(part, content):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file(LINE))) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            new.writestr(item, content if item == part else old.read(item))
    with pytest.raises(ValidationError):
        read_sheet("a.xlsx", out.getvalue())
