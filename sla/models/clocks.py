"""The clocks of a life as they were last laid, and the thresholds that have fired."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.history import History
from sla.enums import ClockState, Metric
from sla.models.agreements import Agreement, AgreementVersion
from sla.models.lives import Life
from sla.replay import THRESHOLDS

# What a clock can be that does not change by waiting. Whether it runs late is asked of `due_at`.
LAID_STATES = [state for state in ClockState if state != ClockState.LATE]
_STOPPED = [ClockState.MET, ClockState.BREACHED, ClockState.DROPPED]


class LifeClock(models.Model):
    """A clock of a life as it follows from the events: only what stays true while nothing happens.
    It has counted `elapsed_before` and, while it runs, the working time from `runs_from` on."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="clocks", db_index=False)
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("agreement"),
    )
    agreement_version = models.ForeignKey(
        AgreementVersion, models.PROTECT, related_name="clocks", verbose_name=_("version")
    )
    metric = models.CharField(_("metric"), max_length=15, choices=Metric)
    round = models.PositiveIntegerField(_("round"), default=0)
    priority = models.PositiveSmallIntegerField(_("priority"), null=True)
    target = models.DurationField(_("target"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(state.value, state.label) for state in LAID_STATES],
        editable=False,
    )
    started_at = models.DateTimeField(_("started at"))
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    runs_from = models.DateTimeField(_("runs since"), null=True)
    elapsed_before = models.DurationField(_("used before"))
    due_at = models.DateTimeField(_("due at"), null=True)
    reached_at = ArrayField(
        models.DateTimeField(null=True),
        size=len(THRESHOLDS),
        verbose_name=_("thresholds"),
        help_text=_("When each threshold falls due, in their order."),
    )
    next_percent = models.PositiveSmallIntegerField(_("next threshold"), null=True)
    next_due_at = models.DateTimeField(_("falls due at"), null=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ("life", "agreement", "metric", "round")
        default_permissions = ()
        indexes = [
            models.Index(
                name="sla_lifeclock_falls_due",
                fields=["next_due_at"],
                condition=Q(next_due_at__isnull=False),
            ),
            models.Index(
                name="sla_lifeclock_breaches",
                fields=["due_at"],
                condition=Q(state=ClockState.RUNNING),
            ),
            models.Index(
                name="sla_lifeclock_stopped_of",
                fields=["agreement", "stopped_at"],
                condition=Q(stopped_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="sla_lifeclock_once", fields=["life", "agreement", "metric", "round"]
            ),
            models.CheckConstraint(
                name="sla_lifeclock_runs",
                condition=Q(state=ClockState.RUNNING, runs_from__isnull=False)
                | ~Q(state=ClockState.RUNNING) & Q(runs_from__isnull=True),
            ),
            models.CheckConstraint(
                name="sla_lifeclock_stopped",
                condition=Q(state__in=_STOPPED, stopped_at__isnull=False)
                | ~Q(state__in=_STOPPED) & Q(stopped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="sla_lifeclock_next_pair",
                condition=Q(next_percent__isnull=True, next_due_at__isnull=True)
                | Q(next_percent__in=THRESHOLDS, next_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.get_state_display()}"


class FiredThreshold(models.Model):
    """A share of a clock's target that was used up, and that this was told. Where a correction
    shows later that it was not so, it is withdrawn and stays readable."""

    life = models.ForeignKey(Life, models.PROTECT, related_name="fired_thresholds", db_index=False)
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("agreement"),
    )
    metric = models.CharField(_("metric"), max_length=15, choices=Metric)
    round = models.PositiveIntegerField(_("round"), default=0)
    percent = models.PositiveSmallIntegerField(_("percent"))
    target = models.DurationField(_("target"))
    due_at = models.DateTimeField(_("fell due at"))
    fired_at = models.DateTimeField(_("fired at"), db_default=Now())
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    history = History()

    class Meta:
        verbose_name = _("fired threshold")
        verbose_name_plural = _("fired thresholds")
        ordering = ("due_at", "pk")
        default_permissions = ()
        indexes = [models.Index(name="sla_firedthreshold_of_life", fields=["life", "due_at"])]
        constraints = [
            models.UniqueConstraint(
                name="sla_firedthreshold_once",
                fields=["life", "agreement", "metric", "round", "percent"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="sla_firedthreshold_percent", condition=Q(percent__in=THRESHOLDS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.percent} %"
