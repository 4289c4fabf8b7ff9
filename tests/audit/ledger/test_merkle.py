"""Trees and proofs, against RFC 9162's own definitions and the test vectors of its ecosystem."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    perfect_root,
    root_of,
    root_of_range,
    subtrees,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots with which the implementations of Certificate Transparency test themselves.
INPUTS = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(bytes([n])) for n in range(130)]


def defined(hashes):
    """MTH of RFC 9162, 2.1.1, as it stands there."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256().digest()
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(defined(hashes[:split]), defined(hashes[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_known_trees_have_their_known_roots(size):
    hashes = [leaf_hash(bytes.fromhex(text)) for text in INPUTS[:size]]
    assert root_of(hashes).hex() == ROOTS[size - 1]


def test_a_tree_of_nothing():
    assert root_of([]) == EMPTY_ROOT == sha256().digest()


@pytest.mark.parametrize("size", range(70))
def test_a_frontier_grows_as_the_definition_says(size):
    assert root_of(HASHES[:size]) == defined(HASHES[:size])


def test_a_frontier_that_is_none_is_refused():
    with pytest.raises(ValueError, match="one hash for each one"):
        Frontier(3, [HASHES[0]])


ranges = st.integers(1, 130).flatmap(
    lambda size: st.tuples(st.just(size), st.integers(0, size), st.integers(0, size))
)


@given(ranges)
def test_a_range_is_proved_whole_by_its_leaves_and_what_lies_around_it(drawn):
    size, *ends = drawn
    start, end = sorted(ends)
    before, after = _around(size, start, end)
    found = root_of_range(size, start, HASHES[start:end], before, after)
    assert found == defined(HASHES[:size])


@given(ranges, st.data())
def test_a_range_with_a_leaf_left_out_changed_or_added_is_not(drawn, data):
    size, *ends = drawn
    start, end = sorted(ends)
    if start == end:
        return
    before, after = _around(size, start, end)
    leaves, n = HASHES[start:end], data.draw(st.integers(0, end - start - 1))
    other = leaf_hash(b"another")
    changes = ([*leaves[:n], other, *leaves[n + 1 :]], leaves[:n] + leaves[n + 1 :])
    for changed in (*changes, [*leaves[:n], other, *leaves[n:]]):
        try:
            found = root_of_range(size, start, changed, before, after)
        except ValueError:
            continue
        assert found != defined(HASHES[:size])


@given(st.integers(1, 130).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_inclusion(drawn):
    size, index = drawn
    path = [defined(HASHES[a:b]) for a, b in inclusion_path(size, index)]
    assert verify_inclusion(size, index, HASHES[index], path) == defined(HASHES[:size])
    for wrong in (path[:-1], [*path, HASHES[0]]):
        if wrong != path:
            with pytest.raises(ValueError, match="path"):
                verify_inclusion(size, index, HASHES[index], wrong)


@given(st.integers(1, 130).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_consistency(drawn):
    old, new = drawn
    path = [defined(HASHES[a:b]) for a, b in consistency_path(old, new)]
    assert verify_consistency(old, new, defined(HASHES[:old]), path) == defined(HASHES[:new])
    if old < new:
        assert _consistent(old, new, leaf_hash(b"rewritten"), path) != defined(HASHES[:new])


def _consistent(*proof):
    try:
        return verify_consistency(*proof)
    except ValueError:
        return None


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 2)])
def test_there_is_no_consistency_with_nothing_or_with_less(old, new):
    with pytest.raises(ValueError, match="never fewer"):
        verify_consistency(old, new, EMPTY_ROOT, [])
    with pytest.raises(ValueError, match="never fewer"):
        consistency_path(old, new)


def _around(size, start, end):
    spans = subtrees(0, start), subtrees(end, size)
    return tuple([perfect_root(HASHES[a:b]) for a, b in part] for part in spans)
