"""Two people at the same adjustment, two workers at the same message: real commits, real locks."""

from decimal import Decimal

import pytest

from core.errors import Refused, Stale
from incidents import services
from incidents.models import Incident, Request, RequestIncident, RequestLink
from incidents.services.requests import adjusting, opening, progress
from tests.cast import assemble_cast
from tests.factories import a_service, an_incident
from tests.incidents.asking import a_limit, a_request, an_adjustment
from tests.incidents.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    """Founded with real commits, for the other connections to see."""
    return assemble_cast()


def test_one_message_taken_in_by_two_becomes_one_request(cast):
    facts = {"title": "Where is it?", "service": a_service(cast), "channel": "email"}
    made = at_once(*[lambda: opening.take_in(message_id="<1@x.example>", **facts)] * 2)
    assert {request.pk for request in made} == {Request.objects.get().pk}


def test_altered_while_it_is_approved_it_is_never_approved_as_altered(cast):
    a_limit("team_lead", "5000")
    row = an_adjustment(cast, "10")
    seen = row.version
    outcomes = at_once(
        lambda: adjusting.approve_adjustment(row, actor=cast.team_lead, version=seen),
        lambda: adjusting.alter_adjustment(
            row, actor=cast.agent_l2, note="more", amount=Decimal(4000)
        ),
    )
    row.refresh_from_db()
    assert (row.status, row.amount, row.checked_by) == ("proposed", Decimal(4000), None)
    assert isinstance(outcomes[0], Stale) or outcomes[0].status == "approved"


def test_applied_by_two_at_once_it_is_applied_by_one_entry(cast):
    a_limit("team_lead", "5000")
    row = adjusting.approve_adjustment(an_adjustment(cast, "10"), actor=cast.team_lead)
    outcomes = at_once(
        lambda: adjusting.apply_adjustment(row, actor=cast.agent_l1, ledger_reference="GL-1"),
        lambda: adjusting.apply_adjustment(row, actor=cast.agent_l2, ledger_reference="GL-2"),
    )
    refused = [o for o in outcomes if isinstance(o, Refused)]
    applied = [o for o in outcomes if not isinstance(o, Exception)]
    row.refresh_from_db()
    assert (len(refused), len(applied)) == (1, 1)
    assert row.ledger_reference == applied[0].ledger_reference


def test_two_who_close_a_circle_at_once_do_not_both(cast):
    one, other = a_request(cast), a_request(cast)
    outcomes = at_once(
        lambda: services.link_records(one, "child_of", other, actor=cast.agent_l1),
        lambda: services.link_records(other, "child_of", one, actor=cast.agent_l2),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refused", "Request"]
    assert RequestLink.objects.count() == 1


def test_a_whole_resolved_while_its_part_is_resolved_by_hand(cast):
    whole, part = a_request(cast, "in_progress"), a_request(cast, "in_progress")
    services.link_records(part, "child_of", whole, actor=cast.agent_l1)
    services.set_cascade(whole, actor=cast.agent_l1, resolves=True)
    facts = {"outcome": "fulfilled", "resolution": "Sent."}
    outcomes = at_once(
        lambda: progress.resolve_request(whole, actor=cast.agent_l1, **facts),
        lambda: progress.resolve_request(part, actor=cast.agent_l2, **facts),
    )
    assert {type(outcome) for outcome in outcomes} <= {Request, Refused}
    assert set(Request.objects.values_list("status", flat=True)) == {"resolved"}
    assert part.life.events.filter(kind="resolved").count() == 1


def test_linked_by_two_at_once_it_asks_once(cast):
    asking, incident = a_request(cast), an_incident(cast)
    outcomes = at_once(
        lambda: services.link_request_to_incident(asking, actor=cast.agent_l1, incident=incident),
        lambda: services.link_request_to_incident(asking, actor=cast.agent_l2, incident=incident),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refused", "Request"]
    assert RequestIncident.objects.count() == 1


def test_an_incident_resolved_while_its_request_is_resolved_by_hand(cast):
    incident, asking = an_incident(cast, "in_progress"), a_request(cast, "in_progress")
    services.link_request_to_incident(asking, actor=cast.agent_l1, incident=incident)
    services.set_cascade(incident, actor=cast.agent_l1, resolves_requests=True)
    outcomes = at_once(
        lambda: services.resolve_incident(
            incident, actor=cast.agent_l1, resolution_code="fixed", resolution="Restarted."
        ),
        lambda: progress.resolve_request(
            asking, actor=cast.agent_l2, outcome="answered", resolution="It works."
        ),
    )
    assert {type(outcome) for outcome in outcomes} <= {Incident, Request, Refused}
    asking.refresh_from_db()
    assert asking.status == "resolved"
    assert asking.life.events.filter(kind="resolved").count() == 1
