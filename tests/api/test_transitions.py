"""Actions by API: the same table, texts and forms as in the portal."""

from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident, IncidentComment
from tests.api.test_problems import assert_problem
from tests.factories import a_vendor, an_incident

pytestmark = pytest.mark.django_db


def url(incident: Incident) -> str:
    return f"/api/v1/incidents/{incident.reference}/transitions/"


def test_actions_are_listed_with_the_reasons_against_them(
    cast: Any, agent: Any, api_of: Any
) -> None:
    incident = an_incident(cast)
    actions = agent.get(url(incident)).json()
    assert [(a["action"], a["allowed"], a["reasons"]) for a in actions] == [
        ("triage", True, []),
        ("start", True, []),
        ("cancel", True, []),
        ("merge", True, []),
    ]
    for action in api_of(cast.auditor).get(url(incident)).json():
        assert action["reasons"] == ["your role does not include this action"]


def test_an_action_gives_the_record_as_it_then_is(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    answer = agent.post(url(incident), {"action": "triage", "impact": 1, "note": "seen"})
    body = answer.json()
    assert (answer.status_code, body["status"], body["impact"]) == (200, "triaged", 1)
    assert answer["ETag"] == f'"{body["version"]}"'
    vendor = a_vendor()
    agent.post(url(incident), {"action": "start"})
    answer = agent.post(
        url(incident), {"action": "wait_for_vendor", "vendor": vendor.reference, "note": "asked"}
    )
    assert (answer.json()["status"], answer.json()["vendor"]) == (
        "pending_vendor",
        vendor.reference,
    )
    history = agent.get(f"/api/v1/incidents/{incident.reference}/history/").json()
    assert (history[0]["action"], history[0]["reason"]) == ("incident.wait_for_vendor", "asked")


def test_an_action_that_the_status_does_not_have_changes_nothing(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    before = Incident.objects.values().get()
    body = assert_problem(agent.post(url(incident), {"action": "close"}), 409, "refused")
    assert body["reasons"] == ["the status “New” does not allow this action"]
    unanswered = agent.post(url(incident), {"action": "reopen"})  # nor are answers asked for
    assert_problem(unanswered, 409, "refused")
    assert Incident.objects.values().get() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": None}, "action"),
        ({"action": "explode"}, "action"),
        ({"action": "comment", "text": "public?"}, "action"),
        ({"action": "attach"}, "action"),
        ({"action": ["triage"]}, "action"),
        ({"action": {"a": 1}}, "action"),
        ({"action": "cancel"}, "note"),
        ({"action": "cancel", "note": " "}, "note"),
        ({"action": "cancel", "note": "a" * 3000}, "note"),
        ({"action": "cancel", "note": ["a"]}, "note"),
        ({"action": "triage", "impact": 9}, "impact"),
        ({"action": "triage", "impact": 9999999999999999999}, "impact"),
        ({"action": "triage", "impact": {}}, "impact"),
        ({"action": "triage", "status": "closed"}, "status"),
        ({"action": "assign"}, ""),
        ({"action": "assign", "team": "no-such-team"}, "team"),
        ({"action": "assign", "owner": "nobody"}, "owner"),
        ({"action": "share", "user": "auditor", "until": "soon"}, "until"),
        ({"action": "share", "user": "auditor", "until": 5}, "until"),
        ({"action": "link", "kind": "related", "target": "INC-999999"}, "target"),
        ({"action": "mark", "kind": "started", "at": "0001-01-01T00:00:00+14:00"}, "at"),
    ],
)
def test_bad_answers_are_named(cast: Any, agent: Any, body: Any, field: str) -> None:
    incident = an_incident(cast)
    before = Incident.objects.values().get()
    told = assert_problem(agent.post(url(incident), body), 400, "invalid")
    assert field in [error["field"] for error in told["errors"]]
    assert Incident.objects.values().get() == before
    assert not IncidentComment.objects.exists()


def test_assigning_takes_names(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    answer = agent.post(
        url(incident), {"action": "assign", "team": "payments-l2", "owner": "agent_l2"}
    )
    assert (answer.json()["team"], answer.json()["owner"]) == ("payments-l2", "agent_l2")


def test_a_version_is_honoured_where_it_is_given(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    stale = agent.post(url(incident), {"action": "triage"}, headers={"if-match": '"9"'})
    assert_problem(stale, 412, "stale")
    answer = agent.post(url(incident), {"action": "triage"}, headers={"if-match": '"1"'})
    assert answer.status_code == 200


def test_whoever_may_read_through_a_share_may_not_act(cast: Any, api_of: Any) -> None:
    from incidents.services import share_incident

    incident = an_incident(cast)
    until = timezone.now() + timezone.timedelta(days=1)
    share_incident(incident, actor=cast.team_lead, user=cast.outsider, until=until)
    outsider = api_of(cast.outsider)
    assert outsider.get(f"/api/v1/incidents/{incident.reference}/").status_code == 200
    answer = outsider.post(url(incident), {"action": "triage"})
    assert_problem(answer, 403, "not-allowed")
    patched = outsider.patch(
        f"/api/v1/incidents/{incident.reference}/", {"title": "b"}, headers={"if-match": '"1"'}
    )
    assert patched.status_code == 403
    assert Incident.objects.get().version == 1
