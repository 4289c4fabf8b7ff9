"""Any figure of a clock opens what it is made of; only to whoever sees the record."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import services
from people.models import Team
from sla.clock_panel import clock_rows
from sla.enums import AgreementKind
from tests.factories import an_incident
from tests.sla.agreeing import HOUR, in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(cast, approver, tienda):
    in_force(cast, approver, "gold", client=tienda)
    team = Team.objects.get(slug="payments-l1")
    in_force(cast, approver, "ola", kind=AgreementKind.OLA, team=team)
    at = timezone.now().replace(microsecond=0) - timedelta(hours=6)
    found = an_incident(cast, client=tienda, impact=1, urgency=1, at=at)
    services.start_incident(found, actor=cast.agent_l1, at=at)
    services.wait_for_customer(found, actor=cast.agent_l1, note="asked", at=at + HOUR)
    services.resume_incident(found, actor=cast.agent_l1, note="heard", at=at + 4 * HOUR)
    facts = {"resolution_code": "fixed", "resolution": "Restarted."}
    return services.resolve_incident(found, actor=cast.agent_l1, at=at + 5 * HOUR, **facts)


def url_of(incident, agreement="gold", metric="resolve", number=0):
    return reverse("admin:sla_explanation", args=[incident.life_id, agreement, metric, number])


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_the_pieces_stand_there_in_words_and_add_up(cast, client_of, incident):
    page = client_of(cast.agent_l1).get(url_of(incident))
    assert page.status_code == 200
    said = text_of(page)
    assert "“Gold”, version 1, applied at" in said
    assert "sets 4 h for “Resolve” at priority P1" in said
    assert "Its times count around the clock." in said
    assert "2 h of 4 h: Met." in said
    assert "Customer 3 h does not count 1 h Waits for the customer, told by" in said
    assert "1 h 1 h 2 h Resumed, told by" in said
    assert "Sum – – – 2 h 2 h –" in said


def test_the_clocks_panel_lists_what_is_agreed_and_leads_there(cast, client_of, incident):
    page = client_of(cast.agent_l1).get(
        reverse("admin:incidents_incident_change", args=[incident.pk])
    )
    assert url_of(incident) in page.content.decode()
    assert url_of(incident, "ola") in page.content.decode()
    assert "Customer 3 h, Payments" in text_of(page)


def test_the_clocks_of_the_mandate_explain_themselves_too(cast, client_of, incident):
    client = client_of(cast.agent_l1)
    card = client.get(reverse("admin:incidents_incident_change", args=[incident.pk]))
    assert url_of(incident, "1-5-10", "remediate") in card.content.decode()
    said = text_of(client.get(url_of(incident, "1-5-10", "remediate")))
    assert "The 1-5-10 mandate sets 10 min from “Detected” to “" in said
    assert "5 h of 10 min: Breached." in said
    assert client.get(url_of(incident, "1-5-10", "resolve")).status_code == 404
    assert client.get(url_of(incident, "1-5-10", "detect", 1)).status_code == 404
    there = url_of(incident, "1-5-10", "detect")
    assert client_of(cast.outsider).get(there).status_code == 404


def test_it_is_seen_only_with_the_record(cast, client_of, incident):
    assert client_of(cast.outsider).get(url_of(incident)).status_code == 404
    assert client_of(cast.norole).get(url_of(incident)).status_code in (302, 403, 404)
    client = client_of(cast.agent_l1)
    for other in (
        url_of(incident, "silver"),
        url_of(incident, metric="restore"),
        url_of(incident, number=3),
        reverse("admin:sla_explanation", args=[incident.life_id + 99, "gold", "resolve", 0]),
    ):
        assert client.get(other).status_code == 404


def test_an_incident_without_agreements_lists_nothing(cast):
    incident = an_incident(cast)
    assert clock_rows(incident.life, [], timezone.now()) == []


def test_queries_do_not_grow_with_what_happened(cast, incident, django_assert_num_queries):
    other = an_incident(cast, client=incident.client, impact=1, urgency=1)
    # Events, versions, their times and calendars.
    with django_assert_num_queries(3):
        clock_rows(incident.life, [], timezone.now())
    with django_assert_num_queries(3):
        clock_rows(other.life, [], timezone.now())
