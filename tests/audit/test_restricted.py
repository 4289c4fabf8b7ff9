"""Confidential models exist from the start: marked in the outbox, and never with clear text."""

from collections.abc import Iterator

import pytest
from django.apps import apps as all_apps
from django.db import connection, models
from django.test.utils import isolate_apps

from audit.checks import clear_text_columns
from audit.folding import Tracked
from audit.history import History
from audit.models import OutboxEntry
from audit.reconciling import reconcile_table
from audit.rights import Kind, kind_of
from people.models import User
from tests.audit.tampering import tamper


@pytest.fixture(autouse=True)
def _forget_the_isolated_relations() -> Iterator[None]:
    """Models of a test leave relations on the real ones, which Django keeps until it is told."""
    yield
    all_apps.clear_cache()


@isolate_apps("audit")
def test_a_restricted_model_with_a_text_column_is_refused():
    class Note(models.Model):
        text = models.TextField()
        sealed = models.BinaryField()
        history = History(restricted=True)

        class Meta:
            app_label = "audit"

    assert [error.id for error in clear_text_columns(Note)] == ["audit.E002"]


@pytest.mark.django_db
def test_entries_of_a_restricted_model_are_marked():
    with isolate_apps("audit", "people") as apps:
        apps.register_model("people", User)

        class Sealed(models.Model):
            sealed = models.BinaryField()
            history = History(restricted=True)

            class Meta:
                app_label = "audit"

    with connection.schema_editor() as editor:
        editor.create_model(Sealed)
        editor.create_model(Sealed.history.model)
        for model in (Sealed, Sealed.history.model):
            for trigger in model._meta.triggers:
                editor.execute(trigger.compile(model).install_sql, params=None)
    Sealed.objects.create(sealed=b"ciphertext")
    entry = OutboxEntry.objects.get(relation="audit_sealed")
    assert (entry.restricted, entry.after["sealed"]) == (True, "\\x" + b"ciphertext".hex())


@pytest.mark.django_db
def test_rows_of_a_restricted_model_are_reconciled_too():
    with isolate_apps("audit", "people") as apps:
        apps.register_model("people", User)

        class Locked(models.Model):
            sealed = models.BinaryField()
            history = History(restricted=True)

            class Meta:
                app_label = "audit"

    with connection.schema_editor() as editor:
        editor.create_model(Locked)
        editor.create_model(Locked.history.model)
        for model in (Locked, Locked.history.model):
            for trigger in model._meta.triggers:
                editor.execute(trigger.compile(model).install_sql, params=None)
    capture = next(trigger for trigger in Locked._meta.triggers if trigger.name == "capture")
    tracked = Tracked.of(Locked, capture)
    row = Locked.objects.create(sealed=b"ciphertext")
    assert list(reconcile_table(tracked)) == []
    tamper("UPDATE audit_locked SET sealed = 'other'", "audit_locked")
    (found,) = reconcile_table(tracked)
    assert str(found).startswith(f"audit_locked {row.pk}: sealed is not what the ledger says")
    assert kind_of(Locked) == Kind.CONFIDENTIAL
    assert kind_of(Locked.history.model) == Kind.CONFIDENTIAL_HISTORY
