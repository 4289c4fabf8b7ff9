"""The pages of budgets, invoices, rates and savings."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_what_is_due_is_posted_from_the_page(cast, client_of):
    budget = a_budget(cast, "approved")
    url = f"/vendors/budget/{budget.pk}/action/post/"
    assert client_of(cast.vendor_manager).get(url).status_code == 200
    assert client_of(cast.vendor_manager).post(url, {}).status_code == 302
    assert client_of(cast.auditor).post(url, {}).status_code in (403, 404)


def test_pages_and_lists_ask_as_much_for_many_as_for_one(cast, client_of):
    browser, counted = client_of(cast.finance), []
    budget = a_budget(cast, "approved")
    for many in (1, 3):
        for nth in range(many):
            an_invoice(cast, issued_on=date(2025, 1 + nth, 9))
            a_rate(cast)
            a_saving(cast)
            a_budget(cast, year=2030 + 3 * many + nth)
        pages = [f"/vendors/{name}/" for name in ("budget", "invoice", "fxrate", "saving")]
        counted.append({})
        for page in [*pages, f"/vendors/budget/{budget.pk}/change/"]:
            browser.get(page)  # what is asked once and kept
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(page).status_code == 200
            counted[-1][page] = len(asked)
    assert counted[0] == counted[1]
