"""The ledger's part of a pack: every leaf of a range, with as much of it as belongs to the pack.

`disclosed` leaves tell the story of an item of the pack and show their values; of those that tell
of other members of the population only the envelope stands there; of all others the hash.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Min

from audit.ledger.envelope import Disclosure
from audit.ledger.ranges import RangeProof, prove_range
from audit.models import LedgerEntry
from audit.sealing import disclosures_of
from evidence.packs.canonical import line

BATCH = 5_000
WITHHELD_CONTEXT = frozenset({"address"})

type Key = tuple[str, str]


@dataclass
class Shown:
    """What of the ledger a pack holds, counted while it is written."""

    disclosed: int = 0
    envelopes: int = 0
    hashes: int = 0
    restricted: int = 0
    erased: int = 0
    withheld: Counter[str] = field(default_factory=Counter)


def indexes_of(rows: Iterable[Key], size: int) -> list[int]:
    """The leaves of these rows, in order. Those of confidential rows are not among them: nothing
    in a pack tells which row they are about."""
    by_table: dict[str, list[str]] = {}
    for table, key in rows:
        by_table.setdefault(table, []).append(key)
    found: set[int] = set()
    for table, keys in by_table.items():
        for start in range(0, len(keys), BATCH):
            found.update(
                LedgerEntry.objects.filter(
                    relation=table,
                    key__in=keys[start : start + BATCH],
                    index__lt=size,
                    restricted=False,
                ).values_list("index", flat=True)
            )
    return sorted(found)


def range_of(
    table: str, keys: frozenset[str], chosen: list[int], start: datetime, end: datetime, size: int
) -> tuple[int, int]:
    """The range that a pack proves: the leaves of the period, the members' and the chosen ones."""
    entries = LedgerEntry.objects.filter(index__lt=size)
    first = entries.filter(at__gte=start).aggregate(first=Min("index"))["first"]
    last = (
        entries.filter(at__lt=end)
        .order_by("-at", "-index")
        .values_list("index", flat=True)[:1]
        .first()
    )
    own = entries.filter(relation=table)
    marks = [
        *_first_of(own.order_by("index"), keys),
        *_first_of(own.order_by("-index"), keys),
        *chosen[:1],
        *chosen[-1:],
    ]
    if first is not None and last is not None and first <= last:
        marks += [first, last]
    return (min(marks), max(marks) + 1) if marks else (size, size)


def _first_of(rows: Any, keys: frozenset[str]) -> Iterator[int]:
    for index, key in rows.values_list("index", "key").iterator(chunk_size=BATCH):
        if key in keys:
            yield index
            return


def proof_of(size: int, start: int, end: int) -> RangeProof:
    """The proof that [start, end) is whole in the tree of `size` leaves."""
    return prove_range(size, start, end, _hashes(0, start), _hashes(end, size))


def _hashes(start: int, end: int) -> Iterator[bytes]:
    rows = LedgerEntry.objects.filter(index__gte=start, index__lt=end).order_by("index")
    for hash_ in rows.values_list("hash", flat=True).iterator(chunk_size=BATCH):
        yield bytes(hash_)


def lines_of(
    start: int,
    end: int,
    chosen: list[int],
    table: str,
    keys: frozenset[str],
    withheld: frozenset[str],
    shown: Shown,
    advance: Callable[[int], None],
) -> Iterator[str]:
    """One line for each leaf of the range, in order; memory holds one batch."""
    for low in range(start, end, BATCH):
        high = min(low + BATCH, end)
        batch = LedgerEntry.objects.filter(index__gte=low, index__lt=high)
        wanted = chosen[bisect_left(chosen, low) : bisect_left(chosen, high)]
        full = batch.filter(index__in=wanted).in_bulk() if wanted else {}
        others = {
            index: envelope
            for index, key, envelope in batch.filter(relation=table, restricted=False).values_list(
                "index", "key", "envelope"
            )
            if key in keys
        }
        for index, hash_, is_restricted in batch.order_by("index").values_list(
            "index", "hash", "restricted"
        ):
            shown.restricted += is_restricted
            if index in full:
                yield _disclosed(full[index], withheld, shown)
            elif index in others:
                shown.envelopes += 1
                yield line({"index": index, "envelope": others[index]})
            else:
                shown.hashes += 1
                yield f'{{"hash":"{bytes(hash_).hex()}","index":{index}}}'
        advance(high - low)


def _disclosed(leaf: LedgerEntry, withheld: frozenset[str], shown: Shown) -> str:
    texts = disclosures_of(leaf)
    shown.disclosed += 1
    shown.erased += leaf.secret is None
    kept = []
    for text in texts:
        told = Disclosure.read(text)
        if is_withheld(leaf.relation, told.side, told.name, withheld):
            shown.withheld[f"{told.side}.{told.name}"] += 1
        else:
            kept.append(text)
    return line({"index": leaf.index, "envelope": leaf.envelope, "shown": kept})


def is_withheld(table: str, side: str, name: str, withheld: frozenset[str]) -> bool:
    """Whether a value stays committed but unseen: addresses, and what the population withholds
    (`table.column`)."""
    if side == "context":
        return name in WITHHELD_CONTEXT
    return f"{table}.{name}" in withheld
