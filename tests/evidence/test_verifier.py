"""verify.py finds what was altered, left out or swapped, wherever it is, and says so."""

import ast
import hashlib
import io
import json
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.ledger.merkle import consistency_path, root_of
from audit.ledger.note import Checkpoint, VerifierKey, noted, sign
from audit.models import LedgerEntry, LedgerHead, SignedCheckpoint
from audit.signing import signer
from evidence.packs.archive import Folder
from evidence.packs.canonical import document
from evidence.packs.signing import export_key, signed_manifest
from evidence.services import choose_item, draw_sample, replace_item
from tests.evidence.pack_world import (
    VERIFIER,
    ask,
    bytes_of,
    hire,
    members_of,
    sign_here,
    verifier,
    verify,
    verify_here,
    world,
)

__all__ = ["world"]

SEED = "00112233445566778899aabbccddeeff"
# RFC 8032, section 7.1, tests 1 to 3 and the last: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.fixture
def pack(world):
    return draw_sample(ask(world), actor=None, size=5, seed=SEED, by_job=False)


@pytest.fixture
def data(pack):
    return bytes_of(pack)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_ed25519_is_that_of_the_rfc(public, message, signature):
    verifies = verifier().ed25519_verifies
    key, text, signed = map(bytes.fromhex, (public, message, signature))
    assert verifies(key, text, signed)
    assert not verifies(key, text + b"x", signed)
    for place in range(64):
        assert not verifies(key, text, bytes(b ^ (i == place) for i, b in enumerate(signed)))


@given(st.binary(max_size=200), st.binary(min_size=32, max_size=32), st.integers(0, 255))
@settings(max_examples=15, deadline=None)
def test_ed25519_agrees_with_the_library(message, secret, bit):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    verifies = verifier().ed25519_verifies
    assert verifies(public, message, signature)
    bent = bytearray(public)
    bent[bit // 8] ^= 1 << bit % 8
    assert not verifies(bytes(bent), message, signature)
    larger = (
        int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    )
    if larger < 2**256:
        assert not verifies(public, message, signature[:32] + larger.to_bytes(32, "little"))


def test_it_is_written_for_python_3_8_and_its_own_library_only():
    tree = ast.parse(VERIFIER.read_text(), feature_version=(3, 8))
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & {"UTC", "removeprefix", "removesuffix", "bit_count", "file_digest"}


def test_a_whole_pack_verifies_and_what_was_checked_is_said(data, tmp_path):
    file = tmp_path / "pack.zip"
    file.write_bytes(data)
    key, ledger = export_key(), signer().public_key()
    code, said = verify(file, "--export-key", key, "--ledger-key", ledger)
    assert code == 0
    assert said.count("\nok ") + said.startswith("ok ") == 9
    assert "key taken from the pack" not in said


def test_an_unpacked_pack_verifies_itself(data, tmp_path):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path / "pack")
    assert verify(tmp_path / "pack")[0] == 0
    (tmp_path / "pack/note.txt").write_text("not of the pack")
    code, said = verify(tmp_path / "pack")
    assert (code, "WRONG  note.txt is not in the manifest" in said) == (1, True)


