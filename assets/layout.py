"""Places the nodes of a small directed graph in columns around one of them, and draws its lines.

After Sugiyama, Tagawa and Toda (1981): layers by longest path, places by the mean of neighbours.
Pure: keys in, coordinates out. What needs the root stands left of it, what it needs right.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

type Key = Hashable
type Edge = tuple[Key, Key]

WIDTH, HEIGHT = 184, 52
COLUMN_GAP, ROW_GAP = 40, 14
SWEEPS = 6


@dataclass(frozen=True)
class Drawing:
    """Upper left corners of the boxes, and for each edge the path of its line."""

    width: int
    height: int
    boxes: Mapping[Key, tuple[int, int]]
    lines: Mapping[Edge, str]


def lay_out(
    root: Key, nodes: Sequence[Key], edges: Iterable[Edge], last: Collection[Key] = ()
) -> Drawing:
    """Every node is the root, reaches it, or is reached from it; `nodes` say who stands above whom
    where nothing else does, and those of `last` stand below all others of their column. Edges lead
    to the right, but for those that close a circle."""
    known = set(nodes)
    edges = [(a, b) for a, b in edges if a in known and b in known and a != b]
    column = _columns(root, nodes, edges)
    columns: dict[int, list[Key]] = {}
    for node in nodes:
        columns.setdefault(column[node], []).append(node)
    chains = {edge: _chain(edge, column) for edge in edges}
    for chain in chains.values():
        for place, dummy in enumerate(chain[1:-1], 1):
            columns.setdefault(column[chain[0]] + place, []).append(dummy)
    beside: dict[Key, list[Key]] = {}
    for chain in chains.values():
        for a, b in pairwise(chain):
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
    for node in last:
        beside.pop(node, None)
    rows = _rows([columns[number] for number in sorted(columns)], beside, known, last)
    top = min(rows.values())
    left = min(columns)
    at = {
        node: (
            round((number - left) * (WIDTH + COLUMN_GAP)),
            round(rows[node] - top),
        )
        for number, members in columns.items()
        for node in members
    }
    return Drawing(
        width=(max(columns) - left) * (WIDTH + COLUMN_GAP) + WIDTH,
        height=max(y + (HEIGHT if node in known else 0) for node, (_x, y) in at.items()),
        boxes={node: at[node] for node in nodes},
        lines={edge: _line(chain, at, known) for edge, chain in chains.items()},
    )


def _columns(root: Key, nodes: Sequence[Key], edges: Sequence[Edge]) -> dict[Key, int]:
    """The root's is 0; others' by the longest way from or to it."""
    ahead: dict[Key, list[Key]] = {}
    behind: dict[Key, list[Key]] = {}
    for a, b in edges:
        ahead.setdefault(a, []).append(b)
        behind.setdefault(b, []).append(a)
    right, left = _longest(root, ahead), _longest(root, behind)
    return {n: right[n] if n in right else -left.get(n, 0) for n in nodes}


def _longest(root: Key, following: Mapping[Key, Sequence[Key]]) -> dict[Key, int]:
    """Steps on the longest way from the root; edges that close a circle are not gone."""
    order: list[Key] = []
    ways: dict[Key, list[Key]] = {}
    path: set[Key] = set()

    def visit(node: Key) -> None:
        path.add(node)
        ways[node] = []
        for other in following.get(node, ()):
            if other in path:
                continue
            ways[node].append(other)
            if other not in ways:
                visit(other)
        path.remove(node)
        order.append(node)

    visit(root)
    steps = dict.fromkeys(order, 0)
    for node in reversed(order):
        for other in ways[node]:
            steps[other] = max(steps[other], steps[node] + 1)
    return steps


def _chain(edge: Edge, column: Mapping[Key, int]) -> list[Key]:
    """The edge's ends and, where it passes columns by, a place for it in each of them."""
    first, last = column[edge[0]], column[edge[1]]
    return [edge[0], *((edge, n) for n in range(first + 1, last)), edge[1]]


def _rows(
    columns: Sequence[list[Key]],
    beside: Mapping[Key, Sequence[Key]],
    real: set[Key],
    last: Collection[Key],
) -> dict[Key, float]:
    """The upper edge of each node and the height at which lines pass."""
    size = {node: HEIGHT if node in real else 0 for members in columns for node in members}
    row: dict[Key, float] = {}
    for members in columns:
        _stack(members, {node: float(n) for n, node in enumerate(members)}, size, row)
    for sweep in range(SWEEPS):
        for members in columns if sweep % 2 == 0 else reversed(columns):
            wished = {
                node: sum(row[o] + size[o] / 2 for o in others) / len(others) - size[node] / 2
                if (others := beside.get(node))
                else row[node]
                for node in members
            }
            members.sort(key=lambda node: (node in last, wished[node] + size[node] / 2))
            _stack(members, wished, size, row)
    return row


def _stack(
    members: Sequence[Key],
    wished: Mapping[Key, float],
    size: Mapping[Key, int],
    row: dict[Key, float],
) -> None:
    """Put a column's nodes where they wish, in their order and apart; all moved by the same, so
    that their mean stays where they wish it."""
    below = float("-inf")
    for node in members:
        row[node] = max(wished[node], below)
        below = row[node] + size[node] + ROW_GAP
    shift = sum(wished[node] - row[node] for node in members) / len(members)
    for node in members:
        row[node] += shift


def _line(chain: Sequence[Key], at: Mapping[Key, tuple[int, int]], real: set[Key]) -> str:
    """An SVG path from the right side of the first to the left side of the last."""
    points = []
    for place, node in enumerate(chain):
        x, y = at[node]
        if node in real:
            points.append((x + WIDTH if place == 0 else x, y + HEIGHT // 2))
        else:
            points += [(x, y), (x + WIDTH, y)]
    path = f"M{points[0][0]} {points[0][1]}"
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (x1 + x2) // 2
        straight = y1 == y2 and x1 < x2
        path += f"H{x2}" if straight else f"C{middle} {y1} {middle} {y2} {x2} {y2}"
    return path
