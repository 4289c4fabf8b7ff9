"""1:1s: held in a rhythm, topics that carry over, what moves with the employee, that they are."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused
from notifications.models import Message
from people.confidential.enums import MeetingStatus
from people.confidential.workflow import MEETING_WORKFLOW
from people.models import OneOnOne, OneOnOneSeries
from people.one_on_ones.cadence import cadence_of
from people.services import one_on_one_entries as entries
from people.services import one_on_ones
from people.services.confidential import read_entries
from people.services.one_on_one_messages import remind_of_meetings
from tests.factories import an_incident
from tests.people.one_on_ones import a_series, ahead_of, in_days, opened

pytestmark = pytest.mark.django_db

LIFE = {
    ("planned", "begin"): "running",
    ("running", "close"): "closed",
    ("planned", "skip"): "skipped",
}


def test_the_whole_table_of_moves():
    for status in MeetingStatus.values:
        for action in {move.action for move in MEETING_WORKFLOW}:
            assert MEETING_WORKFLOW.target(status, action) == LIFE.get((status, action))


def texts(series, user, kind="topic", *, open_only=True):
    read = read_entries(series.record, actor=user)
    return [t for e, t in read if e.kind == kind and not (open_only and e.closed_at)]


# --- Begin, hold, end ----------------------------------------------------------------------------


def test_a_lead_begins_with_somebody_of_their_teams_only(cast, refuses):
    start = {"every_days": 14, "first_on": in_days(1)}
    with refuses(NotAllowed, "lead no team"):
        one_on_ones.start_series(actor=cast.team_lead, employee=cast.outsider, **start)
    with refuses(NotAllowed, "lead no team"):
        one_on_ones.start_series(actor=cast.agent_l1, employee=cast.agent_l2, **start)
    with refuses(Refused, "two people"):
        one_on_ones.start_series(actor=cast.team_lead, employee=cast.team_lead, **start)
    a_series(cast)
    with refuses(Refused, "already"):
        a_series(cast)


@pytest.mark.parametrize(
    "wrong", [{"every_days": 3}, {"first_on": in_days(-1)}, {"first_on": in_days(400)}]
)
def test_a_rhythm_or_a_day_that_makes_no_sense_is_refused(cast, refuses, wrong):
    given = {"every_days": 14, "first_on": in_days(1)} | wrong
    with refuses(ValidationError):
        one_on_ones.start_series(actor=cast.team_lead, employee=cast.agent_l1, **given)


def test_what_is_not_ticked_carries_over_and_the_next_one_follows_the_rhythm(cast):
    series = a_series(cast)
    stays = entries.add_topic(series, actor=cast.agent_l1, text="Night shifts")
    done = entries.add_topic(series, actor=cast.team_lead, text="Holidays")
    first = one_on_ones.begin_meeting(ahead_of(series), actor=cast.team_lead)
    entries.tick_entry(done, actor=cast.agent_l1)
    one_on_ones.close_meeting(first, actor=cast.agent_l1)
    following = ahead_of(series)
    assert following.planned_on == first.planned_on + timedelta(days=14)
    assert texts(series, cast.team_lead) == ["Night shifts"]
    done.refresh_from_db()
    assert (done.meeting_id, done.closed_by) == (first.pk, cast.agent_l1)
    stays.refresh_from_db()
    assert stays.closed_at is None


def test_only_the_two_move_a_conversation_on(cast, refuses):
    series = a_series(cast)
    meeting = ahead_of(series)
    for name in ("agent_l2", "service_manager", "admin"):
        with refuses(OneOnOneSeries.DoesNotExist):
            one_on_ones.begin_meeting(meeting, actor=cast[name])
    opened(cast, series)
    with refuses(Refused, "only those who take part"):
        one_on_ones.begin_meeting(meeting, actor=cast.hr_partner)


def test_another_day_and_the_end(cast, refuses):
    series = a_series(cast)
    one_on_ones.plan_series(series, actor=cast.agent_l1, every_days=7, next_on=in_days(3))
    assert ahead_of(series).planned_on == in_days(3)
    one_on_ones.begin_meeting(ahead_of(series), actor=cast.agent_l1)
    with refuses(Refused, "close the conversation first"):
        one_on_ones.end_series(series, actor=cast.team_lead)
    one_on_ones.close_meeting(ahead_of(series), actor=cast.agent_l1)
    series = one_on_ones.end_series(series, actor=cast.team_lead)
    assert not series.meetings.ahead().exists()
    with refuses(Refused, "ended"):
        entries.add_topic(series, actor=cast.agent_l1, text="late")
    a_series(cast)  # the two may begin again


def test_a_held_conversation_stays(cast):
    series = a_series(cast)
    meeting = one_on_ones.begin_meeting(ahead_of(series), actor=cast.team_lead)
    one_on_ones.close_meeting(meeting, actor=cast.team_lead)
    for change in ({"status": "planned"}, {"planned_on": in_days(9)}):
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            OneOnOne.objects.filter(pk=meeting.pk).update(**change)


# --- What is written -----------------------------------------------------------------------------


def test_actions_are_for_one_of_the_two_and_have_a_day(cast, refuses):
    series = a_series(cast)
    with refuses(ValidationError, "one of the two"):
        entries.agree_on_action(
            series, actor=cast.team_lead, text="x", owner=cast.agent_l2, due_on=in_days(7)
        )
    action = entries.agree_on_action(
        series, actor=cast.team_lead, text="Read the runbook", owner=cast.agent_l1,
        due_on=in_days(7),
    )  # fmt: skip
    entries.tick_entry(action, actor=cast.agent_l1)
    entries.tick_entry(action, actor=cast.team_lead, is_done=False)
    assert texts(series, cast.agent_l1, "action") == ["Read the runbook"]


def test_the_employee_alone_says_how_they_are_and_may_say_it_again(cast, refuses):
    series = a_series(cast)
    with refuses(NotAllowed):
        entries.tell_mood(series, actor=cast.team_lead, mood=5)
    with refuses(ValidationError):
        entries.tell_mood(series, actor=cast.agent_l1, mood=6)
    entries.tell_mood(series, actor=cast.agent_l1, mood=2)
    entries.tell_mood(series, actor=cast.agent_l1, mood=4)
    assert texts(series, cast.team_lead, "mood") == ["4"]


def test_evidence_is_pinned_by_who_sees_it(cast, refuses):
    series = a_series(cast)
    incident = an_incident(cast)
    entries.pin_evidence(series, actor=cast.agent_l1, reference=incident.reference.lower())
    assert texts(series, cast.team_lead, "evidence") == [incident.reference]
    with refuses(ValidationError, "no record"):
        entries.pin_evidence(series, actor=cast.agent_l1, reference="INC-999999")
    with refuses(ValidationError, "no record"):  # nor does one probe for what is hidden
        entries.pin_evidence(series, actor=cast.agent_l1, reference="ACR-000001")


def test_the_same_id_is_the_same_entry(cast, refuses):
    series, code = a_series(cast), uuid4()
    one = entries.add_topic(series, actor=cast.agent_l1, text="once", code=code)
    assert entries.add_topic(series, actor=cast.agent_l1, text="once", code=code) == one
    with refuses(ValidationError):
        entries.add_topic(series, actor=cast.team_lead, text="other", code=code)
    assert texts(series, cast.agent_l1) == ["once"]


# --- Another lead --------------------------------------------------------------------------------


def test_with_another_lead_the_employee_chooses_topic_by_topic(cast, refuses):
    old = a_series(cast)
    goes = entries.add_topic(old, actor=cast.team_lead, text="Promotion")
    stays = entries.add_topic(old, actor=cast.agent_l1, text="Quarrel with the lead")
    entries.write_note(old, actor=cast.agent_l1, text="note of then")
    new = a_series(cast, lead=cast.service_manager)
    one_on_ones.end_series(old, actor=cast.team_lead)
    assert not OneOnOneSeries.objects.visible_to(cast.service_manager).filter(pk=old.pk).exists()
    with refuses(OneOnOneSeries.DoesNotExist):
        one_on_ones.move_topics(old, actor=cast.service_manager, to=new, topics=[goes, stays])
    with refuses(OneOnOneSeries.DoesNotExist):
        one_on_ones.move_topics(old, actor=cast.team_lead, to=new, topics=[goes])
    one_on_ones.move_topics(old, actor=cast.agent_l1, to=new, topics=[goes])
    assert texts(new, cast.service_manager) == ["Promotion"]
    assert texts(new, cast.service_manager, "note") == []
    with pytest.raises(Refused, match="moved already"):
        one_on_ones.move_topics(old, actor=cast.agent_l1, to=new, topics=[goes])
    assert texts(old, cast.team_lead) == ["Promotion", "Quarrel with the lead"]


# --- That they happen ----------------------------------------------------------------------------


def test_the_leads_lead_sees_dates_and_no_figure_of_fewer_than_five(cast, client_of):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text="Quetzal")
    rows = OneOnOneSeries.objects.below(cast.service_manager)
    assert list(rows) == [series]
    for name in ("team_lead", "agent_l1", "admin", "hr_partner", "auditor", "outsider", "norole"):
        assert not OneOnOneSeries.objects.below(cast[name]).exists()
    told = cadence_of(rows)
    assert (told.in_rhythm, told.total) == (None, None)
    for employee in (cast.agent_l2, cast.requester, cast.implementer, cast.peer):
        a_series(cast, employee=employee)
    told = cadence_of(OneOnOneSeries.objects.below(cast.service_manager))
    assert (told.in_rhythm, told.total) == (5, 5)
    page = client_of(cast.service_manager).get("/one-on-ones/cadence/").content.decode()
    assert "Alma Núñez" in page
    assert "Quetzal" not in page
    assert client_of(cast.team_lead).get("/one-on-ones/cadence/").status_code == 404


def test_both_are_reminded_once_the_day_before_without_a_word_of_it(cast):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text="Quetzal")
    Message.objects.all().delete()
    for _time in range(2):
        remind_of_meetings(timezone.now())
    sent = Message.objects.filter(kind="one_on_one_ahead")
    assert sorted(m.recipient.username for m in sent) == ["agent_l1", "team_lead"]
    assert "Quetzal" not in str([message.context for message in sent])
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        assert remind_of_meetings(timezone.now()) == 1  # missed: still the same message
    assert sent.count() == 2


# --- Pages ---------------------------------------------------------------------------------------


def test_the_page_takes_every_step(cast, client_of):
    series = a_series(cast)
    page = f"/one-on-ones/{series.pk}/"
    agent, lead = client_of(cast.agent_l1), client_of(cast.team_lead)
    steps = [
        {"do": "topic", "text": "Night shifts"},
        {"do": "note", "text": "Spoken about nights"},
        {"do": "private", "text": "Ask HR first"},
        {"do": "mood", "mood": "4"},
        {"do": "action", "text": "Swap", "owner": cast.team_lead.pk, "due_on": str(in_days(7))},
        {"do": "plan", "every_days": "7", "next_on": str(in_days(2))},
        {"do": "begin"},
        {"do": "close"},
    ]
    for step in steps:
        assert agent.post(page, step).status_code == 302, step
    shown = lead.get(page).content.decode()
    assert "Night shifts" in shown
    assert "Swap" in shown
    assert "Spoken about nights" in shown
    assert "Ask HR first" not in shown
    assert "Ask HR first" in agent.get(page).content.decode()
    (topic,) = series.record.entries.filter(kind="topic")
    assert lead.post(page, {"do": "tick", "entry": topic.code}).status_code == 302
    assert agent.post(page, {"do": "topic", "text": " "}).status_code == 400
    assert agent.post(page, {"do": "begin"}).status_code == 302
    assert agent.post(page, {"do": "skip"}).status_code == 409
    assert agent.post(page, {"do": "nonsense"}).status_code == 404
    assert "no-store" in agent.get(page)["Cache-Control"]


def test_a_script_hears_that_it_was_stored_or_why_not(cast, client_of):
    series = a_series(cast)
    page = f"/one-on-ones/{series.pk}/"
    agent = client_of(cast.agent_l1)
    sent = agent.post(page, {"do": "topic", "text": "x"}, headers={"x-draft": "1"})
    assert (sent.status_code, sent.content) == (204, b"")
    refused = agent.post(page, {"do": "mood", "mood": "9"}, headers={"x-draft": "1"})
    assert refused.status_code == 400
    assert refused["Content-Type"] == "text/plain; charset=utf-8"


def test_others_find_no_page(cast, client_of):
    series = a_series(cast)
    for name in ("admin", "security_admin", "hr_partner", "service_manager", "agent_l2", "norole"):
        assert client_of(cast[name]).get(f"/one-on-ones/{series.pk}/").status_code == 404


def test_a_lead_begins_on_the_page_and_an_agent_cannot(cast, client_of):
    given = {"employee": cast.agent_l1.pk, "every_days": 14, "first_on": str(in_days(1))}
    assert client_of(cast.team_lead).post("/one-on-ones/", given).status_code == 302
    assert client_of(cast.agent_l1).post("/one-on-ones/", given).status_code == 400
    page = client_of(cast.agent_l1).get("/one-on-ones/").content.decode()
    assert "Tomás Lara" in page
    assert 'name="employee"' not in page


def test_lists_and_pages_cost_the_same_with_one_and_three_rows(
    cast, client_of, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text="one")
    lead = client_of(cast.team_lead)
    pages = ("/one-on-ones/", f"/one-on-ones/{series.pk}/")

    def cost():
        found = []
        for page in pages:
            lead.get(page)
            with CaptureQueriesContext(connection) as seen:
                assert lead.get(page).status_code == 200
            found.append(len(seen))
        return found

    first = cost()
    for employee in (cast.agent_l2, cast.requester):
        a_series(cast, employee=employee)
        entries.add_topic(series, actor=cast.team_lead, text="more")
    assert cost() == first


# --- REST ----------------------------------------------------------------------------------------


def test_programs_of_participants_write_and_read(cast, api_of):
    series = a_series(cast)
    address = f"/api/v1/one-on-ones/{series.record}/"
    api, code = api_of(cast.agent_l1), str(uuid4())
    given = {"id": code, "kind": "topic", "text": "Nights"}
    made = api.post(f"{address}entries/", given)
    assert (made.status_code, made.json()) == (201, {"id": code, "kind": "topic"})
    assert api.post(f"{address}entries/", given).json() == {"id": code, "kind": "topic"}
    (entry,) = api_of(cast.team_lead).get(f"{address}entries/").json()
    assert (entry["text"], entry["author"]) == ("Nights", "agent_l1")
    assert api.post(f"{address}entries/{code}/tick/", {}).status_code == 200
    assert api.post(f"{address}transitions/", {"action": "close"}).status_code == 409
    assert api.post(f"{address}transitions/", {"action": "begin"}).status_code == 200
    wrong = {"kind": "topic", "text": "x", "owner": "agent_l1"}
    assert api.post(f"{address}entries/", wrong).status_code == 400


def test_tokens_of_the_command_line_and_break_glass_open_nothing_by_rest(cast, api_of):
    from rest_framework.test import APIClient

    from people.services import mint_token

    series = a_series(cast)
    address = f"/api/v1/one-on-ones/{series.record}/"
    _row, secret = mint_token(
        cast.agent_l1, actor=None, name="cron", scopes=["write"], made_on_command_line=True
    )
    assert APIClient(headers={"authorization": f"Token {secret}"}).get(address).status_code == 403
    opened(cast, series)
    assert api_of(cast.hr_partner).get(address).status_code == 404
