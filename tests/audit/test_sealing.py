"""What the triggers saw becomes leaves: all of it, once, in order, by the sealer alone."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from audit.context import acting
from audit.models import (
    SEALER_ROLE,
    LedgerEntry,
    LedgerHead,
    OutboxEntry,
    SignedCheckpoint,
)
from audit.roles import SIGNER_ROLE, connected_as, ensure_roles
from audit.sealing import seal
from audit.services import record_event
from audit.signing import Signer, SignerRefuses
from audit.verifying import verify
from people.models import Team
from tests.cast import assemble_cast
from tests.ledger import seal_here

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keepers(cast):
    """The roles that keep the ledger, in this test's database."""
    ensure_roles()


@pytest.fixture
def cast(transactional_db):
    return assemble_cast()


def seal_all():
    with connected_as(SEALER_ROLE):
        while seal():
            continue


def indexes():
    return list(LedgerEntry.objects.order_by("index").values_list("index", flat=True))


def rename(cast, name):
    with acting(actor=cast.admin, action="team.edit"):
        Team.objects.filter(slug="core-platform").update(name=name)


def test_the_outbox_is_moved_whole_and_in_order(cast, keepers):
    rename(cast, "One")
    rename(cast, "Two")
    record_event("probe", actor=cast.admin, key="k", detail="x")
    waiting = list(OutboxEntry.objects.order_by("pk").values_list("pk", flat=True))
    seal_all()
    assert not OutboxEntry.objects.exists()
    assert list(LedgerEntry.objects.order_by("index").values_list("entry", flat=True)) == waiting
    assert indexes() == list(range(len(waiting)))
    team = LedgerEntry.objects.filter(relation="people_team").order_by("index")
    assert [entry.after["name"] for entry in team][-2:] == ["One", "Two"]
    sequences = [entry.sequence for entry in team.filter(key=team.last().key)]
    assert sequences == list(range(1, len(sequences) + 1))
    event = LedgerEntry.objects.get(relation="event:probe")
    assert (event.actor, event.action, event.after) == ("admin", "probe", {"detail": "x"})
    assert verify().flaws == []


def test_what_a_row_has_seen_goes_on_being_counted_in_later_batches(cast, keepers):
    for name in ("One", "Two", "Three"):
        rename(cast, name)
        seal_all()
    key = str(cast.core_platform.pk)
    found = LedgerEntry.objects.filter(relation="people_team", key=key).order_by("index")
    assert [entry.sequence for entry in found] == list(range(1, found.count() + 1))
    assert [entry.after["name"] for entry in found][-3:] == ["One", "Two", "Three"]


def test_what_an_open_transaction_may_still_precede_waits(cast, keepers):
    is_open, may_end = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            record_event("slow", actor=cast.admin)
            is_open.set()
            may_end.wait(20)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert is_open.wait(20)
    record_event("quick", actor=cast.admin)
    seal_all()
    while_open = set(LedgerEntry.objects.values_list("relation", flat=True))
    may_end.set()
    writer.join()
    seal_all()
    assert not {"event:slow", "event:quick"} & while_open
    order = LedgerEntry.objects.filter(relation__in=["event:slow", "event:quick"])
    assert list(order.order_by("index").values_list("relation", flat=True)) == [
        "event:slow",
        "event:quick",
    ]


def test_two_sealers_at_once_seal_once(cast, keepers):
    for n in range(50):
        record_event("probe", key=str(n))
    with connected_as(SEALER_ROLE):
        own = connection.settings_dict

        def as_another():
            connection.settings_dict = own
            while seal(limit=7):
                continue
            connection.close()

        others = [threading.Thread(target=as_another) for _ in range(3)]
        for other in others:
            other.start()
        for other in others:
            other.join()
    assert LedgerEntry.objects.filter(relation="event:probe").count() == 50
    assert indexes() == list(range(len(indexes())))
    assert verify().flaws == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_outboxentry",
        "UPDATE audit_outboxentry SET relation = 'x'",
        "UPDATE audit_ledgerentry SET relation = 'x'",
        "DELETE FROM audit_ledgerentry",
        "DELETE FROM audit_signedcheckpoint",
    ],
)
@pytest.mark.parametrize("role", [None, SEALER_ROLE, SIGNER_ROLE])
def test_nobody_rewrites_what_was_seen(cast, keepers, tmp_path, statement, role):
    record_event("probe")
    seal_all()
    Signer(tmp_path).sign()
    record_event("another")
    if (role, statement) == (SEALER_ROLE, "DELETE FROM audit_outboxentry"):
        return  # this is what the sealer does
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"):
        _as(role, statement)


