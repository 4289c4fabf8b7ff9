"""Confidential records: opened for their participants, read with an event, written sealed."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from audit.services import record_event
from core.errors import NotAllowed, Refused
from people.confidential.access import may
from people.confidential.enums import Part, RecordKind, Relation, Tier, Verb
from people.confidential.vault import Opened, keyring, make_key, place_of
from people.models import ConfidentialRecord, Participant, RecordKey, SealedEntry, User
from people.models.coaching import CoachingSession
from people.models.one_on_ones import OneOnOneSeries
from records.services import mask_fields

TABLE = "people_sealedentry"
_PAIRS = (OneOnOneSeries.objects, CoachingSession.objects)
_ENDED = {
    RecordKind.ONE_ON_ONE: _("these 1:1s have ended"),
    RecordKind.COACHING: _("the coaching session is over"),
}
LONGEST = 10_000


def open_record(kind: RecordKind, participants: dict[Part, User]) -> ConfidentialRecord:
    """A new record with its key, in the caller's transaction."""
    record = ConfidentialRecord.objects.create(kind=kind, opened_at=told_moment())
    record.refresh_from_db(fields=["reference"])
    make_key(record)
    for part, user in participants.items():
        Participant.objects.create(record=record, user=user, part=part)
    return record


def relation_of(user: Any, record: ConfidentialRecord) -> Relation:
    """What somebody is to a record now. Roles matter only to whoever leads the lead, and to
    whoever may break glass."""
    if not (user is not None and user.pk and user.is_active):
        return Relation.NONE
    if Participant.objects.filter(record=record, user=user.pk).exists():
        return Relation.FORMER if record.ended_at else Relation.PARTICIPANT
    if ConfidentialRecord.objects.visible_to(user).filter(pk=record.pk).exists():
        return Relation.BREAKING_GLASS
    if any(pairs.below(user).filter(record=record).exists() for pairs in _PAIRS):
        return Relation.ABOVE
    return Relation.NONE


def require(user: Any, record: ConfidentialRecord, tier: Tier, verb: Verb) -> Relation:
    """NotAllowed unless what somebody is to the record allows it."""
    relation = relation_of(user, record)
    if not may(relation, tier, verb):
        raise NotAllowed(_("only those who take part may do this"))
    return relation


def read_entries(record: ConfidentialRecord, *, actor: Any) -> list[tuple[SealedEntry, str]]:
    """What the actor may read of a record, in the order of writing. That they read is an event, and
    without the event nothing is read. NotAllowed for whoever may read none of it."""
    with transaction.atomic():
        relation = require(actor, record, Tier.SHARED, Verb.READ)
        record_event(
            "confidential.read", actor=actor, key=str(record.reference), relation=str(relation)
        )
        rows = SealedEntry.objects.visible_to(actor).filter(record=record)
        rows = rows.select_related("author__person", "owner__person", "closed_by__person")
        opened = Opened(record)
        return [(entry, opened.read(entry)) for entry in rows.order_by("written_at", "pk")]


def write_entry(entry: SealedEntry, text: str, *, actor: Any) -> SealedEntry:
    """Seal a text and store its entry, in the caller's transaction, who has checked the right.
    Card numbers in it are masked first. ValidationError for an empty or an endless one."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({"text": _("Write something.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("This is longer than %d characters.") % LONGEST})
    told = mask_fields(TABLE, {"text": text}, actor=actor, reference=str(entry.record.reference))
    entry.written_at = entry.written_at or told_moment()
    entry.sealed = Opened(entry.record).seal(entry, told["text"])
    entry.full_clean()
    entry.save()
    return entry


def has_ended(record: ConfidentialRecord) -> None:
    """Refused where a record has ended."""
    if record.ended_at is not None:
        raise Refused(_ENDED[RecordKind(record.kind)])


def rewrap_keys(*, batch: int) -> Iterator[int]:
    """Wrap every key by the first one of the keyring, some at a time; yields how many. What is
    done stays done: whoever is stopped begins again and passes over it."""
    ring, after = keyring(), 0
    while True:
        with transaction.atomic():
            rows = RecordKey.objects.select_for_update(no_key=True).filter(pk__gt=after)
            found = list(rows.order_by("pk")[:batch])
            old = [row for row in found if not ring.is_current(bytes(row.wrapped))]
            for row in old:
                place = place_of(row.record_id, row.author_id)
                row.wrapped = ring.wrap(ring.unwrap(bytes(row.wrapped), place), place)
            RecordKey.objects.bulk_update(old, ["wrapped"])
            if old:
                record_event("confidential.rewrap", keys=len(old))
        if not found:
            return
        after = found[-1].pk
        yield len(old)
