"""Workflow as a table: which action leads from which status to which, for whom and when.

A workflow decides; it writes nothing. Services lock the row, call `check`, then change it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, Reason, Refused

type Who = Callable[[Any], bool]
"""About the person: may this actor take such an action at all?"""

type Rule = Callable[[Any, Any], Reason | None]
"""About the record: `(record, actor)` -> the reason against the action, or None."""


@dataclass(frozen=True)
class Transition:
    """One legal move: `action` takes a record from any of `sources` to `target`."""

    action: str
    sources: tuple[str, ...]
    target: str
    who: Who
    label: Reason
    rules: tuple[Rule, ...] = ()

    def reasons_against(self, record: Any, actor: Any) -> list[Reason]:
        """Every reason of the record's state against this move, in the table's order."""
        found = (rule(record, actor) for rule in self.rules)
        return [reason for reason in found if reason]


@dataclass(frozen=True)
class Availability:
    """An action of the current status, and why it is refused now (nothing: it is allowed)."""

    action: str
    label: Reason
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return not self.reasons


class Workflow:
    """All legal moves of one kind of record; what is not in the table is refused."""

    def __init__(self, *transitions: Transition) -> None:
        self.transitions = transitions
        self._by_move = {(s, t.action): t for t in transitions for s in t.sources}
        if len(self._by_move) != sum(len(t.sources) for t in transitions):
            raise ValueError("the same action stands twice for one status")

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions)

    def target(self, status: str, action: str) -> str | None:
        """Where `action` leads from `status`; None when the table has no such move."""
        move = self._by_move.get((status, action))
        return move.target if move else None

    def check(self, record: Any, action: str, actor: Any) -> Transition:
        """The move that `action` means for this record, or the refusal.

        Raises Refused (the table has no such move, or a rule objects) or NotAllowed (the person
        may not). The caller holds the row's lock, otherwise the answer may be old.
        """
        move = self._by_move.get((record.status, action))
        if move is None:
            raise Refused(_not_from(record))
        if not move.who(actor):
            raise NotAllowed(_NOT_YOURS)
        if reasons := move.reasons_against(record, actor):
            raise Refused(*reasons)
        return move

    def available(self, record: Any, actor: Any) -> list[Availability]:
        """Every action of the record's status, in the table's order, with the reasons against it.

        The same texts are a disabled button's tooltip, the API's 409 body and a test's literal.
        """
        return [
            Availability(
                move.action,
                move.label,
                tuple(move.reasons_against(record, actor)) if move.who(actor) else (_NOT_YOURS,),
            )
            for move in self.transitions
            if record.status in move.sources
        ]

    def mermaid(self) -> str:
        """The table as a mermaid state diagram, for the reference pages."""
        lines = [f"    {s} --> {t.target}: {t.action}" for t in self.transitions for s in t.sources]
        return "\n".join(["stateDiagram-v2", *lines])


_NOT_YOURS = _("your role does not include this action")


def _not_from(record: Any) -> Reason:
    return _("the status “%(status)s” does not allow this action") % {
        "status": record.get_status_display()
    }