def test_one_byte_anywhere_in_a_file_is_found_and_the_file_is_named(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        places = {0, info.file_size // 3, info.file_size // 2, info.file_size - 1}
        for place in sorted(p for p in places if 0 <= p < info.file_size):
            code, said = verify_here(_flipped(data, start + place))
            assert code == 1, (info.filename, place)
            assert _names(said, info.filename), (info.filename, place, said)


def test_one_byte_between_the_files_is_found(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        start = archive.start_dir
    first = infos[0]
    places = [*range(30 + len(first.filename)), *range(start, len(data), 7)]
    places += range(len(data) - 22, len(data))
    for place in places:
        code, said = verify_here(_flipped(data, place))
        assert code == 1, place
        assert "WRONG  the header of" in said or "directory" in said, (place, said)


@given(data_=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_byte_goes_unnoticed(data, data_):
    place = data_.draw(st.integers(0, len(data) - 1))
    bit = data_.draw(st.integers(0, 7))
    code, said = verify_here(_flipped(data, place, 1 << bit))
    assert (code, "WRONG" in said) == (1, True)


def test_bytes_before_or_after_the_zip_are_found(data):
    assert verify_here(data + b"x")[0] == 1
    assert verify_here(b"x" + data)[0] == 1


def test_an_entry_that_is_left_out_is_missed(data):
    def drop(files):
        lines = files["ledger/entries.jsonl"].splitlines(keepends=True)
        files["ledger/entries.jsonl"] = b"".join(lines[:4] + lines[5:])

    said = _resigned(data, drop)
    assert "WRONG  ledger/entries.jsonl: entry" in said
    assert "is missing" in said


def test_an_entry_that_is_left_out_and_covered_up_does_not_lead_to_the_root(data):
    """The others moved up, the range told shorter: the signed root is another."""

    def drop(files):
        lines = [json.loads(line) for line in files["ledger/entries.jsonl"].splitlines()]
        told = json.loads(files["ledger/range.json"])
        del lines[4]
        for place, leaf in enumerate(lines):
            leaf["index"] = told["start"] + place
        told["end"] -= 1
        files["ledger/entries.jsonl"] = b"".join(
            json.dumps(leaf).encode() + b"\n" for leaf in lines
        )
        told["after"] = told["after"] + ["00" * 32]
        files["ledger/range.json"] = json.dumps(told).encode()

    assert "do not lead to the signed root" in _resigned(data, drop)


def test_a_shown_value_that_was_altered_is_not_what_was_sealed(data):
    def alter(files):
        id_ = json.loads(files["sample.json"])["picks"][0]["id"].encode()
        altered = files["ledger/entries.jsonl"].replace(id_, b"E999")
        files["ledger/entries.jsonl"] = altered

    assert "is not what was sealed" in _resigned(data, alter)


def test_a_story_that_was_altered_is_not_the_ledgers(data):
    def alter(files):
        name = min(name for name in files if name.endswith("record.json"))
        files[name] = files[name].replace(b"Person ", b"Persona ").replace(b'"MX', b'"CO')
        files[name] = files[name].replace(b'"E0', b'"E1')

    said = _resigned(data, alter)
    assert "/record.json: people_person" in said
    assert "is not what was sealed" in said


def test_an_item_that_is_dropped_from_the_population_is_missed(data):
    """Even where hash, counts and signature are made anew with a stolen key."""

    def drop(files):
        lines = files["population.jsonl"].splitlines(keepends=True)
        gone = next(
            line for line in lines if f"items/{json.loads(line)['id']}/record.json" not in files
        )
        files["population.jsonl"] = b"".join(line for line in lines if line != gone)
        manifest = json.loads(files["manifest.json"])
        told = manifest["population"]
        told["sha256"] = hashlib.sha256(files["population.jsonl"]).hexdigest()
        told["rows"] -= 1
        told["counts"]["exported"] -= 1
        told["counts"]["out_of_period"] += 1
        files["manifest.json"] = document(manifest)

    said = _resigned(data, drop)
    assert "which population.jsonl does not have" in said
    assert "sample.json is of another population" in said


def test_a_swapped_sample_is_found(data):
    def swap(files):
        sample = json.loads(files["sample.json"])
        ids = {json.loads(line)["id"] for line in files["population.jsonl"].splitlines()}
        other = min(ids - {pick["id"] for pick in sample["picks"]})
        sample["picks"][0]["id"] = other
        files["sample.json"] = document(sample)

    said = _resigned(data, swap)
    assert "was drawn and is not there" in said
    assert "was not drawn" in said


def test_a_sample_with_replacements_and_picks_by_judgement_verifies(pack):
    drawn = pack.picks.order_by("pk").first()
    replace_item(pack, actor=None, identity=drawn.identity, reason="lost", by_job=False)
    others = {json.loads(line)["id"] for line in _population(bytes_of(pack))}
    other = min(others - set(pack.picks.values_list("identity", flat=True)))
    choose_item(pack, actor=None, identity=other, reason="the largest", by_job=False)
    pack.refresh_from_db()
    code, said = verify_here(bytes_of(pack))
    assert code == 0
    assert "5 drawn, 1 judgement, 1 replacement" in said


def test_another_key_is_not_believed(data):
    other = VerifierKey("localhost/evidence", b"\x01" * 32)
    code, said = verify_here(data, arguments=["--export-key", str(other)])
    assert (code, "none of the known keys has signed it" in said) == (1, True)
    code, said = verify_here(data, arguments=["--ledger-key", str(other)])
    assert (code, "ledger/entries.jsonl cannot be read" in said) == (1, True)
    code, _said = verify_here(data, arguments=["--ledger-key", "nothing"])
    assert code == 2


def test_an_attachment_that_is_not_the_one_given_is_found(data):
    def alter(files):
        name = next(n for n in files if "/attachments/" in n and not n.endswith(".json"))
        files[name] = b"another letter\n"

    assert "is not the file that was given" in _resigned(data, alter)


def test_an_older_checkpoint_is_continued_or_not(world, tmp_path):
    older = SignedCheckpoint.objects.get()
    hire(world.cast, 3, first=50)
    sign_here()
    data = bytes_of(ask(world))
    held = tmp_path / "held"
    held.write_text(older.note)
    code, said = verify_here(data, arguments=["--checkpoint", str(held)])
    assert (code, f"continues your checkpoint of {older.size} entries" in said) == (0, True)
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    origin = older.note.split("\n")[0]
    forged = str(Checkpoint(origin, older.size, b"\x07" * 32))
    held.write_text(noted(forged, [sign(forged, origin, key)]))
    mine = VerifierKey(origin, key.public_key().public_bytes_raw())
    keys = ["--ledger-key", str(mine), "--ledger-key", str(signer().public_key())]
    code, said = verify_here(data, arguments=["--checkpoint", str(held), *keys])
    assert (code, "is NOT the one of your checkpoint" in said) == (1, True)


def test_a_checkpoint_before_the_range_is_compared_by_a_proof(world, tmp_path):
    hashes = [
        bytes(h) for h in LedgerEntry.objects.order_by("index").values_list("hash", flat=True)
    ]
    size, root = 51, root_of(hashes[:51])
    from audit.ledger.note import Checkpoint, noted, sign

    origin = LedgerHead.objects.get().origin
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    mine = VerifierKey(origin, key.public_key().public_bytes_raw())
    text = str(Checkpoint(origin, size, root))
    held = tmp_path / "held"
    held.write_text(noted(text, [sign(text, origin, key)]))
    data = bytes_of(ask(world))
    arguments = ["--checkpoint", str(held), "--ledger-key", str(mine)]
    arguments += ["--ledger-key", str(signer().public_key())]
    code, said = verify_here(data, arguments=arguments)
    assert (code, "ask for the consistency proof from 51" in said) == (1, True)
    path = consistency_path(size, len(hashes))
    told = {"hashes": [root_of(hashes[start:end]).hex() for start, end in path]}
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(told))
    assert verify_here(data, arguments=[*arguments, "--proof", str(proof)])[0] == 0
    proof.write_text(json.dumps({"hashes": told["hashes"][::-1]}))
    assert verify_here(data, arguments=[*arguments, "--proof", str(proof)])[0] == 1


def test_what_cannot_be_asked_so_is_two(tmp_path):
    assert verify(tmp_path / "nowhere.zip")[0] == 2
    empty = tmp_path / "empty.zip"
    empty.write_bytes(b"")
    assert verify(empty)[0] == 1


def _flipped(data, place, mask=1):
    bent = bytearray(data)
    bent[place] ^= mask
    return bytes(bent)


def _names(said, name):
    """Whether some line that is wrong names the file (or, for its note, what was signed)."""
    wrong = [line for line in said.splitlines() if line.startswith("WRONG")]
    return any(name in line for line in wrong)


def _population(data):
    return members_of(data)["population.jsonl"].splitlines()


def _resigned(data, alter):
    """What is said of a pack that somebody altered who has stolen the export key."""
    files = members_of(data)
    alter(files)
    manifest = json.loads(files["manifest.json"])
    for file in manifest["files"]:
        content = files[file["path"]]
        file["sha256"], file["bytes"] = hashlib.sha256(content).hexdigest(), len(content)
        if file["path"].endswith(".jsonl"):
            file["rows"] = content.count(b"\n")
    files["manifest.json"] = document(manifest)
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    files["manifest.sig"] = signed_manifest(manifest["bundle_id"], digest).encode()
    code, said = verify_here(_zipped(files))
    assert code == 1
    assert "is signed by" in said
    assert "ok     the ZIP holds" in said
    return said


def _zipped(files):
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as made:
        folder = Folder(Path(made))
        for name, content in files.items():
            folder.add(name, [content])
            assert folder.members[name].crc32 == zlib.crc32(content)
        folder.write_zip(out)
    return out.getvalue()
