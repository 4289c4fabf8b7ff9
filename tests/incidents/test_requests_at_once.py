"""Two people at the same adjustment, two workers at the same message: real commits, real locks."""

from decimal import Decimal

import pytest

from core.errors import Refused, Stale
from incidents.models import Request
from incidents.services.requests import adjusting, opening
from tests.cast import assemble_cast
from tests.factories import a_service
from tests.incidents.asking import a_limit, an_adjustment
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
