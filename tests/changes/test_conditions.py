"""Conditions: set by whom, cleared by whom, and what waits for them."""

import pytest
from django.db import IntegrityError, connection, transaction

from changes import services
from changes.models import Change, Condition
from core.errors import NotAllowed, Refused, ValidationError
from tests.changes.meetings import a_meeting, before_the_board
from tests.factories import a_change, vote

pytestmark = pytest.mark.django_db
TEXT = "Only after the back-up is confirmed"


def test_a_change_starts_only_when_its_conditions_are_cleared(cast, refuses):
    change = a_change(cast, "scheduled")
    condition = services.set_condition(change, actor=cast.peer, text=TEXT, owner=cast.implementer)
    name = cast.implementer.get_full_name()
    with refuses(Refused, f"conditions not cleared yet: “{TEXT}” \\({name}\\)"):
        services.start_change(change, actor=cast.implementer)
    services.clear_condition(condition, actor=cast.implementer, note="Restored to a test host.")
    assert services.start_change(change, actor=cast.implementer).status == "implementing"


def test_the_database_waits_for_conditions_too(cast):
    change = a_change(cast, "scheduled")
    services.set_condition(change, actor=cast.peer, text=TEXT, owner=cast.implementer)
    with pytest.raises(IntegrityError, match="not cleared"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(
            status="implementing", actual_start_at=change.planned_start_at
        )


def test_an_emergency_waits_for_its_conditions_as_well(cast, refuses):
    change = a_change(cast, "scheduled")
    assert "conditions" not in str(_reasons(change, cast.implementer))
    services.set_condition(change, actor=cast.peer, text=TEXT, owner=cast.implementer)
    assert "conditions" in str(_reasons(change, cast.implementer))


def _reasons(change, user):
    from changes.workflow import CHANGE_WORKFLOW

    return [
        str(reason)
        for move in CHANGE_WORKFLOW
        if move.action == "start"
        for reason in move.reasons_against(change, user)
    ]


def test_only_those_who_decide_set_conditions_and_only_before_the_start(cast, refuses):
    change = before_the_board(cast)
    with refuses(NotAllowed):
        services.set_condition(change, actor=cast.requester, text=TEXT, owner=cast.implementer)
    with refuses(ValidationError, "does not see"):
        services.set_condition(change, actor=cast.approver, text=TEXT, owner=cast.outsider)
    with refuses(ValidationError, "must be done"):
        services.set_condition(change, actor=cast.approver, text=" ", owner=cast.implementer)
    begun = a_change(cast, "implementing")
    with refuses(Refused, "about to be started"):
        services.set_condition(begun, actor=cast.peer, text=TEXT, owner=cast.implementer)


def test_a_condition_of_a_meeting_is_the_meetings(cast):
    change = before_the_board(cast)
    meeting = a_meeting(cast, "in_session")
    condition = services.set_condition(
        change, actor=cast.approver, text=TEXT, owner=cast.implementer
    )
    assert condition.meeting == meeting


def test_the_named_person_clears_it_once_with_a_note(cast, refuses):
    change = a_change(cast, "scheduled")
    condition = services.set_condition(change, actor=cast.peer, text=TEXT, owner=cast.implementer)
    with refuses(NotAllowed, "named"):
        services.clear_condition(condition, actor=cast.requester, note="Done")
    with refuses(ValidationError, "how"):
        services.clear_condition(condition, actor=cast.implementer, note=" ")
    services.clear_condition(condition, actor=cast.implementer, note="Done")
    with refuses(Refused, "already"):
        services.clear_condition(condition, actor=cast.implementer, note="Done")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM changes_condition",
        "UPDATE changes_condition SET text = 'nothing'",
        "UPDATE changes_condition SET owner_id = set_by_id",
        "UPDATE changes_condition SET cleared_at = now(), cleared_by_id = set_by_id,"
        " cleared_note = 'x'",
        "UPDATE changes_condition SET cleared_at = now(), cleared_by_id = owner_id",
    ],
)
def test_the_database_lets_nobody_else_take_a_condition_away(cast, statement):
    change = a_change(cast, "scheduled")
    services.set_condition(change, actor=cast.peer, text=TEXT, owner=cast.implementer)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_cleared_condition_stays_cleared(cast):
    change = a_change(cast, "scheduled")
    condition = services.set_condition(change, actor=cast.peer, text=TEXT, owner=cast.implementer)
    services.clear_condition(condition, actor=cast.implementer, note="Done")
    with pytest.raises(IntegrityError), transaction.atomic():
        Condition.objects.update(cleared_at=None, cleared_by=None, cleared_note="")


def test_conditions_are_seen_by_whoever_sees_their_change(cast):
    change = before_the_board(cast)
    vote(change, cast.approver)
    services.set_condition(change, actor=cast.approver, text=TEXT, owner=cast.implementer)
    seen = {n for n, u in cast.users.items() if Condition.objects.visible_to(u).exists()}
    assert seen == {n for n, u in cast.users.items() if Change.objects.visible_to(u).exists()}
    assert "outsider" not in seen
