"""The keys of confidential records: made with the record, opened for one text at a time. Whoever
calls this has asked whether it may be read; nothing here knows people."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from people.confidential.sealing import Keyring, new_record_key, seal, unseal
from people.models.confidential import ConfidentialRecord, RecordKey, SealedEntry


def keyring() -> Keyring:
    """The portal's keys. ImproperlyConfigured where there is none, or one that is no key."""
    written = tuple(settings.PEOPLE_KEYS)
    if not written and settings.DEMO:
        written = (_demo_key(settings.SECRET_KEY),)
    if not written:
        raise ImproperlyConfigured("ITSM_PEOPLE_KEY is not set: see docs/reference/settings.md")
    return _read(written)


@cache
def _read(written: tuple[str, ...]) -> Keyring:
    try:
        return Keyring.read(written)
    except ValueError as error:
        raise ImproperlyConfigured(f"ITSM_PEOPLE_KEY: {error}") from error


@cache
def _demo_key(secret: str) -> str:
    """The demo has a key of its own, which follows from its secret."""
    return b64encode(sha256(b"itsm demo people key\0" + secret.encode()).digest()).decode()


def draft_key(user: Any) -> str:
    """The key, in base64, by which the person's browser encrypts what is not sent yet. It is given
    to pages of a signed-in session alone and is stored nowhere."""
    told = b"itsm draft key\0" + str(user.pk).encode() + b"\0" + user.password.encode()
    return b64encode(sha256(keyring().keys[0] + told).digest()).decode()


def make_key(record: ConfidentialRecord, author: Any = None) -> bytes:
    """A new key for a record, or for the private notes of one author in it."""
    key = new_record_key()
    RecordKey.objects.create(
        record=record,
        author=author,
        wrapped=keyring().wrap(key, place_of(record.pk, author and author.pk)),
    )
    return key


def place_of(record_id: int, author_id: int | None) -> str:
    """Where a wrapped key stands, so that none can be put in the place of another."""
    return f"people.recordkey:{record_id}:{author_id or ''}"


class Opened:
    """The keys of one record, each fetched once, for as long as one page or one write takes."""

    def __init__(self, record: ConfidentialRecord) -> None:
        self.record = record
        self._keys: dict[int | None, bytes] = {}
        self._wrapped: dict[int | None, bytes] | None = None

    def read(self, entry: SealedEntry) -> str:
        """The text of an entry; empty where its key was erased."""
        key = self._key(entry.author_id if entry.is_private else None)
        return unseal(key, bytes(entry.sealed), entry.place()) if key else ""

    def read_at(self, sealed: bytes, place: str) -> str:
        key = self._key(None)
        return unseal(key, bytes(sealed), place) if key else ""

    def seal(self, entry: SealedEntry, text: str) -> bytes:
        author = entry.author if entry.is_private else None
        author_id = entry.author_id if entry.is_private else None
        key = self._key(author_id)
        if key is None:
            key = self._keys[author_id] = make_key(self.record, author)
        return seal(key, text, entry.place())

    def seal_at(self, text: str, place: str) -> bytes:
        key = self._key(None)
        if key is None:
            key = self._keys[None] = make_key(self.record)
        return seal(key, text, place)

    def _key(self, author_id: int | None) -> bytes | None:
        if author_id in self._keys:
            return self._keys[author_id]
        if self._wrapped is None:
            rows = RecordKey.objects.filter(record=self.record)
            self._wrapped = {row.author_id: bytes(row.wrapped) for row in rows}
        wrapped = self._wrapped.get(author_id)
        if wrapped is None:
            return None
        key = keyring().unwrap(wrapped, place_of(self.record.pk, author_id))
        self._keys[author_id] = key
        return key
