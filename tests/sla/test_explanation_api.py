"""What stands behind a clock, by REST: the figures as everywhere, to whoever sees the record."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_duration

from incidents import services
from people.models import Team
from sla.enums import AgreementKind, EventKind, MarkKind, Metric
from sla.life_services import Happening, tell
from tests.factories import an_incident
from tests.incidents.asking import a_request
from tests.sla.agreeing import HOUR, in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(cast, approver, tienda):
    """Two hours of work, three of the customer in between, resolved within the four agreed."""
    in_force(cast, approver, "gold", client=tienda)
    at = timezone.now().replace(microsecond=0) - timedelta(hours=6)
    found = an_incident(cast, client=tienda, impact=1, urgency=1, at=at)
    services.start_incident(found, actor=cast.agent_l1, at=at)
    services.wait_for_customer(found, actor=cast.agent_l1, note="asked", at=at + HOUR)
    services.resume_incident(found, actor=cast.agent_l1, note="heard", at=at + 4 * HOUR)
    facts = {"resolution_code": "fixed", "resolution": "Restarted."}
    return services.resolve_incident(found, actor=cast.agent_l1, at=at + 5 * HOUR, **facts)


def url_of(record, metric="resolve", kind="incidents", **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/api/v1/{kind}/{record.reference}/clocks/{metric}/explanation/?{query}"


def test_the_pieces_add_up_and_the_sentences_say_why(cast, api_of, incident):
    answer = api_of(cast.agent_l1).get(url_of(incident))

    assert answer.status_code == 200
    told = answer.data
    shown = ("metric", "agreement", "version", "round", "priority", "target", "elapsed", "state")
    assert [told[name] for name in shown] == [
        *("resolve", "gold", 1, 1, 1, "PT4H", "PT2H", "met"),
    ]
    assert [
        (p["holder"], p["party"], p["time"], p["is_counted"], p["running_total"])
        for p in told["pieces"]
    ] == [
        ("team", "payments-l1", "PT1H", True, "PT1H"),
        ("customer", "", "PT3H", False, "PT1H"),
        ("team", "payments-l1", "PT1H", True, "PT2H"),
    ]
    assert "sets 4 h for “Resolve” at priority P1" in told["sentences"][0]
    assert "2 h of 4 h: Met." in told["sentences"]
    assert told["pieces"][1]["because"][0].startswith("Waits for the customer, told by")


def test_the_clocks_are_those_of_the_list(cast, api_of, incident, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    api = api_of(cast.agent_l1)
    listed = api.get(f"/api/v1/incidents/{incident.reference}/clocks/").data
    names = ("metric", "agreement", "target", "elapsed", "remaining", "state", "due_at")

    assert len(listed) == 4  # three of the mandate, one agreed
    for clock in listed:
        told = api.get(url_of(incident, clock["metric"], agreement=clock["agreement"])).data
        assert {name: told[name] for name in names} == {name: clock[name] for name in names}
        counted = [parse_duration(piece["counted"]) for piece in told["pieces"]]
        assert sum(counted, timedelta()) == parse_duration(told["elapsed"])


def test_the_mandate_tells_its_marks(cast, api_of):
    incident = an_incident(cast)
    at = incident.opened_at
    for kind, minutes in ((MarkKind.DETECTED, 0), (MarkKind.INVESTIGATED, 4)):
        moment = at + timedelta(minutes=minutes)
        facts = {"evidence": "alert 17"} if minutes else {}
        services.mark_incident(
            incident, actor=cast.agent_l1, kind=kind, at=min(moment, timezone.now()), **facts
        )
        incident.refresh_from_db()

    told = api_of(cast.agent_l1).get(url_of(incident, "investigate")).data

    assert (told["agreement"], told["version"], told["state"]) == ("1-5-10", None, "met")
    assert told["sentences"][0].startswith("The 1-5-10 mandate sets 5 min from “Detected”")
    assert "(alert 17)" in told["sentences"][2]
    waits = api_of(cast.agent_l1).get(url_of(incident, "detect")).data
    assert (waits["state"], waits["pieces"]) == ("waiting", [])


def test_several_agreements_of_a_metric_are_told_apart(cast, api_of, approver, tienda):
    in_force(cast, approver, "gold", client=tienda)
    team = Team.objects.get(slug="payments-l1")
    in_force(cast, approver, "ola", 2, kind=AgreementKind.OLA, team=team)
    incident = an_incident(cast, client=tienda, impact=1, urgency=1)
    api = api_of(cast.agent_l1)

    unsaid = api.get(url_of(incident))

    assert unsaid.status_code == 400
    assert unsaid.json()["errors"][0]["field"] == "agreement"
    assert "gold, ola" in unsaid.json()["errors"][0]["detail"]
    targets = [api.get(url_of(incident, agreement=a)).data["target"] for a in ("gold", "ola")]
    assert targets == ["PT4H", "PT2H"]


def test_the_last_round_is_told_unless_another_is_asked_for(cast, api_of, approver, tienda):
    in_force(cast, approver, "gold", 1, metric=Metric.UPDATE_CADENCE, client=tienda)
    at = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    incident = an_incident(cast, client=tienda, impact=1, urgency=1, at=at)
    told = Happening(EventKind.UPDATED)
    tell(incident.life, told, actor=cast.agent_l1, at=at + timedelta(minutes=30))
    api = api_of(cast.agent_l1)

    last = api.get(url_of(incident, "update_cadence")).data["round"]

    assert last > 1
    assert api.get(url_of(incident, "update_cadence", round=1)).data["round"] == 1
    assert api.get(url_of(incident, "update_cadence", round=last + 1)).status_code == 404


def test_what_one_does_not_see_is_not_explained(cast, api_of, incident):
    for user in (cast.outsider, cast.norole):
        assert api_of(user).get(url_of(incident)).status_code == 404
    api = api_of(cast.agent_l1)
    assert api.get(url_of(incident, "nonsense")).status_code == 404
    assert api.get(url_of(incident, agreement="bogus")).status_code == 404


@pytest.mark.parametrize("asked", [{"round": "x"}, {"round": "0"}, {"other": "1"}])
def test_what_is_not_understood_is_said(cast, api_of, incident, asked):
    assert api_of(cast.agent_l1).get(url_of(incident, **asked)).status_code == 400


def test_requests_are_explained_without_the_mandate(cast, api_of):
    request = a_request(cast)

    assert api_of(cast.agent_l1).get(url_of(request, "detect", "requests")).status_code == 404


def test_it_costs_the_same_for_a_short_life_and_a_long_one(cast, api_of, approver, tienda):
    in_force(cast, approver, "gold", client=tienda)
    incident = an_incident(cast, "in_progress", client=tienda, impact=1, urgency=1)
    api = api_of(cast.agent_l1)
    api.get(url_of(incident))
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as found:
            api.get(url_of(incident))
        counts.append(len(found))
        services.wait_for_customer(incident, actor=cast.agent_l1, note="asked")
        services.resume_incident(incident, actor=cast.agent_l1)
    assert counts[0] == counts[1]
