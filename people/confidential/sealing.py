"""Encryption of confidential text: a key of its own for each record, wrapped by the portal's. Pure.

Whoever reads the database, a copy of it or its history reads ciphertext. A text is bound to where
it stands, so that one cannot be put in the place of another; its length shows in steps of 64 bytes
only. Erasing the wrapped key of a record erases its text wherever copies of it lie.

AES-256-GCM with random nonces of 96 bits (NIST SP 800-38D): a record's key encrypts some hundred
texts at most, far from where nonces could meet.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

KEY_BYTES, NONCE_BYTES, ID_BYTES = 32, 12, 8
STEP_BITS = 512
FORM = b"\x01"  # of what is sealed; another way of sealing gets another number


class SealingError(ValueError):
    """What was given cannot be opened: another key, another place, or altered."""


def new_record_key() -> bytes:
    return token_bytes(KEY_BYTES)


def seal(key: bytes, text: str, place: str) -> bytes:
    """The text as ciphertext. `place` names where it stands, such as `people.topic:17:text`."""
    padder = PKCS7(STEP_BITS).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    nonce = token_bytes(NONCE_BYTES)
    return FORM + nonce + AESGCM(key).encrypt(nonce, padded, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> str:
    """The text again. SealingError for another key, another place, or altered bytes."""
    if sealed[:1] != FORM:
        raise SealingError("sealed in a form that is not known here")
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    unpadder = PKCS7(STEP_BITS).unpadder()
    return (unpadder.update(_opened(key, nonce, rest, place)) + unpadder.finalize()).decode()


@dataclass(frozen=True)
class Keyring:
    """The portal's keys for confidential records. The first one wraps; the others only open what
    they once wrapped, until it is wrapped anew."""

    keys: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) != KEY_BYTES for key in self.keys):
            raise ValueError(f"a keyring holds one key or more, each of {KEY_BYTES} bytes")
        if len(set(self.keys)) != len(self.keys):
            raise ValueError("a keyring holds each key once")

    @classmethod
    def read(cls, written: Iterable[str]) -> "Keyring":
        """Of keys in base64, as in the environment. ValueError where one is none."""
        try:
            return cls(tuple(b64decode(key, validate=True) for key in written))
        except NotBase64 as error:
            raise ValueError("a key is written in base64") from error

    def wrap(self, record_key: bytes, place: str) -> bytes:
        nonce = token_bytes(NONCE_BYTES)
        wrapped = AESGCM(self.keys[0]).encrypt(nonce, record_key, place.encode())
        return _id_of(self.keys[0]) + nonce + wrapped

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        """SealingError where none of the keys wrapped it, at another place, or altered."""
        key = {_id_of(key): key for key in self.keys}.get(wrapped[:ID_BYTES])
        if key is None:
            raise SealingError("wrapped by a key that is not in the keyring")
        start = ID_BYTES + NONCE_BYTES
        return _opened(key, wrapped[ID_BYTES:start], wrapped[start:], place)

    def is_current(self, wrapped: bytes) -> bool:
        """Whether the key that wraps today wrapped it; else it is to be wrapped anew."""
        return wrapped[:ID_BYTES] == _id_of(self.keys[0])


def _opened(key: bytes, nonce: bytes, rest: bytes, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, rest, place.encode())
    except (InvalidTag, ValueError) as error:
        raise SealingError("not sealed with this key at this place, or altered") from error


def _id_of(key: bytes) -> bytes:
    """A name for a key that says nothing about it."""
    return sha256(b"itsm people key\0" + key).digest()[:ID_BYTES]
