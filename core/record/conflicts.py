"""Two people at one record: what the other one did meanwhile, and what of mine stands against it.

Nobody's text is overwritten unseen. What does not touch each other is stored together; where both
changed the same field, the person who comes second chooses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.errors import Reason, Refused
from core.history import lines_of, rows_of
from core.record.words import Told, told_of

MOST = 50  # changes that are looked at; who is further behind opens the record again


@dataclass(frozen=True)
class Meanwhile:
    """What others did to a record since a version of it was read."""

    actors: tuple[str, ...]
    at: datetime
    changes: tuple[Told, ...]

    @property
    def who(self) -> str:
        return ", ".join(self.actors) or _("The portal")


@dataclass(frozen=True)
class Clash:
    """A field that both changed: as it was read, as the others left it, as it was given now."""

    name: str
    label: Reason
    base: Any
    theirs: Any
    mine: Any


class Clashing(Refused):
    """A form cannot be stored as it is: somebody else changed the same fields. `mine` is what the
    person changed, by field, also where nobody else did."""

    def __init__(
        self, meanwhile: Meanwhile | None, clashes: Iterable[Clash], mine: Mapping[str, Any]
    ) -> None:
        self.meanwhile, self.clashes, self.mine = meanwhile, tuple(clashes), mine
        super().__init__(_("Somebody else changed this record while you were editing."))


def changes_since(record: models.Model, version: int, user: Any) -> Meanwhile | None:
    """What happened to a record since that version, each field from its first value to its last;
    None where nothing is known of it."""
    rows = rows_of(record).filter(version__gt=version).order_by("-history_id")
    lines = lines_of(list(rows[:MOST]), user)
    if not lines:
        return None
    actors = dict.fromkeys(line.actor for line in lines if line.actor)
    newest: dict[str, Told] = {}
    for said in (said for line in lines for said in told_of(line, {})):
        last = newest.get(said.field, said)
        newest[said.field] = replace(last, old=said.old) if last.old else last
    return Meanwhile(tuple(actors), lines[0].at, tuple(newest.values()))


def base_of(record: models.Model, version: int) -> Any:
    """The record's historical row of a version; None where there is none."""
    return rows_of(record).filter(version=version).order_by("-history_id").first()


def compare(
    given: Mapping[str, Any],
    base: Any,
    current: models.Model,
    coupled: Iterable[frozenset[str]] = (),
) -> tuple[dict[str, Any], list[Clash]]:
    """What of the given fields was changed against the base, and which of these the others changed
    too. Fields that are `coupled` clash as if they were one."""
    mine: dict[str, Any] = {}
    theirs: set[str] = set()
    for name, value in given.items():
        field: Any = current._meta.get_field(name)
        before, now = (getattr(row, field.attname) for row in (base, current))
        plain = value.pk if isinstance(value, models.Model) else value
        if not same(before, now):
            theirs.add(name)
        if not same(plain, before) and not same(plain, now):
            mine[name] = value
    touched = theirs | {
        name for group in coupled if group & theirs and group & mine.keys() for name in group
    }
    clashes = [_clash(name, base, current, mine[name]) for name in mine if name in touched]
    return mine, clashes


def same(one: Any, other: Any) -> bool:
    """Equal to a person: browsers send other line ends, forms cut the blanks around a text."""
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
    return bool(one == other)


def _clash(name: str, base: Any, current: models.Model, mine: Any) -> Clash:
    field: Any = current._meta.get_field(name)
    label = field.verbose_name
    now = getattr(current, name)
    before = getattr(base, field.attname)
    if isinstance(field, models.ForeignKey):
        return Clash(name, label, None, now, mine)
    labels = dict(getattr(field, "flatchoices", ()) or ())
    return Clash(name, label, *(labels.get(v, v) for v in (before, now, mine)))
