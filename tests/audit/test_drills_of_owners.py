"""The failure analysis: what an owner of tables, server or key can do, and who finds it."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.ledger.merkle import leaf_hash
from audit.ledger.note import Checkpoint, NoteError, opened
from audit.models import LedgerEntry, LedgerHead, OutboxEntry, SignedCheckpoint
from audit.roles import connected_as
from audit.signing import Signer, SignerRefuses
from audit.structure import SCHEMA, watch
from people.models import Subsidiary
from tests.audit.drills import (
    LEAVES,
    NOTES,
    drill,
    flaws,
    leaf_of,
    rename,
    rewrite_history,
    sign,
)
from tests.audit.tampering import differences, seal_all, superuser, tamper
from tests.roles import connected

pytestmark = pytest.mark.django_db(transaction=True)


# --- Whoever owns the tables, or the server ------------------------------------------------------


@drill("4", "a superuser passes for a replica and edits", caught_by="triggers that are always on")
def test_a_replica_is_recorded_too(founded):
    with connected(superuser()) as dba:
        dba.execute("SET session_replication_role = replica")
        dba.execute("UPDATE people_team SET name = 'Replica' WHERE slug = 'core-platform'")
    seal_all()
    assert leaf_of(founded).after["name"] == "Replica"
    assert leaf_of(founded).context is None


@drill(
    "5",
    "a superuser disables the triggers, edits, enables them again",
    caught_by="reconciliation, by row and field; the event of the structure",
)
def test_an_edit_with_triggers_off_is_named(founded):
    with connected_as(superuser()):
        watch()
    seal_all()
    key, leaf = founded.core_platform.pk, leaf_of(founded)
    tamper(f"UPDATE people_team SET name = 'Quiet' WHERE id = {key}", "people_team")
    assert differences() == [
        f"people_team {key}: name is not what the ledger says up to entry {leaf.index}"
    ]
    noted = OutboxEntry.objects.filter(relation="event:structure").values_list("after", flat=True)
    assert any("DISABLE TRIGGER" in event["statement"] for event in noted)
    with connected(superuser()) as dba:
        dba.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@drill("6", "edits an envelope", caught_by="its hash")
def test_an_edited_envelope_is_named(founded):
    rename(founded, "One")
    seal_all()
    index = leaf_of(founded).index
    tamper(f"UPDATE {LEAVES} SET envelope = envelope || ' ' WHERE index = {index}", LEAVES)
    assert f"entry {index}: its hash is not its envelope's" in flaws()


@drill("7", "edits an envelope and its hash", caught_by="the signed root")
def test_an_edited_hash_does_not_fit_the_checkpoint(founded, signer):
    rename(founded, "One")
    checkpoint = sign(signer)
    leaf = leaf_of(founded)
    text = leaf.envelope.replace('"operation":"U"', '"operation":"D"')
    hash_ = leaf_hash(text.encode()).hex()
    tamper(
        f"UPDATE {LEAVES} SET operation = 'D', envelope = '{text}', hash = '\\x{hash_}'"
        f" WHERE index = {leaf.index}",
        LEAVES,
    )
    told = f"the first {checkpoint.size} entries are not those of the checkpoint"
    assert told in flaws(checkpoint)


@drill("7b", "edits a value beside its envelope", caught_by="the digest in the envelope")
def test_an_edited_value_is_named(founded):
    rename(founded, "One")
    seal_all()
    index = leaf_of(founded).index
    tamper(f"""UPDATE {LEAVES} SET after = '{{"name": "Two"}}' WHERE index = {index}""", LEAVES)
    assert flaws() == [f"entry {index}: after name is not what was sealed"]


@drill("8", "rebuilds all hashes, without the key", caught_by="the signature")
def test_a_rebuilt_ledger_needs_a_signature(founded, signer, tmp_path):
    rename(founded, "One")
    checkpoint = sign(signer)
    rewrite_history(
        f"UPDATE {LEAVES} SET actor_id = actor_id + 1 WHERE index = {leaf_of(founded).index}"
    )
    assert flaws() == []
    assert flaws(checkpoint) != []
    forger = Signer(tmp_path / "forger")
    tamper(f"DELETE FROM {NOTES}", NOTES)
    tamper("DELETE FROM audit_signerkey", "audit_signerkey")
    forger.sign()
    with pytest.raises(NoteError):
        opened(SignedCheckpoint.objects.get().note, [signer.public_key()])


@drill(
    "9a",
    "rebuilds everything with the stolen key, and nobody holds a checkpoint",
    residual="passes; so hand checkpoints to somebody outside",
)
def test_a_stolen_key_alone_goes_unnoticed(founded, signer):
    _rebuild_with_stolen_key(founded, signer)
    own = SignedCheckpoint.objects.get().note
    assert flaws(Checkpoint.read(opened(own, [signer.public_key()])[0])) == []


@drill("9b", "the same, and somebody holds a checkpoint", caught_by="the checkpoint held")
def test_a_held_checkpoint_tells_on_a_stolen_key(founded, signer):
    held = _rebuild_with_stolen_key(founded, signer)
    assert flaws(held) == [f"the first {held.size} entries are not those of the checkpoint"]


def _rebuild_with_stolen_key(founded, signer):
    rename(founded, "One")
    held = sign(signer)
    rewrite_history(
        f"UPDATE {LEAVES} SET actor_id = actor_id + 1 WHERE index = {leaf_of(founded).index}"
    )
    tamper(f"DELETE FROM {NOTES}", NOTES)
    (signer.folder / "state.json").unlink()
    signer.sign()
    return held


@drill("10", "cuts the tail off and has it signed again", caught_by="the signer; a checkpoint held")
def test_a_cut_is_refused_and_found(founded, signer):
    rename(founded, "One")
    held = sign(signer)
    rewrite_history(f"DELETE FROM {LEAVES} WHERE index = {leaf_of(founded).index}")
    with pytest.raises(SignerRefuses, match="were signed"):
        signer.sign()
    told = f"a checkpoint knows {held.size} entries, and here are fewer"
    assert told in flaws(held)


@drill("11", "removes an entry before it was sealed", caught_by="reconciliation: row and history")
def test_an_entry_that_never_reached_the_ledger_is_missed(founded):
    seal_all()
    rename(founded, "One")
    tamper("DELETE FROM audit_outboxentry", "audit_outboxentry")
    key = founded.core_platform.pk
    told = differences()
    assert told[0].startswith(f"people_team {key}: name, version is not what the ledger says")
    assert told[1].endswith("of its history has no entry (ghost)")


@drill(
    "11r",
    "makes and removes a new row with its history within the second before sealing",
    residual="leaves no trace here; shipping the server's log elsewhere would show it",
)
def test_a_row_that_came_and_went_before_sealing_goes_unnoticed(founded):
    seal_all()
    made = Subsidiary.objects.create(name="Passing", country="PE")
    tables = ("people_subsidiary", "people_historicalsubsidiary", "audit_outboxentry")
    tamper(
        f"DELETE FROM people_subsidiary WHERE id = {made.pk};"
        f"DELETE FROM people_historicalsubsidiary WHERE id = {made.pk};"
        "DELETE FROM audit_outboxentry",
        *tables,
    )
    assert (flaws(), differences()) == ([], [])


@drill("12", "deletes a leaf, or adds one", caught_by="the gap in the indexes; the root")
@pytest.mark.parametrize("what", ["deletes", "adds"])
def test_a_leaf_less_or_more_is_found(founded, what):
    rename(founded, "One")
    seal_all()
    size = LedgerHead.objects.get().size
    if what == "deletes":
        tamper(f"DELETE FROM {LEAVES} WHERE index = 3", LEAVES)
        assert flaws() == ["entry 3: is missing"]
        return
    names = ", ".join(f.column for f in LedgerEntry._meta.fields)
    more = names.replace("index", f"{size}").replace("entry,", "entry + 9000,")
    more = more.replace("sequence", "sequence + 9000")
    tamper(f"INSERT INTO {LEAVES} ({names}) SELECT {more} FROM {LEAVES} WHERE index = 3", LEAVES)
    assert "the sealer's own count is another" in flaws()[-1]


@drill("13", "back-dates an entry", caught_by="its place at the end, the gap, reconciliation")
def test_a_back_dated_entry_stands_at_the_end_and_fits_nothing(founded):
    seal_all()
    key, then = founded.core_platform.pk, datetime(2026, 1, 5, tzinfo=UTC)
    with connected(superuser()) as dba:
        dba.execute(
            "INSERT INTO audit_outboxentry (relation, operation, key, at, before, after)"
            """ VALUES ('people_team', 'U', %s, %s, '{"name": "x"}', '{"name": "Dated"}')""",
            [str(key), then],
        )
    seal_all()
    leaf = leaf_of(founded)
    assert leaf.index == LedgerHead.objects.get().size - 1
    assert leaf.sealed_at - leaf.at > timedelta(minutes=15)
    assert differences() == [
        f"people_team {key}: name is not what the ledger says up to entry {leaf.index}",
        f"people_team {key}: entry {leaf.index} has no row in its history (shadow)",
    ]


@drill("14", "shows two auditors different ledgers", caught_by="comparing their checkpoints")
def test_a_fork_is_two_checkpoints_of_one_size(founded, signer):
    rename(founded, "One")
    one = sign(signer)
    rewrite_history(
        f"UPDATE {LEAVES} SET actor_id = actor_id + 1 WHERE index = {leaf_of(founded).index}"
    )
    with pytest.raises(SignerRefuses):
        signer.sign()
    tamper(f"DELETE FROM {NOTES}", NOTES)
    (signer.folder / "state.json").unlink()
    signer.sign()
    note = SignedCheckpoint.objects.get().note
    other = Checkpoint.read(opened(note, [signer.public_key()])[0])
    assert one.size == other.size
    assert one.root != other.root
    assert flaws(one, other) == [f"the first {one.size} entries are not those of the checkpoint"]
