"""Reproducible sampling: the population is fixed first, then the seed is told, then anybody can
draw the same sample. No clock, no database and no random numbers in here.

Each item is ranked by HMAC-SHA256(key = seed, message = population hash || 0x00 || id), ascending;
a sample is the first of each stratum. A replacement is the next in rank.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hmac import digest as hmac_digest

ALGORITHM = "hmac-sha256-rank/1"
SEED_BYTES = 32


class SamplingError(ValueError):
    """What was asked for cannot be drawn."""


@dataclass(frozen=True)
class Ranked:
    """One item with its place in its stratum, counted from 1."""

    id: str
    stratum: str
    rank: int


@dataclass(frozen=True)
class SizeRule:
    """How many items practice takes of a population of at most so many; None stands for more."""

    at_most: int | None
    size: int
    what: str


SIZE_TABLE: tuple[SizeRule, ...] = (
    SizeRule(1, 1, "annual"),
    SizeRule(4, 2, "quarterly"),
    SizeRule(12, 2, "monthly"),
    SizeRule(52, 5, "weekly"),
    SizeRule(250, 25, "daily"),
    SizeRule(None, 40, "many times a day"),
)
SIZE_SOURCE = (
    "Practice of SOC examinations for tests of controls without expected deviations; the sizes up "
    "to 52 are the lower ends of the table for small populations in the AICPA Audit Guide "
    "“Audit Sampling”. A professional's judgement goes before this table."
)


def usual_size(population: int) -> int:
    """The sample that the table suggests, never more than there is."""
    rule = next(r for r in SIZE_TABLE if r.at_most is None or population <= r.at_most)
    return min(rule.size, population)


def seed_bytes(seed: str) -> bytes:
    """The seed as the key. SamplingError unless it is hexadecimal, 4 to 64 bytes."""
    try:
        key = bytes.fromhex(seed)
    except ValueError as error:
        raise SamplingError("a seed is written in hexadecimal digits") from error
    if not 4 <= len(key) <= 64 or seed != key.hex():
        raise SamplingError("a seed has 8 to 128 hexadecimal digits, in lower case")
    return key


def ranked(population_sha256: str, seed: str, items: Iterable[tuple[str, str]]) -> list[Ranked]:
    """All items (id, stratum) in the order of their rank, stratum by stratum."""
    key, prefix = seed_bytes(seed), population_sha256.encode() + b"\0"
    found = sorted(
        (stratum, hmac_digest(key, prefix + id_.encode(), "sha256").hex(), id_)
        for id_, stratum in items
    )
    counted: Counter[str] = Counter()
    placed = []
    for stratum, _hash, id_ in found:
        counted[stratum] += 1
        placed.append(Ranked(id_, stratum, counted[stratum]))
    return placed


def allotted(size: int, strata: Mapping[str, int]) -> dict[str, int]:
    """How many of each stratum a sample of `size` takes: by share, largest remainder first, and
    one of each as long as that is possible. SamplingError for a size below one or above all."""
    total = sum(strata.values())
    if not 1 <= size <= total:
        raise SamplingError(f"a sample has between 1 and {total} items")
    present = sorted(name for name, count in strata.items() if count)
    given = {name: 1 if size >= len(present) else 0 for name in present}
    left = size - sum(given.values())
    room = {name: strata[name] - given[name] for name in present}
    every = max(1, sum(room.values()))  # whole numbers only: every language divides them alike
    rest = sorted(present, key=lambda name: (-(left * room[name] % every), name))
    for name in present:
        given[name] += left * room[name] // every
    for name in rest[: size - sum(given.values())]:
        given[name] += 1
    return given


def drawn(ranking: Sequence[Ranked], size: int) -> list[Ranked]:
    """The sample: the first of each stratum, as many as are allotted to it."""
    taken = allotted(size, Counter(item.stratum for item in ranking))
    return [item for item in ranking if item.rank <= taken[item.stratum]]


def replacement(ranking: Sequence[Ranked], stratum: str, taken: Iterable[str]) -> Ranked:
    """The next in rank of a stratum that is not in the sample yet. SamplingError for none."""
    known = set(taken)
    for item in ranking:
        if item.stratum == stratum and item.id not in known:
            return item
    raise SamplingError("no item of this stratum is left")
