"""The pages and the REST of obligations: who sees what, what is refused, what they cost."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.period import Period
from tests.vendors.contracts import a_contract
from tests.vendors.obliged import a_task, an_obligation, attach, facts_of_obligation
from vendors import services
from vendors.models import Obligation, ObligationTask

pytestmark = pytest.mark.django_db
READERS = {"finance", "vendor_manager", "auditor", "service_manager", "approver2", "team_lead"}
NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
OBLIGATIONS, TASKS = "/api/v1/obligations/", "/api/v1/obligation-tasks/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def task(cast):
    return a_task(cast)


def page_of(row):
    return f"/vendors/{row._meta.model_name}/{row.pk}/change/"


def act(browser, row, action, **answers):
    version = type(row).objects.get(pk=row.pk).version
    url = f"/vendors/{row._meta.model_name}/{row.pk}/action/{action}/"
    return browser.post(url, {"version": version, **answers})


@pytest.mark.parametrize("who", [*sorted(READERS), "agent_l1", "outsider", "admin", "requester"])
def test_pages_and_rest_open_for_those_who_read_about_vendors(cast, client_of, api_of, task, who):
    browser, api = client_of(getattr(cast, who)), api_of(getattr(cast, who))
    pages = ("/vendors/obligation/", "/vendors/obligationtask/")
    records = (page_of(task.obligation), page_of(task))
    found = [browser.get(path).status_code for path in (*pages, *records)]
    shown = [
        api.get(f"{OBLIGATIONS}{task.obligation.reference}/{part}").status_code
        for part in ("", "history/", "transitions/")
    ]
    shown += [
        api.get(f"{TASKS}{task.reference}/{part}").status_code
        for part in ("", "documents/", "history/", "transitions/")
    ]
    if who in READERS:
        assert (set(found), set(shown)) == ({200}, {200})
    else:
        assert set(found) <= {403, 404}
        assert set(shown) == {404}


def test_those_of_other_countries_stay_hidden(cast, api_of, client_of, task):
    """vendor_manager looks after Mexico; a CAB member sees every vendor."""
    vendor = task.obligation.contract.vendor
    type(vendor).objects.filter(pk=vendor.pk).update(country="CO")
    manager, board = api_of(cast.vendor_manager), api_of(cast.approver2)
    for address, row in ((OBLIGATIONS, task.obligation), (TASKS, task)):
        assert manager.get(f"{address}{row.reference}/").status_code == 404
        assert manager.get(address).json()["results"] == []
        assert board.get(f"{address}{row.reference}/").status_code == 200
        assert client_of(cast.vendor_manager).get(page_of(row)).status_code == 404
    assert not ObligationTask.objects.visible_to(cast.vendor_manager).exists()


def test_contract_and_vendor_tell_their_obligations(cast, client_of, task):
    obligation = task.obligation
    contract = obligation.contract
    for record in (contract, contract.vendor):
        page = client_of(cast.vendor_manager).get(page_of(record)).content.decode()
        assert obligation.reference in page
        assert (f"/vendors/obligation/add/?contract={contract.pk}" in page) is (record == contract)
        seen = client_of(cast.auditor).get(page_of(record)).content.decode()
        assert obligation.reference in seen
        assert "/vendors/obligation/add/" not in seen
        hidden = client_of(cast.agent_l1).get(page_of(record)).content.decode()
        assert obligation.reference not in hidden
        assert obligation.title not in hidden


def test_from_writing_down_to_acceptance_in_the_portal(cast, client_of):
    contract = a_contract(cast, "active")
    manager, board = client_of(cast.vendor_manager), client_of(cast.approver2)
    facts = facts_of_obligation(cast, first_due_on=date(2026, 3, 31)) | {
        "contract": contract.pk,
        "days_before": 14,
    }
    facts |= {"owner": cast.vendor_manager.pk, "approver": cast.approver2.pk}
    facts |= {"needs_evidence": "on"}
    answer = manager.post("/vendors/obligation/add/", facts)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    task = Obligation.objects.get().tasks.order_by("number").first()
    act(manager, task, "submit", note="Received")
    task.refresh_from_db()
    assert task.status == "open"  # its evidence lacks
    file = SimpleUploadedFile("report.txt", b"The report of January.")
    act(manager, task, "attach", name="Report", file=file)
    act(manager, task, "submit", note="Received")
    act(manager, task, "accept")
    task.refresh_from_db()
    assert task.status == "submitted"
    act(board, task, "accept", note="Complete")
    task.refresh_from_db()
    assert (task.status, task.decision_note) == ("accepted", "Complete")
    paper = task.documents.get()
    url = f"/vendors/obligationtask/{task.pk}/documents/{paper.pk}/"
    answer = client_of(cast.auditor).get(url)
    assert answer.getvalue() == b"The report of January."
    assert client_of(cast.agent_l1).get(url).status_code in (403, 404)


def test_refused_actions_say_why(cast, client_of):
    task = a_task(cast, "submitted")
    page = client_of(cast.vendor_manager).get(page_of(task)).content.decode()
    assert "solo decide quien la aprueba" in page
    page = client_of(cast.approver2).get(page_of(task)).content.decode()
    assert f"/vendors/obligationtask/{task.pk}/action/accept/" in page


def test_rest_writes_edits_and_takes_actions(cast, api_of):
    contract = a_contract(cast, "active")
    manager, board = api_of(cast.vendor_manager), api_of(cast.approver2)
    said = facts_of_obligation(cast, owner="vendor_manager", approver="approver2")
    body = {**said, "first_due_on": "2026-03-31", "contract": contract.reference}
    answer = manager.post(OBLIGATIONS, body, format="json")
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["recurrence"], told["vendor"]) == ("monthly", contract.vendor.reference)
    url = f"{OBLIGATIONS}{told['reference']}/"
    version = f'"{told["version"]}"'
    edited = manager.patch(url, {"title": "SLA"}, format="json", headers={"If-Match": version})
    assert edited.json()["title"] == "SLA"
    task = ObligationTask.objects.order_by("number").first()
    attach(cast, task)
    at = f"{TASKS}{task.reference}/transitions/"
    done = manager.post(at, {"action": "submit", "note": "Received"}, format="json")
    assert done.json()["status"] == "submitted"
    refused = manager.post(at, {"action": "accept"}, format="json")
    assert refused.status_code == 409
    assert board.post(at, {"action": "accept"}, format="json").json()["status"] == "accepted"
    ended = manager.post(f"{url}transitions/", {"action": "end", "note": "Amended"}, format="json")
    assert ended.json()["status"] == "ended"


def test_rest_narrows_by_what_is_asked(cast, api_of):
    today = timezone.localdate()
    late = {"recurrence": "once", "first_due_on": today - timedelta(days=1)}
    task = a_task(cast, **late)
    other = a_task(cast, direction="ours", category="payment", owner=cast.finance)
    api = api_of(cast.vendor_manager)

    def found(query, address=TASKS):
        answer = api.get(f"{address}?{query}&limit=200").json()
        return {one["reference"] for one in answer["results"]}

    assert found("overdue=true&direction=vendors") == {task.reference}
    mine = api_of(cast.finance).get(f"{TASKS}?owner=me&limit=200").json()["results"]
    assert {one["obligation"] for one in mine} == {other.obligation.reference}
    assert task.reference not in found("category=payment")
    assert found("direction=ours", OBLIGATIONS) == {other.obligation.reference}
    assert found("owner=me", OBLIGATIONS) == {task.obligation.reference}
    contract = task.obligation.contract
    assert found(f"contract={contract.reference}", OBLIGATIONS) == {task.obligation.reference}
    assert found(f"contract={contract.reference}") == {task.reference}
    assert api.get(f"{TASKS}?colour=red").status_code == 400


@pytest.mark.parametrize("path", ["/vendors/obligation/", "/vendors/obligationtask/"])
def test_lists_ask_the_same_for_one_and_three(cast, client_of, path):
    browser = client_of(cast.vendor_manager)
    counts = []
    for many in (1, 2):
        for _each in range(many):
            a_task(cast, recurrence="once", first_due_on=date(2026, 1, 31))
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_was_missed_is_an_exception(cast):
    today = timezone.localdate()
    due = today - timedelta(days=2)
    task = a_task(cast, recurrence="once", first_due_on=due)
    a_task(cast, "submitted", recurrence="once", first_due_on=due)
    services.keep_obligations(timezone.now())
    report = EXCEPTION_REPORTS["obligations_missed"]
    period = Period(due, today)
    found = list(report.find(period, cast.auditor))
    assert [one.reference for one in found] == [task.reference]
    assert list(report.find(period, cast.agent_l1)) == []


def test_ctrl_k_finds_them(cast, client_of):
    row = an_obligation(cast, title="Póliza cibernética")
    for words in (row.reference, "cibern"):
        found = client_of(cast.vendor_manager).get("/palette/", {"q": words}).content.decode()
        assert f"/vendors/obligation/{row.pk}/change/" in found
    found = client_of(cast.agent_l1).get("/palette/", {"q": "cibern"}).content.decode()
    assert f"/vendors/obligation/{row.pk}/" not in found


def test_rest_names_a_clause_of_the_contract_s_checklist(cast, api_of):
    row = an_obligation(cast)
    address = f"{OBLIGATIONS}{row.reference}/"
    api = api_of(cast.vendor_manager)
    edited = api.patch(
        address, {"clause": "audit_logs"}, format="json", headers={"If-Match": f'"{row.version}"'}
    )
    assert (edited.status_code, edited.json()["clause"]) == (200, "audit_logs"), edited.json()
    missing = api.patch(
        address,
        {"clause": "nonsense"},
        format="json",
        headers={"If-Match": f'"{edited.json()["version"]}"'},
    )
    assert missing.status_code == 400
    assert missing.json()["errors"][0]["field"] == "clause"
