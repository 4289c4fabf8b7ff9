"""The life of a change as a literal: what does not stand here is refused."""

import pytest

from changes import services
from changes.enums import Status
from changes.workflow import CHANGE_WORKFLOW
from core.errors import NotAllowed, Refused
from tests.factories import a_change

STATUSES = list(Status)
ACTIONS = sorted({move.action for move in CHANGE_WORKFLOW})
PEOPLES = {"approve", "reject", "expire"}

LIFE_OF_A_CHANGE = {
    ("draft", "submit"): "submitted",
    ("draft", "cancel"): "cancelled",
    ("submitted", "assess"): "assessing",
    ("submitted", "assess_risk"): "submitted",
    ("submitted", "start"): "implementing",
    ("submitted", "cancel"): "cancelled",
    ("assessing", "request_approval"): "awaiting_approval",
    ("assessing", "assess_risk"): "assessing",
    ("assessing", "start"): "implementing",
    ("assessing", "cancel"): "cancelled",
    ("awaiting_approval", "approve"): "approved",
    ("awaiting_approval", "reject"): "rejected",
    ("awaiting_approval", "expire"): "expired",
    ("awaiting_approval", "amend"): "awaiting_approval",
    ("awaiting_approval", "start"): "implementing",
    ("awaiting_approval", "cancel"): "cancelled",
    ("approved", "schedule"): "scheduled",
    ("approved", "amend"): "awaiting_approval",
    ("approved", "expire"): "expired",
    ("approved", "cancel"): "cancelled",
    ("rejected", "amend"): "assessing",
    ("rejected", "cancel"): "cancelled",
    ("scheduled", "start"): "implementing",
    ("scheduled", "amend"): "awaiting_approval",
    ("scheduled", "expire"): "expired",
    ("scheduled", "cancel"): "cancelled",
    ("implementing", "complete"): "verifying",
    ("implementing", "back_out"): "reviewing",
    ("verifying", "verify"): "reviewing",
    ("verifying", "back_out"): "reviewing",
    ("reviewing", "close"): "closed",
    ("expired", "amend"): "assessing",
    ("expired", "cancel"): "cancelled",
    **{(s, "confirm_requirements"): s for s in ("implementing", "verifying", "reviewing")},
    **{(s, "clone"): s for s in STATUSES},
    **{(s, a): s for s in STATUSES if s not in ("closed", "cancelled") for a in ("hold", "resume")},
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("action", ACTIONS)
def test_the_whole_table(status, action):
    assert CHANGE_WORKFLOW.target(status, action) == LIFE_OF_A_CHANGE.get((status, action))


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_reached_by_the_real_road(cast, status):
    change = a_change(cast, status)

    assert change.status == status
    stored = type(change).objects.get(pk=change.pk)
    assert (stored.status, stored.version) == (status, change.version)


@pytest.mark.django_db
@pytest.mark.parametrize("action", sorted(PEOPLES))
def test_what_votes_and_clocks_decide_nobody_decides(cast, action):
    change = a_change(cast, "awaiting_approval")

    for name in ("service_manager", "cab_chair", "senior_approver", "admin"):
        with pytest.raises(NotAllowed):
            CHANGE_WORKFLOW.check(change, action, cast[name])


@pytest.mark.django_db
def test_an_action_says_all_that_is_against_it_at_once(cast):
    change = a_change(cast, "assessing", test_result="", implementer=None, services=[])

    (asked,) = [
        a
        for a in CHANGE_WORKFLOW.available(change, cast.requester)
        if a.action == "request_approval"
    ]

    assert [str(reason) for reason in asked.reasons] == [
        "a test result is required",
        "a service or an asset must be named",
        "an implementer is required",
    ]
    with pytest.raises(Refused):
        CHANGE_WORKFLOW.check(change, "request_approval", cast.requester)


@pytest.mark.django_db
def test_only_what_is_held_is_resumed(cast):
    change = a_change(cast, "assessing")
    with pytest.raises(Refused, match="it is not on hold"):
        services.resume_change(change, actor=cast.requester)
    change = services.hold_change(change, actor=cast.requester, note="The vendor is late")
    with pytest.raises(Refused, match="it is on hold"):
        services.request_approval(change, actor=cast.requester)

    assert services.resume_change(change, actor=cast.requester).on_hold is False
