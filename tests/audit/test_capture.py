"""No write path escapes: each leaves one history row and one outbox row, in its own transaction."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, transaction

from audit.context import acting
from audit.models import OutboxEntry
from incidents import services
from incidents.models import Incident
from people.models import Subsidiary, User
from tests.factories import an_incident

pytestmark = pytest.mark.django_db


class Written:
    """The history and outbox rows that a block leaves behind for one table."""

    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.history_before = set(self.model.history.values_list("history_id", flat=True))
        self.outbox_before = (
            OutboxEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        )
        return self

    def __exit__(self, *error):
        new = self.model.history.exclude(history_id__in=self.history_before)
        self.history = list(new.order_by("history_id"))
        self.outbox = list(
            OutboxEntry.objects.filter(
                pk__gt=self.outbox_before, relation=self.model._meta.db_table
            ).order_by("pk")
        )


def raw_sql(incident):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET title = 'new' WHERE id = %s", [incident.pk])


def queryset_update(incident):
    Incident.objects.filter(pk=incident.pk).update(title="new")


def bulk_update(incident):
    incident.title = "new"
    Incident.objects.bulk_update([incident], ["title"])


def model_save(incident):
    incident.title = "new"
    incident.save()


@pytest.mark.parametrize("write", [raw_sql, queryset_update, bulk_update, model_save])
def test_every_way_to_update_leaves_one_row_each(cast, write):
    incident = an_incident(cast, title="old")
    with Written(Incident) as written:
        write(incident)
    [history], [outbox] = written.history, written.outbox
    assert (history.history_type, history.title) == ("~", "new")
    assert (outbox.operation, outbox.before, outbox.after) == (
        "U",
        {"title": "old", "version": 1},
        {"title": "new", "version": 2},
    )


def test_bulk_create_and_delete_leave_whole_rows():
    with Written(Subsidiary) as written:
        Subsidiary.objects.bulk_create([Subsidiary(name=name, country="MX") for name in "AB"])
        Subsidiary.objects.filter(name="A").delete()
    assert [h.history_type for h in written.history] == ["+", "+", "-"]
    assert [(o.operation, (o.after or o.before)["name"]) for o in written.outbox] == [
        ("I", "A"),
        ("I", "B"),
        ("D", "A"),
    ]


def test_an_update_that_changes_nothing_leaves_nothing(cast):
    incident = an_incident(cast)
    with Written(Incident) as written:
        incident.save()
        Incident.objects.filter(pk=incident.pk).update(title=incident.title)
    incident.refresh_from_db()
    assert (written.history, written.outbox, incident.version) == ([], [], 1)


def test_what_is_rolled_back_leaves_nothing(cast):
    incident = an_incident(cast)
    with Written(Incident) as written, pytest.raises(ZeroDivisionError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(title="gone")
        raise ZeroDivisionError
    assert (written.history, written.outbox) == ([], [])


def test_who_and_why_travel_with_the_write(cast):
    incident = an_incident(cast)
    with Written(Incident) as written:
        services.cancel_incident(incident, actor=cast.agent_l1, note="100% false alarm")
    [line] = written.history
    assert (line.history_user, line.history_actor, line.history_action) == (
        cast.agent_l1,
        "agent_l1",
        "incident.cancel",
    )
    assert line.history_change_reason == "100% false alarm"
    assert written.outbox[0].context == {
        "actor": cast.agent_l1.pk,
        "name": "agent_l1",
        "action": "incident.cancel",
        "reason": "100% false alarm",
    }


def test_the_context_survives_a_rolled_back_savepoint_and_ends_with_its_block(cast):
    incident = an_incident(cast)
    with Written(Incident) as written:
        with acting(reason="inside"), transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                Incident.objects.filter(pk=incident.pk).update(title="lost")
                raise ZeroDivisionError
            Incident.objects.filter(pk=incident.pk).update(title="kept")
        Incident.objects.filter(pk=incident.pk).update(title="outside")
    assert [line.history_change_reason for line in written.history] == ["inside", None]


def test_a_write_that_nobody_signed_is_recorded_as_the_database_role(cast):
    incident = an_incident(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        role = cursor.fetchone()[0]
    with Written(Incident) as written:
        raw_sql(incident)
    assert (written.history[0].history_actor, written.history[0].history_role) == ("", role)
    assert (written.outbox[0].context, written.outbox[0].database_role) == (None, role)


@pytest.mark.parametrize("table", ["incidents_historicalincident", "audit_outboxentry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_history_and_outbox_are_append_only(cast, table, statement):
    an_incident(cast)
    column = "title" if "historical" in table else "relation"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table, column, column))


CAPTURE = next(t for t in Incident._meta.triggers if t.name == "capture").get_pgid(Incident)


@pytest.mark.parametrize(
    "setting", ["session_replication_role = replica", f"pgtrigger.ignore = '{{{CAPTURE}}}'"]
)
def test_no_session_setting_switches_the_capture_off(cast, setting):
    incident = an_incident(cast)
    with Written(Incident) as written, connection.cursor() as cursor:
        # Only a superuser may play a replica; for any other role the refusal is the answer.
        with suppress(DatabaseError), transaction.atomic():
            cursor.execute(f"SET LOCAL {setting}")
        raw_sql(incident)
        with suppress(DatabaseError), transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = origin")
    assert len(written.history) == len(written.outbox) == 1


def test_a_password_reaches_neither_history_nor_outbox(cast):
    with Written(User) as written:
        User.objects.filter(pk=cast.agent_l1.pk).update(password="argon2$secret", is_active=False)
    assert "secret" not in str([vars(row) for row in (*written.history, *written.outbox)])
    assert written.outbox[0].after == {"is_active": False, "version": 2 + _versions(cast) - 1}


def _versions(cast):
    return cast.agent_l1.version


def test_values_are_rendered_alike_whatever_the_session_is_set_to(cast):
    incident = an_incident(cast)
    with Written(Incident) as written, connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Asia/Tokyo'")
        cursor.execute("SET LOCAL datestyle = 'German'")
        cursor.execute(
            "UPDATE incidents_incident SET opened_at = '2026-01-02 03:04:05+00' WHERE id = %s",
            [incident.pk],
        )
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
    assert written.outbox[0].after["opened_at"] == "2026-01-02T03:04:05+00:00"
