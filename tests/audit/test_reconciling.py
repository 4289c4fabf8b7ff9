"""Reconciliation names what no trigger saw, and is silent about all else."""

import threading

import pytest
from django.db import connection

from audit.context import acting
from audit.models import OutboxEntry
from audit.reconciling import RECONCILED, reconcile_until, tracked_tables
from audit.roles import connected_as
from audit.sealing import seal
from people.models import Subsidiary, Team
from tests.audit.tampering import differences, seal_all, superuser, tamper
from tests.cast import assemble_cast
from tests.factories import an_incident
from tests.roles import connected

pytestmark = pytest.mark.django_db
TEAM, ITS_HISTORY = "people_team", "people_historicalteam"


def last_entry():
    return OutboxEntry.objects.order_by("-pk").values_list("pk", flat=True).first()


def test_nothing_differs_where_only_the_portal_wrote(cast):
    incident = an_incident(cast)
    with acting(actor=cast.admin, action="team.edit"):
        Team.objects.filter(slug="core-platform").update(name="Other")
    gone = Subsidiary.objects.create(name="Cobalto Perú", country="PE")
    gone.delete()
    Subsidiary.objects.create(pk=gone.pk, name="Cobalto Chile", country="CL")
    assert incident.pk
    assert differences() == []


def test_the_settings_of_a_session_do_not_matter(cast):
    an_incident(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Asia/Tokyo'; SET LOCAL DateStyle = 'SQL, DMY'")
    assert differences() == []


def test_an_altered_row_is_named_with_its_fields(cast):
    key = cast.core_platform.pk
    tamper(f"UPDATE {TEAM} SET name = 'x', country = 'PE' WHERE id = {key}", TEAM)
    entry = OutboxEntry.objects.filter(relation=TEAM, key=key).latest("pk").pk
    assert differences() == [
        f"{TEAM} {key}: country, name is not what the ledger says up to unsealed entry {entry}"
    ]


def test_a_removed_row_is_named(cast):
    made = Subsidiary.objects.create(name="Cobalto Perú", country="PE")
    entry = last_entry()
    tamper(f"DELETE FROM people_subsidiary WHERE id = {made.pk}", "people_subsidiary")
    assert differences() == [
        f"people_subsidiary {made.pk}: the row is gone, and nothing after unsealed entry {entry}"
        " deletes it"
    ]


def test_a_row_that_came_in_past_the_triggers_is_named(cast):
    insert = (
        "INSERT INTO people_subsidiary (id, name, country, version)"
        " VALUES (9001, 'Fantasma', 'PE', 1)"
    )
    tamper(insert, "people_subsidiary")
    assert differences() == ["people_subsidiary 9001: the ledger does not know this row"]


def test_a_row_that_came_back_is_named(cast):
    made = Subsidiary.objects.create(name="Cobalto Perú", country="PE")
    key = made.pk
    made.delete()
    entry = last_entry()
    insert = (
        "INSERT INTO people_subsidiary (id, name, country, version)"
        f" VALUES ({key}, 'Cobalto Perú', 'PE', 1)"
    )
    tamper(insert, "people_subsidiary")
    assert differences() == [
        f"people_subsidiary {key}: the row is there, but unsealed entry {entry} deleted it"
    ]


@pytest.fixture
def renamed(cast):
    """A team with three rows of history; its key."""
    for name in ("One", "Two"):
        Team.objects.filter(slug="core-platform").update(name=name)
    return cast.core_platform.pk


def entries_of(key):
    found = OutboxEntry.objects.filter(relation=TEAM, key=key).order_by("pk")
    return list(found.values_list("pk", flat=True))


def history_of(key):
    return list(
        Team.history.filter(id=key).order_by("history_id").values_list("history_id", flat=True)
    )


def test_a_missing_row_of_history_is_named_by_its_entry(renamed):
    tamper(f"DELETE FROM {ITS_HISTORY} WHERE history_id = {history_of(renamed)[1]}", ITS_HISTORY)
    entry = entries_of(renamed)[1]
    assert differences() == [
        f"{TEAM} {renamed}: unsealed entry {entry} has no row in its history (shadow)"
    ]


def test_a_row_of_history_without_entry_is_named(renamed):
    last = history_of(renamed)[-1]
    columns = [f.column for f in Team.history.model._meta.fields if f.column != "history_id"]
    names = ", ".join(columns)
    tamper(
        f"INSERT INTO {ITS_HISTORY} ({names})"
        f" SELECT {names} FROM {ITS_HISTORY} WHERE history_id = {last}",
        ITS_HISTORY,
    )
    ghost = history_of(renamed)[-1]
    assert differences() == [f"{TEAM} {renamed}: row {ghost} of its history has no entry (ghost)"]


def test_an_altered_row_of_history_is_named_with_its_fields(renamed):
    row, entry = history_of(renamed)[1], entries_of(renamed)[1]
    tamper(f"UPDATE {ITS_HISTORY} SET name = 'Never' WHERE history_id = {row}", ITS_HISTORY)
    assert differences() == [
        f"{TEAM} {renamed}: row {row} of its history is not what unsealed entry {entry} says: name"
    ]


@pytest.mark.django_db(transaction=True)
def test_what_was_erased_is_no_difference(database_roles):
    assemble_cast()
    made = Subsidiary.objects.create(name="Cobalto Perú", country="PE")
    seal_all()
    assert differences() == []
    tables = ("audit_ledgerentry", "people_subsidiary", "people_historicalsubsidiary")
    where = f"relation = 'people_subsidiary' AND key = '{made.pk}'"
    tamper(
        f"UPDATE audit_ledgerentry SET after = NULL, secret = NULL WHERE {where};"
        f"UPDATE people_subsidiary SET name = '-' WHERE id = {made.pk};"
        f"UPDATE people_historicalsubsidiary SET name = '-' WHERE id = {made.pk}",
        *tables,
    )
    assert differences() == []


@pytest.mark.parametrize(
    ("alteration", "told"),
    [
        ("DROP TRIGGER {name} ON {table}", "is missing"),
        ("ALTER TABLE {table} DISABLE TRIGGER {name}", "is switched off"),
        ("ALTER TABLE {table} ENABLE TRIGGER {name}", "is not always on"),
        ("ALTER FUNCTION {name}() RESET ALL", "runs with other settings"),
        ("ALTER FUNCTION {name}() SECURITY INVOKER", "runs with other settings"),
        (
            "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'",
            "does not do what the code says",
        ),
        (
            "DROP TRIGGER {name} ON {table}; CREATE TRIGGER {name} AFTER INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION {name}();"
            " ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
            "fires at another time",
        ),
    ],
)
def test_a_trigger_that_is_not_what_the_code_says_is_named(cast, alteration, told):
    capture = next(t for t in Team._meta.triggers if t.name == "capture")
    with connection.cursor() as cursor:
        cursor.execute(alteration.format(name=capture.get_pgid(Team), table=TEAM))
    assert differences() == [f"{TEAM}: trigger capture {told}"]
    assert differences("people_subsidiary") == []


def test_a_trigger_that_is_none_of_ours_is_named(cast):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION silent() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
            f"CREATE TRIGGER silent BEFORE UPDATE ON {TEAM} FOR EACH ROW EXECUTE FUNCTION silent()"
        )
    assert differences() == [f"{TEAM}: trigger silent is none of ours"]


