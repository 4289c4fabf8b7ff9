"""The pages of budgets, invoices, rates and savings."""

from decimal import Decimal

import pytest

from tests.vendors.spend import a_budget, a_rate, a_saving, an_invoice
from vendors import services

pytestmark = pytest.mark.django_db
OPEN = {"finance", "vendor_manager", "auditor"}


@pytest.mark.parametrize(
    "who", ["finance", "vendor_manager", "auditor", "agent_l1", "approver", "admin", "outsider"]
)
def test_pages_open_for_those_who_read_about_money(cast, client_of, who):
    rows = {
        "budget": a_budget(cast, "approved"),
        "invoice": an_invoice(cast),
        "fxrate": a_rate(cast),
        "saving": a_saving(cast),
    }
    browser = client_of(getattr(cast, who))
    told = {
        name: browser.get(f"/vendors/{name}/{row.pk}/change/").status_code
        for name, row in rows.items()
    }
    assert set(told.values()) == ({200} if who in OPEN else {404}) or (
        who not in OPEN and set(told.values()) <= {403, 404}
    )


def test_a_budget_s_page_shows_its_sums_and_leads_to_their_entries(cast, client_of):
    budget = a_budget(cast, "approved")
    an_invoice(cast, amount=Decimal("300.00"))
    an_invoice(cast, currency="USD", amount=Decimal("10.00"))
    services.forecast_anew(budget, actor=cast.vendor_manager)
    page = client_of(cast.finance).get(f"/vendors/budget/{budget.pk}/change/").content.decode()
    assert "kind=actual&amp;month=2025-01#entries" in page
    assert "No se conoce el tipo de cambio de" in page  # the language of finance
    assert '<svg class="spend"' in page


@pytest.mark.parametrize("name", ["budget", "invoice", "fxrate", "saving"])
def test_new_records_have_a_form(cast, client_of, name):
    assert client_of(cast.finance).get(f"/vendors/{name}/add/").status_code == 200
