"""What a service or an asset depends on and what depends on it, a few steps far, as one may see it.

Only what is seen is walked through: who may not see a thing learns neither its name nor that there
is one. The number of queries does not depend on how much there is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from assets.enums import Criticality, DependencyKind
from assets.models import Asset, Dependency, Service
from assets.open_work import count_open_work

LEVELS, MOST_LEVELS = 2, 6
SHOWN, MOST_SHOWN = 6, 40  # of one level
MOST_READ = 2_000  # dependencies on either side, the nearest first

type Key = tuple[str, int]
"""`("service", 12)`, `("asset", 7)`."""


@dataclass
class Side:
    """One direction: who stands next to whom, level by level."""

    levels: list[list[Key]] = field(default_factory=list)
    more: list[int] = field(default_factory=list)
    """How many of each level are not shown."""
    beyond: dict[Key, int] = field(default_factory=dict)
    """Of the last level: how many stand next to them that are not shown."""


@dataclass
class Neighbourhood:
    """The root, what stands around it, and the dependencies between what is shown."""

    root: Key
    needs: Side
    needed_by: Side
    records: dict[Key, Any]
    edges: dict[tuple[Key, Key], list[str]]
    """From what needs to what is needed: the kinds, as people read them."""
    open_work: Mapping[Key, int]
    is_cut: bool
    """So much stands around it that not all of it was read."""

    @property
    def keys(self) -> list[Key]:
        """Everything that is shown, the root first, each once."""
        sides = (*self.needed_by.levels, *self.needs.levels)
        return list(dict.fromkeys([self.root, *(key for level in sides for key in level)]))


def key_of(record: Service | Asset) -> Key:
    return ("service" if isinstance(record, Service) else "asset", record.pk)


def neighbourhood_of(
    record: Service | Asset, user: Any, on: date, *, levels: int = LEVELS, shown: int = SHOWN
) -> Neighbourhood:
    """What a person sees around a record, which they see."""
    root = key_of(record)
    down = _walk(root, user, on, levels + 1, is_down=True)
    up = _walk(root, user, on, levels + 1, is_down=False) if root[0] == "asset" else []
    records = {root: record, **_records([*down, *up])}
    work = count_open_work(records, user)
    weight = {key: _weight(records[key], work.get(key, 0)) for key in records}
    needs = _side(root, [(e[0], e[1]) for e in down], levels, shown, weight)
    needed_by = _side(root, [(e[1], e[0]) for e in up], levels, shown, weight)
    is_cut = max(len(down), len(up)) >= MOST_READ
    found = Neighbourhood(root, needs, needed_by, records, {}, work, is_cut)
    keys = set(found.keys)
    for above, below, kind in [*down, *up]:
        if above in keys and below in keys:
            kinds = found.edges.setdefault((above, below), [])
            if (label := str(DependencyKind(kind).label)) not in kinds:
                kinds.append(label)
    return found


def _walk(
    root: Key, user: Any, on: date, levels: int, *, is_down: bool
) -> list[tuple[Key, Key, str]]:
    """The dependencies in force within so many steps that the person sees: who, whom, what for."""
    seen = Dependency.objects.visible_to(user).in_force(on).order_by()
    try:
        sql, params = seen.values(*_READ).query.sql_with_params()
    except EmptyResultSet:
        return []
    start, step = (
        (f"{root[0]}_id = %s", "e.asset_id = w.needs_id")
        if is_down
        else ("needs_id = %s", "e.needs_id = w.asset_id")
    )
    statement = f"""
        WITH RECURSIVE e AS NOT MATERIALIZED ({sql}), w AS (
            SELECT 1 AS level, e.* FROM e WHERE {start}
            UNION
            SELECT w.level + 1, e.* FROM e JOIN w ON {step} WHERE w.level < %s
        )
        SELECT service_id, asset_id, needs_id, kind FROM w LIMIT %s
    """  # noqa: S608 -- Django's own SQL and constants; every value is bound
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, root[1], levels, MOST_READ])
        rows = cursor.fetchall()
    return [
        (("service", s) if s else ("asset", a), ("asset", needed), kind)
        for s, a, needed, kind in rows
    ]


_READ = ("id", "service_id", "asset_id", "needs_id", "kind")


def _records(edges: Iterable[tuple[Key, Key, str]]) -> dict[Key, Any]:
    keys = {key for above, below, _kind in edges for key in (above, below)}
    found: dict[Key, Any] = {}
    for kind, model in (("service", Service), ("asset", Asset)):
        ids = [pk for of, pk in keys if of == kind]
        found |= {(kind, row.pk): row for row in model.objects.filter(pk__in=ids)}
    return found


def _side(
    root: Key,
    edges: list[tuple[Key, Key]],
    levels: int,
    shown: int,
    weight: Mapping[Key, Any],
) -> Side:
    """Level by level: who is reached from those that are shown, the weightiest first."""
    following: dict[Key, list[Key]] = {}
    for near, far in edges:
        following.setdefault(near, []).append(far)
    side, met, level = Side(), {root}, [root]
    for number in range(levels + 1):
        reached = {far: None for near in level for far in following.get(near, ()) if far not in met}
        ranked = sorted(reached, key=weight.__getitem__)
        if not ranked:
            break
        if number == levels:
            for near in level:
                if count := len({f for f in following.get(near, ()) if f in reached}):
                    side.beyond[near] = count
            break
        level = ranked[:shown]
        met |= set(ranked)
        side.levels.append(level)
        side.more.append(len(ranked) - len(level))
    return side


_RANKS = {criticality: rank for rank, criticality in enumerate(Criticality)}


def _weight(record: Service | Asset, open_work: int) -> tuple[Any, ...]:
    """Burning first, then services by how critical they are, then by name."""
    rank = _RANKS[record.criticality] if isinstance(record, Service) else len(_RANKS)
    return (-open_work, rank, record.name)
