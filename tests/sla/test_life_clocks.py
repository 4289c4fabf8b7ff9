"""Agreements that an incident pins, and the clocks that the API tells of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import services
from people.models import Team
from sla.agreement_services import approve_version, draft_version
from sla.enums import AgreementKind, EventKind, Metric
from sla.life_clocks import clocks_of_life, replay_of
from sla.models import AgreementVersion, Client
from tests.factories import a_service, a_vendor, an_incident
from tests.sla.agreeing import HOUR, in_force


@pytest.fixture
def opened_at():
    return timezone.now().replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def agreed(cast, approver, tienda):
    """Four hours to resolve at the first two priorities, for the client, its teams, its vendor."""
    vendor = a_vendor()
    in_force(cast, approver, "gold", client=tienda)
    for team in Team.objects.filter(slug__in=["payments-l1", "payments-l2"]):
        in_force(cast, approver, f"ola-{team.slug}", kind=AgreementKind.OLA, team=team)
    in_force(cast, approver, "uc", kind=AgreementKind.UC, vendor=vendor)
    return vendor


@pytest.fixture
def incident(cast, agreed, tienda, opened_at):
    return an_incident(
        cast, service=a_service(cast), client=tienda, impact=1, urgency=1, at=opened_at
    )


def lines(record, now):
    return {
        line.agreement: (
            line.state,
            line.elapsed / HOUR,
            {f"{s.holder}:{s.party}": s.time / HOUR for s in line.by_holder},
        )
        for line in clocks_of_life(record.life, now)
        if line.metric == Metric.RESOLVE
    }


def test_one_timeline_gives_everybodys_time(cast, incident, agreed, opened_at):
    actor, second = cast.agent_l1, Team.objects.get(slug="payments-l2")
    services.start_incident(incident, actor=actor, at=opened_at)
    services.wait_for_vendor(
        incident, actor=actor, vendor=agreed, note="asked", at=opened_at + HOUR
    )
    services.wait_for_customer(incident, actor=actor, note="asked", at=opened_at + 3 * HOUR)
    services.hand_over_incident(
        incident, actor=actor, team=second, note="yours", at=opened_at + 7 * HOUR
    )
    vendor = f"vendor:{agreed.reference}"
    held = {"team:payments-l1": 1, vendor: 2, "customer:": 4, "team:payments-l2": 0.5}
    assert lines(incident, opened_at + 7.5 * HOUR) == {
        "gold": ("running", 3.5, held),
        "ola-payments-l1": ("paused", 1, held),
        "ola-payments-l2": ("running", 0.5, held),
        "uc": ("paused", 2, held),
    }


def test_a_record_keeps_the_version_that_it_pinned(cast, approver, incident, opened_at):
    pinned = AgreementVersion.objects.get(agreement__slug="gold")
    newer = draft_version(pinned.agreement, actor=approver, targets={(Metric.RESOLVE, 1): HOUR})
    approve_version(newer, actor=cast.service_manager)
    services.edit_incident(incident, actor=cast.agent_l1, title="Another title")
    told = replay_of(incident.life, opened_at + 2 * HOUR)
    assert f"version-{pinned.pk}" in {c.version for c in told.clocks}
    assert lines(incident, opened_at + 2 * HOUR)["gold"][0] == "running"


def test_another_client_has_another_agreement(cast, approver, incident):
    other = Client.objects.create(name="Tienda Dos", slug="tienda-dos", country="MX")
    in_force(cast, approver, "silver", client=other)
    services.edit_incident(incident, actor=cast.agent_l1, client=other)
    found = lines(incident, timezone.now())
    assert {"silver"} == {name for name in found if not name.startswith(("ola", "uc"))}


def test_an_agreement_of_a_second_team_comes_with_it_once(cast, incident):
    first, second = (Team.objects.get(slug=f"payments-l{n}") for n in (1, 2))
    for team in (second, first, second):
        services.assign_incident(incident, actor=cast.agent_l1, team=team)
    told = incident.life.events.filter(kind=EventKind.AGREED).order_by("pk")
    slugs = [event.agreement.slug for event in told]
    assert slugs == ["gold", "ola-payments-l1", "ola-payments-l2"]


def test_the_api_tells_all_clocks_with_who_held_the_time(cast, api_of, incident):
    answer = api_of(cast.agent_l1).get(f"/api/v1/incidents/{incident.reference}/clocks/")
    told = [(clock["agreement"], clock["metric"]) for clock in answer.json()]
    assert told[:3] == [("1-5-10", m) for m in ("detect", "investigate", "remediate")]
    gold = answer.json()[3]
    assert (gold["agreement"], gold["metric"], gold["target"]) == ("gold", "resolve", "PT4H")
    assert [(s["holder"], s["party"]) for s in gold["by_holder"]] == [("team", "payments-l1")]
    assert gold["state"] == "late"
    assert gold["due_at"].endswith("Z")


@pytest.mark.parametrize("moves", [0, 6])
def test_the_clocks_of_a_life_cost_the_same_however_long_it_was(
    cast, incident, moves, django_assert_num_queries
):
    services.start_incident(incident, actor=cast.agent_l1)
    for _ in range(moves):
        services.wait_for_customer(incident, actor=cast.agent_l1, note="asked")
        services.resume_incident(incident, actor=cast.agent_l1)
    with django_assert_num_queries(4):
        clocks_of_life(incident.life, timezone.now())
