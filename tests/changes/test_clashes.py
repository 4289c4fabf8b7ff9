"""What clashes with what: the table, examples, and two laws over any plans. No database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.clashes import (
    MOST_STEPS,
    SEVERITIES,
    Clash,
    Engagement,
    Graph,
    Plan,
    between,
    frozen,
    uncovered,
    unmaintained,
    unnamed,
    unsupported,
)
from changes.enums import ConflictKind, Severity

T0 = datetime(2026, 11, 24, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPEI, CARDS = ("service", 1), ("service", 2)
LEDGER, SWITCH, DISK = ("asset", 1), ("asset", 2), ("asset", 3)
NOTHING = Graph({})


def span(start, end):
    return T0 + start * HOUR, T0 + end * HOUR


def plan(change, start=0, end=2, things=(SPEI,), people=(), **more):
    busy = frozenset(Engagement(person, span(start, end)) for person in people)
    return Plan(change, span(start, end), frozenset(things), busy, **more)


def kinds(one, other, graph=NOTHING):
    return {(clash.kind, clash.severity) for clash in between(one, other, graph)}


def test_each_kind_has_its_effect():
    assert SEVERITIES == {
        "same_asset": "blocking",
        "same_service": "blocking",
        "dependency": "blocking",
        "same_person": "warning",
        "outside_maintenance": "blocking",
        "freeze": "freeze",
        "no_support": "blocking",
        "nothing_named": "blocking",
    }
    assert set(SEVERITIES) == set(ConflictKind)


def test_one_after_the_other_is_no_conflict():
    assert between(plan(1, 0, 2), plan(2, 2, 4), NOTHING) == []


def test_the_overlap_is_what_both_have_in_common():
    (clash,) = between(plan(1, 0, 3), plan(2, 2, 4), NOTHING)
    assert clash.span == span(2, 3)


def test_same_asset_names_every_asset_that_both_alter():
    one = plan(1, things=(LEDGER, SWITCH, SPEI))
    other = plan(2, things=(LEDGER, SWITCH, CARDS))
    (clash,) = between(one, other, NOTHING)
    assert (clash.kind, clash.things) == ("same_asset", {LEDGER, SWITCH})


@pytest.mark.parametrize(("steps", "effect"), [(1, "blocking"), (2, "warning"), (3, "warning")])
def test_a_direct_dependency_blocks_and_a_far_one_warns(steps, effect):
    chain = [SPEI, *(("asset", n) for n in range(10, 10 + steps))]
    graph = Graph({chain[n]: [chain[n + 1]] for n in range(steps)})
    (clash,) = between(plan(1), plan(2, things=[chain[-1]]), graph)
    assert (clash.kind, clash.severity, clash.steps) == ("dependency", effect, steps)


def test_what_is_further_apart_than_the_limit_is_no_conflict():
    chain = [("asset", n) for n in range(MOST_STEPS + 2)]
    graph = Graph({chain[n]: [chain[n + 1]] for n in range(MOST_STEPS + 1)})
    assert between(plan(1, things=[chain[0]]), plan(2, things=[chain[-1]]), graph) == []


def test_a_circle_of_dependencies_comes_to_an_end():
    graph = Graph({LEDGER: [SWITCH], SWITCH: [LEDGER]})
    assert kinds(plan(1, things=[LEDGER]), plan(2, things=[SWITCH]), graph) == {
        ("dependency", "blocking")
    }


def test_what_both_name_is_told_once_and_not_as_a_dependency_too():
    graph = Graph({SPEI: [LEDGER]})
    one, other = plan(1, things=(SPEI, LEDGER)), plan(2, things=(SPEI, LEDGER))
    assert kinds(one, other, graph) == {("same_asset", "blocking"), ("same_service", "blocking")}


def test_another_environment_shares_assets_only():
    one = plan(1, things=(SPEI, LEDGER))
    other = plan(2, things=(SPEI, LEDGER), environment="staging")
    assert kinds(one, other) == {("same_asset", "blocking")}


def test_a_person_is_double_booked_only_while_both_need_them():
    one = plan(1, 0, 4, things=[SPEI], people=[7])
    busy = frozenset({Engagement(7, span(3, 5))})
    other = replace(plan(2, 1, 5, things=[CARDS]), engagements=busy)
    (clash,) = between(one, other, NOTHING)
    assert clash == Clash(
        ConflictKind.SAME_PERSON, Severity.WARNING, span(3, 4), people=frozenset({7})
    )


def test_nothing_named_is_a_conflict_of_its_own():
    assert [clash.kind for clash in unnamed(plan(1, things=()))] == ["nothing_named"]
    assert unnamed(plan(1)) == []


@pytest.mark.parametrize(
    ("covers", "gap"),
    [
        ([(0, 2)], None),
        ([(-1, 5)], None),
        ([(0, 1), (1, 2)], None),
        ([(1, 2), (0, 1)], None),
        ([], (0, 2)),
        ([(0, 1)], (1, 2)),
        ([(1, 2)], (0, 1)),
        ([(0.5, 1.5)], (0, 2)),
        ([(5, 6)], (0, 2)),
    ],
)
def test_a_plan_is_held_by_its_windows_together(covers, gap):
    found = uncovered(span(0, 2), [span(*cover) for cover in covers])
    assert found == (span(*gap) if gap else None)


def test_only_a_service_that_has_windows_has_an_outside():
    assert unmaintained(plan(1), {}) == []
    assert [clash.things for clash in unmaintained(plan(1), {1: []})] == [{SPEI}]


def test_an_emergency_outside_of_maintenance_is_only_warned():
    (clash,) = unmaintained(plan(1, is_emergency=True), {1: []})
    assert clash.severity == "warning"


def test_support_that_nobody_knows_of_blocks_nothing():
    assert unsupported(plan(1), {1: None}) == []
    assert unsupported(plan(1), {1: True}) == []
    assert [clash.severity for clash in unsupported(plan(1), {1: False})] == ["blocking"]


def test_a_freeze_decides_itself_and_a_warning_one_warns():
    found = frozen(plan(1), [(4, "block", span(1, 9)), (5, "warn", span(0, 9))])
    assert [(clash.freeze, clash.severity, clash.span) for clash in found] == [
        (4, "freeze", span(1, 2)),
        (5, "warning", span(0, 2)),
    ]


# --- Laws ----------------------------------------------------------------------------------------

KEYS = st.tuples(st.sampled_from(["service", "asset"]), st.integers(1, 5))
SPANS = st.tuples(st.integers(0, 8), st.integers(1, 6)).map(lambda s: span(s[0], s[0] + s[1]))
GRAPHS = st.dictionaries(
    KEYS, st.lists(st.integers(1, 5).map(lambda n: ("asset", n)), max_size=4), max_size=8
)


@st.composite
def plans(draw, change):
    time = draw(SPANS)
    busy = draw(st.lists(st.tuples(st.integers(1, 4), SPANS), max_size=3))
    return Plan(
        change,
        time,
        frozenset(draw(st.lists(KEYS, max_size=4))),
        frozenset(Engagement(person, when) for person, when in busy),
        draw(st.sampled_from(["production", "staging"])),
        draw(st.booleans()),
    )


def moved(one, by):
    return replace(
        one,
        span=(one.span[0] + by, one.span[1] + by),
        engagements=frozenset(
            Engagement(e.person, (e.span[0] + by, e.span[1] + by)) for e in one.engagements
        ),
    )


@given(plans(1), plans(2), GRAPHS)
def test_two_plans_clash_alike_from_either_side(one, other, needs):
    assert set(between(one, other, Graph(needs))) == set(between(other, one, Graph(needs)))


@given(plans(1), plans(2), GRAPHS, st.timedeltas(timedelta(days=-900), timedelta(days=900)))
def test_moving_both_moves_their_clashes_and_nothing_else(one, other, needs, by):
    before = between(one, other, Graph(needs))
    after = between(moved(one, by), moved(other, by), Graph(needs))
    assert set(after) == {
        replace(clash, span=(clash.span[0] + by, clash.span[1] + by)) for clash in before
    }


@given(plans(1), plans(2), GRAPHS)
def test_a_clash_lies_within_both_plans(one, other, needs):
    for clash in between(one, other, Graph(needs)):
        if clash.kind != ConflictKind.SAME_PERSON:
            assert clash.span == (max(one.span[0], other.span[0]), min(one.span[1], other.span[1]))
