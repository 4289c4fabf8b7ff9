"""Keys change, backups are restored, keys are stolen: the ledger goes on, and says so for good."""

import io
import sys
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit import ceremony, epochs, keys
from audit.epochs import EpochError
from audit.keeping import SignerRefuses
from audit.keys import Reading
from audit.ledger.note import Checkpoint, VerifierKey, noted, opened, sign
from audit.models import (
    SEALER_ROLE,
    EpochKind,
    LedgerEntry,
    LedgerEpoch,
    LedgerHead,
    OutboxEntry,
    SignerKey,
    SignerStatus,
)
from audit.roles import SIGNER_ROLE, connected_as, ensure_roles
from audit.sealing import seal
from audit.services import record_event
from audit.signing import Signer
from audit.verifying import verify
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db(transaction=True)
LOST = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def cast(transactional_db):
    found = assemble_cast()
    ensure_roles()
    return found


@pytest.fixture
def signer(cast, tmp_path):
    return Signer(tmp_path / "signer")


@pytest.fixture
def two(cast):
    return cast.security_admin, cast.service_manager


def write(*names):
    for name in names:
        record_event("probe", detail=name)
    with connected_as(SEALER_ROLE):
        while seal():
            continue


def signed(signer, *names):
    write(*names)
    with connected_as(SIGNER_ROLE):
        return signer.sign()


def proof(*notes, pinned=()):
    """What is found, with what was read of the checkpoints."""
    reading = Reading(notes, pinned)
    return verify(reading), reading


def flaws(*notes, pinned=()):
    found, reading = proof(*notes, pinned=pinned)
    return [*map(str, found.flaws), *reading.refused]


def given_up(*notes):
    found, _reading = proof(*notes)
    assert found.flaws == []
    return {each.size for each in found.given_up}


def as_owner(*statements):
    """As whoever owns the tables can: without the triggers that refuse it."""
    tables = ["ledgerentry", "ledgerhead", "signedcheckpoint", "signerkey", "ledgerepoch"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
            " AND tgrelid::regclass::text = ANY(%s)",
            [[f"audit_{table}" for table in tables]],
        )
        triggers = cursor.fetchall()
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for statement in statements:
            cursor.execute(*statement)
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


class Backup:
    """The database's ledger as it is now, to be gone back to."""

    def __init__(self):
        self.head = LedgerHead.objects.get()
        self.keys = list(SignerKey.objects.values_list("pk", flat=True))

    def restore(self):
        head = self.head
        as_owner(
            ("DELETE FROM audit_ledgerentry WHERE index >= %s", [head.size]),
            ("DELETE FROM audit_signedcheckpoint WHERE size > %s", [head.size]),
            ("DELETE FROM audit_signerkey WHERE id <> ALL(%s)", [self.keys]),
            ("UPDATE audit_signerkey SET until = NULL",),
            ("DELETE FROM audit_ledgerepoch WHERE start >= %s", [head.size]),
        )
        head.save()


def test_a_key_is_known_from_the_first_checkpoint_on_and_stands_in_the_ledger(signer):
    made = signed(signer, "one")
    key = SignerKey.objects.get()
    assert (key.origin, key.since, key.until) == (LedgerHead.objects.get().origin, 0, None)
    assert opened(made.note, [VerifierKey.read(key.vkey)])[1]
    write()
    assert LedgerEntry.objects.filter(relation="audit_signerkey").count() == 1
    assert flaws() == []
    assert SignerStatus.objects.get().refusal == ""


def test_after_a_rotation_both_keys_sign_once_and_then_the_new_one(cast, signer):
    first = signed(signer, "one")
    vkey = ceremony.prepare_rotation(signer, LedgerHead.objects.get().origin)
    old, new = signer.public_key(), vkey
    joint = signed(signer, "two")
    after = signed(signer, "three")
    assert opened(joint.note, [old, new])[1] == [old, new]
    assert opened(after.note, [old, new])[1] == [new]
    assert [(row["vkey"], row["since"], row["until"]) for row in keys.published()] == [
        (str(old), 0, joint.size),
        (str(new), joint.size, None),
    ]
    # Who holds the old key alone believes all of it, because the joint checkpoint leads on.
    assert flaws(pinned=[old]) == []
    assert any("nobody" in flaw for flaw in flaws(pinned=[new]))
    assert first.size < joint.size < after.size


def test_a_retired_key_signs_nothing_more(cast, signer):
    signed(signer, "one")
    old = signer.own.key()
    ceremony.prepare_rotation(signer, LedgerHead.objects.get().origin)
    signed(signer, "two")
    write("three")
    origin, size = LedgerHead.objects.get().origin, LedgerHead.objects.get().size
    text = str(Checkpoint(origin, size, bytes(32)))
    assert any("nobody" in flaw for flaw in flaws(noted(text, [sign(text, origin, old)])))


