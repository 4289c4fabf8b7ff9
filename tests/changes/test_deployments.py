"""Deployments and the findings about them: opened once, resolved when the cause goes, settled by
somebody without a part in it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from changes.models import Deployment, Finding
from core.errors import NotAllowed, Refused, ValidationError
from notifications.models import Message
from tests.changes.deployments import (
    COMMIT,
    OTHER,
    REPOSITORY,
    a_deployment,
    a_repository,
    review_later,
)
from tests.factories import a_change, a_service

pytestmark = pytest.mark.django_db


def kinds():
    return sorted(Finding.objects.open().values_list("kind", flat=True))


@pytest.fixture
def service(cast):
    service = a_service(cast)
    a_repository(service)
    return service


def at_work(cast, service, **given):
    given.setdefault("commits", [(REPOSITORY, COMMIT)])
    return a_change(cast, "implementing", services=[service], **given)


def test_what_is_in_order_has_its_change_at_once_and_no_finding(cast, service):
    change = at_work(cast, service)
    deployment = a_deployment()
    assert (deployment.change, deployment.service) == (change, service)
    assert deployment.judged_at is not None
    review_later()
    assert kinds() == []


def test_a_deployment_without_a_change_waits_for_one_before_it_is_a_finding(cast, service):
    a_deployment()
    services.review_deployments(timezone.now())
    assert kinds() == []
    assert review_later() == 1
    assert kinds() == ["no_change"]


def test_one_cause_has_one_finding_however_often_it_is_compared(cast, service):
    a_deployment()
    review_later()
    assert review_later() == 0
    assert Finding.objects.count() == 1


def test_a_change_that_is_not_approved_is_none(cast, service):
    a_change(cast, "awaiting_approval", services=[service], commits=[(REPOSITORY, COMMIT)])
    a_deployment()
    review_later()
    assert kinds() == ["no_change"]


def test_another_commit_than_approved(cast, service):
    change = at_work(cast, service)
    a_deployment(commit=OTHER)
    review_later()
    finding = Finding.objects.get()
    assert (finding.kind, finding.change, finding.owner) == (
        "other_commit",
        change,
        cast.implementer,
    )


def test_outside_the_window(cast, service):
    at_work(cast, service)
    a_deployment(deployed_at=timezone.now() - timedelta(hours=3))
    review_later()
    assert kinds() == ["outside_window"]


def test_elsewhere_than_in_production_needs_no_change(cast, service):
    a_deployment(environment="staging")
    review_later()
    assert kinds() == []


def test_a_change_that_was_done_and_never_deployed(cast, service):
    change = a_change(cast, "verifying", services=[service], commits=[(REPOSITORY, COMMIT)])
    services.review_deployments(timezone.now())
    assert kinds() == []
    review_later()
    finding = Finding.objects.get()
    assert (finding.kind, finding.change, finding.deployment) == ("not_deployed", change, None)


@pytest.mark.parametrize(
    "given", [{"commits": []}, {"commits": [("payments/web", COMMIT)]}, {"environment": "test"}]
)
def test_what_reports_no_deployments_is_not_missed(cast, service, given):
    facts = {"commits": [(REPOSITORY, COMMIT)]} | given
    a_change(cast, "verifying", services=[service], **facts)
    review_later()
    assert kinds() == []


def test_a_deployment_that_is_reported_late_resolves_that_there_was_none(cast, service):
    a_change(cast, "verifying", services=[service], commits=[(REPOSITORY, COMMIT)])
    review_later()
    a_deployment()
    review_later()
    finding = Finding.objects.get()
    assert (finding.status, finding.settled_by) == ("resolved", None)


def test_a_change_that_is_approved_late_resolves_that_there_was_none(cast, service):
    a_deployment()
    review_later()
    change = at_work(cast, service)
    assert review_later() == 1
    assert Finding.objects.get().status == "resolved"
    assert Deployment.objects.get().change == change


def test_a_delivery_counts_once_and_never_tells_something_else(cast, service):
    now = timezone.now()
    first = a_deployment(delivery="run-1", deployed_at=now)
    assert a_deployment(delivery="run-1", deployed_at=now) == first
    with pytest.raises(Refused):
        a_deployment(delivery="run-1", deployed_at=now, commit=OTHER)
    assert Deployment.objects.get().commit == COMMIT


# --- Settling ------------------------------------------------------------------------------------


@pytest.fixture
def finding(cast, service):
    a_deployment()
    review_later()
    return Finding.objects.get()


def test_somebody_without_a_part_authorises_by_a_change(cast, service, finding):
    change = a_change(cast, services=[service])
    services.authorise_finding(
        finding, actor=cast.service_manager, covered_by=change, note="Hotfix of the night"
    )
    finding.refresh_from_db()
    assert (finding.status, finding.covered_by, finding.settled_by, finding.note) == (
        "authorised",
        change,
        cast.service_manager,
        "Hotfix of the night",
    )
    review_later()
    finding.refresh_from_db()
    assert finding.status == "authorised"


def test_whoever_has_a_part_in_the_change_does_not(cast, service, finding):
    change = a_change(cast, actor=cast.service_manager, services=[service])
    with pytest.raises(Refused, match="you had a part in it"):
        services.authorise_finding(finding, actor=cast.service_manager, covered_by=change, note="x")
    finding.refresh_from_db()
    assert (finding.status, finding.settled_by) == ("open", None)


def test_whoever_deployed_it_does_not(cast, service):
    a_deployment(deployed_by="Service_Manager")
    review_later()
    with pytest.raises(Refused, match="you deployed it"):
        services.authorise_finding(
            Finding.objects.get(),
            actor=cast.service_manager,
            covered_by=a_change(cast, services=[service]),
            note="x",
        )
    assert kinds() == ["no_change"]


@pytest.mark.parametrize("name", ["auditor", "requester", "team_lead"])
def test_whose_role_does_not_include_it_settles_nothing(cast, finding, name):
    with pytest.raises(NotAllowed):
        services.revert_finding(finding, actor=cast[name], note="rolled back")
    assert kinds() == ["no_change"]


def test_reverting_needs_evidence(cast, finding):
    with pytest.raises(ValidationError):
        services.revert_finding(finding, actor=cast.service_manager, note=" ")
    services.revert_finding(finding, actor=cast.service_manager, note="DEP-000009 rolled it back")
    finding.refresh_from_db()
    assert finding.status == "reverted"
    with pytest.raises(Refused):
        services.revert_finding(finding, actor=cast.service_manager, note="again")


def test_a_change_that_one_does_not_see_authorises_nothing(cast, service, finding):
    hidden = a_change(cast, team=cast.wallet_co, services=[a_service(cast, **WALLET(cast))])
    with pytest.raises(ValidationError):
        services.authorise_finding(finding, actor=cast.service_manager, covered_by=hidden, note="x")
    assert kinds() == ["no_change"]


def WALLET(cast):
    return {"owner_team": cast.wallet_co, "support_team": cast.wallet_co, "countries": ["CO"]}


def test_the_owner_of_the_service_and_the_implementer_are_told(cast, service):
    at_work(cast, service)
    a_deployment(commit=OTHER)
    review_later()
    told = Message.objects.filter(kind="change_finding").values_list("recipient__username")
    assert {name for (name,) in told} == {"implementer", "service_owner"}


# --- The database --------------------------------------------------------------------------------

REFUSED = {
    "another commit": "UPDATE changes_deployment SET commit = 'abcdef0'",
    "another moment": "UPDATE changes_deployment SET deployed_at = now()",
    "no deployment": "DELETE FROM changes_deployment",
    "settled by nobody": "UPDATE changes_finding SET status = 'reverted', ended_at = now(),"
    " note = 'x'",
    "authorised without a change": "UPDATE changes_finding SET status = 'authorised',"
    " ended_at = now(), note = 'x', settled_by_id = (SELECT id FROM people_user"
    " WHERE username = 'service_manager')",
    "authorised by who asked for it": "UPDATE changes_finding SET status = 'authorised',"
    " ended_at = now(), note = 'x', covered_by_id = (SELECT max(id) FROM changes_change),"
    " settled_by_id = (SELECT id FROM people_user WHERE username = 'requester')",
    "a second finding of the same cause": "INSERT INTO changes_finding (kind, deployment_id,"
    " status, opened_at, due_at, note, version) SELECT kind, deployment_id, 'open', now(), now(),"
    " '', 1 FROM changes_finding",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(cast, service, finding, statement):
    a_change(cast, services=[service])
    before = list(Finding.objects.values()), list(Deployment.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (list(Finding.objects.values()), list(Deployment.objects.values())) == before


# --- Who sees them -------------------------------------------------------------------------------


def test_each_sees_those_of_their_services_and_changes(cast, service):
    elsewhere = a_service(cast, **WALLET(cast))
    a_repository(elsewhere, "wallet/core")
    own = a_deployment()
    other = a_deployment(repository="wallet/core")
    unknown = a_deployment(repository="tools/unknown")
    review_later()
    seen = {
        "service_manager": {own, unknown},
        "team_lead": {own},
        "service_owner": {own},
        "agent_l1": {own},
        "admin": set(),
        "auditor": {own, other, unknown},
        "outsider": {other},
        "approver": set(),
        "hr_partner": set(),
        "norole": set(),
    }
    found = {name: set(Deployment.objects.visible_to(cast[name])) for name in seen}
    assert found == seen
    for name, rows in seen.items():
        findings = Finding.objects.visible_to(cast[name])
        assert {finding.deployment for finding in findings} == rows, name


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


LISTS = ("/changes/deployment/", "/changes/finding/?tab=all", "/changes/servicerepository/")


@pytest.mark.parametrize("address", LISTS)
def test_a_list_costs_the_same_for_one_and_for_three(cast, client_of, service, address):
    browser = client_of(cast.service_manager)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            read(browser, address)
        return len(seen)

    at_work(cast, service)
    a_deployment(commit=OTHER)
    review_later()
    read(browser, address)
    one = cost()
    for number in (1, 2):
        more = a_service(cast)
        a_repository(more, f"payments/more-{number}")
        a_deployment(repository=f"payments/more-{number}")
        a_deployment(commit=OTHER)
    review_later()
    assert cost() == one


def test_a_change_that_one_does_not_see_is_not_named(cast, client_of, api_of, service):
    hidden = a_change(
        cast,
        team=cast.wallet_co,
        services=[a_service(cast, **WALLET(cast))],
        title="Hidden wallet change",
        builder=None,
        implementer=None,
    )
    deployment = a_deployment()
    Deployment.objects.update(change=hidden)
    browser = client_of(cast.team_lead)
    for address in (LISTS[0], f"/changes/deployment/{deployment.pk}/change/"):
        text = read(browser, address)
        assert hidden.reference not in text
        assert "Hidden wallet change" not in text
    told = api_of(cast.team_lead).get(f"/api/v1/deployments/{deployment.reference}/").json()
    assert (told["reference"], told["change"]) == (deployment.reference, None)


def test_the_pages_tell_what_was_found(cast, client_of, service):
    change = at_work(cast, service)
    deployment = a_deployment(commit=OTHER)
    review_later()
    finding = Finding.objects.get()
    browser = client_of(cast.service_manager)
    for address in (
        f"/changes/deployment/{deployment.pk}/change/",
        f"/changes/change/{change.pk}/change/",
        f"/changes/finding/{finding.pk}/change/",
    ):
        assert "Another commit than approved" in read(browser, address)
    assert "Authorise afterwards" in read(browser, f"/changes/finding/{finding.pk}/change/")
    dialog = f"/changes/finding/{finding.pk}/action/authorise/"
    assert change.reference in read(browser, dialog)
    cover = a_change(cast, services=[service])
    answer = browser.post(dialog, {"covered_by": "CHG-999999", "note": "x"})
    assert answer.status_code == 400
    answer = browser.post(dialog, {"covered_by": cover.reference, "note": "Reviewed"})
    finding.refresh_from_db()
    assert (answer.status_code, finding.status) == (302, "authorised")


def test_a_finding_is_settled_by_the_api(cast, api_of, finding):
    api = api_of(cast.service_manager)
    address = f"/api/v1/findings/{finding.reference}/"
    offered = api.get(f"{address}transitions/").json()
    assert [(o["action"], o["allowed"]) for o in offered] == [
        ("authorise", True),
        ("revert", True),
        ("resolve", False),
    ]
    refused = api.post(f"{address}transitions/", {"action": "resolve"}, format="json")
    assert refused.status_code == 400
    done = api.post(
        f"{address}transitions/", {"action": "revert", "note": "rolled back"}, format="json"
    )
    assert (done.status_code, done.json()["status"]) == (200, "reverted")
    again = api.post(f"{address}transitions/", {"action": "revert", "note": "x"}, format="json")
    assert again.status_code == 409
    listed = api.get("/api/v1/findings/?status=reverted&kind=no_change").json()["results"]
    assert [row["reference"] for row in listed] == [finding.reference]


def test_a_repository_is_mapped_on_the_form(cast, client_of):
    service = a_service(cast)
    browser = client_of(cast.service_owner)
    sent = {"repository": "payments/new", "service": service.pk}
    answer = browser.post("/changes/servicerepository/add/", sent)
    assert answer.status_code == 302
    again = browser.post("/changes/servicerepository/add/", sent)
    assert again.status_code == 200
    assert (
        client_of(cast.agent_l1)
        .post("/changes/servicerepository/add/", sent | {"repository": "x"})
        .status_code
        == 403
    )
