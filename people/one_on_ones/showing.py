"""What somebody may read of a pair's 1:1s, arranged as the page tells it."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from core.palette import record_of
from core.showing import link
from people.confidential.enums import EntryKind, MeetingStatus
from people.models import OneOnOne, SealedEntry

type Read = tuple[SealedEntry, str]


@dataclass(frozen=True)
class Line:
    """One text with who wrote it, and for evidence the record that it names."""

    entry: SealedEntry
    text: str
    is_late: bool = False
    record: Any = ""


@dataclass
class Held:
    """One conversation that was held, with what belongs to it."""

    meeting: OneOnOne
    lines: dict[str, list[Line]] = field(default_factory=dict)


@dataclass
class Conversation:
    """The agenda, the conversation that is ahead, and those that were held."""

    topics: list[Line] = field(default_factory=list)
    actions: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    private: list[Line] = field(default_factory=list)
    evidence: list[Line] = field(default_factory=list)
    earlier: list[Held] = field(default_factory=list)
    mood: int | None = None
    movable: list[Read] = field(default_factory=list)


def gather(read: list[Read], series: Any, user: Any) -> Conversation:
    """Topics and actions that are open come first, whenever they were written; the rest stands with
    its conversation, the newest first."""
    shown = Conversation()
    meetings = list(OneOnOne.objects.filter(series=series).order_by("-planned_on", "-pk"))
    ahead = next(
        (m for m in meetings if m.status in (MeetingStatus.PLANNED, MeetingStatus.RUNNING)), None
    )
    held = {m.pk: Held(m) for m in meetings if m.status == MeetingStatus.CLOSED}
    moved = set(
        SealedEntry.objects.filter(moved_from__record=series.record_id).values_list(
            "moved_from", flat=True
        )
    )
    today = timezone.localdate()
    for entry, text in read:
        if entry.kind in (EntryKind.TOPIC, EntryKind.ACTION) and entry.closed_at is None:
            late = entry.due_on is not None and entry.due_on < today
            into = shown.topics if entry.kind == EntryKind.TOPIC else shown.actions
            into.append(Line(entry, text, late))
            if entry.kind == EntryKind.TOPIC and entry.pk not in moved:
                shown.movable.append((entry, text))
            continue
        if entry.kind == EntryKind.MOOD and ahead is not None and entry.meeting_id == ahead.pk:
            shown.mood = int(text) if text else None  # none where its key was erased
            continue
        line = Line(entry, text, record=_pinned(entry, text, user))
        if entry.meeting_id in held:
            held[entry.meeting_id].lines.setdefault(entry.kind, []).append(line)
        elif entry.kind == EntryKind.NOTE:
            shown.notes.append(line)
        elif entry.kind == EntryKind.PRIVATE:
            shown.private.append(line)
        elif entry.kind == EntryKind.EVIDENCE:
            shown.evidence.append(line)
        elif entry.kind == EntryKind.TOPIC:
            shown.topics.append(line)
        elif entry.kind == EntryKind.ACTION:
            shown.actions.append(line)
    shown.earlier = list(held.values())
    return shown


def _pinned(entry: SealedEntry, text: str, user: Any) -> Any:
    """The record as a link where the reader may see it; else its reference alone."""
    if entry.kind != EntryKind.EVIDENCE:
        return ""
    found = record_of(user, text)
    return link(found, text) if found is not None else text


def lines_of(read: list[Read], user: Any) -> dict[str, list[Line]]:
    """The texts by kind, in the order of writing; commitments whose day has passed are late."""
    today = timezone.localdate()
    found: dict[str, list[Line]] = {kind: [] for kind in EntryKind.values}
    for entry, text in read:
        waits = entry.due_on is not None and entry.closed_at is None
        late = bool(waits and entry.due_on < today)
        found[entry.kind].append(Line(entry, text, late, _pinned(entry, text, user)))
    return found
