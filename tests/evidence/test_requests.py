"""The request list: who asks, who answers, who judges, and what each of them hears."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from evidence import services
from evidence.enums import RequestStatus
from evidence.models import AuditRequest
from evidence.workflow import REQUEST_WORKFLOW
from notifications.models import Message
from tests.evidence.audits import a_request, an_engagement, an_outside_auditor

pytestmark = pytest.mark.django_db
LIFE_OF_A_REQUEST = {
    ("open", "start"): "in_preparation",
    ("returned", "start"): "in_preparation",
    ("open", "provide"): "provided",
    ("in_preparation", "provide"): "provided",
    ("returned", "provide"): "provided",
    ("provided", "accept"): "accepted",
    ("provided", "return"): "returned",
    ("open", "withdraw"): "withdrawn",
    ("in_preparation", "withdraw"): "withdrawn",
    ("returned", "withdraw"): "withdrawn",
    ("provided", "withdraw"): "withdrawn",
}


@pytest.fixture
def auditor(cast: Any) -> Any:
    return an_outside_auditor(cast)


@pytest.fixture
def request_(cast: Any, auditor: Any) -> AuditRequest:
    return a_request(an_engagement(cast, auditor), auditor)


def heard() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("recipient__username", "kind"))


def test_the_life_of_a_request_is_the_table():
    told = {
        (status, move.action): target
        for status in RequestStatus.values
        for move in REQUEST_WORKFLOW
        if (target := REQUEST_WORKFLOW.target(status, move.action))
    }
    assert told == LIFE_OF_A_REQUEST


def test_from_asking_to_accepting(cast, auditor, request_):
    assert (request_.status, request_.owner) == ("open", cast.service_manager)
    services.start_request(request_, actor=cast.service_manager)
    given = services.provide_request(
        request_, actor=cast.service_manager, answer="Here it is.", pack_reference="EVD-000001"
    )
    assert (given.status, given.provided_by) == ("provided", cast.service_manager)
    done = services.accept_request(request_, actor=auditor)
    assert (done.status, done.pack_reference) == ("accepted", "EVD-000001")
    assert done.settled_at is not None
    assert heard() == [
        ("service_manager", "audit_request_asked"),
        (auditor.username, "audit_request_provided"),
        ("service_manager", "audit_request_judged"),
    ]


def test_what_is_returned_says_why_and_is_provided_again(cast, auditor, request_):
    services.provide_request(request_, actor=cast.service_manager, answer="Here.")
    with pytest.raises(ValidationError, match="Say why"):
        services.return_request(request_, actor=auditor, note=" ")
    back = services.return_request(request_, actor=auditor, note="September is missing.")
    assert back.status == "returned"
    assert [c.text for c in back.comments.all()] == ["September is missing."]
    again = services.provide_request(request_, actor=cast.service_manager, answer="With September.")
    assert again.answer == "With September."


def test_only_its_owner_and_who_answers_for_others_provide(cast, auditor, refuses):
    engagement = an_engagement(cast, auditor)
    mine = a_request(engagement, auditor, owner=cast.team_lead)
    services.provide_request(mine, actor=cast.team_lead, answer="Here.")
    other = a_request(engagement, auditor, owner=cast.team_lead)
    services.provide_request(other, actor=cast.service_manager, answer="Here.")
    third = a_request(engagement, auditor, owner=cast.service_owner)
    with refuses(AuditRequest.DoesNotExist):
        services.provide_request(third, actor=cast.team_lead, answer="Here.")
    with refuses(Refused, "somebody else owns"):
        services.provide_request(third, actor=cast.security_admin, answer="Here.")
    with refuses(Refused):
        services.provide_request(third, actor=auditor, answer="I found it myself.")


def test_an_auditor_of_another_engagement_neither_sees_nor_judges(cast, request_, refuses):
    other = an_outside_auditor(cast)
    an_engagement(cast, other)
    services.provide_request(request_, actor=cast.service_manager, answer="Here.")
    assert not AuditRequest.objects.visible_to(other).exists()
    with refuses(AuditRequest.DoesNotExist):
        services.accept_request(request_, actor=other)


def test_our_people_ask_for_nothing_and_accept_nothing(cast, auditor, request_, refuses):
    with refuses(NotAllowed):
        a_request(request_.engagement, cast.service_manager)
    services.provide_request(request_, actor=cast.service_manager, answer="Here.")
    with refuses(NotAllowed):
        services.accept_request(request_, actor=cast.service_manager)


def test_when_the_engagement_has_ended_nothing_is_provided(cast, auditor, request_, refuses):
    services.end_engagement(request_.engagement, actor=cast.security_admin, note="Over.")
    with refuses(Refused, "has ended"):
        services.provide_request(request_, actor=cast.service_manager, answer="Late.")


def test_an_unknown_control_and_an_owner_who_cannot_answer_are_refused(cast, auditor, refuses):
    engagement = an_engagement(cast, auditor)
    with refuses(ValidationError, "no control of this code"):
        a_request(engagement, auditor, control="PCI-99")
    with refuses(ValidationError, "does not answer"):
        a_request(engagement, auditor, owner=cast.agent_l1)


def test_a_comment_reaches_the_other_side_only(cast, auditor, request_):
    Message.objects.all().delete()
    services.comment_on_request(request_, actor=auditor, text="By Friday, please.")
    services.comment_on_request(request_, actor=cast.service_manager, text="Sure.")
    assert heard() == [
        ("service_manager", "audit_request_commented"),
        (auditor.username, "audit_request_commented"),
    ]


def test_a_file_is_downloaded_by_who_sees_the_request_alone(cast, auditor, request_, client_of):
    file = services.attach_to_request(
        request_, actor=cast.service_manager, name="list.csv", data=b"a,b\n1,2\n"
    )
    url = f"/evidence/auditrequest/{request_.pk}/files/{file.pk}/"
    answers = {}
    for user in (auditor, cast.service_manager, cast.team_lead, cast.agent_l1, cast.norole):
        answer = client_of(user).get(url)
        answer.getvalue()  # a download holds its file open until it is read
        answers[user.username] = answer.status_code
    assert answers == {
        auditor.username: 200,
        "service_manager": 200,
        "team_lead": 404,
        "agent_l1": 404,
        "norole": 404,
    }


@pytest.mark.parametrize(
    "assignment",
    [
        "status = 'provided'",
        "status = 'accepted'",
        "status = 'lost'",
        "settled_at = now()",
        "provided_at = now(), provided_by_id = asked_by_id",
    ],
)
def test_the_database_refuses_what_makes_no_sense(request_, assignment):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE evidence_auditrequest SET {assignment} WHERE id = %s",
            [request_.pk],
        )


# --- In the browser -------------------------------------------------------------------------------


def test_the_pages_open_for_those_who_see_them(cast, auditor, request_, client_of):
    pages = [
        f"/evidence/engagement/{request_.engagement_id}/change/",
        "/evidence/engagement/",
        f"/evidence/auditrequest/{request_.pk}/change/",
        "/evidence/auditrequest/",
    ]
    told = {
        user.username: [client_of(user).get(page).status_code for page in pages]
        for user in (
            auditor,
            cast.service_manager,
            cast.security_admin,
            cast.team_lead,
            cast.norole,
        )
    }
    assert told == {
        auditor.username: [200, 200, 200, 200],
        "service_manager": [200, 200, 200, 200],
        "security_admin": [200, 200, 200, 200],
        "team_lead": [404, 403, 404, 200],
        "norole": [404, 403, 404, 403],
    }


def test_an_engagement_is_begun_on_its_form(cast, client_of):
    auditor = an_outside_auditor(cast)
    browser = client_of(cast.security_admin)
    assert browser.get("/evidence/engagement/add/").status_code == 200
    end = timezone.localtime() + timedelta(days=20)
    answer = browser.post(
        "/evidence/engagement/add/",
        {
            "firm": "Quetzal",
            "frameworks": ["pci_dss", "soc_2"],
            "period_starts_on": "2026-07-01",
            "period_ends_on": "2026-10-01",
            "owner": cast.service_manager.pk,
            "expires_at_0": f"{end:%Y-%m-%d}",
            "expires_at_1": f"{end:%H:%M}",
            "expires_at": f"{end:%Y-%m-%dT%H:%M}",
            "auditors": [auditor.pk],
        },
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert auditor.audits.get().engagement.firm == "Quetzal"


def test_a_request_is_asked_and_provided_in_dialogs(cast, auditor, client_of):
    engagement = an_engagement(cast, auditor)
    browser = client_of(auditor)
    asked = browser.post(
        "/evidence/auditrequest/add/",
        {
            "engagement": engagement.pk,
            "control": "PCI-6.5.1",
            "title": "All changes",
            "text": "",
            "owner": "",
            "due_on": f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}",
        },
    )
    assert asked.status_code == 302, asked.content.decode()[:2000]
    row = AuditRequest.objects.get()
    given = client_of(cast.service_manager).post(
        f"/evidence/auditrequest/{row.pk}/action/provide/",
        {
            "answer": "In the file.",
            "files": [SimpleUploadedFile("changes.csv", b"a,b\n")],
            "version": row.version,
        },
    )
    assert given.status_code == 302
    row.refresh_from_db()
    assert (row.status, row.attachments.count()) == ("provided", 1)


def test_lists_ask_the_same_for_one_and_for_three(cast, auditor, client_of):
    from django.test.utils import CaptureQueriesContext

    engagement = an_engagement(cast, auditor)
    a_request(engagement, auditor)
    browser = client_of(cast.security_admin)
    pages = [
        "/evidence/auditrequest/?tab=all",
        "/evidence/engagement/",
        f"/evidence/engagement/{engagement.pk}/change/",
    ]

    def asked() -> list[int]:
        counted = []
        for page in pages:
            browser.get(page)
            with CaptureQueriesContext(connection) as queries:
                browser.get(page)
            counted.append(len(queries))
        return counted

    before = asked()
    for _nth in range(2):
        a_request(engagement, auditor)
        an_engagement(cast)
    assert asked() == before
