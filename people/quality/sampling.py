"""Which work is reviewed: a stratified draw that anybody can do again. Pure.

Of each person's work `size` pieces are drawn. A person's pieces are told apart by stratum (such as
priority and channel); each stratum gets its share of `size` by the largest remainder (Hamilton's
method), at equal remainders the one whose name sorts first. Within a stratum the pieces stand in
the order of SHA-256 over the line `seed`, newline, `reference`, as hexadecimal, and the first are
drawn. Whoever has the seed and the population draws the same; whoever has not cannot foresee it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256


@dataclass(frozen=True, order=True)
class Piece:
    """One piece of work in the population: its reference, whose it is, and its stratum."""

    reference: str
    person: int
    stratum: str

    @property
    def line(self) -> str:
        """As the population is written down; none of its parts holds a tab."""
        return f"{self.reference}\t{self.person}\t{self.stratum}"


def population_text(pieces: Iterable[Piece]) -> str:
    """One line a piece, by reference; each ends with a newline."""
    return "".join(f"{piece.line}\n" for piece in sorted(pieces))


def read_population(text: str) -> list[Piece]:
    """The pieces again; ValueError for a text that is no population."""
    found = []
    for line in text.splitlines():
        reference, person, stratum = line.split("\t")
        found.append(Piece(reference, int(person), stratum))
    return found


def population_hash(text: str) -> str:
    """SHA-256 of the population as it is written down, hexadecimal."""
    return sha256(text.encode()).hexdigest()


def draw(pieces: Iterable[Piece], size: int, seed: str) -> list[Piece]:
    """At most `size` pieces of each person, by person and reference. ValueError below one."""
    if size < 1:
        raise ValueError("a draw takes one piece or more")
    of_person: dict[int, dict[str, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        of_person[piece.person][piece.stratum].append(piece)
    drawn = []
    for strata in of_person.values():
        shares = share_out(size, {name: len(found) for name, found in strata.items()})
        for name, found in strata.items():
            found.sort(key=lambda piece: (lot(seed, piece.reference), piece.reference))
            drawn += found[: shares[name]]
    return sorted(drawn, key=lambda piece: (piece.person, piece.reference))


def share_out(size: int, counts: dict[str, int]) -> dict[str, int]:
    """How many of `size` each stratum gets, in proportion to how many it has; all of them where
    there are no more than `size`."""
    total = sum(counts.values())
    if total <= size:
        return dict(counts)
    quota = {name: Fraction(size * count, total) for name, count in counts.items()}
    shares = {name: int(part) for name, part in quota.items()}
    left = size - sum(shares.values())
    for name in sorted(quota, key=lambda name: (shares[name] - quota[name], name))[:left]:
        shares[name] += 1
    return shares


def lot(seed: str, reference: str) -> str:
    """Where a piece stands in its stratum."""
    return sha256(f"{seed}\n{reference}".encode()).hexdigest()