def _as(role, statement):
    with connected_as(role or connection.settings_dict["USER"]), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_change_that_was_undone_leaves_nothing(cast, keepers):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rename(cast, "Undone")
        raise ZeroDivisionError
    seal_all()
    assert not LedgerEntry.objects.filter(after__name="Undone").exists()


# --- What an owner of the tables could do, and who finds it ---------------------------------------


TAMPERED = {
    "a value": ('UPDATE {t} SET after = \'{{"detail": "y"}}\' WHERE {w}', "after detail is not"),
    "a column": (
        "UPDATE {t} SET actor_id = actor_id + 1 WHERE {w}",
        "actor is not what was sealed",
    ),
    "its time": ("UPDATE {t} SET at = now() WHERE {w}", "at is not what was sealed"),
    "the envelope": (
        "UPDATE {t} SET envelope = replace(envelope, 'admin', 'x') || ' ' WHERE {w}",
        "its hash is not its envelope's",
    ),
    "a leaf": ("DELETE FROM {t} WHERE {w}", "is missing"),
    "the head": ("UPDATE audit_ledgerhead SET size = size + 1", "the sealer's own count"),
}


@pytest.mark.parametrize("what", list(TAMPERED))
def test_what_the_owner_of_the_tables_changes_is_named(cast, keepers, what):
    record_event("probe", actor=cast.admin, detail="x")
    record_event("probe", actor=cast.admin, detail="z")
    seal_all()
    index = LedgerEntry.objects.filter(relation="event:probe").order_by("index").first().pk
    statement, told = TAMPERED[what]
    _tamper(statement.format(t="audit_ledgerentry", w=f"index = {index}"))
    flaws = verify().flaws
    assert flaws[0].text.startswith(told)
    assert flaws[0].index == (None if what == "the head" else index)


def test_a_ledger_that_was_rewritten_whole_is_refused_by_the_signer(cast, keepers, tmp_path):
    signer = Signer(tmp_path)
    for n in range(5):
        record_event("probe", actor=cast.admin, detail=str(n))
    seal_all()
    with connected_as(SIGNER_ROLE):
        assert signer.sign().size == len(indexes())
        assert signer.sign() is None
    kept = list(SignedCheckpoint.objects.values_list("note", flat=True))
    assert len(kept) == 1

    # Everything again, with other values and hashes that fit: no part contradicts another.
    outbox = list(LedgerEntry.objects.order_by("index").values("entry", "relation", "operation"))
    _tamper("DELETE FROM audit_ledgerentry; DELETE FROM audit_ledgerhead")
    for row in outbox:
        OutboxEntry.objects.create(relation=row["relation"], operation=row["operation"])
    seal_all()
    assert verify().flaws == []
    with connected_as(SIGNER_ROLE), pytest.raises(SignerRefuses, match="another tree"):
        signer.sign()


def test_a_ledger_that_was_cut_is_refused_by_the_signer(cast, keepers, tmp_path):
    signer = Signer(tmp_path)
    record_event("probe", actor=cast.admin)
    seal_all()
    signer.sign()
    _tamper("DELETE FROM audit_ledgerentry; DELETE FROM audit_ledgerhead")
    record_event("probe", actor=cast.admin)
    seal_all()
    with pytest.raises(SignerRefuses, match="were signed"):
        signer.sign()


def test_a_signer_without_its_memory_refuses(cast, keepers, tmp_path):
    record_event("probe", actor=cast.admin)
    seal_all()
    Signer(tmp_path / "one").sign()
    with pytest.raises(SignerRefuses, match="remembers nothing"):
        Signer(tmp_path / "two").sign()


def test_a_signer_killed_before_it_remembered_signs_the_same_again(cast, keepers, tmp_path):
    signer = Signer(tmp_path)
    record_event("probe", actor=cast.admin)
    seal_all()
    signer.sign()
    memory = (tmp_path / "state.json").read_text()
    record_event("probe", actor=cast.admin)
    seal_all()
    made = signer.sign()
    (tmp_path / "state.json").write_text(memory)
    assert signer.sign().note == made.note
    assert SignedCheckpoint.objects.count() == 2


def test_the_key_is_for_the_signers_eyes_only(cast, keepers, tmp_path):
    record_event("probe")
    seal_here()
    Signer(tmp_path).sign()
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {
        "key": "0o600",
        "state.json": "0o600",
    }


def test_nothing_sealed_is_nothing_signed(cast, keepers, tmp_path):
    LedgerHead.objects.all().delete()
    assert Signer(tmp_path).sign() is None


def _tamper(statements):
    """As whoever owns the tables can: without the triggers that refuse it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
            " AND tgrelid IN ('audit_ledgerentry'::regclass, 'audit_ledgerhead'::regclass)"
        )
        triggers = cursor.fetchall()
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        cursor.execute(statements)
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
