"""What may be erased, by whose word, and what must not be: the eraser reads nothing else."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.erasing_triggers import IsTakenBackOnce, NeedsThreePersons
from audit.history import History


class ErasureKind(models.TextChoices):
    """The two steps of Mexican law: kept where nobody reads it, then destroyed."""

    BLOCK = "block", _("Block")
    SUPPRESS = "suppress", _("Suppress")


class ErasureWarrant(models.Model):
    """What three persons, one who asked and two who approved, let the eraser do once.

    `targets` name rows and columns with what takes the values' place: never the values.
    """

    code = models.UUIDField(_("code"), default=uuid4, unique=True, editable=False)
    request = models.CharField(_("request"), max_length=30)
    kind = models.CharField(_("kind"), max_length=10, choices=ErasureKind)
    ground = models.CharField(_("legal ground"), max_length=300)
    targets = models.JSONField(_("targets"))
    files = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    used_at = models.DateTimeField(_("carried out at"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("warrant to erase")
        verbose_name_plural = _("warrants to erase")
        ordering = ("pk",)
        default_permissions = ()
        triggers = [NeedsThreePersons()]
        indexes = [
            models.Index(
                name="audit_erasurewarrant_waiting",
                fields=["id"],
                condition=Q(used_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.kind}"


class LegalHold(models.Model):
    """A row that must stay as it is while a dispute or an inquiry lasts: no erasure, no end of
    retention touches it."""

    relation = models.CharField(_("table"), max_length=100)
    key = models.CharField(_("key"), max_length=100)
    label = models.CharField(_("record"), max_length=100)
    reason = models.CharField(_("reason"), max_length=300)
    placed_at = models.DateTimeField(_("placed at"), default=timezone.now)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    history = History()

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ("-pk",)
        default_permissions = ()
        triggers = [IsTakenBackOnce()]
        constraints = [
            models.UniqueConstraint(
                name="audit_legalhold_one_in_force",
                fields=["relation", "key"],
                condition=Q(lifted_at__isnull=True),
                violation_error_message=_("This record is held already."),
            ),
            models.CheckConstraint(
                name="audit_legalhold_lifted_pair",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label
