"""Which seats of one change no person may hold together, whatever accounts they have."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.evidence.members import approvals_of
from evidence.populations import SegregationRule
from evidence.telling import persons_of


def _approvers(change: Any) -> dict[int, str]:
    """Person to the account that voted; a vote counts for the seat and for who cast it."""
    found = {}
    for vote in approvals_of(change):
        found[vote.person_id] = found[vote.cast_by_person_id] = vote.cast_by.username
    return found


def _workers(change: Any) -> dict[int, str]:
    return persons_of([*(task.assignee for task in change.tasks.all()), change.implementer])


def _both(one: dict[int, str], other: dict[int, str]) -> list[str]:
    return sorted(other[person] for person in one.keys() & other.keys())


SEGREGATION = (
    SegregationRule(
        "requester_approver",
        _("Nobody approves what they asked for."),
        lambda change: _both(persons_of([change.requester]), _approvers(change)),
    ),
    SegregationRule(
        "builder_approver",
        _("Nobody approves what they made."),
        lambda change: _both(persons_of([change.builder]), _approvers(change)),
    ),
    SegregationRule(
        "implementer_approver",
        _("Nobody approves what they implement."),
        lambda change: _both(_workers(change), _approvers(change)),
    ),
    SegregationRule(
        "requester_implementer",
        _("Who asks for a change rather leaves the work to others (a warning)."),
        lambda change: _both(persons_of([change.requester]), _workers(change)),
        warns=True,
    ),
    SegregationRule(
        "tester_implementer",
        _("Who tests a change rather is not who implements it (a warning)."),
        lambda change: _both(persons_of([change.tester]), _workers(change)),
        warns=True,
    ),
)
