"""The picture's geometry: nothing overlaps, lines lead to the right, the same looks the same."""

from hypothesis import given
from hypothesis import strategies as st

from assets.layout import COLUMN_GAP, HEIGHT, ROW_GAP, WIDTH, lay_out

STEP = WIDTH + COLUMN_GAP


def connected(edges):
    """The nodes that reach 0 or are reached from it, and the edges between them."""
    ahead, behind = {0}, {0}
    for _ in edges:
        ahead |= {b for a, b in edges if a in ahead}
        behind |= {a for a, b in edges if b in behind}
    nodes = sorted(ahead | behind)
    return nodes, [(a, b) for a, b in edges if a in nodes and b in nodes and a != b]


graphs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40).map(connected)


def test_a_chain_stands_in_a_row_around_its_root():
    drawing = lay_out("b", ["a", "b", "c"], [("a", "b"), ("b", "c")])
    assert drawing.boxes == {"a": (0, 0), "b": (STEP, 0), "c": (2 * STEP, 0)}
    assert (drawing.width, drawing.height) == (2 * STEP + WIDTH, HEIGHT)
    assert drawing.lines["a", "b"] == f"M{WIDTH} {HEIGHT // 2}H{STEP}"


def test_what_is_needed_in_two_ways_stands_behind_both():
    drawing = lay_out(0, [0, 1, 2], [(0, 1), (1, 2), (0, 2)])
    assert drawing.boxes[2][0] == 2 * STEP


def test_a_node_alone_is_a_picture():
    assert lay_out(0, [0], []).boxes == {0: (0, 0)}


@given(graphs)
def test_no_box_covers_another(graph):
    nodes, edges = graph
    boxes = lay_out(0, nodes, edges).boxes
    for one in nodes:
        for other in nodes:
            if one < other and boxes[one][0] == boxes[other][0]:
                assert abs(boxes[one][1] - boxes[other][1]) >= HEIGHT + ROW_GAP - 1


@given(graphs)
def test_everything_is_inside_and_every_edge_has_its_line(graph):
    nodes, edges = graph
    drawing = lay_out(0, nodes, edges)
    assert set(drawing.boxes) == set(nodes)
    assert set(drawing.lines) == set(edges)
    for x, y in drawing.boxes.values():
        assert 0 <= x <= drawing.width - WIDTH
        assert 0 <= y <= drawing.height - HEIGHT


@given(graphs)
def test_without_circles_every_edge_leads_to_the_right(graph):
    nodes, edges = graph
    forward = [(a, b) for a, b in edges if a < b]
    nodes, forward = connected(forward)
    boxes = lay_out(0, nodes, forward).boxes
    assert [(a, b) for a, b in forward if boxes[a][0] >= boxes[b][0]] == []


@given(graphs)
def test_the_same_graph_looks_the_same(graph):
    assert lay_out(0, *graph) == lay_out(0, *graph)
