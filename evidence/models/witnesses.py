"""Who outside holds checkpoints of the ledger, and the proof that they do."""

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from evidence.failure_querysets import OfLedgerQuerySet


class Witness(models.Model):
    """A second party that fetches checkpoints, checks that each continues the last it saw, and says
    so. It signs in with a token of its own, of which only the digest is kept."""

    name = models.CharField(
        _("name"),
        max_length=100,
        unique=True,
        validators=[RegexValidator(r"^[^\s+]+$", _("A name without spaces and plus signs."))],
    )
    vkey = models.CharField(
        _("public key"),
        max_length=300,
        blank=True,
        help_text=_("With which it cosigns; one without stores checkpoints only."),
    )
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    history = History(excluded_fields=["token_digest"])
    objects = OfLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")
        default_permissions = ()
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="evidence_witness_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("added_at")),
            )
        ]

    def __str__(self) -> str:
        return self.name


@pgtrigger.register(AppendOnly())
class WitnessReceipt(models.Model):
    """What a witness answered: its cosignature over a checkpoint, or that it stored it."""

    witness = models.ForeignKey(
        Witness, models.PROTECT, related_name="receipts", verbose_name=_("witness")
    )
    size = models.BigIntegerField(_("entries"))
    receipt = models.TextField(_("receipt"), max_length=2_000)
    at = models.DateTimeField(_("at"), default=timezone.now)

    history = History()
    objects = OfLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt of a witness")
        verbose_name_plural = _("receipts of witnesses")
        default_permissions = ()
        ordering = ("-pk",)
        indexes = [models.Index(name="evidence_receipt_at", fields=["-at"])]
        constraints = [
            models.UniqueConstraint(name="evidence_witnessreceipt_once", fields=["witness", "size"])
        ]

    def __str__(self) -> str:
        return f"{self.witness_id} {self.size}"


@pgtrigger.register(AppendOnly())
class CheckpointPublication(models.Model):
    """A checkpoint that was put where others keep it: a bucket, a mailbox."""

    publisher = models.CharField(_("way"), max_length=50)
    size = models.BigIntegerField(_("entries"))
    place = models.TextField(_("place"), max_length=2_000)
    at = models.DateTimeField(_("at"), default=timezone.now)

    history = History()
    objects = OfLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication of a checkpoint")
        verbose_name_plural = _("publications of checkpoints")
        default_permissions = ()
        ordering = ("-pk",)
        indexes = [models.Index(name="evidence_publication_last", fields=["publisher", "-at"])]
        constraints = [
            models.UniqueConstraint(
                name="evidence_checkpointpublication_once", fields=["publisher", "size"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.publisher} {self.size}"
