"""Coaching sessions: who plans, writes, acknowledges and reads them; what stays; what is told."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from notifications.models import Message
from people.coaching.workflow import COACHING_WORKFLOW
from people.models import CoachingSession, SealedEntry
from people.services import coaching
from people.services import one_on_one_entries as entries
from people.services.confidential import read_entries, relation_of
from tests.factories import an_incident
from tests.people.coaching import a_coaching
from tests.people.one_on_ones import in_days

pytestmark = pytest.mark.django_db
LIFE = {
    ("planned", "hold"): "held",
    ("planned", "cancel"): "cancelled",
    ("held", "acknowledge"): "held",
    ("held", "close"): "closed",
}
MOVES = {
    "hold": coaching.hold_coaching,
    "acknowledge": coaching.acknowledge_coaching,
    "close": coaching.close_coaching,
    "cancel": coaching.cancel_coaching,
}


def test_the_table_is_its_life():
    statuses = [status for status, _label in CoachingSession._meta.get_field("status").choices]
    found = {(s, move): COACHING_WORKFLOW.target(s, move) for s in statuses for move in MOVES}
    assert {pair: target for pair, target in found.items() if target} == LIFE


def test_a_lead_coaches_somebody_of_the_team(cast, refuses):
    incident = an_incident(cast)
    session = a_coaching(cast, reference=incident.reference.lower())
    read = [(entry.kind, text) for entry, text in read_entries(session.record, actor=cast.agent_l1)]
    assert read == [
        ("topic", "Say what is known in the first answer"),
        ("evidence", incident.reference),
    ]
    with refuses(NotAllowed, "you lead no team"):
        a_coaching(cast, actor=cast.agent_l1, employee=cast.agent_l2)
    with refuses(Refused, "of two people"):
        a_coaching(cast, employee=cast.team_lead)
    with refuses(ValidationError, "You see no record"):
        a_coaching(cast, reference="INC-999999")
    with refuses(ValidationError, "today on"):
        a_coaching(cast, planned_on=in_days(-2))
    with refuses(ValidationError, "comes after"):
        a_coaching(cast, planned_on=in_days(3), follow_up_on=in_days(2))


def test_it_is_held_acknowledged_and_followed_up(cast, refuses):
    session = a_coaching(cast)
    with refuses(Refused, "neither a note nor a commitment"):
        coaching.hold_coaching(session, actor=cast.team_lead)
    entries.agree_on_action(
        session,
        actor=cast.team_lead,
        text="Read the guide",
        owner=cast.agent_l1,
        due_on=in_days(7),
    )
    with refuses(Refused, "the coach alone"):
        coaching.hold_coaching(session, actor=cast.agent_l1)
    session = coaching.hold_coaching(session, actor=cast.team_lead)
    with refuses(Refused, "has not acknowledged"):
        coaching.close_coaching(session, actor=cast.team_lead)
    with refuses(Refused, "the employee alone"):
        coaching.acknowledge_coaching(session, actor=cast.team_lead)
    session = coaching.acknowledge_coaching(session, actor=cast.agent_l1)
    with refuses(Refused, "already"):
        coaching.acknowledge_coaching(session, actor=cast.agent_l1)
    done = SealedEntry.objects.get(record=session.record, kind="action")
    entries.tick_entry(done, actor=cast.agent_l1)
    session = coaching.close_coaching(session, actor=cast.team_lead)
    assert (session.status, session.record.ended_at) == ("closed", session.closed_at)
    with refuses(Refused, "the coaching session is over"):
        entries.write_note(session, actor=cast.agent_l1, text="One more")
    assert len(read_entries(session.record, actor=cast.agent_l1)) == 2


def test_what_nobody_acknowledges_is_closed_after_two_weeks(cast, refuses):
    session = a_coaching(cast, "held")
    with refuses(Refused, "has not acknowledged"):
        coaching.close_coaching(session, actor=cast.team_lead)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        session = coaching.close_coaching(session, actor=cast.team_lead)
    assert (session.status, session.acknowledged_at) == ("closed", None)


def test_what_is_written_after_it_was_acknowledged_says_so(cast, client_of):
    session = a_coaching(cast, "held")
    browser = client_of(cast.agent_l1)
    coaching.acknowledge_coaching(session, actor=cast.agent_l1)
    assert "cuando ya había acuse" not in browser.get(f"/coaching/{session.pk}/").content.decode()
    entries.write_note(session, actor=cast.team_lead, text="A month later it is better")
    page = browser.get(f"/coaching/{session.pk}/").content.decode()
    assert page.count("cuando ya había acuse") + page.count("after it was acknowledged") == 1


def test_one_of_a_later_day_is_not_held_yet(cast, refuses):
    session = a_coaching(cast, planned_on=in_days(2))
    entries.write_note(session, actor=cast.team_lead, text="Prepared")
    with refuses(Refused, "later day"):
        coaching.hold_coaching(session, actor=cast.team_lead)
    with refuses(ValidationError, "today on"):
        past = {"planned_on": session.planned_on, "follow_up_on": in_days(-3)}
        coaching.move_coaching(session, actor=cast.agent_l1, **past)
    days = {"planned_on": in_days(0), "follow_up_on": in_days(20)}
    session = coaching.move_coaching(session, actor=cast.agent_l1, **days)
    assert (session.planned_on, session.follow_up_on) == (in_days(0), in_days(20))
    assert coaching.hold_coaching(session, actor=cast.team_lead).status == "held"


@pytest.mark.parametrize("status", ["planned", "held", "closed", "cancelled"])
@pytest.mark.parametrize("action", sorted(MOVES))
def test_every_action_from_every_status(cast, refuses, status, action):
    session = a_coaching(cast, status)
    if status == "planned":
        entries.write_note(session, actor=cast.team_lead, text="Something")
    if (status, action) == ("held", "close"):
        session = coaching.acknowledge_coaching(session, actor=cast.agent_l1)
    actor = cast.agent_l1 if action == "acknowledge" else cast.team_lead
    if (status, action) in LIFE:
        assert MOVES[action](session, actor=actor).status == LIFE[status, action]
    else:
        with refuses(Refused):
            MOVES[action](session, actor=actor)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "planned"},
        {"status": "cancelled"},
        {"held_at": timezone.now() - timedelta(days=9)},
        {"employee": "agent_l2"},
        {"follow_up_on": "2020-01-01"},
        {"status": "closed"},
    ],
)
def test_the_database_keeps_what_was_held(cast, change):
    session = a_coaching(cast, "held")
    change = {k: getattr(cast, v) if k == "employee" else v for k, v in change.items()}
    with pytest.raises(DatabaseError), transaction.atomic():
        CoachingSession.objects.filter(pk=session.pk).update(**change)


def test_what_is_over_stays(cast):
    for status in ("closed", "cancelled"):
        session = a_coaching(cast, status)
        with pytest.raises(DatabaseError), transaction.atomic():
            CoachingSession.objects.filter(pk=session.pk).update(follow_up_on=in_days(60))
        with pytest.raises(DatabaseError), transaction.atomic():
            CoachingSession.objects.filter(pk=session.pk).delete()


def test_two_see_it_and_nobody_else(cast, client_of, api_of):
    session = a_coaching(cast)
    pages = ("/coaching/", f"/coaching/{session.pk}/")
    for name in sorted(cast.users):
        user = cast[name]
        if name in ("team_lead", "agent_l1"):
            page = client_of(user).get(pages[1])
            assert page.status_code == 200
            assert "Say what is known in the first answer" in page.content.decode()
            assert (
                str(session.record)
                in api_of(user).get("/api/v1/coaching-sessions/").content.decode()
            )
            continue
        assert not CoachingSession.objects.visible_to(user).exists()
        assert client_of(user).get(pages[1]).status_code in (403, 404)
        assert f"/coaching/{session.pk}/" not in client_of(user).get(pages[0]).content.decode()
    assert relation_of(cast.service_manager, session.record) == "above"
    assert relation_of(cast.admin, session.record) == "none"


def test_on_the_pages_it_goes_its_way(cast, client_of):
    lead, agent = client_of(cast.team_lead), client_of(cast.agent_l1)
    today = timezone.localdate(timezone=ZoneInfo(cast.team_lead.time_zone))
    asked = {
        "employee": cast.agent_l1.pk,
        "goal": "Fewer handovers",
        "planned_on": str(today),
        "follow_up_on": str(in_days(10)),
    }
    assert lead.post("/coaching/", asked | {"follow_up_on": str(in_days(-2))}).status_code == 400
    assert agent.post("/coaching/", asked).status_code in (400, 403)
    assert lead.post("/coaching/", asked).status_code == 302
    session = CoachingSession.objects.get()
    url = f"/coaching/{session.pk}/"
    assert lead.post(url, {"do": "hold"}).status_code == 409
    assert agent.post(url, {"do": "note", "text": "  "}).status_code == 400
    assert agent.post(url, {"do": "note", "text": "I hand over too early"}).status_code == 302
    told = {"text": "Ask twice", "owner": cast.agent_l1.pk, "due_on": str(in_days(5))}
    assert lead.post(url, {"do": "commitment", **told}).status_code == 302
    assert lead.post(url, {"do": "hold"}).status_code == 302
    assert "acknowledge" in agent.get(url).content.decode()
    assert agent.post(url, {"do": "acknowledge"}).status_code == 302
    entry = SealedEntry.objects.get(record=session.record, kind="action")
    assert agent.post(url, {"do": "tick", "entry": str(entry.code)}).status_code == 302
    assert lead.post(url, {"do": "close"}).status_code == 302
    assert lead.post(url, {"do": "nonsense"}).status_code == 404
    assert lead.post(url, {"do": "note", "text": "More"}).status_code == 409
    page = agent.get(url).content.decode()
    assert "Ask twice" in page
    assert "data-draft-key" not in page


def test_by_rest_the_two_write_and_move_it(cast, api_of):
    session = a_coaching(cast)
    lead, agent = api_of(cast.team_lead), api_of(cast.agent_l1)
    url = f"/api/v1/coaching-sessions/{session.record}/"
    note = {"kind": "note", "text": "By REST"}
    assert agent.post(f"{url}entries/", note, format="json").status_code == 201
    mood = agent.post(f"{url}entries/", {"kind": "mood", "text": "3"}, format="json")
    assert mood.status_code == 400
    held = lead.post(f"{url}transitions/", {"action": "hold"}, format="json")
    assert held.json()["status"] == "held"
    assert (
        lead.post(f"{url}transitions/", {"action": "acknowledge"}, format="json").status_code == 409
    )
    done = agent.post(f"{url}transitions/", {"action": "acknowledge"}, format="json")
    assert done.json()["acknowledged_at"] is not None
    texts = [one["text"] for one in agent.get(f"{url}entries/").json()]
    assert texts == ["Say what is known in the first answer", "By REST"]


def test_both_are_reminded_once_and_nothing_is_said(cast):
    session = a_coaching(cast, planned_on=in_days(1), follow_up_on=in_days(8))
    Message.objects.all().delete()
    now = timezone.now()
    assert coaching.remind_of_coaching(now) == 1
    coaching.remind_of_coaching(now + timedelta(hours=20))
    sent = Message.objects.filter(kind="coaching")
    assert {message.recipient for message in sent} == {cast.team_lead, cast.agent_l1}
    assert sent.count() == 2
    assert "first answer" not in str(list(sent.values()))
    assert coaching.remind_of_coaching(now + timedelta(days=7)) == 0  # it was not held
    assert str(session.record) == sent[0].reference


def test_as_many_questions_for_many_sessions(cast, client_of):
    browser = client_of(cast.team_lead)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/coaching/").status_code == 200
        return len(asked)

    a_coaching(cast)
    questions()
    one = questions()
    for _nth in range(3):
        a_coaching(cast)
    assert questions() == one
