"""The workflow machine: who and when, the same reasons everywhere, and no move past the table."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotAllowed, Refused
from core.transitions import Transition, Workflow


@dataclass
class Record:
    status: str
    is_ready: bool = True

    def get_status_display(self):
        return self.status


def is_ready(record, actor):
    return None if record.is_ready else "it is not ready"


DOOR = Workflow(
    Transition("open", ("shut",), "ajar", lambda actor: actor == "porter", "Open", (is_ready,)),
    Transition("shut", ("ajar", "wide"), "shut", lambda actor: True, "Shut"),
)


def test_an_allowed_move_names_its_target():
    assert DOOR.check(Record("shut"), "open", "porter").target == "ajar"


def test_the_wrong_person_is_not_allowed():
    with pytest.raises(NotAllowed):
        DOOR.check(Record("shut"), "open", "guest")


def test_an_objecting_rule_refuses_with_its_reason():
    with pytest.raises(Refused) as refusal:
        DOOR.check(Record("shut", is_ready=False), "open", "porter")
    assert refusal.value.reasons == ("it is not ready",)


def test_available_tells_every_action_of_the_status_with_the_same_reasons():
    [action] = DOOR.available(Record("shut", is_ready=False), "porter")
    assert (action.action, action.allowed, action.reasons) == ("open", False, ("it is not ready",))


def test_a_table_with_two_targets_for_one_action_is_an_error():
    move = Transition("open", ("shut",), "wide", lambda actor: True, "Open")
    with pytest.raises(ValueError, match="twice"):
        Workflow(*DOOR, move)


def test_the_diagram_shows_every_move():
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    shut --> ajar: open",
        "    ajar --> shut: shut",
        "    wide --> shut: shut",
    ]


@given(
    status=st.sampled_from(["shut", "ajar", "wide", "gone"]),
    action=st.sampled_from(["open", "shut", "paint"]),
    actor=st.sampled_from(["porter", "guest"]),
    ready=st.booleans(),
)
def test_check_and_available_always_agree(status, action, actor, ready):
    record = Record(status, ready)
    offered = {a.action: a for a in DOOR.available(record, actor)}
    try:
        DOOR.check(record, action, actor)
    except Refused as refusal:
        assert action not in offered or offered[action].reasons == refusal.reasons
    else:
        assert offered[action].allowed
