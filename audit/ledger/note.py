"""Signed notes and checkpoints, as transparency logs and their witnesses exchange them.

After C2SP `signed-note` and `tlog-checkpoint` (https://c2sp.org): a text, an empty line, and a line
for each signature. The text of a checkpoint is the log's name, its size and its root.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class NoteError(ValueError):
    """A note that is no note, or that no key we trust has signed."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name, written `name+id+key` so that people can hand it on."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != 32:
            raise NoteError("a key has a name without spaces and plus signs, and 32 bytes")

    @classmethod
    def read(cls, text: str) -> "VerifierKey":
        """From `name+id+key`; NoteError where it is none, or its id is another key's."""
        name, _plus, rest = text.strip().partition("+")
        id_, _plus, encoded = rest.partition("+")
        data = _decoded(encoded)
        if data[:1] != _ED25519:
            raise NoteError("not an Ed25519 key")
        key = cls(name, data[1:])
        if key.id.hex() != id_:
            raise NoteError("the id is not this key's")
        return key

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def has_signed(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: so many leaves, with this root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """From the text of a note; lines that others may have added after the third are left out
        of account. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise NoteError("not a checkpoint")
        root = _decoded(lines[2])
        if len(root) != 32:
            raise NoteError("a root has 32 bytes")
        return cls(lines[0], int(lines[1]), root)

    @property
    def root_text(self) -> str:
        return b64encode(self.root).decode()

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{self.root_text}\n"


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The line that says that `name` signed this text."""
    if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise NoteError("a note ends with a newline and has no other control characters")
    key = VerifierKey(name, private.public_key().public_bytes_raw())
    return f"— {name} {b64encode(key.id + private.sign(text.encode())).decode()}\n"


def noted(text: str, signatures: Iterable[str]) -> str:
    """The whole note."""
    return f"{text}\n{''.join(signatures)}"


def opened(note: str, keys: Iterable[VerifierKey]) -> tuple[str, list[VerifierKey]]:
    """The text of a note, and which of these keys have signed it.

    Raises NoteError where none has, or where a signature in the name of one of them is wrong.
    """
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError("not a signed note")
    text += "\n"
    known = {(key.name, key.id): key for key in keys}
    signed = []
    for line in lines[:-1].split("\n"):
        found = _SIGNATURE.fullmatch(line)
        if not found:
            raise NoteError("not a line of a signature")
        data = _decoded(found[2])
        key = known.pop((found[1], data[:4]), None)
        if key is None:
            continue  # of somebody we do not know, or the same twice
        if not key.has_signed(text, data[4:]):
            raise NoteError(f"the signature of {key.name} is wrong")
        signed.append(key)
    if not signed:
        raise NoteError("signed by nobody we know")
    return text, signed


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise NoteError("not base64") from error
