"""The signer: signs the ledger's state only where it continues the one it signed before.

It keeps its own frontier in a file of its own, so it believes neither the sealer nor the database:
it appends the hashes it has not seen to what it remembers, and signs the root of that. A ledger
that was rewritten or cut does not fit its memory, and is refused.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from audit.ledger.merkle import Frontier
from audit.ledger.note import Checkpoint, VerifierKey, noted, sign
from audit.models import LedgerEntry, LedgerHead, SignedCheckpoint

KEY, STATE = "key", "state.json"
CHUNK = 10_000


class SignerRefuses(Exception):
    """The ledger does not continue what was signed: a person must find out why."""


@dataclass(frozen=True)
class Signer:
    """A key and a memory in a folder that only the signer's account may read."""

    folder: Path

    def public_key(self) -> VerifierKey:
        """What others verify the notes with. Raises SignerRefuses where nothing was signed yet."""
        head = LedgerHead.objects.first()
        if head is None:
            raise SignerRefuses("nothing was sealed yet")
        return VerifierKey(head.origin, self._private_key().public_key().public_bytes_raw())

    def sign(self) -> SignedCheckpoint | None:
        """Sign what was sealed since, and keep the note in the ledger; None where nothing was.

        Raises SignerRefuses where the ledger does not continue what was signed last.
        """
        head = LedgerHead.objects.first()
        if head is None:
            return None
        frontier = self._remembered(head.origin)
        if head.size < frontier.size:
            raise SignerRefuses(f"{head.size} entries, but {frontier.size} were signed")
        is_new = head.size > frontier.size
        self._extend(frontier, head.size)
        self._compare(frontier, head)
        if not is_new:
            return None
        text = str(Checkpoint(head.origin, frontier.size, frontier.root()))
        note = noted(text, [sign(text, head.origin, self._private_key())])
        # There already where a signer was killed before it could remember: the same bytes again.
        made, _is_new = SignedCheckpoint.objects.get_or_create(
            size=frontier.size, defaults={"root": frontier.root(), "note": note}
        )
        if made.note != note:
            raise SignerRefuses(f"another checkpoint over {made.size} entries was signed before")
        self._remember(head.origin, frontier)
        return made

    def _extend(self, frontier: Frontier, size: int) -> None:
        entries = LedgerEntry.objects.filter(index__gte=frontier.size, index__lt=size)
        for index, hash_ in (
            entries.order_by("index").values_list("index", "hash").iterator(chunk_size=CHUNK)
        ):
            if index != frontier.size:
                raise SignerRefuses(f"entry {frontier.size} is missing")
            frontier.append(bytes(hash_))

    def _compare(self, frontier: Frontier, head: LedgerHead) -> None:
        if Frontier(head.size, [bytes(hash_) for hash_ in head.frontier]).root() != frontier.root():
            raise SignerRefuses("the sealer counts another tree than was signed before")

    def _remembered(self, origin: str) -> Frontier:
        try:
            kept = json.loads((self.folder / STATE).read_text())
        except FileNotFoundError as error:
            if SignedCheckpoint.objects.exists():
                raise SignerRefuses("it remembers nothing, but checkpoints were signed") from error
            return Frontier()
        if kept["origin"] != origin:
            raise SignerRefuses(f"the log calls itself {origin}, and {kept['origin']} was signed")
        return Frontier(kept["size"], [bytes.fromhex(hash_) for hash_ in kept["frontier"]])

    def _remember(self, origin: str, frontier: Frontier) -> None:
        hashes = [hash_.hex() for hash_ in frontier.hashes]
        kept = json.dumps({"origin": origin, "size": frontier.size, "frontier": hashes})
        _write(self.folder / STATE, kept)

    def _private_key(self) -> Ed25519PrivateKey:
        """The key of this folder, made at first use."""
        path = self.folder / KEY
        if not path.exists():
            _write(path, Ed25519PrivateKey.generate().private_bytes_raw().hex())
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text()))


def signer() -> Signer:
    """The signer of this installation."""
    return Signer(settings.VAR_DIR / "signer")


def _write(path: Path, text: str) -> None:
    """For this account's eyes only, and on the disk before it has its name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
