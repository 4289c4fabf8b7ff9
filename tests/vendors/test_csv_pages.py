"""Invoices and rates of exchange from a file, in the portal: checked first, written then."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import a_vendor
from vendors.models import FxRate, Invoice

pytestmark = pytest.mark.django_db
INVOICES = "/vendors/invoice/import/"
RATES = "/vendors/fxrate/import/"
HEADING = "number,kind,vendor,entity,contract,currency,amount,issued_on,cost_centre,category\n"
RATED = "on,base,quote,rate,source\n"


def a_file(text, name="rows.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return {"file": SimpleUploadedFile(name, data, "text/csv")}


@pytest.fixture
def rows(cast):
    a_vendor(name="Nube SA", tier="tactical")
    good = f"F-1,invoice,Nube SA,{cast.mx.name},,MXN,100.50,2025-01-31,IT-1,cloud\n"
    return HEADING + good, HEADING + good + good.replace("F-1", "F-2").replace("100.50", "-3")


def test_a_file_is_checked_and_then_written(cast, client_of, rows):
    browser = client_of(cast.finance)
    page = browser.post(INVOICES, a_file(rows[1]))
    assert page.status_code == 200
    assert not Invoice.objects.exists()
    shown = page.content.decode()
    assert "un importe negativo" in shown  # the language of finance
    page = browser.post(INVOICES, {"text": page.context["text"], "confirm": "1"})
    assert page.status_code == 200
    assert [(one.number, one.amount) for one in Invoice.objects.all()] == [
        ("F-1", Decimal("100.50"))
    ]
    assert Invoice.objects.get().recorded_by == cast.finance
    again = browser.post(INVOICES, {"text": rows[0], "confirm": "1"})
    assert again.context["trial"].outcomes == {"present": 1}
    assert Invoice.objects.count() == 1


def test_rates_come_in_and_are_never_altered_by_a_file(cast, client_of):
    browser = client_of(cast.finance)
    told = RATED + "2025-01-10,usd,mxn,17.2050,Banxico FIX\n"
    browser.post(RATES, {"text": told, "confirm": "1"})
    assert FxRate.objects.get().rate == Decimal("17.2050")
    again = browser.post(RATES, {"text": told, "confirm": "1"})
    assert again.context["trial"].outcomes == {"present": 1}
    other = browser.post(RATES, {"text": told.replace("17.2050", "18"), "confirm": "1"})
    assert other.context["trial"].outcomes == {"refused": 1}
    assert FxRate.objects.get().rate == Decimal("17.2050")


@pytest.mark.parametrize(
    "row",
    [
        "10/01/2025,USD,MXN,17.2,Banxico",
        "2025-01-10,USD,XXX,17.2,Banxico",
        "2025-01-10,USD,USD,17.2,Banxico",
        "2025-01-10,USD,MXN,0,Banxico",
        "2025-01-10,USD,MXN,NaN,Banxico",
        "2025-01-10,USD,MXN,17.2,",
        "2025-01-10,USD,MXN",
        "2025-01-10,USD,MXN,1e40,Banxico",
    ],
)
def test_rates_that_are_none_are_left_out(cast, client_of, row):
    page = client_of(cast.finance).post(RATES, {"text": f"{RATED}{row}\n", "confirm": "1"})
    assert page.context["trial"].outcomes == {"refused": 1}
    assert not FxRate.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing,of,the,kind\n1,2,3,4\n",
        HEADING,
        b"\xff\xfe\x00\x01\x02",
        HEADING + "x\n" * 501,
        HEADING + '"open quote,x\n',
        "x" * 500_001,
    ],
)
def test_a_file_that_is_none_says_so(cast, client_of, text):
    page = client_of(cast.finance).post(INVOICES, a_file(text))
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert page.context["trial"] is None


def test_without_a_file_it_asks_for_one(cast, client_of):
    assert client_of(cast.finance).post(INVOICES, {}).context["form"].errors["file"]


@pytest.mark.parametrize("who", ["auditor", "agent_l1", "outsider", "admin"])
def test_others_have_no_such_page(cast, client_of, who, rows):
    browser = client_of(getattr(cast, who))
    for url in (INVOICES, RATES):
        assert browser.get(url).status_code == 403
        assert browser.post(url, {"text": rows[0], "confirm": "1"}).status_code == 403
    assert not Invoice.objects.exists()


def test_a_company_out_of_reach_is_left_out(cast, client_of, rows):
    text = rows[0].replace(cast.mx.name, cast.co.name)
    page = client_of(cast.finance).post(INVOICES, {"text": text, "confirm": "1"})
    assert page.context["trial"].outcomes == {"refused": 1}
    assert not Invoice.objects.exists()


def test_the_lists_lead_there(cast, client_of):
    assert INVOICES in client_of(cast.finance).get("/vendors/invoice/").content.decode()
    assert RATES in client_of(cast.finance).get("/vendors/fxrate/").content.decode()
    assert INVOICES not in client_of(cast.auditor).get("/vendors/invoice/").content.decode()
