"""What a population is: everything of one kind that a control is about, with the rule of what
belongs to it. Apps register theirs in `apps.py::ready`; packs are built from nothing else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from core.registry import Registry
from evidence.period import Period
from evidence.telling import as_json

type Text = str | Promise


@dataclass(frozen=True)
class Attribute:
    """One column of a population: what it is called, what it means, and how an item tells it.

    `value` gives JSON (text, number, bool, None, list of text) or a moment. A `withheld` one is
    personal or confidential: packs hold its commitment in the ledger, and no value.
    """

    name: str
    meaning: Text
    value: Callable[[Any], Any]
    source: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class SegregationRule:
    """Two seats of one item that one person must not hold, and what lifted it, if anything."""

    name: str
    meaning: Text
    breaches: Callable[[Any], Iterable[str]]
    """Who held both seats of an item, by username; nobody where it was kept to."""
    warns: bool = False
    """Whether a breach is worth a look rather than forbidden."""


@dataclass(frozen=True)
class Population:
    """Everything of one kind that a control is about.

    `members` gives the items of a period, ordered by primary key and ready to be read with a
    constant number of queries a chunk; its SQL is printed in the pack. `everything` is what they
    are chosen from. `moment_of` says when an item belongs. `rows_of` names, for a chunk of items,
    the rows of the ledger that tell each one's story: `{pk: [(table, key), …]}`. `story` adds what
    the ledger's rows do not say in words (approvals with who, when and what was seen), as JSON.
    `numbered` names the prefix of references whose gaps are explained; `strata` how a sample is
    divided.
    """

    name: str
    title: Text
    definition: Text
    membership: Text
    model: type[Model]
    everything: Callable[[], QuerySet[Any]]
    members: Callable[[Period], QuerySet[Any]]
    identity: Callable[[Any], str]
    moment_of: Callable[[Any], datetime | None]
    attributes: tuple[Attribute, ...]
    rows_of: Callable[[list[Any]], Mapping[int, list[tuple[str, str]]]]
    story: Callable[[list[Any]], Mapping[int, dict[str, Any]]] | None = None
    attachments: Callable[[list[Any]], Mapping[int, list[Any]]] | None = None
    """The `records.Attachment` rows of each item of a chunk."""
    segregation: tuple[SegregationRule, ...] = ()
    numbered: str = ""
    absent: Callable[[Any], Text] | None = None
    """Why a row of `everything` is no member: the cause of its number's gap."""
    second_source: Callable[[Period], dict[str, Any]] | None = None
    """A count from somewhere else to compare with: `{"name", "count", "differences": [...]}`."""
    strata: Callable[[Any], str] | None = None
    is_inventory: bool = False
    """Whether members are what there was by the period's end, rather than what happened in it."""


POPULATIONS: Registry[Population] = Registry("evidence population")


def columns(
    model: type[Model], meanings: Mapping[str, Text], withheld: Iterable[str] = ()
) -> tuple[Attribute, ...]:
    """Attributes that are fields of the model by the same name, each with what it means."""
    table, kept = model._meta.db_table, frozenset(withheld)

    def value_of(name: str) -> Callable[[Any], Any]:
        return lambda row: as_json(getattr(row, name))

    return tuple(
        Attribute(name, meaning, value_of(name), f"{table}.{name}", name in kept)
        for name, meaning in meanings.items()
    )
