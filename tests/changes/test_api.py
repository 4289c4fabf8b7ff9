"""A change through the API alone, as the demo accounts: draft to closed, and what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes.risk import QUESTIONS
from tests.factories import a_change, a_service, boards

pytestmark = pytest.mark.django_db

CHANGES = "/api/v1/changes/"


@pytest.fixture
def as_(cast, api_of):
    """`as_("requester", "post", path, body)`: a program with a token of that person."""
    clients = {}

    def ask(name, method, path="", body=None, scopes=("write",), **headers):
        key = (name, scopes)
        client = clients.setdefault(key, api_of(cast[name], scopes=list(scopes)))
        call = getattr(client, method)
        return call(f"{CHANGES}{path}", body, format="json", headers=headers)

    return ask


@pytest.fixture
def act(as_):
    def take(name, reference, action, **answers):
        return as_(name, "post", f"{reference}/transitions/", {"action": action, **answers})

    return take


@pytest.fixture
def vote(as_, cast):
    def cast_one(name, reference, decision="approve", comment="", version_hash=None, **more):
        if version_hash is None:
            version_hash = as_("auditor", "get", f"{reference}/").json()["version_hash"]
        body = {"decision": decision, "version_hash": version_hash, "comment": comment, **more}
        return as_(name, "post", f"{reference}/votes/", body, scopes=("vote",))

    return cast_one


FACTS = {
    "title": "Renew the SPEI certificate",
    "team": "core-platform",
    "reason": "It expires.",
    "description": "Both nodes, one after the other.",
    "security_impact": "None.",
    "test_plan": "Handshake.",
    "test_result": "Passed.",
    "backout_plan": "The old one back.",
}


def raised(as_, cast, **more):
    now = timezone.now()
    body = FACTS | {
        "services": [a_service(cast).reference],
        "implementer": "implementer",
        "builder": "requester",
        "planned_start_at": (now - timedelta(minutes=1)).isoformat(),
        "planned_end_at": (now + timedelta(hours=2)).isoformat(),
    }
    answer = as_("requester", "post", "", body | more)
    assert answer.status_code == 201, answer.json()
    return answer.json()["reference"]


QUIET = {question.code: question.answers[0].code for question in QUESTIONS}
ANSWERS = {
    "low": QUIET | {"backout_tested": True},
    "medium": QUIET,  # nobody has tried its back-out
    "high": QUIET
    | {"reach": "all", "money": "directly", "backout": "impossible"}
    | {"tested": "nowhere", "data": "converts"},
}


def asked(as_, act, cast, risk="high", **more):
    boards(cast)
    reference = raised(as_, cast, **more)
    for name, answers in (
        ("submit", {}),
        ("assess", {}),
        ("assess_risk", ANSWERS[risk]),
        ("request_approval", {}),
    ):
        answer = act("requester", reference, name, **answers)
        assert answer.status_code == 200, answer.json()
    return reference


def test_a_high_risk_change_from_draft_to_closed(as_, act, vote, cast):
    reference = asked(as_, act, cast)

    for name in ("peer", "service_owner", "approver", "approver2", "cab_chair"):
        assert vote(name, reference).status_code == 201
        assert as_("auditor", "get", f"{reference}/").json()["status"] == "awaiting_approval"
    assert vote("senior_approver", reference).status_code == 201
    assert as_("auditor", "get", f"{reference}/").json()["status"] == "approved"

    for name, action, answers in (
        ("requester", "schedule", {}),
        ("implementer", "start", {}),
        ("implementer", "complete", {}),
        ("implementer", "verify", {}),
        ("requester", "close", {"outcome": "successful", "review": "As planned."}),
    ):
        answer = act(name, reference, action, **answers)
        assert answer.status_code == 200, answer.json()
    closed = as_("auditor", "get", f"{reference}/").json()
    assert (closed["status"], closed["outcome"]) == ("closed", "successful")


def test_an_amendment_after_two_votes_voids_them(as_, act, vote, cast):
    reference = asked(as_, act, cast)
    before = as_("auditor", "get", f"{reference}/").json()["version_hash"]
    vote("peer", reference)
    vote("service_owner", reference)

    answer = act("requester", reference, "amend", title="Renew both certificates", note="Two links")

    assert answer.status_code == 200, answer.json()
    now = answer.json()
    assert now["status"] == "awaiting_approval"
    assert now["version_hash"] != before
    new, old = as_("auditor", "get", f"{reference}/versions/").json()
    assert (old["status"], new["status"]) == ("void", "open")
    assert [step["status"] for step in new["steps"]] == ["open", "waiting", "waiting", "waiting"]
    assert vote("approver", reference, version_hash=before).status_code == 409
    assert vote("approver", reference).status_code == 403  # the first step asks the peer again
    assert vote("peer", reference).status_code == 201


@pytest.mark.parametrize(
    ("name", "decision", "code"),
    [
        ("implementer", "approve", 403),  # their role does not approve
        ("requester", "approve", 403),
        ("cab_chair", "approve", 403),  # not asked in this step
        ("peer", "reject", 400),  # without saying why
        ("peer", "maybe", 400),
        ("outsider", "approve", 404),
    ],
)
def test_votes_that_are_refused(as_, act, vote, cast, name, decision, code):
    reference = asked(as_, act, cast)

    assert vote(name, reference, decision).status_code == code
    assert as_("auditor", "get", f"{reference}/votes/").json() == []


def test_nobody_votes_twice(as_, act, vote, cast):
    reference = asked(as_, act, cast, risk="medium")
    for name in ("peer", "service_owner", "approver"):
        vote(name, reference)

    again = vote("approver", reference)

    assert again.status_code == 409
    assert again.json()["reasons"] == [
        "this person has voted on this version; a vote is not changed"
    ]
    assert len(as_("auditor", "get", f"{reference}/votes/").json()) == 3


def test_a_token_for_writing_does_not_vote(as_, act, cast):
    reference = asked(as_, act, cast)
    version_hash = as_("peer", "get", f"{reference}/").json()["version_hash"]

    body = {"decision": "approve", "version_hash": version_hash}
    answer = as_("peer", "post", f"{reference}/votes/", body)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "field", ["status", "risk", "version_hash", "outcome", "requester", "approver", "version"]
)
def test_what_only_actions_set_is_not_written(as_, cast, field):
    change = a_change(cast)

    answer = as_(
        "requester", "patch", f"{change.reference}/", {field: "high"}, **{"if-match": '"1"'}
    )

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_frozen_content_is_not_edited(as_, cast):
    change = a_change(cast, "awaiting_approval")

    answer = as_(
        "requester",
        "patch",
        f"{change.reference}/",
        {"description": "Something else."},
        **{"if-match": f'"{change.version}"'},
    )

    assert answer.status_code == 409
    assert answer.json()["reasons"] == [
        "people were asked to approve what it says; amend it instead"
    ]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2030-01-02T00:00:00Z", "2030-01-01T00:00:00Z", "planned_end_at"),
        ("2030-01-02T00:00:00Z", None, "planned_end_at"),
        (None, "2030-01-02T00:00:00Z", "planned_start_at"),
    ],
)
def test_windows_that_are_none(as_, cast, start, end, field):
    body = FACTS | {"planned_start_at": start, "planned_end_at": end}

    answer = as_("requester", "post", "", body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_one_key_raises_one_change(as_, cast):
    key = {"idempotency-key": "raise-1"}
    first, again = (as_("requester", "post", "", FACTS, **key) for _ in range(2))

    assert (first.status_code, first.json()) == (201, again.json())
