"""Which change a deployment belongs to and what is wrong about it, as a table and as laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.deployed import Candidate, Deployed, brings, change_of, covers, same_commit, verdict

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
REPOSITORY, COMMIT, OTHER = "payments/spei", "a" * 40, "b" * 40
DEPLOYED = Deployed(REPOSITORY, COMMIT, NOW, service_id=1)
PLANNED = Candidate(
    1,
    "CHG-000001",
    commits=frozenset({(REPOSITORY, COMMIT)}),
    service_ids=frozenset({1}),
    planned=(NOW - HOUR, NOW + HOUR),
)
EMERGENCY = replace(PLANNED, type="emergency", planned=None, began_at=NOW - HOUR)

VERDICTS = {
    "in order": (DEPLOYED, PLANNED, None),
    "no change": (DEPLOYED, None, "no_change"),
    "before the window": (replace(DEPLOYED, at=NOW - 2 * HOUR), PLANNED, "outside_window"),
    "as it begins": (replace(DEPLOYED, at=NOW - HOUR), PLANNED, None),
    "as it ends": (replace(DEPLOYED, at=NOW + HOUR), PLANNED, "outside_window"),
    "another commit": (replace(DEPLOYED, commit=OTHER), PLANNED, "other_commit"),
    "another commit, outside": (
        replace(DEPLOYED, commit=OTHER, at=NOW + 2 * HOUR),
        PLANNED,
        "other_commit",
    ),
    "abbreviated": (replace(DEPLOYED, commit="a" * 7), PLANNED, None),
    "too short to tell": (replace(DEPLOYED, commit="a" * 6), PLANNED, "other_commit"),
    "no commit was named": (DEPLOYED, replace(PLANNED, commits=frozenset()), None),
    "only another repository's": (
        DEPLOYED,
        replace(PLANNED, commits=frozenset({("payments/web", OTHER)})),
        None,
    ),
    "an artefact by its digest": (
        replace(DEPLOYED, digest="sha256:cc"),
        replace(PLANNED, commits=frozenset({(REPOSITORY, "sha256:CC")})),
        None,
    ),
    "an emergency at work": (DEPLOYED, EMERGENCY, None),
    "an emergency that was over": (
        DEPLOYED,
        replace(EMERGENCY, ended_at=NOW - timedelta(minutes=1)),
        "outside_window",
    ),
    "never planned nor begun": (DEPLOYED, replace(PLANNED, planned=None), "outside_window"),
}


@pytest.mark.parametrize(("deployed", "change", "wanted"), VERDICTS.values(), ids=VERDICTS)
def test_a_verdict(deployed, change, wanted):
    assert verdict(deployed, change) == wanted


def test_the_change_that_is_named_comes_before_the_one_that_brings_the_commit():
    named = Candidate(2, "CHG-000002")
    deployed = replace(DEPLOYED, named_change="CHG-000002")
    assert change_of(deployed, [PLANNED, named]) == named


def test_the_commit_comes_before_the_service():
    beside = replace(PLANNED, pk=3, commits=frozenset({(REPOSITORY, OTHER)}))
    assert change_of(DEPLOYED, [beside, PLANNED]) == PLANNED


def test_of_several_with_the_commit_the_nearest_in_time_is_meant():
    earlier = replace(PLANNED, pk=4, planned=(NOW - 9 * HOUR, NOW - 7 * HOUR))
    later = replace(PLANNED, pk=5, planned=(NOW + 2 * HOUR, NOW + 3 * HOUR))
    assert change_of(DEPLOYED, [earlier, later]) == later


def test_a_service_alone_counts_only_inside_the_window():
    other = replace(PLANNED, commits=frozenset())
    assert change_of(DEPLOYED, [other]) == other
    assert change_of(replace(DEPLOYED, at=NOW + 2 * HOUR), [other]) is None
    assert change_of(replace(DEPLOYED, service_id=2), [other]) is None
    assert change_of(replace(DEPLOYED, service_id=None), [other]) is None


hexes = st.text("0123456789abcdef", min_size=1, max_size=40)


@given(hexes, hexes)
def test_sameness_has_no_sides(one, other):
    assert same_commit(one, other) == same_commit(other, one)
    assert same_commit(one, one)


moments = st.integers(-500, 500).map(lambda hours: NOW + hours * HOUR)
windows = st.none() | st.tuples(moments, st.integers(1, 50)).map(
    lambda told: (told[0], told[0] + told[1] * HOUR)
)
candidates = st.builds(
    Candidate,
    pk=st.integers(1, 99),
    reference=st.sampled_from(["CHG-000001", "CHG-000002"]),
    type=st.sampled_from(["normal", "emergency", "standard"]),
    commits=st.frozensets(st.tuples(st.just(REPOSITORY), st.sampled_from([COMMIT, OTHER]))),
    service_ids=st.frozensets(st.integers(1, 3)),
    planned=windows,
    began_at=st.none() | moments,
    ended_at=st.none() | moments,
)


@given(st.lists(candidates, max_size=6), st.sampled_from([COMMIT, OTHER]), moments)
def test_what_is_found_fits_and_what_is_in_order_is_covered(found, commit, at):
    deployed = replace(DEPLOYED, commit=commit, at=at)
    change = change_of(deployed, found)
    assert change is None or change in found
    if change is None:
        assert not any(brings(one, deployed) for one in found)
    elif verdict(deployed, change) is None:
        assert covers(change, at)
