"""Break-glass: two others, a reason, a day; the participants are told, private notes stay shut."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.models import OutboxEntry
from core.errors import NotAllowed, Refused
from notifications.models import Message
from people.confidential.enums import GlassStatus
from people.confidential.workflow import GLASS_WORKFLOW
from people.models import GlassAccess, GlassApproval, OneOnOneSeries
from people.services import break_glass
from people.services import one_on_one_entries as entries
from people.services.confidential import read_entries
from tests.people.one_on_ones import a_series, asked, opened

pytestmark = pytest.mark.django_db

LIFE = {
    ("asked", "approve"): "asked",
    ("asked", "open"): "open",
    ("asked", "refuse"): "refused",
    ("asked", "withdraw"): "withdrawn",
    ("open", "end"): "ended",
    ("open", "run_out"): "ended",
}


def test_the_whole_table_of_moves():
    actions = {move.action for move in GLASS_WORKFLOW}
    for status in GlassStatus.values:
        for action in actions:
            assert GLASS_WORKFLOW.target(status, action) == LIFE.get((status, action))


def test_two_others_open_it_to_the_asker_for_a_day_and_no_longer(cast):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text="shared")
    entries.write_note(series, actor=cast.agent_l1, text="hers alone", is_private=True)
    access = asked(cast, series)
    break_glass.approve_opening(access, actor=cast.security_admin)
    assert not OneOnOneSeries.objects.visible_to(cast.hr_partner).exists()
    break_glass.approve_opening(access, actor=cast.senior_approver)
    read = read_entries(series.record, actor=cast.hr_partner)
    assert [text for _entry, text in read] == ["shared"]  # never a private note
    event = OutboxEntry.objects.filter(relation="event:confidential.read").get()
    assert event.after == {"relation": "breaking_glass"}
    for other in (cast.security_admin, cast.senior_approver):  # they opened it to the asker
        with pytest.raises(NotAllowed):
            read_entries(series.record, actor=other)
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        with pytest.raises(NotAllowed):
            read_entries(series.record, actor=cast.hr_partner)
        assert break_glass.run_out_accesses(timezone.now()) == 1
    access.refresh_from_db()
    assert access.status == GlassStatus.ENDED


def test_both_participants_are_told_when_it_opens_and_not_before(cast):
    series = a_series(cast)
    access = asked(cast, series)
    told = Message.objects.filter(reference=access.reference)
    assert not told.filter(recipient__in=[cast.team_lead, cast.agent_l1]).exists()
    assert not GlassAccess.objects.visible_to(cast.agent_l1).exists()
    break_glass.approve_opening(access, actor=cast.security_admin)
    break_glass.approve_opening(access, actor=cast.senior_approver)
    heard = told.filter(kind="glass_opened").values_list("recipient__username", flat=True)
    assert set(heard) == {"team_lead", "agent_l1", "hr_partner"}
    assert break_glass.read_reason(access, actor=cast.agent_l1) == "Complaint"


def test_neither_the_asker_nor_a_participant_nor_one_person_twice_approves(cast, refuses):
    access = asked(cast, a_series(cast))
    with refuses(Refused, "whoever asks does not approve"):
        break_glass.approve_opening(access, actor=cast.hr_partner)
    break_glass.approve_opening(access, actor=cast.security_admin)
    with refuses(Refused, "you have approved it already"):
        break_glass.approve_opening(access, actor=cast.security_admin)
    with refuses(GlassAccess.DoesNotExist):  # hidden from whoever has nothing to do with it
        break_glass.approve_opening(access, actor=cast.admin)


def test_a_participant_who_may_approve_does_not_see_it_before_it_opens(cast, refuses):
    from people.services import grant_role

    grant_role(cast.agent_l1, "senior_approver", actor=None, reason="x", country="MX")
    access = asked(cast, a_series(cast))
    with refuses(GlassAccess.DoesNotExist):
        break_glass.approve_opening(access, actor=cast.agent_l1)


@pytest.mark.parametrize("who", ["hr_partner", "agent_l1", "team_lead"])
def test_the_database_refuses_their_approval_too(cast, who):
    access = asked(cast, a_series(cast))
    with pytest.raises(DatabaseError, match="people_refused"), transaction.atomic():
        GlassApproval.objects.create(
            access=access, approved_by=cast[who], approved_at=timezone.now()
        )


def test_the_database_opens_it_with_two_approvals_only_and_for_a_day(cast):
    access = asked(cast, a_series(cast))
    now = timezone.now()
    row = GlassAccess.objects.filter(pk=access.pk)
    opening = {"status": "open", "opened_at": now, "closes_at": now + timedelta(hours=24)}
    with pytest.raises(DatabaseError, match="two persons"), transaction.atomic():
        row.update(**opening)
    break_glass.approve_opening(access, actor=cast.security_admin)
    with pytest.raises(DatabaseError, match="two persons"), transaction.atomic():
        row.update(**opening)
    GlassApproval.objects.create(access=access, approved_by=cast.senior_approver, approved_at=now)
    with pytest.raises(DatabaseError, match="open_for_a_day"), transaction.atomic():
        row.update(**{**opening, "closes_at": now + timedelta(days=30)})
    row.update(**opening)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        row.update(opened_at=now + timedelta(days=1), closes_at=now + timedelta(days=2))


def test_asking_needs_a_right_a_reason_and_a_record_of_others(cast, refuses):
    series = a_series(cast)
    ask = {"lead": cast.team_lead, "employee": cast.agent_l1, "reason": "x"}
    for name in ("admin", "security_admin", "auditor", "service_manager"):
        with refuses(NotAllowed):
            break_glass.ask_to_open(actor=cast[name], **ask)
    with refuses(ValidationError, "Give a reason"):
        break_glass.ask_to_open(actor=cast.hr_partner, **{**ask, "reason": " "})
    with refuses(Refused, "no 1:1s"):
        break_glass.ask_to_open(actor=cast.hr_partner, **{**ask, "employee": cast.agent_l2})
    asked(cast, series)
    with refuses(Refused, "asked for it already"):
        asked(cast, series)


def test_refused_and_withdrawn_it_never_opens(cast, refuses):
    series = a_series(cast)
    access = asked(cast, series)
    with refuses(Refused, "only whoever asked|role"):
        break_glass.withdraw_asking(access, actor=cast.security_admin)
    break_glass.refuse_opening(access, actor=cast.security_admin)
    with refuses(Refused, "status"):
        break_glass.approve_opening(access, actor=cast.senior_approver)
    again = break_glass.withdraw_asking(asked(cast, series), actor=cast.hr_partner)
    assert again.status == GlassStatus.WITHDRAWN


def test_the_pages_of_it(cast, client_of):
    series = a_series(cast)
    entries.add_topic(series, actor=cast.agent_l1, text="Quetzal")
    browser = client_of(cast.hr_partner)
    made = browser.post(
        "/break-glass/",
        {"lead": cast.team_lead.pk, "employee": cast.agent_l1.pk, "reason": "Complaint 7"},
    )
    assert made.status_code == 302
    page = made["Location"]
    assert "Complaint 7" in client_of(cast.security_admin).get(page).content.decode()
    assert client_of(cast.agent_l1).get(page).status_code == 404
    assert client_of(cast.admin).get(page).status_code == 404
    assert client_of(cast.admin).get("/break-glass/").status_code == 403
    assert browser.post(page, {"do": "approve"}).status_code == 409
    for name in ("security_admin", "senior_approver"):
        assert client_of(cast[name]).post(page, {"do": "approve"}).status_code == 302
    assert "Quetzal" in browser.get(f"/one-on-ones/{series.pk}/").content.decode()
    refused = browser.post(f"/one-on-ones/{series.pk}/", {"do": "topic", "text": "me too"})
    assert refused.status_code in (403, 400, 409)
    assert browser.post(page, {"do": "end"}).status_code == 302
    assert browser.get(f"/one-on-ones/{series.pk}/").status_code == 404
    assert opened(cast, series).status == GlassStatus.OPEN
