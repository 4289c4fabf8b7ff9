"""Envelopes commit to every value and show none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.ledger.envelope import Disclosure, EnvelopeError, digest_of, opened, salted, sealed

SECRET = bytes(range(32))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=3,
)
sides = st.dictionaries(
    st.sampled_from(["before", "after", "context"]),
    st.none() | st.dictionaries(st.text(), values, max_size=3),
)


@given(sides)
def test_what_was_sealed_opens_to_the_same_values(given_sides):
    disclosures = salted(SECRET, given_sides)
    facts, shown = opened(sealed({"at": "now"}, disclosures), disclosures)
    assert facts == {"v": 1, "at": "now"}
    found = {(one.side, one.name): one.value for one in shown}
    assert found == {
        (side, name): value
        for side, row in given_sides.items()
        for name, value in (row or {}).items()
    }


def test_an_envelope_shows_no_value_and_no_order():
    disclosures = salted(SECRET, {"after": {"title": "Karla", "b": 1, "a": 2}})
    envelope = sealed({}, disclosures)
    assert "Karla" not in envelope
    digests = json.loads(envelope)["sd"]
    assert digests == sorted(map(digest_of, disclosures))


def test_part_of_the_values_may_be_withheld():
    disclosures = salted(SECRET, {"after": {"title": "x", "owner": "y"}})
    _facts, shown = opened(sealed({}, disclosures), disclosures[:1])
    assert [one.name for one in shown] == ["owner"]


def test_equal_values_look_different_in_each_leaf():
    rows = {"after": {"title": "x"}}
    assert salted(SECRET, rows) != salted(bytes(32), rows)
    both = salted(SECRET, {"before": {"title": "x"}, "after": {"title": "x"}})
    assert len({Disclosure.read(text).salt for text in both}) == 2


def test_a_value_that_was_not_sealed_is_found():
    disclosures = salted(SECRET, {"after": {"title": "x"}})
    envelope = sealed({}, disclosures)
    with pytest.raises(EnvelopeError, match="after title is not what was sealed"):
        opened(envelope, salted(SECRET, {"after": {"title": "y"}}))


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", '{"sd": 1}'])
def test_what_is_no_envelope_is_refused(text):
    with pytest.raises(EnvelopeError):
        opened(text, [])


@pytest.mark.parametrize("text", ["", "[]", '[1, "after", "x", 1]', '["s", "aside", "x", 1]'])
def test_what_is_no_disclosure_is_refused(text):
    with pytest.raises(EnvelopeError):
        Disclosure.read(text)
