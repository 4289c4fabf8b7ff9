"""What makes an auditor write a finding is found, told by business time, and shown to who may see
it; what is in order is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.context import acting
from audit.models import OutboxEntry
from changes import services as changes
from changes.models import Change, ChangeComment, Vote
from evidence import services
from evidence.exception_reports import EXCEPTION_REPORTS, Found
from evidence.looking import PAGE, count, look
from evidence.period import Period
from people.models import Person, User
from people.services import disable_account
from tests.changes.deployments import a_deployment
from tests.changes.test_control import started_emergency
from tests.evidence.audits import an_engagement, an_outside_auditor
from tests.factories import a_change, an_asset, an_incident
from tests.ledger import seal_here

pytestmark = pytest.mark.django_db
IN_ORDER = {"auditors_not_removed": 1}  # the auditor of the cast has no engagement


def now() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=40), today + timedelta(days=2))


def found(name: str, user: Any) -> list[Found]:
    return list(EXCEPTION_REPORTS[name].find(now(), user))


def numbers(user: Any) -> dict[str, int]:
    told = {name: count(report, now(), user) for name, report in EXCEPTION_REPORTS}
    return {name: number for name, number in told.items() if number}


def untested(cast: Any) -> Change:
    """A change whose only file came when the work was over."""
    change = a_change(cast, "verifying")
    changes.attach_to_change(change, actor=cast.implementer, name="late.log", data=b"passed\n")
    return change


def test_what_is_in_order_is_no_exception(cast):
    began = timezone.now()
    with acting(action="test"):  # nothing here is written past the application
        a_change(cast, "closed", test_result="Passed.")
        an_incident(cast, "closed")
        an_asset(cast)
    seal_here()
    told = numbers(cast.auditor)
    # The cast was written when the tests' database was made, which may be long ago.
    told.pop("sealing_gaps", None)
    assert told == IN_ORDER
    assert [gap for gap in found("sealing_gaps", cast.auditor) if gap.at >= began] == []


def test_an_emergency_whose_approval_is_late(cast):
    change = started_emergency(cast)
    asked = change.versions.get().round
    asked.due_at = timezone.now() - timedelta(hours=1)
    asked.save()
    assert [one.reference for one in found("emergency_approved_late", cast.auditor)] == [
        change.reference
    ]
    assert found("approved_too_late", cast.auditor) == []  # begun by word of mouth


def test_work_that_began_before_its_approval(cast):
    change = a_change(cast, "verifying")
    earlier = timezone.now() - timedelta(hours=3)
    Change.objects.filter(pk=change.pk).update(actual_start_at=earlier)
    assert [one.reference for one in found("approved_too_late", cast.auditor)] == [change.reference]


def test_an_approver_who_is_the_requester_under_another_account(cast):
    change = a_change(cast, "verifying")
    assert found("approver_had_a_part", cast.auditor) == []
    # That both accounts are of one person came out later.
    User.objects.filter(pk=cast.requester.pk).update(person=cast.peer.person)
    assert [one.reference for one in found("approver_had_a_part", cast.auditor)] == [
        change.reference
    ]


def test_blanket_approvals_name_who_says_nothing(cast):
    for _nth in range(5):
        a_change(cast, "implementing")
    assert Vote.objects.filter(comment="").count() == 10
    told = {one.reference for one in found("blanket_approvals", cast.auditor)}
    assert told == {"peer", "service_owner"}


def test_work_outside_its_window(cast):
    change = a_change(cast, "verifying")
    assert found("outside_window", cast.auditor) == []
    Change.objects.filter(pk=change.pk).update(
        actual_end_at=change.planned_end_at + timedelta(hours=1)
    )
    assert [one.reference for one in found("outside_window", cast.auditor)] == [change.reference]


def test_a_file_that_came_after_the_work(cast):
    change = untested(cast)
    (one,) = found("untested_changes", cast.auditor)
    assert (one.reference, "after the work" in str(one.text)) == (change.reference, True)


def test_a_deployment_without_a_change(cast):
    deployment = a_deployment()
    assert [one.reference for one in found("deployed_without_change", cast.auditor)] == [
        deployment.reference
    ]


def test_edits_after_closure(cast):
    change = a_change(cast, "closed")
    Change.objects.filter(pk=change.pk).update(ended_at=timezone.now() - timedelta(hours=2))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE changes_change SET review = 'Better.' WHERE id = %s", [change.pk])
    assert [one.reference for one in found("changes_edited_after_closure", cast.auditor)] == [
        change.reference
    ]
    changes.comment_on_change(change, actor=cast.requester, text="Talk is no edit.")
    assert ChangeComment.objects.count() == 1
    assert len(found("changes_edited_after_closure", cast.auditor)) == 1


def test_emergencies_are_too_many_from_a_tenth_on_and_of_five_changes(cast):
    for _nth in range(4):
        a_change(cast, "verifying")
    assert found("emergency_share", cast.auditor) == []
    changes.complete_change(started_emergency(cast), actor=cast.implementer)
    (one,) = found("emergency_share", cast.auditor)
    assert "1 of 5" in str(one.text)


def test_a_leaver_whose_account_stays_open(cast):
    left = timezone.localdate() - timedelta(days=5)
    Person.objects.filter(pk=cast.agent_l1.person_id).update(left_on=left)
    assert [one.reference for one in found("leavers_disabled_late", cast.auditor)] == ["agent_l1"]
    disable_account(cast.agent_l1, actor=cast.security_admin, reason="Left.")
    (one,) = found("leavers_disabled_late", cast.auditor)
    assert "was disabled" in str(one.text)


def test_an_auditor_without_an_engagement_and_one_with(cast):
    auditor = an_outside_auditor(cast)
    engagement = an_engagement(cast, auditor)
    assert [one.reference for one in found("auditors_not_removed", cast.security_admin)] == [
        "auditor"
    ]
    services.end_engagement(engagement, actor=cast.security_admin, note="Over.")
    assert len(found("auditors_not_removed", cast.security_admin)) == 1


def test_what_was_written_and_deleted_past_the_application(cast):
    asset = an_asset(cast)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assets_asset WHERE id = %s", [asset.pk])
    seal_here()
    (one,) = found("deleted_records", cast.auditor)
    assert one.reference == asset.reference
    assert len(found("unsigned_writes", cast.auditor)) >= 1


def test_severe_incidents_without_a_cause(cast):
    incident = an_incident(cast, "in_progress", impact=1, urgency=1)
    from incidents.services import close_incident, resolve_incident

    incident = resolve_incident(
        incident, actor=cast.agent_l1, resolution_code="recovered", resolution="It went away."
    )
    close_incident(incident, actor=cast.agent_l1)
    assert [one.reference for one in found("incidents_without_cause", cast.auditor)] == [
        incident.reference
    ]


# --- Who sees them, and the page ----------------------------------------------------------------


def test_each_sees_the_exceptions_of_what_they_see(cast):
    change = untested(cast)
    seen = {
        name: [one.reference for one in found("untested_changes", cast[name])]
        for name in ("auditor", "service_manager", "security_admin", "outsider", "norole")
    }
    assert seen == {
        "auditor": [change.reference],
        "service_manager": [change.reference],
        "security_admin": [],
        "outsider": [],
        "norole": [],
    }


def test_the_page_opens_for_four_roles(cast, client_of):
    pages = ["/evidence/exceptions/", "/evidence/exceptions/untested_changes/",
             "/evidence/controls/", "/evidence/exceptions/nothing/"]  # fmt: skip
    told = {
        name: [client_of(cast[name]).get(page).status_code for page in pages]
        for name in ("auditor", "service_manager", "cab_chair", "security_admin", "agent_l1")
    }
    assert told == {
        "auditor": [200, 200, 200, 404],
        "service_manager": [200, 200, 200, 404],
        "cab_chair": [200, 200, 200, 404],
        "security_admin": [200, 200, 200, 404],
        "agent_l1": [403, 403, 403, 403],
    }


@pytest.mark.parametrize(
    "query",
    ["from=2026-13-01", "to=x", "from=2026-02-01&to=2026-01-01", "from=1900-01-01",
     "from=2001-01-01&to=2026-01-01", "from=%00"],
)  # fmt: skip
def test_a_bad_period_is_said_and_nothing_breaks(cast, client_of, query):
    browser = client_of(cast.auditor)
    for page in ("/evidence/exceptions/", "/evidence/exceptions/untested_changes/"):
        assert browser.get(f"{page}?{query}").status_code == 400
    assert browser.get("/evidence/exceptions/untested_changes/?after=x").status_code == 200
    assert browser.get("/evidence/controls/?framework=sox").status_code == 404


def test_pages_go_on_and_ask_the_same_for_few_and_for_many(cast, client_of):
    report = EXCEPTION_REPORTS["deployed_without_change"]
    browser = client_of(cast.auditor)
    page = "/evidence/exceptions/deployed_without_change/"
    asked = []
    for many in (1, PAGE + 1):
        for _nth in range(many):
            a_deployment()
        browser.get(page)
        with CaptureQueriesContext(connection) as queries:
            browser.get(page)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    first = look(report, now(), cast.auditor)
    rest = look(report, now(), cast.auditor, first.following)
    assert (len(first.found), len(rest.found), rest.following) == (PAGE, 2, 0)


def test_the_file_holds_what_the_reader_sees_and_is_recorded(cast, client_of):
    change = untested(cast)
    page = "/evidence/exceptions/untested_changes/?format=csv"
    answer = client_of(cast.auditor).get(page)
    assert change.reference in answer.getvalue().decode()
    event = OutboxEntry.objects.get(relation="event:evidence.export")
    assert (event.key, event.context["name"]) == ("untested_changes", "auditor")
    hidden = client_of(cast.security_admin).get(page)
    assert change.reference not in hidden.getvalue().decode()
