"""The failure analysis: what the application's role may try, what fails, what only looks bad.

`make drill` prints all cases. Rounds of killing processes are in `tests/faults`.
"""

from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from audit.baselines import record_baselines
from audit.models import LedgerHead, OutboxEntry
from audit.roles import connected_as
from audit.services import record_event
from audit.signing import SignerRefuses
from itsm.health import TOLD
from people.models import Team
from tests.audit.drills import HEAD, LEAVES, NOTES, drill, flaws, leaf_of, rename, sign
from tests.audit.tampering import differences, seal_all, tamper
from tests.cast import assemble_cast
from tests.roles import connected

pytestmark = pytest.mark.django_db(transaction=True)


# --- The application's own role ------------------------------------------------------------------


@drill("1", "the application writes by bulk_update, update() and raw SQL", caught_by="the trigger")
def test_no_way_of_writing_escapes(founded):
    with connected_as("itsm_app"):
        teams = list(Team.objects.order_by("pk")[:2])
        for team in teams:
            team.name = "Bulk"
        Team.objects.bulk_update(teams, ["name"])
        Team.objects.filter(pk=teams[0].pk).update(name="Update")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE people_team SET name = 'Raw' WHERE id = %s", [teams[0].pk])
    last = OutboxEntry.objects.filter(operation="U").order_by("-pk")[:4]
    assert [entry.after["name"] for entry in last] == ["Raw", "Update", "Bulk", "Bulk"]
    assert {(entry.context, entry.database_role) for entry in last} == {(None, "itsm_app")}


@drill("2", "the application edits or forges entries", caught_by="its missing rights: refused")
def test_the_application_cannot_write_the_ledger(founded):
    seal_all()
    with connected("itsm_app") as app:
        for statement in (
            f"UPDATE {LEAVES} SET actor = 'x'",
            f"DELETE FROM {LEAVES}",
            f"INSERT INTO {LEAVES} SELECT * FROM {LEAVES}",
            "DELETE FROM audit_outboxentry",
            "INSERT INTO audit_outboxentry (relation, operation) VALUES ('people_team', 'U')",
            "INSERT INTO people_historicalteam SELECT * FROM people_historicalteam",
            f"UPDATE {HEAD} SET size = 0",
            f"DELETE FROM {NOTES}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
    assert (flaws(), differences()) == ([], [])


@drill(
    "3",
    "the application disables a trigger, passes for a replica, truncates",
    caught_by="its missing rights: refused",
)
def test_the_application_cannot_switch_anything_off(founded):
    with connected("itsm_app") as app:
        for statement in (
            "ALTER TABLE people_team DISABLE TRIGGER USER",
            "SET session_replication_role = replica",
            "TRUNCATE people_team CASCADE",
            "DROP TABLE people_team",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


@drill(
    "15",
    "a compromised application names another person as the actor",
    residual="the entry names whom it was told; only the role and the missing sign-in tell",
)
def test_a_forged_actor_goes_unnoticed(founded):
    with connected("itsm_app") as app:
        told = f'{{"actor": {founded.cab_chair.pk}, "name": "cab_chair"}}'
        app.execute(
            f"BEGIN; SELECT set_config('itsm.context', '{told}', true);"
            " UPDATE people_team SET name = 'Forged' WHERE slug = 'core-platform'; COMMIT"
        )
    seal_all()
    assert (leaf_of(founded).actor, leaf_of(founded).database_role) == ("cab_chair", "itsm_app")
    assert (flaws(), differences()) == ([], [])


# --- Faults, and work that looks like an attack --------------------------------------------------


@drill("17", "the sealer stands still", caught_by="the outbox grows, /readyz says so; work goes on")
def test_a_sealer_that_stands_still_is_told(founded):
    seal_all()
    record_event("probe")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert TOLD["sealer"]().startswith("late by 36")
    rename(founded, "Business goes on")
    seal_all()
    assert (flaws(), TOLD["sealer"]()) == ([], "")


@drill(
    "18", "an older state is restored", caught_by="the signer: refuses until a statement is made"
)
def test_a_restored_backup_is_refused(founded, signer):
    seal_all()
    size, frontier = LedgerHead.objects.values_list("size", "frontier").get()
    rename(founded, "Lost by the restore")
    sign(signer)
    tamper(f"DELETE FROM {LEAVES} WHERE index >= {size}", LEAVES)
    tamper(f"DELETE FROM {NOTES}", NOTES)
    LedgerHead.objects.update(size=size, frontier=frontier)
    assert flaws() == []
    with pytest.raises(SignerRefuses, match=f"{size} entries, but"):
        signer.sign()


@drill("20", "a migration rewrites a column", caught_by="baselines: taken over, nothing else is")
@pytest.mark.django_db(transaction=False)
def test_a_rewritten_column_is_no_alarm(database_roles, db):
    list(record_baselines())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("people_team", "people_historicalteam"):
            cursor.execute(
                f"ALTER TABLE {table} ALTER COLUMN name TYPE varchar(151) USING upper(name)"
            )
    assert len(differences()) == 2 * Team.objects.count()
    assert list(record_baselines()) == [f"people_team: {Team.objects.count()} baselines"]
    assert differences() == []


@drill("21", "capture begins on a table that has rows", caught_by="baselines")
@pytest.mark.django_db(transaction=False)
def test_rows_from_before_are_taken_over(database_roles, db):
    insert = (
        "INSERT INTO people_subsidiary (id, name, country, version) VALUES (9001, 'Old', 'PE', 1)"
    )
    tamper(insert, "people_subsidiary")
    assert differences() == ["people_subsidiary 9001: the ledger does not know this row"]
    assert list(record_baselines()) == ["people_subsidiary: 1 baselines"]
    assert differences() == []


@drill("24", "the outbox cannot be written, as when the disk is full", caught_by="the transaction")
@pytest.mark.django_db(transaction=False)
def test_nothing_half_written(database_roles, db):
    founded = assemble_cast()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE audit_outboxentry ADD CONSTRAINT full_disk CHECK (false) NOT VALID"
        )
    with pytest.raises(IntegrityError, match="full_disk"), transaction.atomic():
        rename(founded, "Half")
    assert not Team.objects.filter(name="Half").exists()
    assert not Team.history.filter(name="Half").exists()
