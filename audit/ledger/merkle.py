"""Merkle trees of RFC 6962 (section 2.1, the same in RFC 9162): roots, frontiers and proofs.

Hashes are 32 bytes, leaves are counted from 0. A tree of n leaves is split at the largest power of
two below n. A frontier is the roots of the perfect subtrees that a tree consists of, the largest
first; it is all that is needed to append to a tree and to know its root.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

EMPTY_ROOT = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf holding `data`."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two subtrees."""
    return sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """A tree that can grow, in as many hashes as its size has ones in binary."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError("a frontier has one hash for each one in the binary size")

    def append(self, hash_: bytes) -> None:
        """Add one leaf by its hash."""
        self.hashes.append(hash_)
        self.size += 1
        # Like carrying in binary addition: each trailing zero of the new size joins two subtrees.
        for _level in range((self.size & -self.size).bit_length() - 1):
            right = self.hashes.pop()
            self.hashes.append(node_hash(self.hashes.pop(), right))

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *left, root = self.hashes
        for hash_ in reversed(left):
            root = node_hash(hash_, root)
        return root

    def copy(self) -> "Frontier":
        return Frontier(self.size, list(self.hashes))


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for hash_ in hashes:
        frontier.append(hash_)
    return frontier.root()


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The range [start, end) of leaves as the fewest perfect subtrees, each as its own range.

    At most 2 log2(end) of them. Concatenated over [0, a), [a, b), [b, n) they are what a proof that
    the range [a, b) is complete consists of.
    """
    if not 0 <= start <= end:
        raise ValueError("not a range")
    parts = []
    while start < end:
        aligned = start & -start or 1 << end.bit_length()
        width = min(aligned, 1 << (end - start).bit_length() - 1)
        parts.append((start, start + width))
        start += width
    return parts


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a perfect subtree over its leaf hashes, two to the n of them."""
    level = list(hashes)
    if not level or len(level) & len(level) - 1:
        raise ValueError("a perfect subtree has a power of two of leaves")
    while len(level) > 1:
        level = [node_hash(level[n], level[n + 1]) for n in range(0, len(level), 2)]
    return level[0]


def root_of_range(
    size: int,
    start: int,
    hashes: Sequence[bytes],
    before: Sequence[bytes],
    after: Sequence[bytes],
) -> bytes:
    """The root of a tree of `size` leaves from the leaf hashes of one range of it, beginning at
    `start`, and the roots of the perfect subtrees before and after it.

    Equal to the signed root only if exactly these leaves stand in the range: none is missing, none
    was added. Raises ValueError where the parts do not make up a tree.
    """
    end = start + len(hashes)
    if not 0 <= start <= end <= size:
        raise ValueError("the range lies outside the tree")
    places = subtrees(0, start), subtrees(end, size)
    if (len(before), len(after)) != tuple(map(len, places)):
        raise ValueError("another number of subtrees than the range asks for")
    rows = [(span, hash_) for span, hash_ in zip(places[0], before, strict=True)]
    rows += [((start + n, start + n + 1), hash_) for n, hash_ in enumerate(hashes)]
    rows += [(span, hash_) for span, hash_ in zip(places[1], after, strict=True)]
    frontier = Frontier()
    for (first, last), hash_ in rows:
        _append_subtree(frontier, first, last - first, hash_)
    return frontier.root()


def _append_subtree(frontier: Frontier, start: int, width: int, hash_: bytes) -> None:
    if start != frontier.size:
        raise ValueError("a subtree does not continue the tree")
    size = frontier.size + width
    hashes = [*frontier.hashes, hash_]
    while len(hashes) > size.bit_count():
        right = hashes.pop()
        hashes.append(node_hash(hashes.pop(), right))
    frontier.size, frontier.hashes = size, hashes


def verify_inclusion(size: int, index: int, hash_: bytes, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2). Raises ValueError where the
    path has another length than the place of the leaf asks for."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    left, last, root = index, size - 1, hash_
    for sibling in path:
        if last == 0:
            raise ValueError("the path is too long")
        if left & 1 or left == last:
            root = node_hash(sibling, root)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        left, last = left >> 1, last >> 1
    if last:
        raise ValueError("the path is too short")
    return root


def inclusion_path(size: int, index: int) -> list[tuple[int, int]]:
    """The subtrees whose roots make the inclusion proof of a leaf, from the leaf up; the last of
    them may be no perfect one (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_path(old_size: int, new_size: int) -> list[tuple[int, int]]:
    """The subtrees whose roots make the consistency proof between two sizes (RFC 9162, 2.1.4.1)."""
    if not 0 < old_size <= new_size:
        raise ValueError("a tree has leaves, and never fewer than before")
    path, start, end, is_whole = [], 0, new_size, True
    while end > old_size:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append((start, end))
    return path[::-1]


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, path: Sequence[bytes]
) -> bytes:
    """The root of the larger tree that a consistency proof leads to (RFC 9162, 2.1.4.2). Raises
    ValueError where the proof does not begin with the older root."""
    if not 0 < old_size <= new_size:
        raise ValueError("a tree has leaves, and never fewer than before")
    if old_size == new_size:
        if path:
            raise ValueError("the path is too long")
        return old_root
    steps = list(path)
    if not old_size & old_size - 1:
        steps.insert(0, old_root)
    if not steps:
        raise ValueError("the path is too short")
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for hash_ in steps[1:]:
        if last == 0:
            raise ValueError("the path is too long")
        if node & 1 or node == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, hash_)
        node, last = node >> 1, last >> 1
    if last or old != old_root:
        raise ValueError("the older tree is not the beginning of the newer")
    return new
