"""Amending what people were asked to approve: a new version, and every vote on the old one void."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from changes.audience import tell_voters_of_amendment
from changes.content import MATERIAL, canonical, content_of, differences
from changes.enums import Status
from changes.models import Change, Conflict, ContentVersion, Vote
from changes.parts import parts_of
from changes.rules import names_something
from changes.services.approval import open_round, settle_standard, void_round
from changes.services.content import write
from changes.services.locking import save, step
from changes.services.raising import EDITABLE, check_window
from changes.services.risk import assess_anew
from core.errors import Refused, Stale, ValidationError


@dataclass(frozen=True)
class Amendment:
    """What an amendment alters: by field what it said and says, and how many votes it voids."""

    altered: Mapping[str, tuple[Any, Any]]
    votes: int


class _SeenOnly(Exception):
    """Takes back what was only done to be shown."""


def amend_change(
    change: Change, *, actor: Any, note: str, version: int | None = None, **given: Any
) -> Change:
    """Alter material fields of a frozen change, saying why.

    The votes on the version before are void, who cast them is told what differs, and what was
    awaiting approval, approved or scheduled asks again from the first step. What was rejected or
    has expired goes back to be assessed. What the portal knows about the risk is asked anew, with
    the answers that people gave. Refused: whoever was asked to approve it, an amendment that
    changes nothing or leaves nothing named.
    """
    return _amend(change, actor=actor, note=note, version=version, given=given)[0]


def foretell_amendment(change: Change, *, actor: Any, note: str, **given: Any) -> Amendment:
    """What `amend_change` would do, done and taken back; refuses what it would refuse."""
    told: list[Amendment] = []
    try:
        with transaction.atomic():
            told.append(_amend(change, actor=actor, note=note, version=None, given=given)[1])
            raise _SeenOnly
    except _SeenOnly:
        return told[0]


@transaction.atomic
def _amend(
    change: Change, *, actor: Any, note: str, version: int | None, given: dict[str, Any]
) -> tuple[Change, Amendment]:
    if unknown := sorted(set(given) - (EDITABLE & MATERIAL)):
        raise ValidationError({name: _("This cannot be edited.") for name in unknown})
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    held_up = Conflict.objects.in_the_way_of(change).count()
    with step(change, "amend", actor=actor, note=note) as row:
        if version is not None and row.version != version:
            raise Stale(_("somebody else changed this change meanwhile"))
        said = _said(row)
        before = void_round(row)
        row.version_hash = ""
        save(row, actor)
        write(row, given, actor=actor)
        check_window(row)
        row.full_clean(exclude=["life", "reference", "search"])
        altered = differences(said, _said(row))
        if row.status == Status.AWAITING_APPROVAL:
            if not altered:
                raise ValidationError({"note": _("Nothing was altered.")})
            if reason := names_something(row, actor):
                raise Refused(reason)
        assess_anew(row, actor=actor)
        altered = differences(said, _said(row))
        if row.status == Status.AWAITING_APPROVAL:
            open_round(row, actor=actor)
    if row.status == Status.AWAITING_APPROVAL and before is not None:
        now_held_up = Conflict.objects.in_the_way_of(row).count()
        tell_voters_of_amendment(row, before, altered, conflicts=(held_up, now_held_up))
    return settle_standard(row), Amendment(altered, _votes_on(before))


def _said(row: Change) -> str:
    return canonical(content_of(row, number=0, parts=parts_of(row)))


def _votes_on(content: ContentVersion | None) -> int:
    return Vote.objects.filter(version_hash=content.sha256).count() if content else 0
