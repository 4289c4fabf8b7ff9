"""The monthly score of the 1-5-10 mandate, frozen, and the path of targets it is held against."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Func, Q, Value
from django.utils.translation import gettext_lazy as _

from audit.history import History
from audit.triggers import AppendOnly
from incidents.querysets import MonthlyScoreQuerySet, TargetStepQuerySet
from sla.enums import MandateMetric


class TargetStep(models.Model):
    """From a month on, what share of the incidents is to meet a target of the mandate."""

    metric = models.CharField(_("metric"), max_length=15, choices=MandateMetric)
    month = models.DateField(_("from the month"), help_text=_("Its first day."))
    share = models.DecimalField(
        _("share within the target, %"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = TargetStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of the target path")
        verbose_name_plural = _("target path")
        ordering = ("month", "metric")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                name="incidents_targetstep_once",
                fields=["month", "metric"],
                violation_error_message=_("This metric has a step in this month already."),
            ),
            models.CheckConstraint(
                name="incidents_targetstep_share", condition=Q(share__gte=0, share__lte=100)
            ),
            models.CheckConstraint(
                name="incidents_targetstep_first_day",
                condition=Q(month__day=1),
                violation_error_message=_("Give the first day of a month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_metric_display()}"  # type: ignore[call-overload]  # -- of the stubs


class MonthlyScore(models.Model):
    """How a month's incidents met the mandate, as it was known at a moment: by team, country and
    altogether. Number 0 is what was frozen when the month had closed; the others say what later
    corrections made of it."""

    month = models.DateField(_("month"), help_text=_("Its first day."))
    number = models.PositiveIntegerField(_("number"), help_text=_("0 is what was frozen."))
    known_at = models.DateTimeField(_("as known at"))
    content = models.TextField(_("content"))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256 of its content."))

    history = History()
    objects = MonthlyScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly score")
        verbose_name_plural = _("monthly scores")
        ordering = ("-month", "number")
        default_permissions = ()
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(
                name="incidents_monthlyscore_numbers", fields=["month", "number"]
            ),
            models.CheckConstraint(
                name="incidents_monthlyscore_first_day", condition=Q(month__day=1)
            ),
            models.CheckConstraint(
                name="incidents_monthlyscore_digest",
                condition=Q(
                    digest=Func(
                        Func(
                            Func("content", Value("UTF8"), function="convert_to"),
                            function="sha256",
                        ),
                        Value("hex"),
                        function="encode",
                        output_field=models.TextField(),
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} ({self.number})"
