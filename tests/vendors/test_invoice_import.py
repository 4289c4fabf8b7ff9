"""Invoices from a CSV file: told row by row, and nothing twice."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import a_vendor
from vendors.models import Invoice, SpendEntry

pytestmark = pytest.mark.django_db
HEADING = "number,kind,vendor,entity,contract,currency,amount,issued_on,cost_centre,category\n"


@pytest.fixture
def brought(cast, tmp_path):
    vendor = a_vendor(name="Nube SA", tier="tactical")

    def bring(*rows, **options):
        file = tmp_path / "invoices.csv"
        told = [row.replace("ENTITY", cast.mx.name) for row in rows]
        file.write_text(HEADING + "\n".join(told) + "\n", encoding="utf-8")
        out = StringIO()
        call_command("import_records", file, kind="invoice", format="csv", stdout=out, **options)
        return out.getvalue()

    assert vendor
    return bring


GOOD = "F-1,invoice,Nube SA,ENTITY,,MXN,100.50,2025-01-31,IT-1,cloud"
BACK = "N-1,credit_note,Nube SA,ENTITY,,MXN,20.25,2025-02-28,IT-1,cloud"


def test_a_second_run_changes_nothing(brought):
    assert "2  imported" in brought(GOOD, BACK)
    assert "2  imported before, the same" in brought(GOOD, BACK)
    assert Invoice.objects.count() == 2
    assert list(SpendEntry.objects.order_by("pk").values_list("amount", flat=True)) == [
        Decimal("100.50"),
        Decimal("-20.25"),
    ]


def test_a_dry_run_writes_nothing(brought):
    brought(GOOD, dry_run=True)
    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (GOOD.replace("100.50", "-1"), "a negative amount"),
        (GOOD.replace("100.50", "0"), "a negative amount"),
        (GOOD.replace("100.50", "x"), "no number"),
        (GOOD.replace("MXN", "XXX"), "currency"),
        (GOOD.replace("2025-01-31", "31/01/2025"), "no day"),
        (GOOD.replace("Nube SA", "Nobody"), "there is none of this name"),
        (GOOD.replace("cloud", "clouds"), "none of cloud"),
        (GOOD.replace("F-1", ""), "nothing stands there"),
    ],
)
def test_a_row_that_is_none_keeps_no_other_out(brought, wrong, told):
    with pytest.raises(CommandError, match="1 refused") as refusal:
        brought(wrong, BACK)
    assert "line 2" in str(refusal.value)
    assert told in str(refusal.value)
    assert [one.number for one in Invoice.objects.all()] == ["N-1"]


def test_a_number_that_stands_twice_is_refused_by_row(brought):
    with pytest.raises(CommandError, match="line 3") as refusal:
        brought(GOOD, GOOD.replace("100.50", "7.00"))
    assert "it stands on line 2 too" in str(refusal.value)
    assert Invoice.objects.get().amount == Decimal("100.50")
