"""What an agreement is for, and which of several applies to a record. Pure.

The narrowest one that fits applies. So of two that fit one record, one must be within the other;
where neither is, nobody could say which applies, and the later one is refused.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Scope:
    """Ids and codes that a record must have; None: whatever it has. A record is one as well."""

    party: int | None = None
    client: int | None = None
    service: int | None = None
    country: str | None = None
    request_type: str | None = None

    def fits(self, record: "Scope") -> bool:
        pairs = zip(astuple(self), astuple(record), strict=True)
        return all(wanted is None or wanted == has for wanted, has in pairs)

    def overlaps(self, other: "Scope") -> bool:
        """Whether some record fits both."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return all(None in pair or pair[0] == pair[1] for pair in pairs)

    def is_within(self, other: "Scope") -> bool:
        """Whether whatever fits this one fits the other."""
        return other.fits(self)

    def is_ambiguous_with(self, other: "Scope") -> bool:
        if not self.overlaps(other):
            return False
        return self == other or not (self.is_within(other) or other.is_within(self))


def narrowest[Key](scopes: Iterable[tuple[Key, Scope]], record: Scope) -> Key | None:
    """The key of the one that applies to a record, if any. The scopes are not ambiguous."""
    fitting = [(key, scope) for key, scope in scopes if scope.fits(record)]
    named = max(fitting, key=lambda pair: _facts_named(pair[1]), default=None)
    return named[0] if named else None


def _facts_named(scope: Scope) -> int:
    return sum(fact is not None for fact in astuple(scope))
