"""The signer: signs the ledger's state only where it continues the one it signed before.

It keeps its own frontier in a file of its own, so it believes neither the sealer nor the database:
it appends the hashes it has not seen to what it remembers, and signs the root of that. A ledger
that was rewritten or cut does not fit its memory, and is refused. How its keys change and how it
follows into a new epoch is in `audit.ceremony`.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.context import Channel, acting
from audit.epochs import number_of
from audit.keeping import Memory, SignerFolder, SignerRefuses
from audit.ledger.merkle import Frontier
from audit.ledger.note import Checkpoint, NoteError, VerifierKey, noted, opened, sign
from audit.models import (
    LedgerEntry,
    LedgerEpoch,
    LedgerHead,
    SignedCheckpoint,
    SignerKey,
    SignerStatus,
)

CHUNK = 10_000


@dataclass(frozen=True)
class Signer:
    """A key and a memory in a folder that only the signer's account may read."""

    folder: Path

    @property
    def own(self) -> SignerFolder:
        return SignerFolder(self.folder)

    def public_key(self) -> VerifierKey:
        """What others verify the notes with. Raises SignerRefuses where nothing was signed yet."""
        head = LedgerHead.objects.first()
        if head is None:
            raise SignerRefuses("nothing was sealed yet")
        return _public(self.own.key(), head.origin)

    def sign(self) -> SignedCheckpoint | None:
        """Sign what was sealed since, and keep the note in the ledger; None where nothing was.

        Raises SignerRefuses where the ledger does not continue what was signed last; the database
        then tells why, for those who watch.
        """
        try:
            made = self._sign()
        except SignerRefuses as error:
            _tell(str(error))
            raise
        _tell("")
        return made

    def _sign(self) -> SignedCheckpoint | None:
        head = LedgerHead.objects.first()
        if head is None:
            return None
        frontier = self._remembered(head.origin)
        if head.size < frontier.size:
            raise SignerRefuses(f"{head.size} entries, but {frontier.size} were signed")
        is_new = head.size > frontier.size
        extend(frontier, head.size)
        self._compare(frontier, head)
        if not is_new:
            return None
        self._finish_rotation(head.origin)
        key, next_key = self.own.key(), self.own.next_key()
        text = str(Checkpoint(head.origin, frontier.size, frontier.root()))
        keys = [key] if next_key is None else [key, next_key]
        note = noted(text, [sign(text, head.origin, each) for each in keys])
        with transaction.atomic(), acting(channel=Channel.TASK, action="ledger.key"):
            self._register(head.origin, frontier.size, keys)
            # There already where a signer was killed before it could remember.
            made, _is_new = SignedCheckpoint.objects.get_or_create(
                size=frontier.size,
                defaults={"root": frontier.root(), "note": note, "frontier": frontier.hashes},
            )
            if not _is_ours(made, text, _public(key, head.origin)):
                raise SignerRefuses(
                    f"another checkpoint over {made.size} entries was signed before"
                )
        self.own.remember(Memory(head.origin, frontier, made.note))
        self._finish_rotation(head.origin)
        return made

    def _compare(self, frontier: Frontier, head: LedgerHead) -> None:
        if Frontier(head.size, [bytes(hash_) for hash_ in head.frontier]).root() != frontier.root():
            raise SignerRefuses("the sealer counts another tree than was signed before")

    def _remembered(self, origin: str) -> Frontier:
        kept = self.own.memory()
        if kept is None:
            if SignedCheckpoint.objects.exists():
                raise SignerRefuses("it remembers nothing, but checkpoints were signed")
            return Frontier()
        if kept.origin != origin:
            raise SignerRefuses(f"the log calls itself {origin}, and {kept.origin} was signed")
        return kept.frontier

    def _register(self, origin: str, size: int, keys: list[Ed25519PrivateKey]) -> None:
        """Have the list of keys tell which sign from now on; refused where another one does."""
        vkeys = [str(_public(key, origin)) for key in keys]
        rows = list(SignerKey.objects.filter(origin=origin, until=None))
        if any(row.vkey == vkeys[0] and row.revoked_at for row in rows):
            raise SignerRefuses("its key was revoked")
        signing = [row.vkey for row in rows if row.revoked_at is None]
        if not signing:
            since = 0
            if number_of(origin) > 1:
                since = LedgerEpoch.objects.get(origin=origin).start
            SignerKey.objects.create(vkey=vkeys[0], origin=origin, since=since)
        elif signing != vkeys[:1]:
            raise SignerRefuses("the database knows another key than this signer has")
        if len(vkeys) == 2:
            SignerKey.objects.filter(vkey=vkeys[0]).update(until=size)
            SignerKey.objects.create(vkey=vkeys[1], origin=origin, since=size)

    def _finish_rotation(self, origin: str) -> None:
        """The next key becomes the key once the list tells that it signs."""
        next_key = self.own.next_key()
        if next_key is None:
            return
        if SignerKey.objects.filter(vkey=str(_public(next_key, origin))).exists():
            self.own.take_next_key()


def extend(frontier: Frontier, size: int) -> None:
    """Append the leaves of the database up to so many. Raises SignerRefuses for a gap."""
    entries = LedgerEntry.objects.filter(index__gte=frontier.size, index__lt=size)
    hashes = entries.order_by("index").values_list("index", "hash")
    for index, hash_ in hashes.iterator(chunk_size=CHUNK):
        if index != frontier.size:
            raise SignerRefuses(f"entry {frontier.size} is missing")
        frontier.append(bytes(hash_))


def _public(key: Ed25519PrivateKey, origin: str) -> VerifierKey:
    return VerifierKey(origin, key.public_key().public_bytes_raw())


def _is_ours(made: SignedCheckpoint, text: str, key: VerifierKey) -> bool:
    try:
        return opened(made.note, [key])[0] == text
    except NoteError:
        return False


def _tell(refusal: str) -> None:
    told = {"seen_at": timezone.now(), "refusal": refusal}
    SignerStatus.objects.update_or_create(pk=1, defaults=told)


def signer() -> Signer:
    """The signer of this installation."""
    return Signer(settings.VAR_DIR / "signer")