def test_a_signer_killed_within_a_rotation_goes_on(cast, signer):
    signed(signer, "one")
    memory, key = (signer.folder / "state.json").read_text(), (signer.folder / "key").read_text()
    ceremony.prepare_rotation(signer, LedgerHead.objects.get().origin)
    next_key = (signer.folder / "key.next").read_text()
    joint = signed(signer, "two")
    # As it was when the checkpoint was committed: nothing remembered, no file renamed.
    (signer.folder / "state.json").write_text(memory)
    (signer.folder / "key").write_text(key)
    (signer.folder / "key.next").write_text(next_key)
    with connected_as(SIGNER_ROLE):
        assert signer.sign().note == joint.note
    assert not (signer.folder / "key.next").exists()
    signed(signer, "three")
    assert flaws() == []
    assert SignerKey.objects.count() == 2


def test_a_signer_with_another_key_than_the_list_knows_refuses(cast, signer):
    signed(signer, "one")
    (signer.folder / "key").unlink()
    with pytest.raises(SignerRefuses, match="another key"):
        signed(signer, "two")
    assert "another key" in SignerStatus.objects.get().refusal


def test_a_restore_is_refused_stated_and_gone_on_from(cast, signer, two):
    kept = signed(signer, "one")
    backup = Backup()
    held = [kept.note, signed(signer, "two").note]
    final = signed(signer, "three")
    backup.restore()
    with pytest.raises(SignerRefuses):
        signed(signer, "instead of two")

    epoch = ceremony.recover(
        final.note,
        reason="the disk broke",
        missing="entries of ten minutes",
        restored_to=LOST,
        approvers=two,
    )
    assert (epoch.kind, epoch.kept, epoch.final_size) == ("restore", kept.size, final.size)
    leaf = LedgerEntry.objects.get(pk=epoch.start)
    assert (leaf.relation, leaf.sequence, leaf.after) == (epochs.RELATION, 1, epoch.statement)
    assert [person["name"] for person in leaf.after["approvers"]] == [
        "security_admin",
        "service_manager",
    ]
    with pytest.raises(SignerRefuses, match="calls itself"):
        signed(signer, "the signer does not follow by itself")
    with connected_as(SIGNER_ROLE):
        ceremony.follow(signer, epoch)
    first = signed(signer, "four")
    assert Checkpoint.read(first.note).origin.endswith("/audit-log/2")
    assert flaws() == []
    # Whoever held checkpoints of the old epoch sees what was kept, and what was given up.
    assert given_up(*held, final.note) == {Checkpoint.read(held[1]).size, final.size}
    assert [each["start"] for each in epochs.told()] == [0, epoch.start]


def test_a_checkpoint_that_knows_more_than_the_statement_admits_is_found(cast, signer, two):
    signed(signer, "one")
    backup = Backup()
    admitted, hidden = signed(signer, "two"), signed(signer, "three")
    backup.restore()
    ceremony.recover(admitted.note, reason="x", missing="", restored_to=LOST, approvers=two)
    assert any("the statement that ended it" in flaw for flaw in flaws(hidden.note))


def test_the_signer_does_not_follow_a_statement_that_admits_less_than_it_signed(cast, signer, two):
    signed(signer, "one")
    backup = Backup()
    admitted = signed(signer, "two")
    last = signed(signer, "three")
    backup.restore()
    epoch = ceremony.recover(admitted.note, reason="x", missing="", restored_to=LOST, approvers=two)
    with connected_as(SIGNER_ROLE), pytest.raises(SignerRefuses, match="were signed"):
        ceremony.follow(signer, epoch)
    # A second statement with the right checkpoint corrects the first.
    again = ceremony.recover(last.note, reason="x", missing="", restored_to=LOST, approvers=two)
    assert again.number == 3
    with connected_as(SIGNER_ROLE):
        ceremony.follow(signer, again)
    signed(signer, "four")
    assert given_up(admitted.note, last.note) == {admitted.size, last.size}


def test_a_later_checkpoint_that_is_known_is_the_last(cast, signer, two):
    first = signed(signer, "one")
    signed(signer, "two")
    with pytest.raises(EpochError, match="later checkpoint"):
        ceremony.recover(first.note, reason="x", missing="", restored_to=LOST, approvers=two)


