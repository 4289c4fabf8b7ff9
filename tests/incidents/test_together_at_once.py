"""Two at once at what is done together: merging, passing on, asking, helping. Real commits."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import Refused
from incidents import services
from incidents.models import Consultation, HelpRequest, Incident, Merge
from incidents.services import helping
from incidents.services.consulting import tell_of_late_answers
from notifications.models import Message
from tests.cast import Cast, assemble_cast
from tests.factories import an_incident
from tests.incidents.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Founded with real commits, for the other connections to see."""
    return assemble_cast()


def named(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_merged_into_each_other_at_once_do_not_both_go(cast: Cast) -> None:
    one, other = an_incident(cast), an_incident(cast)
    outcomes = at_once(
        lambda: services.merge(one, actor=cast.agent_l1, into=other),
        lambda: services.merge(other, actor=cast.agent_l2, into=one),
    )
    assert named(outcomes) == ["Incident", "Refused"]
    assert Merge.objects.count() == 1
    statuses = Incident.objects.order_by("status").values_list("status", flat=True)
    assert sorted(statuses) == ["merged", "new"]


def test_merged_twice_at_once_it_goes_to_one_place(cast: Cast) -> None:
    same, one, other = an_incident(cast), an_incident(cast), an_incident(cast)
    outcomes = at_once(
        lambda: services.merge(same, actor=cast.agent_l1, into=one),
        lambda: services.merge(same, actor=cast.agent_l2, into=other),
    )
    assert named(outcomes) == ["Incident", "Refused"]
    assert Merge.objects.count() == 1


def test_a_whole_resolved_while_its_part_is_resolved_by_hand(cast: Cast) -> None:
    """Neither waits for ever, and the part is resolved once."""
    whole, part = an_incident(cast, "in_progress"), an_incident(cast, "in_progress")
    services.link_records(part, "child_of", whole, actor=cast.agent_l1)
    services.set_cascade(whole, actor=cast.agent_l1, resolves=True)
    facts = {"resolution_code": "fixed", "resolution": "Restarted."}
    outcomes = at_once(
        lambda: services.resolve_incident(whole, actor=cast.agent_l1, **facts),
        lambda: services.resolve_incident(part, actor=cast.agent_l2, **facts),
    )
    assert named(outcomes) in (["Incident", "Incident"], ["Incident", "Refused"])
    assert set(Incident.objects.values_list("status", flat=True)) == {"resolved"}
    assert part.life.events.filter(kind="resolved").count() == 1


def test_the_same_team_asked_twice_at_once_has_one_question(cast: Cast) -> None:
    incident = an_incident(cast)

    def ask(actor: Any) -> Any:
        return services.consult_team(incident, actor=actor, team=cast.wallet_co, question="So?")

    assert named(at_once(lambda: ask(cast.agent_l1), lambda: ask(cast.agent_l2))) == [
        "Incident",
        "Refused",
    ]
    assert Consultation.objects.count() == 1


def test_answered_while_it_is_withdrawn_it_is_one_of_both(cast: Cast) -> None:
    incident = an_incident(cast)
    services.consult_team(incident, actor=cast.agent_l1, team=cast.wallet_co, question="So?")
    asked = Consultation.objects.get()
    outcomes = at_once(
        lambda: services.answer_consultation(
            incident, actor=cast.outsider, consultation=asked.pk, answer="So."
        ),
        lambda: services.withdraw_consultation(
            incident, actor=cast.agent_l1, consultation=asked.pk
        ),
    )
    asked.refresh_from_db()
    gone = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(one) for one in gone] in ([Refused], [Incident.DoesNotExist])
    assert (asked.state, asked.answer) in (("answered", "So."), ("withdrawn", ""))


def test_two_sweeps_tell_of_a_late_answer_once(cast: Cast) -> None:
    for _ in range(3):
        incident = an_incident(cast)
        services.consult_team(incident, actor=cast.agent_l1, team=cast.wallet_co, question="So?")
    late = max(Consultation.objects.values_list("due_at", flat=True)) + timedelta(seconds=1)
    counted = at_once(*[lambda: tell_of_late_answers(late)] * 3)
    assert sum(counted) == 3
    told = Message.objects.filter(kind="consultation_late", recipient=cast.agent_l1)
    assert told.count() == 3


def test_two_who_come_to_help_at_once_are_one_who_helps(cast: Cast) -> None:
    incident = an_incident(cast)
    helping.ask_for_help(incident, actor=cast.agent_l1, question="Who?", urgency="now")
    outcomes = at_once(
        lambda: helping.take_help(incident, actor=cast.team_lead),
        lambda: helping.take_help(incident, actor=cast.service_manager),
    )
    assert named(outcomes) == ["Incident", "Refused"]
    assert HelpRequest.objects.get().state == "taken"


def test_two_sweeps_tell_those_above_once(cast: Cast) -> None:
    incident = an_incident(cast)
    helping.ask_for_help(incident, actor=cast.agent_l1, question="Who?", urgency="now")
    late = HelpRequest.objects.get().take_by
    counted = at_once(*[lambda: helping.escalate_untaken_help(late)] * 3)
    assert sorted(counted) == [0, 0, 1]
    assert Message.objects.filter(kind="help_escalated").count() == 2
