"""What is frozen is one text for one content, however its parts came to lie."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from changes.content import (
    MATERIAL,
    MATERIAL_COLUMNS,
    MATERIAL_PARTS,
    canonical,
    content_of,
    differences,
    hash_of,
)
from changes.enums import ChangeType, Risk

START = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
PARTS = {"services": ["SVC-2", "SVC-1"], "assets": [], "clients": ["acme"], "commits": ["a@1"]}


def a_change(**values):
    """A change as content.py reads it: the material columns and a reference."""
    defaults = dict.fromkeys(MATERIAL_COLUMNS, "")
    defaults |= {
        "reference": "CHG-000001",
        "type": ChangeType.NORMAL,
        "template_id": None,
        "title": "Cambiar el certificado de SPEI",
        "is_significant": False,
        "planned_start_at": START,
        "planned_end_at": START + timedelta(hours=2),
        "risk": Risk.HIGH,
    }
    return SimpleNamespace(**defaults | values)


def text_of(number=1, parts=PARTS, **values):
    return canonical(content_of(a_change(**values), number=number, parts=parts))


def test_the_whole_text_of_a_small_content():
    content = {"b": START, "a": [ChangeType.NORMAL, None, True, 3], "ñ": 'the "old" one'}
    assert canonical(content) == (
        '{"a":["normal",null,true,3],"b":"2026-11-22T04:30:00.000000Z","ñ":"the \\"old\\" one"}'
    )


def test_the_hash_is_the_sha_256_of_the_text_in_utf_8():
    assert hash_of("ñ") == hashlib.sha256(b"\xc3\xb1").hexdigest()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
contents = st.dictionaries(st.text(), values, max_size=6)


@given(contents, st.randoms())
def test_the_order_in_which_it_is_told_does_not_matter(content, random):
    def shuffled(value):
        if isinstance(value, dict):
            names = random.sample(list(value), len(value))
            return {name: shuffled(value[name]) for name in names}
        return [shuffled(v) for v in value] if isinstance(value, list) else value

    assert canonical(shuffled(content)) == canonical(content)


@given(contents)
def test_a_text_read_and_written_again_is_the_same_text(content):
    text = canonical(content)
    assert canonical(json.loads(text)) == text


zones = st.sampled_from(["America/Mexico_City", "America/Tijuana", "Asia/Kolkata"]).map(ZoneInfo)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
span = timedelta(days=50 * 365)
moments = st.timedeltas(-span, span).map(lambda since: START + since)


@given(moments, zones | offsets)
def test_a_moment_is_the_same_in_every_time_zone(moment, zone):
    assert canonical({"at": moment.astimezone(zone)}) == canonical({"at": moment})


@given(moments, moments)
def test_different_moments_are_different_texts(one, other):
    assert (canonical({"at": one}) == canonical({"at": other})) == (one == other)


@given(contents, contents)
def test_only_the_same_text_has_the_same_hash(one, other):
    texts = canonical(one), canonical(other)
    hashes = [hash_of(text) for text in texts]
    assert (hashes[0] == hashes[1]) == (texts[0] == texts[1])


@given(st.lists(st.integers(1, 1000), unique=True, min_size=2, max_size=5))
def test_the_same_words_are_another_version_under_another_number(numbers):
    hashes = {hash_of(text_of(number)) for number in numbers}
    assert len(hashes) == len(numbers)


def test_the_content_holds_every_material_field_its_version_and_whose_it_is_and_nothing_else():
    content = content_of(a_change(secret="no"), number=3, parts=PARTS)
    assert set(content) == MATERIAL | {"change", "version"}
    assert (content["change"], content["version"]) == ("CHG-000001", 3)


def test_the_parts_are_told_in_order_and_missing_ones_as_none_there():
    content = content_of(a_change(), number=1, parts={"services": ("b", "a")})
    assert {name: content[name] for name in MATERIAL_PARTS} == {
        "services": ["a", "b"],
        "assets": [],
        "clients": [],
        "commits": [],
    }


def test_the_text_is_the_same_in_every_language():
    with translation.override("es-mx"):
        spanish = text_of()
    with translation.override("en"):
        assert text_of() == spanish


ANOTHER = {
    "type": ChangeType.EMERGENCY,
    "template_id": 7,
    "is_significant": True,
    "planned_start_at": START + timedelta(microseconds=1),
    "planned_end_at": START + timedelta(days=1),
    "risk": Risk.LOW,
}


@pytest.mark.parametrize("column", MATERIAL_COLUMNS)
def test_altering_a_material_column_alters_the_hash_and_is_the_one_difference(column):
    before, after = text_of(), text_of(**{column: ANOTHER.get(column, "something else")})
    assert hash_of(before) != hash_of(after)
    assert set(differences(before, after)) == {column.removesuffix("_id")}


@pytest.mark.parametrize("part", MATERIAL_PARTS)
def test_altering_a_part_alters_the_hash_and_is_the_one_difference(part):
    before, after = text_of(), text_of(parts=PARTS | {part: [*PARTS[part], "z"]})
    assert hash_of(before) != hash_of(after)
    old, new = differences(before, after)[part]
    assert (new, set(differences(before, after))) == ([*old, "z"], {part})


def test_a_difference_says_what_it_was_and_what_it_is():
    assert differences('{"a":1,"b":2}', '{"a":1,"b":3}') == {"b": (2, 3)}


def test_the_number_of_the_version_is_no_difference():
    assert differences(text_of(1), text_of(2)) == {}


def test_a_field_that_is_new_on_the_list_is_a_difference_where_it_says_something():
    assert differences('{"a":1}', '{"a":1,"b":"x","c":null}') == {"b": (None, "x")}


@given(contents, contents)
def test_differences_read_backwards_are_the_same_the_other_way_round(one, other):
    texts = canonical(one), canonical(other)
    there, back = differences(*texts), differences(*reversed(texts))
    assert back == {name: (new, old) for name, (old, new) in there.items()}
    assert list(there) == sorted(there)


@given(contents)
def test_a_text_does_not_differ_from_itself(content):
    assert differences(canonical(content), canonical(content)) == {}