def test_a_ledger_rewritten_below_what_is_kept_is_not_followed(cast, signer, two):
    """A statement is no way to bless other entries in the place of those that were signed."""
    kept = signed(signer, "one", "two")
    as_owner(
        ("DELETE FROM audit_ledgerentry",),
        ("DELETE FROM audit_signedcheckpoint",),
        ("UPDATE audit_ledgerhead SET size = 0, frontier = '{}'",),
    )
    write("three", "four", "five", "six")
    epoch = ceremony.recover(kept.note, reason="x", missing="", restored_to=LOST, approvers=two)
    assert epoch.kept == 0
    # It is stated that nothing is kept: whoever reads the statement sees it.
    assert given_up(kept.note) == {kept.size}


def test_a_lost_signer_begins_anew_in_an_epoch_of_its_own(cast, signer, two, tmp_path):
    last = signed(signer, "one")
    fresh = Signer(tmp_path / "another machine")
    with pytest.raises(SignerRefuses, match="remembers nothing"):
        signed(fresh, "two")
    epoch = ceremony.recover(
        last.note,
        reason="the signer's disk broke",
        missing="",
        restored_to=None,
        kind=EpochKind.SIGNER_LOST,
        approvers=two,
    )
    assert epoch.kept == last.size
    with connected_as(SIGNER_ROLE):
        ceremony.follow(fresh, epoch)
    signed(fresh, "three")
    assert flaws(last.note) == []


def test_a_stolen_key_counts_up_to_the_last_good_checkpoint(cast, signer, two):
    good = signed(signer, "one")
    stolen, origin = signer.own.key(), LedgerHead.objects.get().origin
    dubious = signed(signer, "two")
    epoch = ceremony.revoke(good.size, "laptop lost", two)
    with pytest.raises(SignerRefuses):
        signed(signer, "three")
    with connected_as(SIGNER_ROLE):
        new = ceremony.follow(signer, epoch)
    assert new.public != stolen.public_key().public_bytes_raw()
    signed(signer, "four")
    assert flaws() == []
    _found, reading = proof()
    assert [each.size for each in reading.ignored] == [dubious.size]

    # Whoever has the key signs another past: it counts for nothing, under either name.
    for name in (origin, epoch.origin):
        text = str(Checkpoint(name, LedgerHead.objects.get().size, bytes(32)))
        forged = noted(text, [sign(text, name, stolen)])
        found, reading = proof(forged)
        assert found.flaws == []  # it counts for nothing, so that nothing must fit it
        assert Checkpoint.read(forged) in reading.ignored or reading.refused


def test_a_revocation_is_no_way_to_rewrite_what_the_signer_remembers(cast, signer, two):
    good = signed(signer, "one")
    dubious = signed(signer, "two")
    epoch = ceremony.revoke(good.size, "laptop lost", two)
    as_owner(
        ("UPDATE audit_ledgerentry SET hash = %s WHERE index = %s", [bytes(32), dubious.size - 1])
    )
    with connected_as(SIGNER_ROLE), pytest.raises(SignerRefuses, match="not those that were"):
        ceremony.follow(signer, epoch)


def test_a_statement_that_is_changed_or_missing_is_found(cast, signer, two):
    last = signed(signer, "one")
    epoch = ceremony.recover(
        last.note,
        reason="x",
        missing="",
        restored_to=None,
        kind=EpochKind.SIGNER_LOST,
        approvers=two,
    )
    assert flaws() == []
    change = "UPDATE audit_ledgerepoch SET statement = jsonb_set(statement, '{reason}', '\"y\"')"
    as_owner(
        (f"{change} WHERE number = %s", [epoch.number]),
    )
    assert any("statement of the epoch is not" in flaw for flaw in flaws())
    as_owner(("DELETE FROM audit_ledgerepoch WHERE number = 2",))
    assert any("an epoch begins, and none does" in flaw for flaw in flaws())


def test_a_forged_statement_in_the_outbox_begins_nothing_and_is_found(cast, signer):
    signed(signer, "one")
    record_event("ledger.epoch", key="2", origin="elsewhere")
    write()
    assert LedgerEpoch.objects.count() == 0
    assert any("an epoch begins, and none does" in flaw for flaw in flaws())


def test_two_epochs_after_another_hang_together(cast, signer, two):
    notes = []
    for number in (2, 3):
        notes.append(signed(signer, "x").note)
        epoch = ceremony.recover(
            notes[-1],
            reason="x",
            missing="",
            restored_to=None,
            kind=EpochKind.SIGNER_LOST,
            approvers=two,
        )
        with connected_as(SIGNER_ROLE):
            ceremony.follow(signer, epoch)
        assert epoch.number == number
    signed(signer, "y")
    assert flaws(*notes) == []
    assert len({row["origin"] for row in keys.published()}) == 3


# --- Two persons, and what the database refuses ---------------------------------------------------


