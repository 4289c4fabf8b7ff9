"""Which key's signature counts for which checkpoint, and what a set of notes says by that."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.ledger.note import Checkpoint, NoteError, VerifierKey, opened
from audit.models import SignedCheckpoint, SignerKey

CHUNK = 2_000
TOLD = 20  # so many of what is refused or ignored are told


@dataclass
class Reading:
    """The checkpoints of the database and of some notes, in the order of their sizes, as far as
    they are signed by a key that counts. Read one by one: a busy year has millions.

    With `pinned` keys nothing but these is believed, and what they lead to: a key of the list that
    signed jointly with one believed, and the same key under the name of another epoch.
    """

    notes: Sequence[str] = ()
    pinned: Sequence[VerifierKey] = ()
    also: Sequence[VerifierKey] = ()
    """Keys that the database forgot."""
    count: int = 0
    refused: list[str] = field(default_factory=list)
    ignored: list[Checkpoint] = field(default_factory=list)
    """Signed by a revoked key only."""

    def __iter__(self) -> Iterator[Checkpoint]:
        rows = list(SignerKey.objects.order_by("pk"))
        rows += _unlisted([*self.pinned, *self.also], rows)
        keys = [(row, VerifierKey.read(row.vkey)) for row in rows]
        revoked = {key for row, key in keys if row.revoked_at is not None}
        stolen = {key.public for key in revoked}
        believed = {key.public for key in self.pinned}
        for checkpoint, note in self._in_order():
            try:
                counted = [key for row, key in keys if counts(row, checkpoint)]
                # A revoked key that came back under the name of another epoch is none.
                signed = {
                    key.public
                    for key in opened(note, counted)[1]
                    if key.public not in stolen or key in revoked
                }
                if not signed or (self.pinned and not signed & believed):
                    raise NoteError("signed by nobody we know")
            except NoteError as error:
                if _is_signed(note, revoked):
                    self.ignored = [*self.ignored, checkpoint][:TOLD]
                else:
                    self._refuse(f"the checkpoint of {checkpoint.size} entries: {error}")
                continue
            believed |= signed
            self.count += 1
            yield checkpoint

    def _in_order(self) -> Iterator[tuple[Checkpoint, str]]:
        stored = SignedCheckpoint.objects.order_by("size").values_list("note", flat=True)
        given = sorted(self._told(self.notes), key=_size)
        yield from heapq.merge(self._told(stored.iterator(chunk_size=CHUNK)), given, key=_size)

    def _told(self, notes: Iterable[str]) -> Iterator[tuple[Checkpoint, str]]:
        for note in notes:
            try:
                yield told_by(note), note
            except NoteError as error:
                self._refuse(str(error))

    def _refuse(self, text: str) -> None:
        self.refused = [*self.refused, text][:TOLD]


def told_by(note: str) -> Checkpoint:
    """What a note says, whoever signed it. Raises NoteError where that is no checkpoint."""
    return Checkpoint.read(note.partition("\n\n")[0] + "\n")


def counts(key: SignerKey, checkpoint: Checkpoint) -> bool:
    """Whether a signature of this key counts for this checkpoint."""
    return (
        key.origin == checkpoint.origin
        and key.since <= checkpoint.size
        and (key.until is None or checkpoint.size <= key.until)
        and (key.last_good is None or checkpoint.size <= key.last_good)
    )


def published() -> list[dict[str, Any]]:
    """The keys as packs hand them out, oldest first (docs/reference/ledger-format.md)."""
    return [
        {
            "vkey": key.vkey,
            "origin": key.origin,
            "since": key.since,
            "until": key.until,
            "revoked": key.revoked_at
            and {
                "at": key.revoked_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                "last_good": key.last_good,
                "reason": key.reason,
            },
        }
        for key in SignerKey.objects.order_by("pk")
    ]


def _size(pair: tuple[Checkpoint, str]) -> int:
    return pair[0].size


def _is_signed(note: str, keys: Iterable[VerifierKey]) -> bool:
    try:
        return bool(opened(note, keys))
    except NoteError:
        return False


def _unlisted(given: Iterable[VerifierKey], keys: list[SignerKey]) -> list[SignerKey]:
    """Keys that the database does not tell of; they count whatever the size."""
    listed = {key.vkey for key in keys}
    return [SignerKey(vkey=str(key), origin=key.name) for key in given if str(key) not in listed]
