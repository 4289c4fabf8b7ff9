"""Laws of what agreements are for: among those that are let in together, one applies or none."""

from hypothesis import given
from hypothesis import strategies as st

from sla.scopes import Scope, narrowest

ids = st.none() | st.integers(1, 2)
codes = st.none() | st.sampled_from(["MX", "CO"])
scopes = st.builds(Scope, ids, ids, ids, codes, st.none() | st.just("adjustment"))
records = st.builds(
    Scope, st.integers(1, 2), st.integers(1, 2), st.integers(1, 2), codes, st.just("adjustment")
)


def let_in(offered):
    """As agreements come into force: one after the other, the ambiguous ones are refused."""
    kept = []
    for scope in offered:
        if not any(scope.is_ambiguous_with(other) for other in kept):
            kept.append(scope)
    return kept


@given(st.lists(scopes, max_size=12), records)
def test_the_one_that_applies_is_within_all_others_that_fit(offered, record):
    kept = let_in(offered)
    chosen = narrowest([(scope, scope) for scope in kept], record)
    fitting = [scope for scope in kept if scope.fits(record)]
    assert (chosen is None) == (not fitting)
    assert all(chosen.is_within(scope) for scope in fitting)


@given(scopes, scopes, records)
def test_two_that_fit_one_record_overlap(one, other, record):
    if one.fits(record) and other.fits(record):
        assert one.overlaps(other)


@given(scopes, scopes)
def test_ambiguity_is_mutual(one, other):
    assert one.is_ambiguous_with(other) == other.is_ambiguous_with(one)


def test_a_client_in_a_country_and_a_service_of_the_client_leave_it_open():
    assert Scope(client=1, country="MX").is_ambiguous_with(Scope(client=1, service=2))
    assert not Scope(client=1).is_ambiguous_with(Scope(client=1, service=2))
    assert not Scope(client=1, country="MX").is_ambiguous_with(Scope(client=2, service=2))
    assert Scope(client=1).is_ambiguous_with(Scope(client=1))
