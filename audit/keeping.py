"""What the signer keeps outside the database: its key, the next one, and what it signed last."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.ledger.merkle import Frontier

KEY, NEXT_KEY, STATE = "key", "key.next", "state.json"


class SignerRefuses(Exception):
    """The ledger does not continue what was signed: a person must find out why."""


@dataclass(frozen=True)
class Memory:
    """The tree that was signed last, and the note over it; without one at the start of an epoch."""

    origin: str
    frontier: Frontier
    note: str = ""


@dataclass(frozen=True)
class SignerFolder:
    """The files, for the signer's account only."""

    path: Path

    def key(self) -> Ed25519PrivateKey:
        """The key of this folder, made at first use."""
        return self._read(KEY) or self._make(KEY)

    def has_key(self) -> bool:
        return (self.path / KEY).exists()

    def next_key(self) -> Ed25519PrivateKey | None:
        """The key that takes over with the next checkpoint, if one is to."""
        return self._read(NEXT_KEY)

    def make_next_key(self) -> Ed25519PrivateKey:
        """The one there is, or a new one."""
        return self.next_key() or self._make(NEXT_KEY)

    def take_next_key(self) -> None:
        (self.path / NEXT_KEY).replace(self.path / KEY)

    def discard_key(self) -> None:
        """A revoked key signs nothing any more; nobody needs the file."""
        (self.path / KEY).unlink(missing_ok=True)
        (self.path / NEXT_KEY).unlink(missing_ok=True)

    def memory(self) -> Memory | None:
        """What was signed last; None where nothing was, or the memory is lost."""
        try:
            kept = json.loads((self.path / STATE).read_text())
        except FileNotFoundError:
            return None
        hashes = [bytes.fromhex(hash_) for hash_ in kept["frontier"]]
        return Memory(kept["origin"], Frontier(kept["size"], hashes), kept.get("note", ""))

    def remember(self, memory: Memory) -> None:
        told = {
            "origin": memory.origin,
            "size": memory.frontier.size,
            "frontier": [hash_.hex() for hash_ in memory.frontier.hashes],
            "note": memory.note,
        }
        _write(self.path / STATE, json.dumps(told))

    def _read(self, name: str) -> Ed25519PrivateKey | None:
        try:
            text = (self.path / name).read_text()
        except FileNotFoundError:
            return None
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))

    def _make(self, name: str) -> Ed25519PrivateKey:
        made = Ed25519PrivateKey.generate()
        _write(self.path / name, made.private_bytes_raw().hex())
        return made


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
