"""Failures of the audit trail's own controls: what failed, from when to when, and what came of it.

PCI DSS 10.7.1 to 10.7.3 ask for this of every critical control, logging among them.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from core.references import reference_field
from evidence.enums import FailureKind, FailureStatus
from evidence.failure_querysets import ControlFailureQuerySet
from evidence.failure_triggers import StaysAsSettled

EXPLANATIONS = ("cause", "missed", "risk_decision", "fix")


@pgtrigger.register(StaysAsSettled())
class ControlFailure(models.Model):
    """One time that a control did not hold. Opened and ended by what watches the control; settled
    by a person who says why, what was missed, what is decided about the risk, and what was mended.
    """

    reference = reference_field("CFL")
    kind = models.CharField(_("control"), max_length=16, choices=FailureKind, editable=False)
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=FailureStatus,
        default=FailureStatus.OPEN,
        editable=False,
    )
    found = models.TextField(_("what was found"), max_length=5_000, editable=False)
    started_at = models.DateTimeField(_("started at"), editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    cause = models.TextField(_("cause"), max_length=5_000, blank=True, default="")
    missed = models.TextField(_("what was missed"), max_length=5_000, blank=True, default="")
    risk_decision = models.TextField(
        _("decision about the risk"), max_length=5_000, blank=True, default=""
    )
    fix = models.TextField(_("what was mended"), max_length=5_000, blank=True, default="")
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("settled by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ControlFailureQuerySet.as_manager()

    class Meta:
        verbose_name = _("control failure")
        verbose_name_plural = _("control failures")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        indexes = [
            models.Index(name="evidence_failure_queue", fields=["status", "-id"]),
            models.Index(name="evidence_failure_kind", fields=["kind", "-id"]),
            models.Index(name="evidence_failure_started", fields=["started_at", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="evidence_controlfailure_lasts_once",
                fields=["kind"],
                condition=Q(status=FailureStatus.OPEN),
            ),
            models.CheckConstraint(
                name="evidence_controlfailure_statuses",
                condition=Q(status__in=FailureStatus.values),
            ),
            models.CheckConstraint(
                name="evidence_controlfailure_ended_when_not_open",
                condition=Q(status=FailureStatus.OPEN, ended_at=None)
                | ~Q(status=FailureStatus.OPEN)
                & Q(ended_at__isnull=False, ended_at__gte=models.F("started_at")),
            ),
            models.CheckConstraint(
                name="evidence_controlfailure_settled_pair",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_controlfailure_settled_with_explanations",
                condition=~Q(status=FailureStatus.SETTLED) & Q(settled_at=None)
                | Q(status=FailureStatus.SETTLED, settled_at__isnull=False)
                & ~Q(cause__regex=r"^\s*$")
                & ~Q(missed__regex=r"^\s*$")
                & ~Q(risk_decision__regex=r"^\s*$")
                & ~Q(fix__regex=r"^\s*$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"
