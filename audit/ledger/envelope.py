"""What a leaf of the ledger holds: an envelope that commits to every value without showing it.

Each value becomes a disclosure, the JSON text `[salt, side, name, value]`, of which only the digest
stands in the envelope. So one value can be shown or withheld, and destroyed, and the proofs of all
others go on holding. What is hashed is stored as it was hashed: nobody puts it in order again.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest as hmac_digest
from typing import Any

VERSION = 1
SALT_BYTES = 16
SIDES = ("record", "before", "after", "context")


class EnvelopeError(ValueError):
    """An envelope or a disclosure that is none, or that do not belong together."""


@dataclass(frozen=True)
class Disclosure:
    """One value: which, on which side of the change, and the salt that hides it."""

    salt: str
    side: str
    name: str
    value: Any

    @classmethod
    def read(cls, text: str) -> "Disclosure":
        try:
            salt, side, name, value = json.loads(text)
        except (TypeError, ValueError) as error:
            raise EnvelopeError("not a disclosure") from error
        if not isinstance(salt, str) or side not in SIDES or not isinstance(name, str):
            raise EnvelopeError("not a disclosure")
        return cls(salt, side, name, value)

    def __str__(self) -> str:
        return _json([self.salt, self.side, self.name, self.value])


def digest_of(disclosure: str) -> str:
    """What the envelope holds in the place of a disclosure."""
    return _text(sha256(disclosure.encode()).digest())


def salted(secret: bytes, sides: Mapping[str, Mapping[str, Any] | None]) -> list[str]:
    """The disclosures of one leaf, in the order of sides and names.

    Each salt is derived from the leaf's own `secret`, so that one value may be shown without what
    hides the others: HMAC-SHA256 over side and name, cut to 128 bits.
    """
    return [
        _json([_salt(secret, side, name), side, name, values[name]])  # as Disclosure prints it
        for side in SIDES
        for values in [sides.get(side) or {}]
        for name in sorted(values)
    ]


def kept(
    salts: Mapping[str, Mapping[str, str]], sides: Mapping[str, Mapping[str, Any] | None]
) -> list[str]:
    """The disclosures that are left once some values of a leaf were erased, and its secret with
    them: each value that stays has its salt beside it."""
    return [
        str(Disclosure(salts[side][name], side, name, values[name]))
        for side in SIDES
        for values in [sides.get(side) or {}]
        for name in sorted(values)
        if name in salts.get(side, {})
    ]


def sealed(facts: Mapping[str, Any], disclosures: Sequence[str]) -> str:
    """The envelope's text: what is said openly, and the digests of what is not, sorted so that
    their order tells nothing."""
    return _json({"v": VERSION, **facts, "sd": sorted(map(digest_of, disclosures))})


def opened(envelope: str, disclosures: Sequence[str]) -> tuple[dict[str, Any], list[Disclosure]]:
    """The facts of an envelope and the values shown beside it. Raises EnvelopeError where a shown
    value is not one that the envelope commits to."""
    try:
        facts = json.loads(envelope)
        digests = set(facts.pop("sd"))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EnvelopeError("not an envelope") from error
    for disclosure in disclosures:
        if digest_of(disclosure) not in digests:
            shown = Disclosure.read(disclosure)
            raise EnvelopeError(f"{shown.side} {shown.name} is not what was sealed")
    return facts, [Disclosure.read(disclosure) for disclosure in disclosures]


def _salt(secret: bytes, side: str, name: str) -> str:
    return _text(hmac_digest(secret, f"{side}\0{name}".encode(), "sha256")[:SALT_BYTES])


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
