"""The capture outbox: what the triggers saw, waiting to be sealed into the ledger."""

from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.triggers import AppendOnly

SEALER_ROLE = "itsm_sealer"


class TransactionIdField(models.Field):
    """PostgreSQL's 64-bit transaction id: orders and groups entries, never identifies them."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class _TransactionId(models.Func):
    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class _ClockTime(models.Func):
    function = "clock_timestamp"
    output_field = models.DateTimeField()


class _SessionUser(models.Func):
    template = "SESSION_USER"
    output_field = models.CharField()


class Operation(models.TextChoices):
    """What became of the row."""

    INSERT = "I", _("Created")
    UPDATE = "U", _("Changed")
    DELETE = "D", _("Deleted")
    EVENT = "E", _("Event")
    BASELINE = "B", _("Baseline")  # what the row was when no trigger had told


class OutboxEntry(models.Model):
    """One change of one row, or one event, as the database saw it, until the sealer moves it.

    `relation` is a table, or `event:…` for what is no row change (a sign-in, an export).
    `before` and `after` hold the changed columns of an update and the whole row otherwise (a
    baseline in `after`).
    """

    id = models.BigAutoField(primary_key=True)
    transaction = TransactionIdField(db_default=_TransactionId(), editable=False)
    transaction_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    at = models.DateTimeField(_("at"), db_default=_ClockTime(), editable=False)
    relation = models.CharField(_("table or event"), max_length=100)
    operation = models.CharField(_("operation"), max_length=1, choices=Operation)
    key = models.CharField(_("key"), max_length=100, default="", db_default="")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    context = models.JSONField(null=True)
    database_role = models.CharField(
        _("database role"), max_length=63, db_default=_SessionUser(), editable=False
    )
    restricted = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("outbox entry")
        verbose_name_plural = _("outbox entries")
        default_permissions = ()
        triggers = [AppendOnly(except_role=SEALER_ROLE)]

    def __str__(self) -> str:
        return f"{self.pk} {self.relation} {self.operation} {self.key}"
