"""Second parties hold checkpoints: the witness program as a process of its own, the portal's side,
and what is published to a storage and by mail."""

import ast
import json
import re
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.handing_on import NoProof, consistency, handed_on
from audit.ledger.cosignature import cosigned_at, read_witness_key
from audit.ledger.merkle import consistency_path, leaf_hash, root_of, verify_consistency
from audit.ledger.note import Checkpoint, NoteError, VerifierKey, noted, sign
from audit.models import LedgerEntry, LedgerHead, SignedCheckpoint
from audit.services import record_event
from audit.signing import Signer
from core.errors import ValidationError
from evidence.models import CheckpointPublication, ControlFailure, Witness, WitnessReceipt
from evidence.publishing import publish_due
from evidence.services.witnesses import add_witness, end_witness, record_receipt
from evidence.verifier import witness as program
from evidence.watching import watch
from tests.ledger import seal_here

PROGRAM = Path(program.__file__)
ORIGIN = "tests/audit-log/1"
DAY = timedelta(days=1)


@pytest.fixture
def signer(db, tmp_path):
    return Signer(tmp_path / "signer")


def signed(signer, *names):
    for name in names:
        record_event("probe", detail=name)
    seal_here()
    return signer.sign()


@pytest.fixture
def witness(tmp_path):
    """The program in a folder of its own: `witness("look", FILE)`; its exit code and output."""

    def run(*arguments, folder="witness"):
        command = [sys.executable, "-I", str(PROGRAM), "--dir", str(tmp_path / folder)]
        done = subprocess.run(
            [*command, *map(str, arguments)], capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout, done.stderr

    return run


def body_in(tmp_path, text, name="body.txt"):
    path = tmp_path / name
    path.write_text(text)
    return path


# --- The program by itself, on bodies of a log of our own -----------------------------------------


class Log:
    """A log with its own key, which may show different trees to different people."""

    def __init__(self, origin=ORIGIN):
        self.key, self.origin = Ed25519PrivateKey.generate(), origin
        self.vkey = VerifierKey(origin, self.key.public_key().public_bytes_raw())

    def note(self, leaves):
        text = str(Checkpoint(self.origin, len(leaves), root_of(map(leaf_hash, leaves))))
        return noted(text, [sign(text, self.origin, self.key)])

    def body(self, leaves, old=0):
        proof = []
        if old:
            spans = consistency_path(old, len(leaves))
            roots = [root_of(map(leaf_hash, leaves[a:b])) for a, b in spans]
            proof = [b64encode(root).decode() for root in roots]
        return "\n".join([f"old {old}", *proof]) + f"\n\n{self.note(leaves)}"


def leaves(count, mark=b""):
    return [mark + str(n).encode() for n in range(count)]


@pytest.fixture
def log(witness):
    made = Log()
    witness("init", "--name", "witness.example")
    witness("trust", str(made.vkey))
    return made


def test_it_accepts_what_continues_and_cosigns(log, witness, tmp_path):
    vkey = None
    for old, new in ((0, 3), (3, 4), (4, 11), (11, 64)):
        code, out, _ = witness("look", body_in(tmp_path, log.body(leaves(new), old)))
        assert code == 0
        line = next(line for line in out.splitlines() if line.startswith("— "))
        if vkey is None:
            state = json.loads((tmp_path / "witness" / "state.json").read_text())
            made = program.Witness(str(tmp_path / "witness"))
            assert state["name"] == "witness.example"
            vkey = made.vkey()
        text = log.note(leaves(new)).partition("\n\n")[0] + "\n"
        assert abs(cosigned_at(line, text, vkey) - timezone.now()) < timedelta(minutes=5)


@pytest.mark.parametrize("size", [5, 9])
def test_it_refuses_a_fork_and_keeps_what_was_shown(log, witness, tmp_path, size):
    assert witness("look", body_in(tmp_path, log.body(leaves(5))))[0] == 0
    forked = [*leaves(4), b"another", *leaves(size)[5:]]
    code, out, error = witness("look", body_in(tmp_path, log.body(forked, 5 if size > 5 else 0)))
    assert (code, "REFUSED" in error, "— " in out) == (1, True, False)
    [kept] = (tmp_path / "witness" / "refused").iterdir()
    assert log.note(forked) in kept.read_text()
    # It goes on knowing what it saw.
    assert witness("look", body_in(tmp_path, log.body(leaves(8), 5)))[0] == 0


def test_two_witnesses_of_which_one_was_shown_a_fork(log, witness, tmp_path):
    """Each alone sees nothing wrong; their checkpoints of one size do not agree, and whichever is
    shown the other's refuses it."""
    witness("init", "--name", "second.example", folder="second")
    witness("trust", str(log.vkey), folder="second")
    honest, fork = log.body(leaves(6)), log.body(leaves(6, b"x"))
    assert witness("look", body_in(tmp_path, honest))[0] == 0
    assert witness("look", body_in(tmp_path, fork), folder="second")[0] == 0
    for shown, folder in ((fork, "witness"), (honest, "second")):
        code, _, error = witness("look", body_in(tmp_path, shown), folder=folder)
        assert (code, "two trees of 6" in error) == (1, True)


def test_it_does_not_decide_without_a_proof_a_trusted_key_or_a_checkpoint(log, witness, tmp_path):
    witness("look", body_in(tmp_path, log.body(leaves(5))))
    for text in (
        log.body(leaves(9)),  # without the proof from 5
        Log().body(leaves(6)),  # of the same name, signed by another
        Log("other/audit-log/1").body(leaves(6)),
        "hello",
        "old x\n\nhello\n\n— a b\n",
    ):
        code, out, error = witness("look", body_in(tmp_path, text))
        assert (code, "not decided" in error, out) == (2, True, "")
    assert witness("look", tmp_path / "nowhere")[0] == 2
    assert witness("trust", "nonsense")[0] == 2


def test_a_wrong_signature_of_a_trusted_key_is_refused(log, witness, tmp_path):
    text = log.body(leaves(5)).replace("\n5\n", "\n6\n")
    assert witness("look", body_in(tmp_path, text))[0] == 1


def test_a_folder_is_read_from_the_smallest_on_and_again_without_news(log, witness, tmp_path):
    folder = tmp_path / "published"
    (folder / ORIGIN).mkdir(parents=True)
    for old, new in ((0, 3), (3, 7), (7, 12)):
        (folder / ORIGIN / f"{new:012d}.txt").write_text(log.body(leaves(new), old))
    code, out, _ = witness("look", folder)
    assert (code, re.findall(r"accepted: (\d+)", out)) == (0, ["3", "7", "12"])
    assert witness("look", folder)[:2] == (0, "")


def test_the_program_runs_with_python_3_8():
    ast.parse(PROGRAM.read_text(), feature_version=(3, 8))


def test_both_stand_alone_programs_verify_signatures_with_the_same_lines():
    other = PROGRAM.with_name("verify.py")

    def section(path):
        text = path.read_text()
        start = text.index("# --- Ed25519 (RFC 8032)")
        return text[start : text.index("\n# --- ", start + 1)]

    assert section(other) == section(PROGRAM)


def test_its_signatures_are_those_of_rfc_8032():
    for number in range(5):
        key = Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
        message = b"m" * number
        seed = key.private_bytes_raw()
        assert program.ed25519_sign(seed, message) == key.sign(message)
        assert program.ed25519_public(seed) == key.public_key().public_bytes_raw()


# --- What the portal hands on ---------------------------------------------------------------------


def test_a_proof_leads_from_any_checkpoint_to_the_newest(signer):
    made = [signed(signer, *"x" * count) for count in (1, 2, 5, 1, 9)]
    newest = made[-1]
    for old in made:
        path = consistency(old.size, newest)
        root = verify_consistency(old.size, newest.size, bytes(old.root), path)
        assert root == bytes(newest.root)
    assert handed_on(newest).startswith("old 0\n\n")
    with pytest.raises(NoProof):
        consistency(newest.size + 1, newest)
    with pytest.raises(NoProof):
        consistency(newest.size - 1, newest)


def test_the_portals_own_checkpoints_convince_a_witness(signer, witness, tmp_path):
    first = signed(signer, "one")
    witness("init", "--name", "witness.example")
    witness("trust", str(signer.public_key()))
    assert witness("look", body_in(tmp_path, handed_on(first)))[0] == 0
    second = signed(signer, "two", "three")
    assert witness("look", body_in(tmp_path, handed_on(second, since=first.size)))[0] == 0


@pytest.mark.django_db(transaction=True)
def test_a_witness_fetches_over_the_network_and_leaves_its_receipt(
    live_server, tmp_path, transactional_db, witness
):
    signer = Signer(tmp_path / "signer")
    first = signed(signer, "one")
    vkey = witness("init", "--name", "witness.example")[1].strip()
    witness("trust", str(signer.public_key()))
    made, token = add_witness("witness.example", vkey=vkey)
    secret = body_in(tmp_path, token, "token")
    url = f"{live_server.url}/ledger/"
    look = ("look", f"{url}checkpoint", "--token-file", secret, "--receipts", f"{url}receipts")
    assert witness(*look)[0] == 0
    second = signed(signer, "two")
    assert witness(*look)[0] == 0
    sizes = set(WitnessReceipt.objects.values_list("size", flat=True))
    assert sizes == {first.size, second.size}
    receipt = WitnessReceipt.objects.order_by("pk").last()
    text = second.note.partition("\n\n")[0] + "\n"
    assert cosigned_at(receipt.receipt, text, made.vkey)
    end_witness("witness.example")
    assert witness(*look)[0] == 2


def test_only_a_witness_or_who_watches_fetches(cast, client, client_of, signer):
    newest = signed(signer, "one")
    _, token = add_witness("witness.example")
    url, bearer = "/ledger/checkpoint", {"headers": {"authorization": f"Bearer {token}"}}
    assert client.get(url).status_code == 401
    assert client.get(url, headers={"authorization": "Bearer x"}).status_code == 401
    assert client_of(cast.agent_l1).get(url).status_code == 401
    assert client_of(cast.auditor).get(url).status_code == 200
    assert client.get(url, **bearer).content.decode().endswith(newest.note)
    for wrong, status in (("x", 400), ("-1", 400), ("9" * 18, 409), ("1" * 30, 400)):
        assert client.get(f"{url}?from={wrong}", **bearer).status_code == status
    answer = client.get(f"{url}?from={newest.size}", **bearer).content.decode()
    assert answer == f"old {newest.size}\n\n{newest.note}"


def test_a_receipt_must_fit(cast, client, signer):
    newest = signed(signer, "one")
    _, token = add_witness("stores.example")
    bearer = {"headers": {"authorization": f"Bearer {token}"}, "content_type": "text/plain"}

    def post(size, text, **given):
        return client.post(f"/ledger/receipts?size={size}", text, **(given or bearer)).status_code

    assert post(newest.size, "stored\n", content_type="text/plain") == 401
    assert post(newest.size + 1, "stored\n") == 422
    assert post(newest.size, "something") == 422
    assert post(newest.size, b"\xff") == 422
    assert post("x", "stored") == 400
    assert post(newest.size, "x" * 3000) == 400
    assert not WitnessReceipt.objects.exists()
    assert post(newest.size, "stored\n") == post(newest.size, "stored\n") == 201
    assert WitnessReceipt.objects.get().size == newest.size


def test_a_cosignature_of_another_key_or_time_is_no_receipt(cast, signer, tmp_path):
    newest = signed(signer, "one")
    text = newest.note.partition("\n\n")[0] + "\n"
    mine, other = program.Witness(str(tmp_path / "a")), program.Witness(str(tmp_path / "b"))
    made, _ = add_witness("w.example", vkey=mine.init("w.example"))
    other.init("w.example")
    with pytest.raises(NoteError):
        record_receipt(made, newest.size, other._sign(text))
    with pytest.raises(NoteError):
        record_receipt(made, newest.size, mine._sign(text.replace("1", "2", 1)))
    assert record_receipt(made, newest.size, mine._sign(text)).witness == made


@pytest.mark.parametrize(
    ("name", "vkey"),
    [("two words", ""), ("a+b", ""), ("", ""), ("w.example", "w.example+00000000+AAAA")],
)
def test_what_cannot_be_a_witness_is_refused(db, name, vkey):
    with pytest.raises(ValidationError):
        add_witness(name, vkey=vkey)
    assert not Witness.objects.exists()


def test_a_key_of_another_name_is_refused(db, tmp_path):
    vkey = program.Witness(str(tmp_path)).init("other.example")
    assert read_witness_key(vkey)[0] == "other.example"
    with pytest.raises(ValidationError, match=r"other\.example"):
        add_witness("w.example", vkey=vkey)


def test_the_command_adds_lists_and_ends(db, capsys):
    call_command("audit_witness", "add", "w.example")
    token = capsys.readouterr().out.strip()
    assert len(token) > 30
    assert token not in str(Witness.objects.values()) + str(Witness.history.values())
    call_command("audit_witness", "list")
    assert capsys.readouterr().out == "w.example: no receipt\n"
    call_command("audit_witness", "end", "w.example")
    with pytest.raises(CommandError):
        call_command("audit_witness", "end", "w.example")


# --- Publishing -----------------------------------------------------------------------------------


@pytest.fixture
def place(settings, tmp_path):
    folder = tmp_path / "worm"
    settings.CHECKPOINT_FOLDER = str(folder)
    settings.STORAGES = {
        **settings.STORAGES,
        "checkpoints": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        },
    }
    assert storages["checkpoints"].location == str(folder)
    return folder


