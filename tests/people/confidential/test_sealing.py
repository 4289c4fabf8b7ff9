"""Confidential text: opened with the right key at the right place and not otherwise."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.confidential.sealing import (
    KEY_BYTES,
    Keyring,
    SealingError,
    new_record_key,
    seal,
    unseal,
)

PLACE = "people.topic:17:text"
OLD, NEW = bytes(KEY_BYTES), bytes(range(KEY_BYTES))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_what_was_sealed_is_read_again(text):
    key = new_record_key()
    assert unseal(key, seal(key, text, PLACE), PLACE) == text


def test_nothing_of_the_text_shows_and_no_two_sealings_are_alike():
    key = new_record_key()
    one, other = (seal(key, "Quiere cambiar de equipo", PLACE) for _time in range(2))
    assert one != other
    assert b"cambiar" not in one
    assert len(seal(key, "sí", PLACE)) == len(seal(key, "No, todavía no lo sabe nadie", PLACE))


@given(st.data())
def test_every_altered_byte_is_noticed(data):
    key = new_record_key()
    sealed = bytearray(seal(key, "texto", PLACE))
    where = data.draw(st.integers(0, len(sealed) - 1))
    sealed[where] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealingError):
        unseal(key, bytes(sealed), PLACE)


def test_neither_another_key_nor_another_place_opens_it():
    key = new_record_key()
    sealed = seal(key, "texto", PLACE)
    for other, place in ((new_record_key(), PLACE), (key, "people.topic:18:text")):
        with pytest.raises(SealingError):
            unseal(other, sealed, place)
    for cut in (b"", sealed[:5], sealed[:-1]):
        with pytest.raises(SealingError):
            unseal(key, cut, PLACE)


def test_a_new_key_wraps_and_the_old_one_still_opens():
    record_key = new_record_key()
    before = Keyring((OLD,)).wrap(record_key, PLACE)
    both = Keyring((NEW, OLD))
    assert both.unwrap(before, PLACE) == record_key
    assert not both.is_current(before)
    after = both.wrap(record_key, PLACE)
    assert both.is_current(after)
    assert Keyring((NEW,)).unwrap(after, PLACE) == record_key
    with pytest.raises(SealingError, match="not in the keyring"):
        Keyring((NEW,)).unwrap(before, PLACE)
    with pytest.raises(SealingError):
        both.unwrap(after, "people.topic:18")


def test_a_keyring_is_read_from_base64_and_does_not_print_its_keys():
    ring = Keyring.read([b64encode(NEW).decode(), b64encode(OLD).decode()])
    assert ring == Keyring((NEW, OLD))
    assert "x01" not in repr(ring)


@pytest.mark.parametrize(
    "written", [[], ["%%%"], [b64encode(b"short").decode()], [b64encode(OLD).decode()] * 2]
)
def test_what_is_no_keyring_is_refused(written):
    with pytest.raises(ValueError, match=r"key"):
        Keyring.read(written)
