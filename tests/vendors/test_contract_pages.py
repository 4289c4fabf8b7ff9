"""Contracts in the portal: the list, the page, the form and its dialogs."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests.factories import a_vendor
from tests.vendors.contracts import a_contract, facts_of_contract
from vendors import services
from vendors.enums import Clause
from vendors.models import Contract
from vendors.wording import in_words

pytestmark = pytest.mark.django_db
LIST = "/vendors/contract/"


def page(contract, more=""):
    return f"{LIST}{contract.pk}/change/{more}"


def dialog(contract, action):
    return f"{LIST}{contract.pk}/action/{action}/"


@pytest.fixture
def browser(client, cast):
    client.force_login(cast.vendor_manager)
    return client


def english(cast):
    cast.vendor_manager.language = "en"
    cast.vendor_manager.save()


def test_the_page_shows_terms_and_the_list_the_next_decision(cast, browser):
    english(cast)
    contract = a_contract(cast, "active", starts_on=date(2024, 1, 1))
    shown = browser.get(page(contract)).content.decode()

    for text in (contract.number, "2 Oct 2024", "MXN", "Renews by itself", "90 days", "Finance"):
        assert text in shown
    assert contract.title in browser.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P18M", "1 year, 6 months"),
        ("P2W", "14 days"),
        ("P1D", "1 day"),
        ("10 business days", "10 business days"),
        ("P0D", "none"),
        ("", ""),
    ],
)
def test_durations_are_told_in_words(text, words):
    with override("en"):
        assert in_words(text) == words


def test_the_list_takes_as_many_queries_for_many_rows(cast, browser):
    counts = []
    for number in (1, 3):
        for _each in range(number):
            a_contract(cast)
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_contract_is_drafted_by_its_form(cast, browser):
    facts = facts_of_contract(cast, number="F-1")
    given = {
        **{name: facts[name] for name in ("number", "title", "currency", "notice", "renewal")},
        **{name: facts[name] for name in ("initial_term", "renewal_term")},
        "kind": "service",
        "uplift": "none",
        "total_value": "1200000.00",
        "starts_on": "2024-01-01",
        "vendor": facts["vendor"].pk,
        "entity": cast.mx.pk,
        "owner": cast.vendor_manager.pk,
        "internal_lead": "P0D",
    }
    wrong = browser.post(f"{LIST}add/", given | {"notice": "P13M"})
    assert wrong.status_code == 200
    assert not Contract.objects.exists()
    answer = browser.post(f"{LIST}add/", given)
    assert answer.status_code == 302, answer.context["errors"]
    contract = Contract.objects.get()
    assert (contract.number, contract.terms.get(number=1).ends_on) == ("F-1", date(2024, 12, 31))


def test_a_draft_is_made_ready_in_dialogs(cast, browser):
    contract = a_contract(cast)
    answers = dict.fromkeys(Clause.values, "present")
    answers |= {f"{one}_place": "Clause 7" for one in Clause.values}
    assert browser.post(dialog(contract, "answer_clauses"), answers).status_code == 302
    lines = {"lines": "2024-01-31; 600000.00; First half\n\n2024-07-31; 600000;"}
    assert browser.post(dialog(contract, "plan_payments"), lines).status_code == 302
    file = SimpleUploadedFile("c.txt", b"We agree")
    attached = {"name": "Text", "file": file}
    assert browser.post(dialog(contract, "attach"), attached).status_code == 302
    assert browser.post(dialog(contract, "submit"), {}).status_code == 302

    contract.refresh_from_db()
    assert (contract.status, contract.clauses.count()) == ("legal_review", 8)
    assert [str(one.amount) for one in contract.payments.all()] == ["600000.00", "600000.00"]
    document = contract.documents.get()
    download = browser.get(f"{LIST}{contract.pk}/documents/{document.pk}/")
    assert b"".join(download.streaming_content) == b"We agree"


@pytest.mark.parametrize(
    "lines", ["x", "2024-01-31", "2024-02-30; 1; x", "2024-01-31; ten; x", "2024-01-31; NaN; x",
              "2024-01-31; -1; x", "2024-01-31; 1e99; x", "2024-01-31; 9999999999; x"],
)  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused(cast, browser, lines):
    contract = a_contract(cast)
    answer = browser.post(dialog(contract, "plan_payments"), {"lines": lines})

    assert answer.status_code == 400
    assert not contract.payments.exists()


def test_who_sees_names_sees_a_name(cast, client):
    contract = a_contract(cast, number="SECRET-1", vendor=a_vendor(name="Hidden Corp"))
    client.force_login(cast.agent_l1)
    for address in (LIST, page(contract)):
        shown = client.get(address).content.decode()
        assert contract.title in shown
        assert "SECRET-1" not in shown
        assert "Hidden Corp" not in shown
    assert client.get(f"{LIST}{contract.pk}/history/").status_code == 404
    document = services.attach_document(
        contract, actor=cast.vendor_manager, title="Text", name="c.txt", data=b"x"
    )
    assert client.get(f"{LIST}{contract.pk}/documents/{document.pk}/").status_code == 404
    assert client.post(dialog(contract, "submit"), {}).status_code == 404
    assert contract.title not in client.get(f"{LIST}?search=SECRET-1").content.decode()


def test_an_approver_is_offered_approval_and_not_the_form(cast, client):
    contract = a_contract(cast, "approval")
    client.force_login(cast.finance)
    offered = {button.action for button in client.get(page(contract)).context["main_buttons"]}

    assert offered == {"approve", "return"}
    assert client.post(dialog(contract, "approve"), {"note": ""}).status_code == 302
    assert contract.approvals.get().approved_by == cast.finance
