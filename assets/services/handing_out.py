"""Hands devices out to people and takes them back. Whoever gets one says yes or no themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.audience import tell_giver, tell_holder
from assets.models import Asset, HandOut
from assets.permissions import may_answer, may_hand_out
from assets.rules import is_looked_after_by, is_the_holder
from assets.terms import terms_of
from assets.workflow import CUSTODY_WORKFLOW
from audit.context import acting
from core.errors import NotAllowed, ValidationError
from core.querysets import visible_rows
from core.writing import hold, store
from notifications.enums import MessageKind
from people.models import User
from records.services import mask_fields

_TABLE = "assets_handout"
_GIVEN = frozenset(
    ["asset", "holder", "status", "handed_out_at", "handed_out_by", "due_on", "note"]
)
_ANSWERED = frozenset(["status", "accepted_at", "accepted_terms", "ended_at", "end_note"])
_RETURNED = frozenset(["status", "ended_at", "condition", "end_note"])


def check_out_asset(
    asset: Asset,
    *,
    actor: Any,
    holder: User,
    due_on: date | None = None,
    note: str = "",
    at: datetime | None = None,
) -> HandOut:
    """Hand a device out to a person, who then accepts or declines it and hears so by e-mail.

    Refused: what is no device, is retired or is out already; accounts without a person; a day of
    return that is past; and to those whose team does not own it.
    """
    now = at or timezone.now()
    with transaction.atomic(), acting(actor=actor, action="asset.check_out"):
        row = hold(asset, actor=actor)
        if may_hand_out(actor) and (reason := is_looked_after_by(row, actor)):
            raise NotAllowed(reason)
        target = CUSTODY_WORKFLOW.check(row, "check_out", actor).target
        _can_answer(holder, actor)
        if due_on is not None and due_on < timezone.localdate(now):
            raise ValidationError({"due_on": _("This day is past.")})
        told = mask_fields(_TABLE, {"note": note}, actor=actor, reference=row.reference)
        hand_out = HandOut(asset=row)
        facts = {
            "asset": row,
            "holder": holder,
            "status": target,
            "handed_out_at": now,
            "handed_out_by": actor,
            "due_on": due_on,
            "note": told["note"],
        }
        store(hand_out, facts, actor=actor, editable=_GIVEN)
        tell_holder(hand_out, MessageKind.DEVICE_OFFERED, by=actor)
    return hand_out


def accept_asset(hand_out: HandOut, *, actor: Any, at: datetime | None = None) -> HandOut:
    """The holder takes the device over. The text they agreed to is kept with it.

    Refused to everybody else, and when it was answered already.
    """
    with _answering(hand_out, "accept", actor=actor) as (row, target, _note):
        facts = {
            "status": target,
            "accepted_at": at or timezone.now(),
            "accepted_terms": terms_of(row),
        }
        store(row, facts, actor=actor, editable=_ANSWERED)
        tell_giver(row, MessageKind.DEVICE_ANSWERED, by=actor)
    return row


def decline_asset(
    hand_out: HandOut, *, actor: Any, note: str, at: datetime | None = None
) -> HandOut:
    """The person does not take it, and says why: it is in stock again."""
    with _answering(hand_out, "decline", actor=actor, note=note) as (row, target, told):
        facts = {"status": target, "ended_at": at or timezone.now(), "end_note": told}
        store(row, facts, actor=actor, editable=_ANSWERED)
        tell_giver(row, MessageKind.DEVICE_ANSWERED, by=actor, note=told)
    return row


def check_in_asset(
    hand_out: HandOut,
    *,
    actor: Any,
    condition: str,
    note: str = "",
    at: datetime | None = None,
) -> HandOut:
    """Take a device back, in the condition in which it came; its holder hears so.

    Refused when it is back already, and to those whose team does not own it.
    """
    with _locked(hand_out, "check_in", actor=actor, note=note) as (row, told):
        if may_hand_out(actor) and (reason := is_looked_after_by(row, actor)):
            raise NotAllowed(reason)
        target = CUSTODY_WORKFLOW.check(row, "check_in", actor).target
        facts = {
            "status": target,
            "ended_at": at or timezone.now(),
            "condition": condition,
            "end_note": told,
        }
        store(row, facts, actor=actor, editable=_RETURNED)
        tell_holder(row, MessageKind.DEVICE_RETURNED, by=actor)
    return row


@contextmanager
def _answering(
    hand_out: HandOut, action: str, *, actor: Any, note: str = ""
) -> Iterator[tuple[HandOut, str, str]]:
    """As `_locked`, for the holder alone, with the status that the answer leads to."""
    with _locked(hand_out, action, actor=actor, note=note) as (row, told):
        is_open = row.open_hand_out is not None
        if may_answer(actor) and is_open and (reason := is_the_holder(row, actor)):
            raise NotAllowed(reason)
        yield row, CUSTODY_WORKFLOW.check(row, action, actor).target, told


@contextmanager
def _locked(
    hand_out: HandOut, action: str, *, actor: Any, note: str
) -> Iterator[tuple[HandOut, str]]:
    """The hand-out as it is now, and the note without card numbers. The device is locked first:
    all who hand it out or take it back queue there."""
    reference = hand_out.asset.reference
    with transaction.atomic(), acting(actor=actor, action=f"asset.{action}"):
        told = mask_fields(_TABLE, {"end_note": note}, actor=actor, reference=reference)
        with acting(reason=told["end_note"]):
            Asset.objects.select_for_update(no_key=True).get(pk=hand_out.asset_id)
            yield hold(hand_out, actor=actor), told["end_note"]


def _can_answer(holder: User, actor: Any) -> None:
    """A device is for a human being who can say yes: not for a program, not for who has left."""
    is_seen = actor is None or visible_rows(User, actor).filter(pk=holder.pk).exists()
    if not (is_seen and holder.is_active and holder.person_id):
        raise ValidationError({"holder": _("Choose a person with an active account.")})
