"""Changes of the database's structure become events, where a superuser can arrange that."""

import psycopg
import pytest
from django.db import connection

from audit.models import OutboxEntry
from audit.roles import connected_as
from audit.structure import SCHEMA, watch
from tests.audit.tampering import differences, superuser
from tests.cast import assemble_cast
from tests.roles import connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watched(database_roles):
    """The watch stands in this test's database, and is gone afterwards."""
    assemble_cast()
    owner = connection.settings_dict["USER"]
    with connected_as(superuser()):
        assert watch() is True
        assert watch() is True
    yield owner
    with connected(superuser()) as dba:
        dba.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def noted():
    events = OutboxEntry.objects.filter(relation="event:structure").order_by("pk")
    return [(event.after["command"], event.after["object"]) for event in events]


def test_who_alters_the_structure_leaves_an_event(watched):
    with connected(watched) as owner:
        owner.execute("ALTER TABLE people_team DISABLE TRIGGER USER")
        owner.execute("ALTER TABLE people_team ENABLE TRIGGER USER")
        owner.execute("CREATE TABLE loose (id int)")
        owner.execute("DROP TABLE loose")
        owner.execute("CREATE TEMPORARY TABLE passing (id int)")
    assert noted() == [
        ("ALTER TABLE", "public.people_team"),
        ("ALTER TABLE", "public.people_team"),
        ("CREATE TABLE", "public.loose"),
        ("DROP TABLE", "public.loose"),
    ]
    event = OutboxEntry.objects.filter(relation="event:structure").order_by("pk").first()
    assert event.after["statement"] == "ALTER TABLE people_team DISABLE TRIGGER USER"
    assert event.database_role == watched
    with connected(watched) as owner:
        for (name,) in owner.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'people_team'::regclass"
            " AND NOT tgisinternal"
        ).fetchall():
            owner.execute(f'ALTER TABLE people_team ENABLE ALWAYS TRIGGER "{name}"')


def test_a_watch_that_was_ended_is_missed(watched):
    assert differences() == []
    with connected(superuser()) as dba:
        dba.execute("DROP EVENT TRIGGER itsm_note_made")
    assert differences() == ["database: changes of the structure are no longer noted"]


def test_others_than_a_superuser_cannot_arrange_or_end_it(watched):
    with connected_as("itsm_app"):
        assert watch() is True
    with connected("itsm_app") as own:
        for statement in (
            "ALTER EVENT TRIGGER itsm_note_made DISABLE",
            "DROP EVENT TRIGGER itsm_note_made",
            f"DROP SCHEMA {SCHEMA} CASCADE",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(statement)


def test_without_a_superuser_there_is_none_and_nobody_misses_it(database_roles):
    with connected_as("itsm_app"):
        assert watch() is False
        assert differences() == []
