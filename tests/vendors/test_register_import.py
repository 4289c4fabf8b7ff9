"""A register of contracts comes in row by row, once, and whatever was odd is told by line."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.models import OutboxEntry
from people.models import User
from tests.factories import a_vendor
from tests.vendors.contracts import a_contract
from vendors import services
from vendors.importing import public_register
from vendors.models import Contract, ContractTerm, Vendor

SAMPLE = Path(settings.BASE_DIR).parent / "shared" / "data" / "act_contracts_sample.csv"
HEADING = "contract_number,title,contract_type,execution_date,expiry_date,amount,suppliers\n"
GOOD = "C-901,Switching,Contract,2025-12-04,2026-12-03,30485.40,Switch Ltd\n"
ODD = (
    'C-902,"Two\nlines","Panel\n(X)",2024-02-29,2025-02-27,0,switch ltd\n'
    "C-903,Backwards,Contract,2025-12-04,2025-12-03,1,Nobody Ltd\n"
    "c-901,Again,Contract,2025-12-04,2026-12-03,1,Nobody Ltd\n"
    "C-904,Exact,Contract,2025-01-01,2025-12-31,10.005,Other Ltd\n"
    "C-905,Minus,Contract,2025-01-01,2025-12-31,-10,Nobody Ltd\n"
)


@pytest.fixture
def bring_in(tmp_path, cast):
    """Imports a register and gives what it said; its report by line stands in `run.report`."""

    def run(text, heading=HEADING, **options):
        file, report = tmp_path / "register.csv", tmp_path / "report.csv"
        file.write_bytes((heading + text).encode() if isinstance(text, str) else text)
        return said_of(run, file, report, options)

    return run


def said_of(run, file, report, options):
    out = StringIO()
    facts = {"kind": "contract", "format": "act", "report": report, "username": "vendor_manager"}
    try:
        call_command("import_records", file, stdout=out, **(facts | options))
    finally:
        run.report = []
        if report.exists():
            with report.open(encoding="utf-8", newline="") as found:
                run.report = [
                    (int(row["line"]), row["column"], row["what"]) for row in csv.DictReader(found)
                ]
    return out.getvalue()


def everything():
    models = (Contract, ContractTerm, Vendor, User, OutboxEntry)
    return {model.__name__: model.objects.count() for model in models}


def test_a_row_becomes_a_draft_of_whoever_imports_with_a_new_candidate(bring_in, cast):
    bring_in(GOOD)
    row = Contract.objects.get(number="C-901")
    assert (row.status, row.drafted_by, row.owner) == (
        "draft",
        cast.vendor_manager,
        cast.vendor_manager,
    )
    worth = (row.currency, row.total_value)
    assert (row.title, *worth) == ("Switching", "AUD", Decimal("30485.40"))
    assert (row.starts_on, row.initial_term, row.renewal) == (date(2025, 12, 4), "P12M", "none")
    assert (row.vendor.name, row.vendor.tier, row.vendor.country) == (
        "Switch Ltd",
        "commodity",
        "MX",
    )
    assert [term.ends_on for term in row.terms.all()] == [date(2026, 12, 3)]
    assert bring_in.report == [(2, "suppliers", "no vendor has this name")]


def test_what_is_odd_is_told_by_line_and_keeps_only_its_own_row_out(bring_in):
    with pytest.raises(CommandError, match="3 refused"):
        bring_in(GOOD + ODD)
    assert bring_in.report == [
        (2, "suppliers", "no vendor has this name"),
        (5, "title", "a cell of several lines"),
        (5, "amount", "worth nothing"),
        (6, "expiry_date", "it ends before it starts"),
        (7, "contract_number", "the number stands on line 2 too"),
        (8, "amount", "finer than the currency's smallest coin"),
        (8, "suppliers", "no vendor has this name"),
        (9, "amount", "a negative amount"),
    ]
    found = Contract.objects.order_by("number").values_list("number", "vendor__name")
    assert list(found) == [
        ("C-901", "Switch Ltd"),
        ("C-902", "Switch Ltd"),
        ("C-904", "Other Ltd"),
    ]
    assert not Vendor.objects.filter(name="Nobody Ltd").exists()


def test_a_second_run_changes_nothing(bring_in):
    bring_in(GOOD)
    before = everything()
    assert "1  imported before, the same" in bring_in(GOOD)
    assert everything() == before


def test_a_contract_that_is_here_is_never_altered(bring_in):
    bring_in(GOOD)
    before = everything()
    told = bring_in(GOOD.replace("30485.40", "30485.41"))
    assert "1  imported before, differ now: left as they are" in told
    assert Contract.objects.get(number="C-901").total_value == Decimal("30485.40")
    assert everything() == before


def test_a_number_of_another_contract_is_left_to_it(bring_in, cast):
    contract = a_contract(cast, number="c-901")
    bring_in(GOOD)
    what = f"{contract.reference} has this number and says something else"
    assert bring_in.report == [(2, "", what)]


def test_a_dry_run_writes_nothing(bring_in):
    before = everything()
    told = bring_in(GOOD + GOOD.replace("C-901", "C-902"), dry_run=True)
    assert told.startswith("dry run: nothing was written\n        2  imported\n")
    assert bring_in.report == [(2, "suppliers", "no vendor has this name")]
    assert everything() == before


def test_an_import_that_was_killed_goes_on(bring_in, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(**facts):
        if facts["number"] == "C-1400":
            raise Killed
        return services.draft_contract(**facts)

    text = "".join(GOOD.replace("C-901", f"C-{1000 + n}") for n in range(401))
    monkeypatch.setattr(public_register, "draft_contract", killed)
    with pytest.raises(Killed):
        bring_in(text)
    assert Contract.objects.count() == 400
    monkeypatch.undo()
    told = bring_in(text)
    assert "        1  imported\n      400  imported before, the same\n" in told
    assert Contract.objects.count() == 401


@pytest.mark.parametrize(
    ("told", "options", "said"),
    [
        (GOOD, {"username": None}, "say with --as who drafts the contracts"),
        (GOOD, {"username": "finance"}, "finance does not write contracts in MX"),
        (GOOD, {"currency": "XXX"}, "XXX is no currency"),
        (b"a,b\n1,2\n", {}, "no column contract_number"),
        (b"\xff\xfe\x00", {}, "it is not UTF-8"),
    ],
)
def test_a_file_or_person_that_will_not_do_writes_nothing(bring_in, told, options, said):
    before = everything()
    with pytest.raises(CommandError, match=said):
        bring_in(told, **options)
    assert everything() == before


def test_a_vendor_we_do_not_buy_from_any_more_gets_no_contract(bring_in, cast):
    a_vendor(name="Switch Ltd", status="exited")
    before = everything()
    with pytest.raises(CommandError, match="We do not buy from this vendor any more"):
        bring_in(GOOD)
    assert everything() == before


@pytest.mark.skipif(not SAMPLE.exists(), reason="the public register is not here")
def test_the_public_register_comes_in_twice_with_one_result(bring_in, tmp_path, cast):
    report = tmp_path / "report.csv"
    try:
        said_of(bring_in, SAMPLE, report, {})
    except CommandError as error:
        refused = str(error)
    else:
        refused = ""
    first, odd, count = everything(), bring_in.report, Contract.objects.count()
    assert count + len({line for line, _column, _what in odd if str(line) in refused}) >= 100
    try:
        said_of(bring_in, SAMPLE, report, {})
    except CommandError as error:
        assert str(error) == refused
    assert everything() == first
