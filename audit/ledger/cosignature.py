"""A witness's signature over a checkpoint, after C2SP `tlog-cosignature` (https://c2sp.org)."""

import re
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.ledger.note import NoteError

_COSIGNING = b"\x04"
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n?")


def read_witness_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, id and public key of a witness's `name+id+key`; NoteError where it is none."""
    name, _plus, rest = text.strip().partition("+")
    id_, _plus, encoded = rest.partition("+")
    data = _decoded(encoded)
    if not name or data[:1] != _COSIGNING or len(data) != 33:
        raise NoteError("not the key of a witness")
    expected = sha256(name.encode() + b"\n" + data).digest()[:4]
    if expected.hex() != id_:
        raise NoteError("the id is not this key's")
    return name, expected, data[1:]


def cosigned_at(line: str, text: str, vkey: str) -> datetime:
    """When a witness signed this text of a checkpoint; NoteError where it did not."""
    name, id_, public = read_witness_key(vkey)
    found = _LINE.fullmatch(line)
    data = _decoded(found[2]) if found else b""
    if found is None or found[1] != name or len(data) != 76 or data[:4] != id_:
        raise NoteError("not a cosignature of this witness")
    seconds = int.from_bytes(data[4:12], "big")
    signed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(data[12:], signed)
        return datetime.fromtimestamp(seconds, UTC)
    except (InvalidSignature, ValueError, OverflowError) as error:
        raise NoteError("the cosignature is wrong") from error


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise NoteError("not base64") from error
