"""The ledger: what was sealed, entry by entry, and how far the sealer has come."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.lookups import GreaterThan, LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models.outbox import Operation, TransactionIdField
from audit.querysets import LedgerEntryQuerySet
from audit.triggers import AppendOnly

_WAITED = F("sealed_at") - F("at")
SEALED_LATE = Q(GreaterThan(_WAITED, timedelta(minutes=15)))
"""It had waited for the sealer for longer than anything should."""
SEALED_TOO_EARLY = Q(LessThan(_WAITED, timedelta(seconds=-5)))
"""By its own word it was written after it was sealed: a clock was set back."""


class LedgerEntry(models.Model):
    """One sealed entry: a leaf of the tree, and the readable copy of what it commits to.

    `envelope` is the text that was hashed. The values stand beside it, with the `secret` their
    salts derive from (`audit.ledger.envelope`): both can be destroyed, the envelope proves on.
    """

    index = models.BigIntegerField("#", primary_key=True)
    entry = models.BigIntegerField(_("outbox entry"), unique=True)
    transaction = TransactionIdField(_("transaction"))
    transaction_at = models.DateTimeField(_("transaction began at"))
    at = models.DateTimeField(_("at"))
    sealed_at = models.DateTimeField(_("sealed at"))
    relation = models.CharField(_("table or event"), max_length=100)
    operation = models.CharField(_("operation"), max_length=1, choices=Operation)
    key = models.CharField(_("key"), max_length=100)
    sequence = models.BigIntegerField(
        _("number"), help_text=_("Counts the entries of one row from 1, without a gap.")
    )
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor = models.CharField(_("actor"), max_length=150)
    action = models.CharField(_("action"), max_length=100)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    context = models.JSONField(null=True)
    database_role = models.CharField(_("database role"), max_length=63)
    restricted = models.BooleanField()
    envelope = models.TextField(_("envelope"))
    secret = models.BinaryField(null=True)
    hash = models.BinaryField(_("hash"))
    # Once values were erased: the salts of those that stay, for there is no secret any more; which
    # names went, whether they are blocked or gone, and by which request.
    erasure = models.JSONField(null=True)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("entries of the audit trail")
        default_permissions = ("view",)
        ordering = ("-index",)
        indexes = [
            models.Index(name="audit_ledgerentry_at", fields=["at", "index"]),
            models.Index(name="audit_ledgerentry_account", fields=["actor_id", "at", "index"]),
            models.Index(name="audit_ledgerentry_actor", fields=["actor", "at", "index"]),
            models.Index(name="audit_ledgerentry_action", fields=["action", "at", "index"]),
            models.Index(name="audit_ledgerentry_relation", fields=["relation", "at", "index"]),
            models.Index(KT("context__request"), name="audit_ledgerentry_request"),
            models.Index(
                name="audit_ledgerentry_events",
                fields=["at", "index"],
                condition=Q(operation=Operation.EVENT),
            ),
            models.Index(
                name="audit_ledgerentry_deletions",
                fields=["at", "index"],
                condition=Q(operation=Operation.DELETE),
            ),
            models.Index(
                name="audit_ledgerentry_unsigned",
                fields=["at", "index"],
                condition=Q(context__isnull=True),
            ),
            # What is looked for as an exception, and hardly ever there.
            models.Index(name="audit_ledgerentry_late", fields=["at"], condition=SEALED_LATE),
            models.Index(name="audit_ledgerentry_early", fields=["at"], condition=SEALED_TOO_EARLY),
        ]
        constraints = [
            models.UniqueConstraint(
                name="audit_ledgerentry_dense", fields=["relation", "key", "sequence"]
            ),
            models.CheckConstraint(
                name="audit_ledgerentry_counts",
                condition=Q(index__gte=0, sequence__gte=1),
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.pk} {self.relation} {self.operation} {self.key}"


class LedgerHead(models.Model):
    """The log's name and how far the sealer has come. One row; whoever seals locks it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    origin = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    frontier = ArrayField(models.BinaryField(), default=list)

    class Meta:
        verbose_name = _("head of the ledger")
        verbose_name_plural = _("heads of the ledger")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="audit_ledgerhead_only_one", condition=Q(id=1)),
            models.CheckConstraint(name="audit_ledgerhead_counts", condition=Q(size__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.size}"


class SignedCheckpoint(models.Model):
    """The ledger at one size, as its signer signed it: a C2SP signed note. The frontier lets a
    proof start here, without the leaves before."""

    size = models.BigIntegerField(_("entries"), primary_key=True)
    root = models.BinaryField(_("root"))
    frontier = ArrayField(models.BinaryField(), default=list)
    note = models.TextField(_("signed note"))
    made_at = models.DateTimeField(_("signed at"), default=timezone.now)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        default_permissions = ("view",)
        ordering = ("-size",)
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.size}"