def test_one_person_does_not_approve_twice(cast, signer, two):
    last = signed(signer, "one")
    with pytest.raises(EpochError, match="two different"):
        ceremony.recover(
            last.note, reason="x", missing="", restored_to=LOST, approvers=(two[0], two[0])
        )
    assert LedgerEpoch.objects.count() == 0
    assert not OutboxEntry.objects.filter(relation=epochs.RELATION).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_signerkey",
        "UPDATE audit_signerkey SET vkey = 'x'",
        "UPDATE audit_signerkey SET since = 1",
        "DELETE FROM audit_ledgerepoch",
        "UPDATE audit_ledgerepoch SET kept = 0",
    ],
)
@pytest.mark.parametrize("role", [None, SEALER_ROLE, SIGNER_ROLE])
def test_nobody_rewrites_keys_and_epochs(cast, signer, two, statement, role):
    last = signed(signer, "one")
    ceremony.recover(last.note, reason="x", missing="", restored_to=LOST, approvers=two)
    with (
        connected_as(role or connection.settings_dict["USER"]),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=r"append-only|keeps its range|permission denied"),
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        {"approver_id": None},
        {"second_approver_id": 1},
        {"kept": 9},
        {"number": 1},
        {"kind": "start"},
    ],
)
def test_the_database_wants_a_whole_statement(cast, change):
    whole = {
        "number": 2, "origin": "x/2", "start": 7, "kind": "restore", "kept": 5, "final_size": 6,
        "approver_id": 1, "second_approver_id": 2,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEpoch.objects.create(**{**whole, **change})
    LedgerEpoch.objects.create(**whole)


def test_a_revoked_key_says_why(cast, signer):
    signed(signer, "one")
    with pytest.raises(IntegrityError), transaction.atomic():
        SignerKey.objects.update(revoked_at=LOST, last_good=1)


# --- The commands ---------------------------------------------------------------------------------


@pytest.fixture
def here(signer, settings, monkeypatch):
    """The commands with this signer's folder, and two people who type their passwords."""
    settings.VAR_DIR = signer.folder.parent
    return lambda typed: monkeypatch.setattr(sys, "stdin", io.StringIO(typed))


WHO = ["--approver", "security_admin", "--approver", "service_manager"]


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_key_ceremony_on_the_command_line(cast, signer, here, tmp_path):
    signed(signer, "one")
    assert str(signer.public_key()) in run("audit_key", "show")
    here("demo\ndemo\n")
    told = run("audit_key", "rotate", *WHO)
    joint = signed(signer, "two")
    assert told.splitlines()[-1] == str(signer.public_key())
    event = LedgerEntry.objects.get(relation="event:ledger.key_rotation")
    assert (event.actor, event.after["second_approver"]) == ("security_admin", "service_manager")
    final = tmp_path / "final"
    final.write_text(run("audit_key", "final"))
    assert final.read_text() == joint.note
    here("demo\ndemo\n")
    run("audit_recover", "--final", str(final), "--reason", "x", "--signer-lost", *WHO)
    with pytest.raises(CommandError, match="goes on refusing"):
        here("no\n")
        run("audit_key", "follow")
    here("yes\n")
    assert str(signer.public_key()) in run("audit_key", "follow")
    here("demo\ndemo\n")
    last = signed(signer, "three")
    run("audit_key", "revoke", "--last-good", str(last.size), "--reason", "stolen", *WHO)
    run("audit_key", "follow", "--yes")
    signed(signer, "four")
    assert "proved" in run("audit_verify")
    assert "REVOKED" in run("audit_key", "show")


@pytest.mark.parametrize(
    ("who", "typed", "why"),
    [
        (["--approver", "security_admin"], "demo\n", "name two approvers"),
        (["--approver", "security_admin"] * 2, "demo\ndemo\n", "two different persons"),
        (WHO, "demo\nwrong\n", "service_manager: wrong name or password"),
        (["--approver", "security_admin", "--approver", "agent_l1"], "demo\ndemo\n", "may not"),
        (["--approver", "security_admin", "--approver", "nobody"], "demo\ndemo\n", "wrong name"),
    ],
)
def test_two_people_confirm_or_nothing_happens(cast, signer, here, who, typed, why):
    signed(signer, "one")
    here(typed)
    with pytest.raises(CommandError, match=why):
        run("audit_key", "rotate", *who)
    assert signer.own.next_key() is None


def test_a_recovery_says_what_it_went_back_to(cast, signer, here, tmp_path):
    final = tmp_path / "final"
    final.write_text(signed(signer, "one").note)
    with pytest.raises(CommandError, match="restored-to"):
        run("audit_recover", "--final", str(final), "--reason", "x", *WHO)
