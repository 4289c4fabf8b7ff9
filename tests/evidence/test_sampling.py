"""A sample depends on the population's hash and the seed, and on nothing else."""

import re
import runpy
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.sampling import (
    SIZE_TABLE,
    SamplingError,
    allotted,
    drawn,
    ranked,
    replacement,
    seed_bytes,
    usual_size,
)
from tests.evidence.pack_world import verifier

HASH = sha256(b"a population").hexdigest()
SEED = "00112233445566778899aabbccddeeff"
HOW_TO = Path(__file__).parents[2] / "docs/how-to/verify-an-evidence-pack.md"

populations = st.dictionaries(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    st.sampled_from(["normal", "standard", "emergency"]),
    min_size=1,
    max_size=40,
)
seeds = st.binary(min_size=4, max_size=64).map(bytes.hex)


def test_a_known_seed_gives_a_known_sample():
    items = [(f"CHG-{n:06d}", "normal" if n % 4 else "emergency") for n in range(1, 41)]
    assert [(one.id, one.rank) for one in drawn(ranked(HASH, SEED, items), 5)] == [
        ("CHG-000020", 1),
        ("CHG-000016", 2),
        ("CHG-000026", 1),
        ("CHG-000007", 2),
        ("CHG-000030", 3),
    ]


@given(populations, seeds, st.data())
def test_the_order_of_the_population_does_not_matter(population, seed, data):
    shuffled = data.draw(st.permutations(list(population.items())))
    assert ranked(HASH, seed, shuffled) == ranked(HASH, seed, population.items())


@given(populations, seeds)
def test_ranks_are_dense_in_each_stratum_and_nobody_is_left_out(population, seed):
    ranking = ranked(HASH, seed, population.items())
    assert {one.id: one.stratum for one in ranking} == population
    for stratum, count in Counter(population.values()).items():
        assert [one.rank for one in ranking if one.stratum == stratum] == list(range(1, count + 1))


@given(populations, seeds, st.integers(1, 40))
def test_a_sample_has_its_size_and_the_first_of_each_stratum(population, seed, size):
    size = min(size, len(population))
    strata = Counter(population.values())
    sample = drawn(ranked(HASH, seed, population.items()), size)
    assert len(sample) == len({one.id for one in sample}) == size
    taken = allotted(size, strata)
    assert sum(taken.values()) == size
    assert all(0 <= taken[name] <= count for name, count in strata.items())
    assert size < len(strata) or min(taken.values()) >= 1
    assert taken == verifier().allotted(size, dict(strata))


@given(populations, seeds, st.integers(1, 39))
def test_a_larger_sample_of_one_stratum_holds_the_smaller(population, seed, size):
    ranking = ranked(HASH, seed, ((id_, "") for id_ in population))
    size = min(size, len(ranking))
    assert drawn(ranking, size) == ranking[:size]


@given(populations, seeds)
def test_a_replacement_is_the_next_in_rank_until_none_is_left(population, seed):
    ranking = ranked(HASH, seed, population.items())
    stratum = ranking[0].stratum
    here = [one for one in ranking if one.stratum == stratum]
    taken: list[str] = []
    for one in here:
        assert replacement(ranking, stratum, taken) == one
        taken.append(one.id)
    with pytest.raises(SamplingError):
        replacement(ranking, stratum, taken)


@given(populations, seeds, seeds)
def test_another_seed_or_another_population_is_another_ranking(population, seed, other):
    items = [(f"{n}", "") for n in range(60)]
    if seed != other:
        assert ranked(HASH, seed, items) != ranked(HASH, other, items)
    assert ranked(HASH, seed, items) != ranked(sha256(b"another").hexdigest(), seed, items)


@pytest.mark.parametrize("seed", ["", "00", "0011223", "xyz", "AABBCCDD", "aa bb cc dd", "0" * 130])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(SamplingError):
        seed_bytes(seed)


@pytest.mark.parametrize("size", [0, -1, 4])
def test_a_sample_larger_than_the_population_is_refused(size):
    with pytest.raises(SamplingError):
        allotted(size, {"a": 2, "b": 1})


def test_the_size_table_grows_and_never_asks_for_more_than_there_is():
    assert [rule.at_most for rule in SIZE_TABLE][-1] is None
    sizes = [usual_size(n) for n in range(1, 400)]
    assert sizes == sorted(sizes)
    assert all(size <= n for n, size in enumerate(sizes, 1))
    assert [usual_size(n) for n in (1, 4, 12, 52, 250, 251)] == [1, 2, 2, 5, 25, 40]


def test_the_ten_lines_of_the_how_to_draw_the_same_sample(tmp_path):
    code = re.search(r"```python\n(.*?)```", HOW_TO.read_text(), re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line]) <= 10
    population = tmp_path / "population.jsonl"
    population.write_text("".join(f'{{"id":"E{n:03d}","stratum":""}}\n' for n in range(50)))
    script = tmp_path / "draw.py"
    script.write_text(code)
    told = runpy.run_path(str(script), {"PATH": population, "SEED": SEED, "SIZE": 7})
    hash_ = sha256(population.read_bytes()).hexdigest()
    items = [(f"E{n:03d}", "") for n in range(50)]
    assert told["sample"] == [one.id for one in drawn(ranked(hash_, SEED, items), 7)]
