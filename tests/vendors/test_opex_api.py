"""Lines of budgets as REST."""

from decimal import Decimal

import pytest

from tests.factories import a_vendor
from tests.vendors.spend import a_budget
from vendors.models import SpendEntry

pytestmark = pytest.mark.django_db
LINE = {"month": "2025-03-09", "cost_centre": "IT-1", "category": "cloud", "amount": "10.50"}


@pytest.fixture
def lines_of(cast):
    return lambda budget: f"/api/v1/budgets/{budget.reference}/lines/"


def test_lines_of_a_draft_are_said_and_said_anew(cast, api_of, lines_of):
    api, url = api_of(cast.vendor_manager), lines_of(a_budget(cast))
    vendor = a_vendor(tier="tactical")
    other = LINE | {"vendor": vendor.reference, "currency": "USD", "kind": "forecast"}
    answer = api.post(url, {"lines": [LINE, other]})
    assert answer.status_code == 200, answer.json()
    api.post(url, {"lines": [LINE | {"amount": "7.25"}]})
    told = {(one["kind"], one["vendor"], one["amount"]["amount"]) for one in api.get(url).json()}
    assert told == {("plan", None, "7.25"), ("forecast", vendor.reference, "10.50")}
    assert api.get(url).json()[0]["month"] == "2025-03-01"
    posted = SpendEntry.objects.order_by("pk").values_list("amount", flat=True)
    assert list(posted) == [Decimal("10.50"), Decimal("10.50"), Decimal("-3.25")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "2024-03-01"},
        {"amount": "-1"},
        {"amount": "1.005"},
        {"currency": "XXX"},
        {"kind": "actual"},
        {"category": "moons"},
        {"vendor": "VND-999999"},
        {"other": 1},
    ],
)
def test_lines_that_are_none_are_refused_and_the_others_with_them(cast, api_of, lines_of, wrong):
    url = lines_of(a_budget(cast))
    answer = api_of(cast.vendor_manager).post(url, {"lines": [LINE, LINE | wrong]})
    assert answer.status_code == 400, answer.json()
    assert not SpendEntry.objects.exists()


def test_lines_of_what_is_no_draft_stay(cast, api_of, lines_of):
    url = lines_of(a_budget(cast, "approved"))
    before = SpendEntry.objects.count()
    assert api_of(cast.vendor_manager).post(url, {"lines": [LINE]}).status_code == 409
    assert SpendEntry.objects.count() == before


def test_others_neither_read_nor_write_them(cast, api_of, lines_of):
    url = lines_of(a_budget(cast))
    assert api_of(cast.auditor).get(url).status_code == 200
    assert api_of(cast.auditor).post(url, {"lines": [LINE]}).status_code == 403
    assert api_of(cast.agent_l1).get(url).status_code in (403, 404)
