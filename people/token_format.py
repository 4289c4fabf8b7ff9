"""What an API token looks like and what is kept of it. Pure: no table is read here.

`itsm_pat_` lets secret scanners find it, the checksum lets us refuse a mistyped one unasked.
"""

import hashlib
import re
import secrets
import zlib

PREFIX = "itsm_pat_"
_SHAPE = re.compile(rf"{PREFIX}([A-Za-z0-9_-]{{43}})([0-9a-f]{{8}})")
_SHOWN = len(PREFIX) + 4


def new_secret() -> str:
    """A token of 256 random bits, to be shown once."""
    body = secrets.token_urlsafe(32)
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(secret: str) -> bool:
    """Whether this could be one of ours at all."""
    found = _SHAPE.fullmatch(secret)
    return found is not None and found[2] == _checksum(found[1])


def digest_of(secret: str) -> str:
    """What is kept of it: SHA-256, for a long random secret needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hint_of(secret: str) -> str:
    """Its beginning, by which people recognise it in a list."""
    return secret[:_SHOWN]


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
