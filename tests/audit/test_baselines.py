"""Rows that no trigger told are taken over once, and tampering is not taken over with them."""

import pytest
from django.db import connection

from audit.baselines import record_baselines
from audit.models import OutboxEntry
from people.models import Subsidiary, Team
from tests.audit.tampering import differences, tamper, triggers_off

pytestmark = pytest.mark.django_db
TABLE, HISTORY = "people_team", "people_historicalteam"


def recorded():
    return list(record_baselines())


def baselines():
    found = OutboxEntry.objects.filter(operation="B").order_by("pk")
    return [(entry.relation, entry.key) for entry in found]


def summary_of(table):
    return OutboxEntry.objects.filter(relation="event:baseline", key=table).latest("pk").after


def rewrite(*columns):
    """What a migration does to a table and its history without any trigger seeing it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (TABLE, HISTORY):
            for column in columns:
                cursor.execute(
                    f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(151)"
                    f" USING upper({column})"
                )


def test_a_new_installation_has_nothing_to_take_over_and_says_so_once(cast):
    assert recorded() == []
    shapes = OutboxEntry.objects.filter(relation="event:baseline.shape")
    assert shapes.count() == 1
    assert recorded() == []
    assert shapes.count() == 1
    assert baselines() == []


def test_rows_that_were_there_before_the_table_was_tracked_are_taken_over(cast):
    insert = (
        "INSERT INTO people_subsidiary (id, name, country, version)"
        " VALUES (9001, 'Fixture', 'PE', 1), (9002, 'Fixture too', 'PE', 1)"
    )
    tamper(insert, "people_subsidiary")
    assert len(differences()) == 2
    assert recorded() == ["people_subsidiary: 2 baselines"]
    assert baselines() == [("people_subsidiary", "9001"), ("people_subsidiary", "9002")]
    assert differences() == []
    Subsidiary.objects.filter(pk=9001).update(name="Changed")
    Subsidiary.objects.filter(pk=9002).delete()
    assert differences() == []


def test_columns_that_a_migration_rewrote_are_taken_over(cast):
    recorded()
    Team.objects.filter(slug="core-platform").update(name="Renamed before")
    rewrite("name")
    count = Team.objects.count()
    assert len(differences()) == 2 * count  # the rows, and their history
    assert recorded() == [f"{TABLE}: {count} baselines"]
    told = summary_of(TABLE)
    assert (told["columns"], told["rows"], told["written"]) == (["name"], count, count)
    assert told["before"] != told["after"]
    assert differences() == []
    Team.objects.filter(slug="core-platform").update(name="Renamed after")
    assert differences() == []
    assert recorded() == []


def test_tampering_is_not_taken_over_with_a_migration(cast):
    recorded()
    key = cast.core_platform.pk
    tamper(f"UPDATE {TABLE} SET country = 'PE' WHERE id = {key}", TABLE)
    columns = {field.column for field in Team._meta.concrete_fields}
    names = ", ".join(sorted(columns - {"id", "slug"}))
    insert = (
        f"INSERT INTO {TABLE} (id, slug, {names})"
        f" SELECT 9001, 'ghost', {names} FROM {TABLE} WHERE id = {key}"
    )
    tamper(insert, TABLE)
    rewrite("name")
    recorded()
    told = differences()
    assert len(told) == 2
    assert told[0].startswith(f"{TABLE} {key}: country, name is not")
    assert told[1] == f"{TABLE} 9001: the ledger does not know this row"


def test_a_stop_in_between_is_made_good_by_the_next_run(cast):
    insert = (
        "INSERT INTO people_subsidiary (id, name, country, version)"
        " SELECT 9000 + n, 'Fixture ' || n, 'PE', 1 FROM generate_series(1, 5) n"
    )
    tamper(insert, "people_subsidiary")
    running = record_baselines()
    next(running)
    running.close()
    assert len(baselines()) == 5
    assert recorded() == []
    assert len(baselines()) == 5
    assert differences() == []


def test_more_rows_than_fit_into_one_batch(cast, monkeypatch):
    monkeypatch.setattr("audit.baselines.BATCH", 2)
    insert = (
        "INSERT INTO people_subsidiary (id, name, country, version)"
        " SELECT 9000 + n, 'Fixture ' || n, 'PE', 1 FROM generate_series(1, 5) n"
    )
    with triggers_off("people_subsidiary"), connection.cursor() as cursor:
        cursor.execute(insert)
    recorded()
    assert baselines() == [("people_subsidiary", str(9000 + n)) for n in range(1, 6)]
