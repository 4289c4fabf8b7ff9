"""What two people write in their 1:1s and coaching sessions: topics, notes, actions, evidence, and
how it goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused
from core.palette import record_of
from core.writing import hold
from people.confidential.enums import EntryKind, Tier, Verb
from people.models import CoachingSession, OneOnOne, OneOnOneSeries, SealedEntry, User
from people.services.confidential import has_ended, require, write_entry
from people.services.reviews import refusals_of_the_database

MOODS = range(1, 6)

type Pair = OneOnOneSeries | CoachingSession


def add_topic(series: Pair, *, actor: Any, text: str, code: UUID | None = None) -> SealedEntry:
    """Something to speak about; it stays on the agenda until somebody ticks it."""
    return _add(series, EntryKind.TOPIC, text, actor=actor, code=code)


def write_note(
    series: Pair,
    *,
    actor: Any,
    text: str,
    is_private: bool = False,
    code: UUID | None = None,
) -> SealedEntry:
    """A note that both read, or one that its author alone reads, sealed with a key of their own."""
    kind = EntryKind.PRIVATE if is_private else EntryKind.NOTE
    return _add(series, kind, text, actor=actor, code=code)


def agree_on_action(
    series: Pair,
    *,
    actor: Any,
    text: str,
    owner: User,
    due_on: date,
    code: UUID | None = None,
) -> SealedEntry:
    """Something that one of the two does until a day."""
    if owner.pk not in (series.lead_id, series.employee_id):
        raise ValidationError({"owner": _("An action is for one of the two.")})
    return _add(series, EntryKind.ACTION, text, actor=actor, owner=owner, due_on=due_on, code=code)


def pin_evidence(
    series: Pair, *, actor: Any, reference: str, code: UUID | None = None
) -> SealedEntry:
    """Keep a record that was spoken about at hand, by its reference. ValidationError for one that
    the actor does not see; the other one sees the reference, and the record if they may."""
    reference = reference.strip().upper()
    found = record_of(actor, reference)
    if found is None:
        raise ValidationError({"text": _("You see no record with this reference.")})
    exact = str(getattr(found, "reference", reference))
    return _add(series, EntryKind.EVIDENCE, exact, actor=actor, code=code)


def tell_mood(series: OneOnOneSeries, *, actor: Any, mood: int) -> SealedEntry:
    """How the employee is, from 1 to 5, for the conversation that is ahead. Sealed as the rest, and
    never counted together. Refused for the lead."""
    if mood not in MOODS:
        raise ValidationError({"mood": _("Choose from 1 to 5.")})
    with _writing(series, actor, EntryKind.MOOD) as row:
        if actor.pk != row.employee_id:
            raise NotAllowed(_("the employee alone says how they are"))
        meeting = _ahead(row)
        found = SealedEntry.objects.filter(meeting=meeting, author=actor, kind=EntryKind.MOOD)
        entry = found.first() or SealedEntry(
            record=row.record, kind=EntryKind.MOOD, meeting=meeting, author=actor
        )
        return write_entry(entry, str(mood), actor=actor)


def tick_entry(entry: SealedEntry, *, actor: Any, is_done: bool = True) -> SealedEntry:
    """Tick a topic or an action, or take that back."""
    with refusals_of_the_database(), acting(actor=actor, action=f"{entry.record.kind}.tick"):
        row = hold(entry, actor=actor)
        has_ended(row.record)
        require(actor, row.record, Tier.SHARED, Verb.WRITE)
        if row.kind not in (EntryKind.TOPIC, EntryKind.ACTION):
            raise Refused(_("only topics and actions are ticked"))
        row.closed_at, row.closed_by = (told_moment(), actor) if is_done else (None, None)
        row.meeting = _last(row) if is_done and row.kind == EntryKind.TOPIC else row.meeting
        row.save()
    entry.refresh_from_db()
    return entry


def _add(
    series: Pair,
    kind: EntryKind,
    text: str,
    *,
    actor: Any,
    code: UUID | None = None,
    **facts: Any,
) -> SealedEntry:
    """Write one entry; the same code again, by the same person, is the same entry."""
    with _writing(series, actor, kind) as row:
        if code is not None:
            known = SealedEntry.objects.filter(code=code).first()
            if known is not None:
                if (known.record_id, known.author_id) != (row.record_id, actor.pk):
                    raise ValidationError({"id": _("Another entry has this id.")})
                return known
        meeting = None if kind == EntryKind.TOPIC else _ahead(row)
        entry = SealedEntry(record=row.record, kind=kind, author=actor, meeting=meeting, **facts)
        if code is not None:
            entry.code = code
        return write_entry(entry, text, actor=actor)


@contextmanager
def _writing(series: Pair, actor: Any, kind: EntryKind) -> Iterator[Any]:
    with (
        refusals_of_the_database(),
        acting(actor=actor, action=f"{series.record.kind}.write_{kind}"),
    ):
        row = hold(series, actor=actor)
        has_ended(row.record)
        tier = Tier.PRIVATE if kind == EntryKind.PRIVATE else Tier.SHARED
        require(actor, row.record, tier, Verb.WRITE)
        yield row


def _ahead(series: Pair) -> OneOnOne | None:
    """The conversation that is ahead; a coaching session is one by itself."""
    if isinstance(series, CoachingSession):
        return None
    return OneOnOne.objects.ahead().filter(series=series).first()


def _last(entry: SealedEntry) -> OneOnOne | None:
    return OneOnOne.objects.ahead().filter(series__record=entry.record_id).first()
