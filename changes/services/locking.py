"""How every verb begins and ends: locked, checked, recorded under its name, still in sight."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from changes.enums import IN_PLAY
from changes.models import Change
from changes.permissions import may_implement_changes
from changes.rules import is_in_hand
from changes.services.conflicts import refresh_conflicts
from changes.triggers import REFUSED
from changes.workflow import CHANGE_WORKFLOW
from core.errors import NotAllowed, Refused
from core.writing import refuse_stale
from records.services import mask_fields

TABLE = "changes_change"
_REPLANNING = frozenset({"submit", "amend"})
"""Moves that may bring others into conflict with it, or after which people hear of it."""
_GATED = frozenset({"schedule", "start"})
"""Moves that an open conflict may refuse."""


@contextmanager
def step(change: Change, action: str, *, actor: Any, note: str = "") -> Iterator[Change]:
    """One move of the workflow: yields the locked row with its new status, then saves it."""
    with locked(change, action, actor=actor, note=note) as row:
        was_in_play = row.status in IN_PLAY
        if action in _GATED:
            refresh_conflicts(row)  # what was altered a moment ago may not have been looked at yet
        row.status = CHANGE_WORKFLOW.check(row, action, actor).target
        yield row
        save(row, actor)
        if action in _REPLANNING or (row.status in IN_PLAY) != was_in_play:
            refresh_conflicts(row, tells_all=action == "submit")


@contextmanager
def work(change: Change, action: str, *, actor: Any, note: str = "") -> Iterator[Change]:
    """Work that does not move the workflow: yields the locked row; the caller saves it.

    Refused to those who have no part in the change.
    """
    with locked(change, action, actor=actor, note=note) as row:
        if not may_implement_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        if reason := is_in_hand(row, actor):
            raise NotAllowed(reason)
        yield row


@contextmanager
def locked(change: Change, action: str, *, actor: Any, note: str = "") -> Iterator[Change]:
    """The row as it is now, held until the transaction ends; what happens inside has the name.

    What only a trigger knows, because somebody else was quicker, is a refusal like any other.
    """
    try:
        with transaction.atomic(), acting(actor=actor, action=f"change.{action}"):
            told = mask_fields(TABLE, {"note": note}, actor=actor, reference=change.reference)
            with acting(reason=told["note"]):
                yield lock(change, actor)
    except IntegrityError as error:
        if REFUSED not in str(error):
            raise
        raise Refused(_("somebody else was quicker; look at the change again")) from error


def lock(change: Change, actor: Any) -> Change:
    """The row, locked; DoesNotExist when out of sight."""
    rows = Change.objects.all() if actor is None else Change.objects.visible_to(actor)
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=change.pk)
    refuse_stale(row)
    return row


def save(row: Change, actor: Any) -> None:
    """Write the row and take over the version that the database gave it."""
    row.save()
    row.refresh_from_db(fields=["version"])
    stays_in_sight(row, actor)


def stays_in_sight(row: Change, actor: Any) -> None:
    """Nobody moves a record to where they could not see it any more."""
    if actor and not Change.objects.visible_to(actor).filter(pk=row.pk).exists():
        raise NotAllowed(_("you would no longer see this change"))