def test_what_is_published_into_a_folder_convinces_a_witness(signer, place, witness):
    witness("init", "--name", "witness.example")
    now, made = timezone.now(), []
    for hours, name in enumerate(("one", "two", "three")):
        made.append(signed(signer, name))
        assert publish_due(now + timedelta(hours=hours)) == 1
    witness("trust", str(signer.public_key()))
    code, out, _ = witness("look", place)
    assert (code, re.findall(r"accepted: (\d+)", out)) == (0, [str(each.size) for each in made])
    told = CheckpointPublication.objects.order_by("pk").values_list("publisher", "size")
    assert list(told) == [("storage", each.size) for each in made]


def test_nothing_new_is_not_published_again(signer, place):
    signed(signer, "one")
    now = timezone.now()
    assert publish_due(now) == 1
    assert publish_due(now + DAY) == 0


def test_a_checkpoint_goes_to_the_mailboxes_once_a_day(
    signer, settings, place, sink, witness, tmp_path
):
    settings.CHECKPOINT_MAIL = ["audit@example.org", "auditor@firm.example"]
    now = timezone.now()
    first = signed(signer, "one")
    publish_due(now)
    signed(signer, "two")
    publish_due(now + timedelta(hours=2))
    third = signed(signer, "three")
    publish_due(now + DAY)
    assert [mail["To"] for mail in sink.mails] == ["audit@example.org, auditor@firm.example"] * 2
    assert str(first.size) in sink.mails[0]["Subject"]
    witness("init", "--name", "witness.example")
    witness("trust", str(signer.public_key()))
    for mail, checkpoint in zip(sink.mails, (first, third), strict=True):
        [attached] = mail.iter_attachments()
        text = attached.get_content().replace("\r\n", "\n")
        code, out, _ = witness("look", body_in(tmp_path, text))
        assert (code, f"accepted: {checkpoint.size}" in out) == (0, True)


