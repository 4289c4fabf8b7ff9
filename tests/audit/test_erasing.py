"""Erasing: only by a warrant of three persons, whole or not at all, and the ledger holds on."""

import json
import threading

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import erasing
from audit.context import acting
from audit.erasing import carry_out_warrants, target_of
from audit.erasing_triggers import ERASER_ROLE
from audit.ledger.envelope import _salt, digest_of
from audit.models import (
    SEALER_ROLE,
    ErasureWarrant,
    LedgerEntry,
    LegalHold,
    OutboxEntry,
)
from audit.roles import connected_as, ensure_roles
from audit.sealing import disclosures_of, seal
from audit.verifying import verify
from people.models import Person
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "Canaria Xóchitl-7Q93"


@pytest.fixture
def cast(transactional_db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    ensure_roles()
    ensure_roles()
    return assemble_cast()


@pytest.fixture
def person(cast):
    """Somebody whose name was written, changed and written back, all of it sealed."""
    row = cast.agent_l1.person
    for name in (CANARY, f"{CANARY} Dos", CANARY):
        with acting(actor=cast.admin, action="person.edit", reason=f"because of {CANARY}"):
            Person.objects.filter(pk=row.pk).update(full_name=name)
    seal_all()
    return Person.objects.get(pk=row.pk)


def seal_all():
    with connected_as(SEALER_ROLE):
        while seal():
            continue


def warrant(cast, person, kind="suppress", **given):
    word = "[blocked]" if kind == "block" else "[erased]"
    targets = [target_of(person, {"full_name": word}, reasons=True)]
    people = {"asked_by": cast.hr_partner, "first_by": cast.admin, "second_by": cast.security_admin}
    return ErasureWarrant.objects.create(
        request="ERQ-000001", kind=kind, ground="LFPDPPP 25", **{
            "targets": targets, **people, **given
        },
    )  # fmt: skip


def places_with(text):
    """Every table and column of the database in which a text stands, as text or in JSON."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_updatable = 'YES'"
            " AND (data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea')"
            " OR udt_name = 'tsvector')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s'
                f' OR "{column}"::text LIKE %s',
                [f"%{text}%", f"%{json.dumps(text)[1:-1]}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return sorted(found)


def state():
    """All that erasing may touch, to prove that nothing changed."""
    return (
        list(Person.objects.order_by("pk").values()),
        list(Person.history.model.objects.order_by("history_id").values()),
        list(LedgerEntry.objects.order_by("index").values("index", "before", "after", "erasure")),
        OutboxEntry.objects.count(),
    )


def leaves_of(person):
    return LedgerEntry.objects.filter(relation="people_person", key=str(person.pk))


def test_the_database_salts_as_the_envelope_does():
    for side, name in (("after", "full_name"), ("context", "ñandú")):
        secret = bytes(range(32))
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_salt(%s, %s, %s)", [secret, side, name])
            assert cursor.fetchone()[0] == _salt(secret, side, name)


def test_suppressed_values_are_nowhere_and_the_ledger_holds(cast, person):
    hashes = list(LedgerEntry.objects.order_by("index").values_list("hash", "envelope"))
    assert places_with(CANARY) == [
        *["audit_ledgerentry.after", "audit_ledgerentry.before", "audit_ledgerentry.context"],
        *["people_historicalperson.full_name", "people_historicalperson.history_change_reason"],
        "people_person.full_name",
    ]
    warrant(cast, person)
    assert carry_out_warrants() == 1
    assert places_with(CANARY) == []
    seal_all()
    assert places_with(CANARY) == []
    person.refresh_from_db()
    assert person.full_name == "[erased]"
    after = LedgerEntry.objects.order_by("index").values_list("hash", "envelope")
    assert list(after)[: len(hashes)] == hashes
    assert verify().flaws == []


def test_what_stays_is_still_shown_and_still_proves(cast, person):
    warrant(cast, person)
    carry_out_warrants()
    first = leaves_of(person).order_by("index").first()
    assert first.secret is None
    assert first.erasure["state"] == "erased"
    assert first.erasure["names"]["after"] == ["full_name"]
    assert first.after["employee_number"] == person.employee_number
    digests = set(json.loads(first.envelope)["sd"])
    shown = {digest_of(text) for text in disclosures_of(first)}
    assert shown < digests
    assert len(digests - shown) == 1
    event = OutboxEntry.objects.get(relation="event:erasure")
    assert digests - shown <= set(event.after["digests"])


def test_the_erasure_tells_who_why_and_what_but_no_value(cast, person):
    warrant(cast, person)
    carry_out_warrants()
    seal_all()
    event = LedgerEntry.objects.get(relation="event:erasure")
    assert event.key == "ERQ-000001"
    assert event.after["approved_by"] == [cast.admin.pk, cast.security_admin.pk]
    assert event.after["ground"] == "LFPDPPP 25"
    assert [t["columns"] for t in event.after["targets"]] == [["full_name"]]
    assert event.database_role == ERASER_ROLE
    last = person.history.latest("history_id")
    assert (last.full_name, last.history_action) == ("[erased]", "record.suppress")
    assert last.version == Person.objects.get(pk=person.pk).version
    newest = leaves_of(person).order_by("-index").first()
    assert newest.after == {"full_name": "[erased]", "version": last.version}


def test_the_guards_are_on_again_afterwards(cast, person):
    warrant(cast, person)
    carry_out_warrants()
    for text in (
        "UPDATE audit_ledgerentry SET after = '{}'",
        "DELETE FROM people_historicalperson",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(text)
    before = OutboxEntry.objects.count()
    Person.objects.filter(pk=person.pk).update(job_title="Other")
    assert OutboxEntry.objects.count() == before + 1


# --- Blocking ------------------------------------------------------------------------------------


def test_blocked_values_are_only_in_the_sealed_table_and_then_nowhere(cast, person):
    warrant(cast, person, "block")
    carry_out_warrants()
    seal_all()
    assert places_with(CANARY) == ["audit_sealedvalue.payload"]
    assert Person.objects.get(pk=person.pk).full_name == "[blocked]"
    erased = leaves_of(person).filter(erasure__isnull=False)
    assert {leaf.erasure["state"] for leaf in erased} == {"blocked"}
    assert verify().flaws == []
    warrant(cast, person)
    carry_out_warrants()
    seal_all()
    assert places_with(CANARY) == []
    assert {leaf.erasure["state"] for leaf in leaves_of(person) if leaf.erasure} == {"erased"}
    assert verify().flaws == []


def test_no_model_knows_the_sealed_table_and_nobody_but_the_eraser_reads_it(cast, person):
    assert "audit_sealedvalue" not in {model._meta.db_table for model in apps.get_models()}
    warrant(cast, person, "block")
    carry_out_warrants()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="only the eraser"):
        cursor.execute("SELECT * FROM audit_read_sealed('ERQ-000001')")
    with connected_as(ERASER_ROLE), connection.cursor() as cursor:
        cursor.execute(
            "SELECT payload->'current' FROM audit_read_sealed('ERQ-000001')"
            " WHERE payload ? 'current'"
        )
        assert json.loads(cursor.fetchone()[0]) == {"full_name": CANARY}
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute("SELECT * FROM audit_sealedvalue")


# --- Refusals ------------------------------------------------------------------------------------


def test_nobody_but_the_eraser_calls_the_procedure(cast, person):
    made, before = warrant(cast, person), state()
    with pytest.raises(DatabaseError, match="only the eraser"), transaction.atomic():
        connection.cursor().execute("SELECT audit_erase(%s, '{}')", [made.pk])
    with connected_as(SEALER_ROLE), pytest.raises(DatabaseError, match="permission denied"):
        connection.cursor().execute("SELECT audit_erase(%s, '{}')", [made.pk])
    assert state() == before


def test_the_eraser_alters_nothing_by_itself(cast, person):
    before = state()
    with connected_as(ERASER_ROLE):
        for text in (
            "UPDATE audit_ledgerentry SET after = NULL",
            "DELETE FROM people_historicalperson",
            "UPDATE people_person SET full_name = 'x'",
            "INSERT INTO audit_erasurewarrant (request) VALUES ('x')",
            "SELECT audit_erase(99999, '{}')",
        ):
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute(text)
    assert state() == before


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        ("admin", "admin", "security_admin"),
        ("hr_partner", "admin", "admin"),
        ("hr_partner", "admin", "second"),
        ("second", "admin", "security_admin"),
    ],
)
def test_three_persons_are_three_whatever_their_accounts(cast, person, asked, first, second):
    from people.services import create_account

    twin = create_account(
        actor=cast.security_admin,
        username="second",
        email="second@cobalto.example",
        person=cast.admin.person,
    )
    named = {name: twin if name == "second" else cast[name] for name in (asked, first, second)}
    with pytest.raises(DatabaseError, match="three persons"), transaction.atomic():
        warrant(cast, person, asked_by=named[asked], first_by=named[first], second_by=named[second])


def test_a_service_account_is_no_person(cast, person):
    from people.services import create_account

    robot = create_account(actor=cast.admin, username="robot", email="r@cobalto.example")
    with pytest.raises(DatabaseError, match="three persons"), transaction.atomic():
        warrant(cast, person, second_by=robot)


def test_a_warrant_is_neither_altered_deleted_nor_used_twice(cast, person):
    made = warrant(cast, person)
    for text in (
        "UPDATE audit_erasurewarrant SET targets = '[]'",
        "UPDATE audit_erasurewarrant SET used_at = now()",
        "DELETE FROM audit_erasurewarrant",
    ):
        with pytest.raises(DatabaseError, match="erasure_refused"), transaction.atomic():
            connection.cursor().execute(text)
    assert carry_out_warrants() == 1
    with connected_as(ERASER_ROLE), pytest.raises(DatabaseError, match="no such warrant"):
        connection.cursor().execute("SELECT audit_erase(%s, '{}')", [made.pk])


def test_what_is_not_sealed_yet_waits_and_nothing_has_changed(cast, person):
    Person.objects.filter(pk=person.pk).update(job_title="New")
    warrant(cast, person)
    before = state()
    assert carry_out_warrants() == 0
    assert state() == before
    seal_all()
    assert carry_out_warrants() == 1


def test_a_replacement_that_the_table_refuses_changes_nothing(cast, person):
    good = target_of(person, {"full_name": "[erased]"})
    bad = target_of(cast.agent_l2.person, {"subsidiary": None})
    warrant(cast, person, targets=[good, bad])
    seal_all()
    before = state()
    assert carry_out_warrants() == 0
    assert state() == before
    assert places_with(CANARY)


def test_the_ledger_s_own_tables_are_no_target(cast, person):
    wrong = {**target_of(person, {"full_name": "x"}), "relation": "audit_ledgerhead"}
    warrant(cast, person, targets=[wrong])
    seal_all()
    before = state()
    assert carry_out_warrants() == 0
    assert state() == before


def test_a_killed_erasure_has_changed_nothing(cast, person):
    made = warrant(cast, person)
    seal_all()
    before = state()
    with connected_as(ERASER_ROLE):
        connection.cursor().execute("BEGIN")
        connection.cursor().execute("SELECT audit_erase(%s, '{}')", [made.pk])
        connection.close()  # as when the process dies: nothing was committed
    assert state() == before
    assert carry_out_warrants() == 1


def test_two_at_once_erase_once(cast, person):
    warrant(cast, person)
    seal_all()
    done, ready = [], threading.Barrier(2)
    pk = ErasureWarrant.objects.get().pk
    with connected_as(ERASER_ROLE):
        own = dict(connection.settings_dict)

    def erase():
        connection.settings_dict = own
        ready.wait(10)
        done.append(erasing._carried_out(pk, []))
        connection.close()

    threads = [threading.Thread(target=erase) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [0, 1]
    seal_all()
    assert LedgerEntry.objects.filter(relation="event:erasure").count() == 1
    assert verify().flaws == []


# --- Holds ---------------------------------------------------------------------------------------


def hold(cast, person):
    return LegalHold.objects.create(
        relation="people_person", key=str(person.pk), label="x", reason="suit",
        placed_by=cast.security_admin,
    )  # fmt: skip


def test_a_held_record_gets_no_warrant(cast, person):
    hold(cast, person)
    with pytest.raises(DatabaseError, match="legal hold"), transaction.atomic():
        warrant(cast, person)


def test_a_hold_that_comes_after_the_warrant_stops_it(cast, person):
    warrant(cast, person)
    placed = hold(cast, person)
    seal_all()
    before = state()
    assert carry_out_warrants() == 0
    assert state() == before
    LegalHold.objects.filter(pk=placed.pk).update(
        lifted_at=timezone.now(), lifted_by=cast.security_admin
    )
    assert carry_out_warrants() == 1


def test_a_hold_is_lifted_and_never_deleted_or_altered(cast, person):
    hold(cast, person)
    for text in (
        "DELETE FROM audit_legalhold",
        "UPDATE audit_legalhold SET key = '0'",
    ):
        with pytest.raises(DatabaseError, match="erasure_refused"), transaction.atomic():
            connection.cursor().execute(text)


# --- The list outside ----------------------------------------------------------------------------


def test_the_list_outside_the_database_is_replayed_after_a_restore(cast, person):
    made = warrant(cast, person)
    carry_out_warrants()
    (line,) = erasing.read_list()
    assert (line["code"], line["request"]) == (str(made.code), "ERQ-000001")
    assert CANARY not in erasing.list_path().read_text()
    assert erasing.list_path().stat().st_mode & 0o077 == 0
    # A restore brings the values back, in a database that never heard of the erasure.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_erasurewarrant DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_erasurewarrant")
        for trigger in ("needs_three_persons", "capture"):
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_erasurewarrant'::regclass"
                " AND tgname LIKE %s",
                [f"pgtrigger_{trigger}%"],
            )
            cursor.execute(
                "ALTER TABLE audit_erasurewarrant ENABLE ALWAYS TRIGGER " + cursor.fetchone()[0]
            )
    Person.objects.filter(pk=person.pk).update(full_name=CANARY)
    seal_all()
    assert erasing.replay(erasing.read_list()) == 1
    seal_all()
    assert carry_out_warrants() == 1
    assert places_with(CANARY) == []
    assert erasing.replay(erasing.read_list()) == 0


def test_a_line_that_was_cut_off_is_written_again(cast, person):
    warrant(cast, person)
    carry_out_warrants()
    place = erasing.list_path()
    place.write_text(place.read_text()[:40] + "\n")
    assert list(erasing.read_list()) == []
    erasing.finish_warrants()
    assert len(list(erasing.read_list())) == 1
    erasing.finish_warrants()
    assert len(list(erasing.read_list())) == 1


def test_of_a_confidential_row_the_leaf_goes_on_hiding_where_it_stood(cast, person):
    """Restricted leaves hide table and key: those stay provable, the ciphertext goes."""
    OutboxEntry.objects.create(
        relation="people_sealed", operation="I", key="7", restricted=True,
        after={"id": 7, "sealed": "\\x" + CANARY.encode().hex()}, context={"action": "x"},
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE people_sealed (id bigint PRIMARY KEY, sealed text)")
        cursor.execute("INSERT INTO people_sealed VALUES (7, %s)", [CANARY])
    try:
        seal_all()
        target = {
            "relation": "people_sealed", "history": "", "pk": "id", "key": "7",
            "values": {"sealed": ""}, "reasons": False,
        }  # fmt: skip
        warrant(cast, person, targets=[target])
        assert carry_out_warrants() == 1
        leaf = LedgerEntry.objects.get(relation="people_sealed")
        assert leaf.after == {"id": 7}
        assert leaf.erasure["salts"]["record"].keys() == {"relation", "key", "sequence"}
        assert OutboxEntry.objects.get(relation="event:erasure").restricted is True
        assert CANARY.encode().hex() not in str(LedgerEntry.objects.values_list("after", "before"))
        seal_all()
        assert verify().flaws == []
    finally:
        connection.cursor().execute("DROP TABLE people_sealed")
