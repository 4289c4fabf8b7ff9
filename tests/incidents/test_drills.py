"""Drills: who says that an incident is one, and that no figure counts it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from evidence.period import Period
from incidents import services
from incidents.client_panel import attainment_in
from incidents.dashboard.mandate import MONTH, attained_in, today_and_month
from incidents.evidence.population import INCIDENTS
from incidents.models import Incident
from incidents.wallboard import board_of
from people.services import grant_role
from sla.models import Client, ClientContact, FeedbackInvitation, LifeClock
from tests.factories import an_incident
from tests.sla.agreeing import in_force

CLIENT = {"name": "Banco", "country": "MX"}


def measured(user):
    now = timezone.now()
    return attained_in(today_and_month(now), user, now)[MONTH, "detect"].measured


def _other_manager(cast):
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    return type(cast.team_lead).objects.get(pk=cast.team_lead.pk)


def a_measured_one(cast, **given):
    now = timezone.now()
    return an_incident(cast, started_at=now, detected_at=now, **given)


def test_no_figure_counts_a_drill_and_links_match_the_counts(cast, client_of):
    client = Client.objects.create(slug="banco", **CLIENT)
    a_measured_one(cast, client=client, impact=1, urgency=1)
    real = measured(cast.agent_l1)
    a_measured_one(cast, client=client, impact=1, urgency=1, is_drill=True)
    assert (real, measured(cast.agent_l1)) == (1, 1)
    span = today_and_month(timezone.now() + timedelta(seconds=1))[MONTH]
    told = attainment_in(client, cast.agent_l1, {"month": span})
    assert told["month", "detect"].measured == 1
    assert len(board_of(cast.agent_l1, timezone.now()).rows) == 1
    answer = client_of(cast.agent_l1).get("/api/v1/incidents/?is_drill=false&count=exact").json()
    assert answer["count"] == 1


def test_a_lead_says_so_with_a_reason_and_takes_it_back(cast):
    incident = an_incident(cast)
    services.set_drill(incident, actor=cast.team_lead, is_drill=True, note="game day")
    kept = Incident.objects.get(pk=incident.pk)
    assert kept.is_drill
    assert kept.history.latest().history_change_reason == "game day"
    services.set_drill(incident, actor=cast.team_lead, is_drill=False, note="it was real")
    assert not Incident.objects.get(pk=incident.pk).is_drill


def test_nobody_else_says_so(cast):
    incident = an_incident(cast)
    with pytest.raises(NotAllowed):
        services.set_drill(incident, actor=cast.agent_l1, is_drill=True, note="x")
    with pytest.raises(ValidationError):
        services.set_drill(incident, actor=cast.team_lead, is_drill=True, note=" ")
    assert not Incident.objects.get(pk=incident.pk).is_drill


def test_what_is_closed_stays_what_it_was(cast):
    incident = an_incident(cast, status="closed")
    with pytest.raises(Refused):
        services.set_drill(incident, actor=cast.team_lead, is_drill=True, note="x")
    assert not Incident.objects.get(pk=incident.pk).is_drill


def test_nobody_is_asked_how_a_drill_went(cast):
    client = Client.objects.create(slug="banco", **CLIENT)
    ClientContact.objects.create(client=client, name="Ana", email="ana@banco.example")
    an_incident(cast, "resolved", client=client, is_drill=True)
    assert FeedbackInvitation.objects.count() == 0
    an_incident(cast, "resolved", client=client)
    assert FeedbackInvitation.objects.count() == 1


def test_nothing_is_agreed_for_a_drill_until_it_is_none(cast):
    approver = _other_manager(cast)
    in_force(cast, approver, "all")
    facts = {"impact": 1, "urgency": 1}
    drill, real = an_incident(cast, is_drill=True, **facts), an_incident(cast, **facts)

    def running():
        return set(LifeClock.objects.filter(due_at__isnull=False).values_list("life", flat=True))

    assert running() == {real.life_id}
    services.set_drill(real, actor=cast.team_lead, is_drill=True, note="it was planned")
    services.set_drill(drill, actor=cast.team_lead, is_drill=False, note="it was real")
    assert running() == {drill.life_id}


def test_evidence_says_which_are_drills(cast):
    incident = an_incident(cast, is_drill=True)
    today = timezone.localdate()
    rows = INCIDENTS.members(Period(today - timedelta(days=2), today + timedelta(days=2)))
    told = next(a for a in INCIDENTS.attributes if a.name == "is_drill")
    assert [(row.reference, told.value(row)) for row in rows] == [(incident.reference, True)]


def test_the_page_names_it_and_offers_it_to_leads_only(cast, client_of):
    incident = an_incident(cast, is_drill=True)
    url = f"/incidents/incident/{incident.pk}/change/"
    shown = {name: client_of(cast[name]).get(url).content.decode() for name in WHO}
    assert [("set_drill" in html, "Drill" in html) for html in shown.values()] == [
        (True, True),
        (False, True),
    ]


WHO = ("team_lead", "agent_l1")


def test_it_is_opened_as_one_by_api(cast, client_of):
    incident = an_incident(cast)
    body = {"title": "Game day", "service": incident.service.reference, "is_drill": True}
    answer = client_of(cast.agent_l1).post("/api/v1/incidents/", body, "application/json")
    assert (answer.status_code, answer.json()["is_drill"]) == (201, True)
