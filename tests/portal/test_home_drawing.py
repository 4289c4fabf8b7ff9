"""The arithmetic of the pictures on the home page."""

from hypothesis import given
from hypothesis import strategies as st

from core.cards import Attained, Bar, Bars, Chart, Heat, Score, Segment, Series
from itsm.home_drawing import NARROWEST, bars, chart, drawn, heat, score, shares, ticks_to


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=5), st.integers(0, 10_000))
def test_a_bar_never_leaves_its_picture_and_no_piece_is_too_narrow_for_a_finger(values, more):
    widths = shares(values, sum(values) + more)
    assert sum(widths) <= 100 + 1e-6
    assert min(widths) >= NARROWEST - 1e-9


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=5))
def test_the_longer_of_two_pieces_is_never_drawn_shorter(values):
    widths = shares(values, sum(values))
    assert [w for _v, w in sorted(zip(values, widths, strict=True))] == sorted(widths)


def test_the_longest_bar_fills_the_picture():
    assert sum(shares([30, 30, 40], 100)) == 100
    assert shares([50], 100) == [50]
    assert shares([], 0) == []


@given(st.one_of(st.just(0), st.floats(0.01, 1e7)))
def test_ticks_are_whole_begin_at_zero_and_reach_the_highest(highest):
    ticks = ticks_to(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * 0.999
    assert all(tick == int(tick) for tick in ticks)
    assert 2 <= len(ticks) <= 6


def test_ticks_are_round():
    assert ticks_to(100) == [0, 50, 100]
    assert ticks_to(10) == [0, 5, 10]
    assert ticks_to(7) == [0, 2, 4, 6, 8]
    assert ticks_to(1) == [0, 1]
    assert ticks_to(0) == [0, 1]


def _bar(*values):
    return Bar("Team", tuple(Segment(f"P{i}", v, f"p{i}") for i, v in enumerate(values, 1)))


def test_bars_share_one_scale_and_one_legend():
    picture = bars(Bars((_bar(6, 4), _bar(5)), "open", "none"))
    (_bar_a, long), (_bar_b, short) = picture["rows"]
    assert [piece[1:3] for piece in long] == [("0.00%", "60.00%"), ("60.00%", "40.00%")]
    assert [piece[2] for piece in short] == ["50.00%"]
    assert picture["legend"] == [("p1", "P1"), ("p2", "P2")]


def test_columns_stand_on_the_ground():
    part = Chart("Volume", "a day", ("1", "2"), (Series("Opened", (0, 10)), Series("Done", (5, 0))))
    picture = chart(part)
    assert [(c["y"], c["height"]) for c in picture["columns"]] == [
        ("0.00%", "100.00%"),
        ("50.00%", "50.00%"),
    ]
    assert [total for _series, total in picture["totals"]] == [10, 5]
    assert [row["cells"] for row in picture["rows"]] == [[(0, ""), (5, "")], [(10, ""), (0, "")]]


def test_a_line_breaks_where_nothing_was_measured():
    values = (50.0, None, 100.0, 0.0)
    part = Chart("Share", "%", ("a", "b", "c", "d"), (Series("Share", values),), shape="line")
    picture = chart(part)
    (line,) = picture["lines"]
    assert len(line["dots"]) == 3
    assert line["pieces"] == [("62.50%", "0.00%", "87.50%", "100.00%")]
    assert picture["rows"][1]["cells"] == [(None, "")]


def test_the_last_label_is_always_shown():
    days = tuple(str(day) for day in range(30))
    part = Chart("Volume", "a day", days, (Series("Opened", (1,) * 30),))
    shown = [label for label, _x in chart(part)["x"]]
    assert shown[-1] == "29"
    assert len(shown) <= 6


def test_an_empty_chart_says_so():
    part = Chart("Volume", "a day", ("1",), (Series("Opened", (0,)),))
    assert chart(part)["is_empty"]
    assert chart(part)["columns"] == []


def test_heat_is_darkest_where_most_is_and_shows_every_count():
    picture = heat(Heat("When", "incidents", (("Mon", (0, 1, 10)),), ("00", "01", "02")))
    assert picture["rows"] == [("Mon", [(0, 0), (1, 1), (10, 5)])]
    assert (picture["most"], picture["total"]) == (10, 11)


def test_a_median_and_its_target_stand_on_one_scale():
    trend = Chart("Share", "%", ("a",), (Series("Share", (None,)),), "line", 100, (0,))
    periods = (Attained("Today", 50.0, 2, 30.0), Attained("Month", None, 0, None))
    picture = score(Score("Detect", 60, "1 min", periods, trend))
    assert picture["target"] == "50.00%"
    assert [length for _period, length in picture["periods"]] == ["25.00%", ""]
    assert picture["trend"]["is_empty"]


def test_other_parts_need_no_picture():
    from core.cards import Note

    (part,) = drawn([Note("Go on.")])
    assert (part.template, part.picture) == ("home/note.html", None)