@pytest.fixture
def heard():
    """What a listener to the nightly run hears."""
    told = []
    RECONCILED.register("test", lambda first, count: told.append((first, count)))
    yield told
    del RECONCILED._entries["test"]


def run_in_portions():
    """A nightly run that has time for one table each; the tables where it stopped."""
    stops, found = [""], 0
    while True:
        reached, found = reconcile_until(lambda: True, after=stops[-1], found=found)
        if not reached:
            return stops[1:]
        stops.append(reached)


def test_the_nightly_run_goes_on_where_its_time_was_up_and_tells_what_it_found(cast, heard):
    key = cast.core_platform.pk
    tamper(f"UPDATE {TEAM} SET name = 'x' WHERE id = {key}", TEAM)
    tables = [each.table for each in tracked_tables()]
    assert [*run_in_portions(), tables[-1]] == tables
    events = OutboxEntry.objects.filter(relation="event:reconcile")
    assert sum(event.after["differences"] for event in events) == 1
    ((first, count),) = heard
    assert (len(first), count) == (1, 1)
    assert first[0].startswith(f"{TEAM} {key}: name is not")


def test_a_run_without_differences_says_so_once(cast, heard):
    run_in_portions()
    assert heard == [([], 0)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["itsm_app", "itsm_auditor"])
def test_the_application_may_reconcile_and_an_auditor_too(database_roles, role):
    assemble_cast()
    with connected_as(role):
        assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_superuser_who_passes_for_a_replica_is_recorded(database_roles):
    cast = assemble_cast()
    with connected(superuser()) as dba:
        dba.execute("SET session_replication_role = replica")
        dba.execute("UPDATE people_team SET name = 'Replica' WHERE slug = 'core-platform'")
    entry = OutboxEntry.objects.order_by("-pk").first()
    assert (entry.key, entry.after["name"], entry.context) == (
        str(cast.core_platform.pk),
        "Replica",
        None,
    )


@pytest.mark.django_db(transaction=True)
def test_writers_and_the_sealer_at_work_are_no_difference(database_roles):
    assemble_cast()
    is_over = threading.Event()

    def write():
        for number in range(300):
            made = Subsidiary.objects.create(name=f"Cobalto {number}", country="PE")
            Subsidiary.objects.filter(pk=made.pk).update(name=f"Cobalto {number} SA")
            if number % 3 == 0:
                made.delete()
        is_over.set()
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    sealed, compared = 0, 0
    while not is_over.is_set():
        with connected_as("itsm_sealer"):
            sealed += seal(limit=40)
        assert differences("people_subsidiary") == []
        compared += 1
    writer.join()
    assert sealed > 0
    assert compared > 1
    assert differences("people_subsidiary") == []
