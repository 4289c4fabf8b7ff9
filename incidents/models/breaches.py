"""Why targets of the 1-5-10 mandate were missed, in codes that an administrator keeps."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.history import History
from incidents.models.incidents import Incident
from incidents.querysets import BreachReasonQuerySet
from sla.enums import MandateMetric


class BreachReason(models.Model):
    """Something that makes targets be missed, in both languages of the product."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_es = models.CharField(_("name in Spanish"), max_length=100)
    is_offered = models.BooleanField(
        _("offered"),
        default=True,
        help_text=_("What is no longer offered stays where it was told."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = BreachReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason for missing a target")
        verbose_name_plural = _("reasons for missing a target")
        ordering = ("code",)
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name_es if (get_language() or "").startswith("es") else self.name_en


class TargetBreach(models.Model):
    """Why a target of the mandate was missed in an incident, as a lead of its team says."""

    incident = models.ForeignKey(
        Incident,
        models.PROTECT,
        related_name="breaches",
        db_index=False,
        verbose_name=_("incident"),
    )
    metric = models.CharField(_("metric"), max_length=15, choices=MandateMetric)
    reason = models.ForeignKey(
        BreachReason, models.PROTECT, related_name="breaches", verbose_name=_("reason")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    told_at = models.DateTimeField(_("told at"))
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("told by"),
    )

    history = History(read_by=("incident",))

    class Meta:
        verbose_name = _("missed target")
        verbose_name_plural = _("missed targets")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="incidents_targetbreach_once", fields=["incident", "metric"]
            ),
            models.CheckConstraint(
                name="incidents_targetbreach_metrics",
                condition=models.Q(metric__in=MandateMetric.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.metric}"
