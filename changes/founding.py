"""The boards and policies that a new portal begins with; the demo world and the tests use them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.enums import ChangeType, Quorum, Risk, StepKind
from changes.models import Board
from changes.services.configuring import found_board, seat_member, set_policy

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def found_boards(
    *,
    actor: Any,
    place: str,
    chair: Any,
    members: Iterable[Any],
    emergency: Iterable[Any],
    since: date,
) -> tuple[Board, Board]:
    """The CAB and the ECAB of a place; the chair sits on both."""
    boards = (
        found_board(actor=actor, name=f"CAB {place}"),
        found_board(actor=actor, name=f"ECAB {place}", is_emergency=True),
    )
    for board, people in zip(boards, (members, emergency), strict=True):
        seat_member(board, chair, actor=actor, starts_on=since, is_chair=True)
        for user in people:
            seat_member(board, user, actor=actor, starts_on=since)
    return boards


def found_policies(*, actor: Any, cab: Board, ecab: Board) -> None:
    """By type and risk: the higher the risk, the more people; high risk ends with the final
    approval of a senior. (PCI DSS 6.5.1: approval by authorised parties.)"""
    peer = {"kind": StepKind.PEER, "due_in": _DAY}
    owner = {"kind": StepKind.SERVICE_OWNER, "due_in": _DAY}
    senior = {"kind": StepKind.SENIOR, "due_in": _DAY, "accepts_tokens": True}
    board = {"kind": StepKind.CAB, "board": cab, "quorum": Quorum.N_OF_M, "due_in": 3 * _DAY}
    two = board | {"needed": 2, "present": 2}
    three = board | {"needed": 3, "present": 3}
    quick = {
        "kind": StepKind.ECAB,
        "board": ecab,
        "quorum": Quorum.N_OF_M,
        "needed": 2,
        "present": 2,
        "due_in": 4 * _HOUR,
    }
    for risk, steps in {
        Risk.LOW: [peer, owner],
        Risk.MEDIUM: [peer, owner, two],
        Risk.HIGH: [peer, owner, three, senior],
    }.items():
        name = _("Normal change, %(risk)s risk") % {"risk": str(risk.label).lower()}
        set_policy(actor=actor, name=str(name), type=ChangeType.NORMAL, risk=risk, steps=steps)
    set_policy(
        actor=actor,
        name=str(_("Emergency change")),
        type=ChangeType.EMERGENCY,
        steps=[quick, senior],
    )
