"""The shape of a token: recognisable, checked before any table is asked."""

from hypothesis import given
from hypothesis import strategies as st

from people.token_format import PREFIX, digest_of, hint_of, is_well_formed, new_secret


def test_a_new_one_is_well_formed_and_never_the_same():
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(is_well_formed(secret) for secret in secrets)
    assert all(secret.startswith("itsm_pat_") for secret in secrets)


@given(st.text(max_size=80))
def test_a_guess_is_never_well_formed(text):
    assert not is_well_formed(text)
    assert not is_well_formed(PREFIX + text)


@given(place=st.integers(len(PREFIX), len(PREFIX) + 50), letter=st.sampled_from("abcXYZ019-_"))
def test_one_wrong_letter_is_noticed(place, letter):
    secret = new_secret()
    mistyped = secret[:place] + letter + secret[place + 1 :]
    assert is_well_formed(mistyped) is (mistyped == secret)


def test_what_is_kept_tells_nothing_but_the_beginning():
    secret = new_secret()
    assert hint_of(secret) == secret[:13]
    assert len(digest_of(secret)) == 64
    assert secret[13:] not in digest_of(secret)
