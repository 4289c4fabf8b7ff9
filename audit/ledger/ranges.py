"""The proof that a range of leaves is complete: all its leaves, and the roots of the fewest perfect
subtrees before and after it. Checked by `merkle.root_of_range`, and by any verifier."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.ledger.merkle import Frontier, subtrees


@dataclass(frozen=True)
class RangeProof:
    """What stands before and after the leaves [start, end) of a tree of `size` leaves; at most
    2 log2(size) hashes each."""

    size: int
    start: int
    end: int
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]


def prove_range(
    size: int, start: int, end: int, earlier: Iterable[bytes], later: Iterable[bytes]
) -> RangeProof:
    """The proof, from the leaf hashes [0, start) and [end, size), each read once and not kept."""
    if not 0 <= start <= end <= size:
        raise ValueError("the range lies outside the tree")
    before, after = (
        tuple(_roots(spans, iter(hashes)))
        for spans, hashes in ((subtrees(0, start), earlier), (subtrees(end, size), later))
    )
    return RangeProof(size, start, end, before, after)


def _roots(spans: Iterable[tuple[int, int]], hashes: Iterator[bytes]) -> Iterator[bytes]:
    for first, last in spans:
        frontier = Frontier()
        for _leaf in range(last - first):
            hash_ = next(hashes, None)
            if hash_ is None:
                raise ValueError("fewer leaves than the tree has")
            frontier.append(hash_)
        yield frontier.root()
    if next(hashes, None) is not None:
        raise ValueError("more leaves than the tree has")