def test_a_mail_server_that_refuses_is_asked_again(signer, settings, place, sink):
    settings.CHECKPOINT_MAIL = ["audit@example.org"]
    sink.data_refusal = "554 No"
    now = timezone.now()
    signed(signer, "one")
    assert publish_due(now) == 1  # the folder
    sink.data_refusal = ""
    assert publish_due(now + timedelta(hours=1)) == 1
    assert len(sink.mails) == 1


def test_a_day_without_anybody_outside_opens_one_failure(signer, settings, tmp_path):
    newest = signed(signer, "one")
    now = timezone.now()
    watch(now + 3 * DAY)  # nobody is to hold anything: no failure
    assert not ControlFailure.objects.filter(kind="unwitnessed").exists()
    made, _ = add_witness("w.example")
    watch(now + timedelta(hours=23))
    assert not ControlFailure.objects.filter(kind="unwitnessed").exists()
    for hours in (25, 26):
        watch(now + timedelta(hours=hours))
    assert ControlFailure.objects.get(kind="unwitnessed").status == "open"
    record_receipt(made, newest.size, "stored")
    watch(timezone.now())
    assert ControlFailure.objects.get(kind="unwitnessed").status == "ended"


def test_the_hashes_of_no_leaf_before_are_read_for_a_proof(signer):
    """What an older checkpoint stands for is not read again, however large it is."""
    old = signed(signer, *"x" * 9)
    newest = signed(signer, "y")
    held = LedgerEntry.objects.filter(index__lt=old.size).count()
    assert held == old.size > 9
    assert LedgerHead.objects.get().size == newest.size
    assert SignedCheckpoint.objects.get(size=old.size).frontier
    with CaptureQueriesContext(connection) as queries:
        consistency(old.size, newest)
    asked = [query["sql"] for query in queries if '"index" >= ' in query["sql"]]
    starts = [int(re.search(r'"index" >= (\d+)', sql)[1]) for sql in asked]
    assert min(starts) >= old.size
