"""Signed notes, against one that another implementation signed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.ledger.note import Checkpoint, NoteError, VerifierKey, noted, opened, sign

KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuw"
    "HjG1Yu72IneyaQM=\n"
)


@pytest.fixture
def private():
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def key(private):
    return VerifierKey("itsm.example/audit-log/1", private.public_key().public_bytes_raw())


def test_a_note_of_another_implementation_opens():
    key = VerifierKey.read(KEY)
    assert opened(NOTE, [key]) == ("This is an example message.\n", [key])
    assert str(key) == KEY


def test_what_we_sign_opens_and_names_who_signed(private, key):
    other = VerifierKey("witness.example", bytes(32))
    text = str(Checkpoint(key.name, 42, bytes(32)))
    note = noted(text, [sign(text, key.name, private)])
    assert opened(note, [other, key]) == (text, [key])
    assert Checkpoint.read(text) == Checkpoint(key.name, 42, bytes(32))


def test_a_witness_may_sign_beside(private, key):
    witness = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
    theirs = VerifierKey("witness.example", witness.public_key().public_bytes_raw())
    text = str(Checkpoint(key.name, 1, bytes(32)))
    note = noted(text, [sign(text, key.name, private), sign(text, theirs.name, witness)])
    assert opened(note, [theirs, key])[1] == [key, theirs]
    assert opened(note, [theirs])[1] == [theirs]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (NOTE.replace("example message", "exemplary message"), "wrong"),
        (NOTE.replace("Uw2QOkn", "Uw2QOkm"), "wrong"),
        (NOTE.replace("example.com/foo", "example.com/bar"), "nobody"),
        (NOTE.replace("— ", "- "), "not a line"),
        (NOTE.replace("\n\n", "\n"), "not a signed note"),
        (NOTE[:-1], "not a signed note"),
        (NOTE.replace("yaQM=", "yaQ*="), "not a line"),
        ("", "not a signed note"),
    ],
)
def test_what_is_not_signed_is_not_believed(changed, why):
    with pytest.raises(NoteError, match=why):
        opened(changed, [VerifierKey.read(KEY)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        KEY.replace("530d903a", "530d903b"),
        KEY.replace("+Aek", "+Bek"),
        "a b+00000000+" + "A" * 44,
        KEY[:-4],
    ],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(NoteError):
        VerifierKey.read(text)


ROOT = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"x\n01\n{ROOT}\n",
        f"x\n-1\n{ROOT}\n",
        f"x\n99999999999999999999\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        "x\n1\nAAAA\n",
        f"x\n1\n{ROOT}",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteError):
        Checkpoint.read(text)


@pytest.mark.parametrize("text", ["no end", "tab\there\n"])
def test_what_cannot_be_read_again_is_not_signed(text, private):
    with pytest.raises(NoteError):
        sign(text, "x", private)
