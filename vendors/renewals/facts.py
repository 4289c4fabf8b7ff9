"""What has to be known before somebody decides about a contract's next term.

Apps above register what they know, here or in their `ready`; a decision freezes every registered
fact, also those of which nothing is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import lazy

from core.errors import Reason
from core.registry import Registry


@dataclass(frozen=True)
class Fact:
    """What a source knows of a contract on a day.

    `value` is JSON, amounts as text beside their currency; `sentence` says the same to people, made
    by `told` so that it can be said in either language. `rows` are what it was worked out from, as
    JSON objects; one with `path` leads there in the portal, under its `name`.
    """

    value: Mapping[str, Any] = field(default_factory=dict)
    sentence: Reason = ""
    rows: Sequence[Mapping[str, Any]] = ()
    known: bool = True


def _told(text: Any, values: Mapping[str, Any]) -> str:
    """A sentence with its values that is translated when it is said, not when it is made."""
    return str(text) % values


told = lazy(_told, str)


NOT_KNOWN = Fact(known=False)
"""The answer of a source that has nothing about this contract."""

# `(contract, *, on) -> Fact`: what stands on a day, of everything, whoever decides.
FactReader = Callable[..., Fact]


@dataclass(frozen=True)
class FactSource:
    """Something that must be known of a contract: its name for people and who knows it."""

    key: str
    title: Reason
    read: FactReader


FACTS: Registry[FactSource] = Registry("renewal fact")


def register(key: str, title: Reason, reader: FactReader) -> None:
    """Add a source by its key, such as `breaches`. ValueError where another one has the key."""
    FACTS.register(key, FactSource(key, title, reader))


def read_facts(contract: Any, *, on: date) -> dict[str, Fact]:
    """Every registered fact by key, in the order of registration."""
    return {key: source.read(contract, on=on) for key, source in FACTS}
