"""Hostile strings in every cell: no file brings the import down, nothing taken in does harm."""

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest

from assets import services
from assets.enums import RowOutcome
from assets.importing.files import report_file
from assets.models import Asset
from assets.services import importing
from records import leases
from records.jobs import run_next_job
from tests.assets.sheet_files import HEADINGS, a_row, csv_file, given, xlsx_file
from tests.assets.test_import import errors, outcomes, run, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_at_once")]

BAD_INPUT = Path(__file__).resolve().parents[3] / "shared/data/09_bad_input"
TEXTS = ("purpose", "manufacturer", "product", "release", "serial_number", "location")
STRICT = ("hostname", "ip_address", "warranty_until", "end_of_life_on", "vendor")
CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")  # such a file is none of text
NOT_XML = re.compile("[\ufffe\uffff]")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def naughty():
    file = BAD_INPUT / "blns/blns.json"
    return json.loads(file.read_text()) if file.exists() else []


def injections():
    file = BAD_INPUT / "payloads_all_the_things/CSV_Injection_README.md"
    return re.findall(r"^[=+@-].*$", file.read_text(), re.M) if file.exists() else []


@pytest.fixture
def _at_once(monkeypatch):
    monkeypatch.setattr(importing, "CHECKED_AT_ONCE", 5_000)
    monkeypatch.setattr(leases, "RENEW_EVERY", 600.0)  # nobody else sees this test's transaction


NAUGHTY = [text for text in (*naughty(), *injections()) if text.strip() and "\0" not in text]


@pytest.mark.skipif(not NAUGHTY, reason="the collections of hostile strings are not here")
@pytest.mark.parametrize("make", [csv_file, xlsx_file], ids=["csv", "xlsx"])
def test_naughty_strings_in_every_cell(cast, make):
    headings = [*HEADINGS, *TEXTS, *STRICT]
    rows = [
        [*a_row(f"{n} {text}"), *[text] * len(headings[5:])]
        for n, text in enumerate(NAUGHTY)
        if not (CONTROL.search(text) or (make is xlsx_file and NOT_XML.search(text)))
    ]
    file = given(make(*rows, headings=headings), f"assets.{make.__name__.partition('_')[0]}")
    asset_import = services.upload_assets(actor=cast.service_owner, file=file)
    assert asset_import.total == len(rows)
    assert {outcome for _line, outcome in outcomes(asset_import)} == {RowOutcome.REFUSED}
    for kind in ("csv", "xlsx"):
        assert report_file(kind, asset_import.rows.all(), asset_import.columns)


@pytest.mark.skipif(not NAUGHTY, reason="the collections of hostile strings are not here")
def test_what_can_be_a_purpose_is_stored_as_it_was_given(cast):
    texts = [text for text in NAUGHTY if not CONTROL.search(text)]
    rows = [[*a_row(f"asset {n}"), text] for n, text in enumerate(texts)]
    asset_import = upload(cast.service_owner, *rows, headings=[*HEADINGS, "purpose"])
    wrong = errors(asset_import)
    assert {next(iter(e)) for e in wrong.values()} <= {"purpose"}
    run(asset_import, cast.service_owner)
    stored = Asset.objects.filter(name__startswith="asset ").values_list("name", "purpose")
    assert len(stored) == len(rows) - len(wrong)
    for name, purpose in stored:
        given_text = texts[int(name.split()[1])]
        assert "".join(purpose.split()) == "".join(given_text.removeprefix("'").split()) or (
            "XXXX" in purpose or given_text.startswith("'")
        )


def test_no_report_holds_a_live_formula(cast):
    formulas = ["=1+1", "@SUM(1)", "+SUM(A1)", "-cmd|' /C calc'!A0", "\t=1", "plain"]
    rows = [[*a_row(f"asset {n}", pci_scope="?"), text] for n, text in enumerate(formulas)]
    asset_import = upload(cast.service_owner, *rows, headings=[*HEADINGS, "purpose"])
    data = report_file("csv", asset_import.rows.order_by("line"), asset_import.columns)
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [cell for line in lines for cell in line if cell.startswith(DANGEROUS)] == []
    data = report_file("xlsx", asset_import.rows.order_by("line"), asset_import.columns)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"] == []


def test_a_report_can_be_given_again_once_it_is_mended(cast):
    asset_import = upload(cast.service_owner, a_row("new", pci_scope="?"), a_row("fine"))
    rows = asset_import.rows.filter(outcome=RowOutcome.REFUSED)
    for kind in ("csv", "xlsx"):
        data = report_file(kind, rows.order_by("line"), asset_import.columns)
        if kind == "csv":
            data = data.replace(b",?,", b",out,")
        again = services.upload_assets(actor=cast.peer, file=given(data, f"report.{kind}"))
        wanted = "create" if kind == "csv" else "refused"
        assert outcomes(again) == [(2, wanted)]
        assert again.left_out == ["Line", "What is wrong"]
    assert run_next_job() is None
