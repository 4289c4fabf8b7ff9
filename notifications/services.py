"""Writes messages and preferences. Nothing is sent here: see `delivery`."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import Channel, acting, current
from core.errors import NotAllowed, Stale, ValidationError
from notifications.enums import MessageKind, MessageState
from notifications.models import Message, Preference
from notifications.quiet import end_of_quiet

NEVER_MUTED = frozenset({MessageKind.ACCOUNT_SECURITY})
_MAX_KEY = 120


def is_news() -> bool:
    """Imports and the demo world tell what is long past: nobody hears of that."""
    told = current()
    return told is None or told.channel not in (Channel.IMPORT, Channel.DEMO)


def notify(
    recipients: Iterable[Any],
    kind: MessageKind,
    *,
    reference: str,
    context: dict[str, Any],
    key: str,
    is_urgent: bool = False,
) -> None:
    """Leave a message for each recipient, in the caller's transaction; once for each key.

    What a person does not want is kept as suppressed; what must not disturb them waits until their
    quiet hours end. `context` holds plain JSON values that mean the same in every language; times
    end in `_at` and are ISO 8601, `path` leads to the record.
    """
    leave([Letter(recipients, kind, reference, context, key, is_urgent)])


@dataclass(frozen=True)
class Letter:
    """What `notify` is given, where many are left at once."""

    recipients: Iterable[Any]
    kind: MessageKind
    reference: str
    context: dict[str, Any]
    key: str
    is_urgent: bool = False


def leave(letters: Iterable[Letter]) -> None:
    """`notify` for many letters, at the price of one."""
    if not is_news():
        return
    addressed = [(one, {p.pk: p for p in one.recipients if p is not None}) for one in letters]
    everybody = {pk for _letter, people in addressed for pk in people}
    wishes = {wish.user_id: wish for wish in Preference.objects.filter(user__in=everybody)}
    now = timezone.now()
    Message.objects.bulk_create(
        [
            Message(
                recipient=person,
                kind=letter.kind,
                reference=letter.reference,
                context=letter.context,
                is_urgent=letter.is_urgent,
                idempotency_key=_key_for(letter.key, person),
                state=_first_state(letter.kind, wishes.get(pk)),
                due_at=now if letter.is_urgent else _not_disturbing(now, person, wishes.get(pk)),
            )
            for letter, people in addressed
            for pk, person in people.items()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def edit_preferences(
    user: Any, *, actor: Any, version: int | None = None, **changes: Any
) -> Preference:
    """Change what a person receives and when: `muted_kinds`, `quiet_from`, `quiet_until`.

    Refused: other people's preferences, an outdated version, half a pair of quiet hours, and
    muting what tells of the security of the own account.
    """
    with acting(actor=actor, action="preference.edit"):
        if actor is not None and actor.pk != user.pk:
            raise NotAllowed(_("people choose their own notifications"))
        Preference.objects.get_or_create(user=user)
        row = Preference.objects.select_for_update(of=("self",)).get(user=user)
        if version is not None and version != row.version:
            raise Stale(_("somebody has changed this meanwhile"))
        for name in changes.keys() & {"muted_kinds", "quiet_from", "quiet_until"}:
            setattr(row, name, changes[name])
        row.muted_kinds = sorted(set(row.muted_kinds))
        if NEVER_MUTED & set(row.muted_kinds):
            text = _("Messages about the security of your account always reach you.")
            raise ValidationError({"muted_kinds": text})
        if row.quiet_from is not None and row.quiet_from == row.quiet_until:
            raise ValidationError({"quiet_until": _("Quiet hours must end at another time.")})
        row.full_clean()
        row.save()
        row.refresh_from_db(fields=["version"])
    return row


def _first_state(kind: MessageKind, wish: Preference | None) -> MessageState:
    if wish and kind in wish.muted_kinds and kind not in NEVER_MUTED:
        return MessageState.SUPPRESSED
    return MessageState.QUEUED


def _not_disturbing(now: datetime, person: Any, wish: Preference | None) -> datetime:
    if wish is None or wish.quiet_from is None or wish.quiet_until is None:
        return now
    zone = ZoneInfo(person.time_zone)
    return end_of_quiet(now, zone, wish.quiet_from, wish.quiet_until) or now


def _key_for(key: str, person: Any) -> str:
    whole = f"{key}:{person.pk}"
    return whole if len(whole) <= _MAX_KEY else hashlib.sha256(whole.encode()).hexdigest()
