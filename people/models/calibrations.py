"""Calibrations: the same work, rated by several reviewers, none of whom sees the others' ratings
before all have rated. They count in nobody's score: they tell how far reviewers agree."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from people.calibration.enums import CalibrationStatus as S
from people.calibration.querysets import CalibrationQuerySet, CalibrationRatingQuerySet
from people.calibration.triggers import (
    GoesFromBlindToClosed,
    IsChosenAtTheStart,
    IsRatedBlind,
    RatesOnce,
)
from people.models.quality import QualityPlan
from people.models.rubrics import Criterion, Rubric
from people.models.teams import Person


class Calibration(models.Model):
    """One session in which the reviewers of a plan rate the same pieces of work by its rubric."""

    reference = reference_field("CAL")
    plan = models.ForeignKey(
        QualityPlan,
        models.PROTECT,
        related_name="calibrations",
        verbose_name=_("quality plan"),
    )
    rubric = models.ForeignKey(
        Rubric, models.PROTECT, related_name="calibrations", verbose_name=_("rubric")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=S, default=S.RATING, editable=False
    )
    due_on = models.DateField(_("due on"))
    started_at = models.DateTimeField(_("started at"), editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("started by"),
    )
    revealed_at = models.DateTimeField(_("revealed at"), null=True, editable=False)
    summary = models.TextField(
        _("what was agreed on"),
        max_length=4_000,
        blank=True,
        help_text=_("How the criteria that were read differently are to be read from now on."),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = CalibrationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("quality", "calibration")
        verbose_name_plural = pgettext_lazy("quality", "calibrations")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [GoesFromBlindToClosed()]
        indexes = [models.Index(name="people_calibration_queue", fields=["status", "due_on"])]
        constraints = [
            models.UniqueConstraint(
                name="people_calibration_one_at_a_time",
                fields=["plan"],
                condition=Q(status__in=[S.RATING, S.REVEALED]),
            ),
            models.CheckConstraint(
                name="people_calibration_closed_pair",
                condition=Q(
                    status__in=[S.RATING, S.REVEALED],
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                )
                | Q(
                    status__in=[S.CLOSED, S.CANCELLED],
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="people_calibration_revealed",
                condition=Q(status__in=[S.RATING, S.CANCELLED], revealed_at__isnull=True)
                | Q(status__in=[S.REVEALED, S.CLOSED], revealed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="people_calibration_says_what_was_agreed",
                condition=~Q(status=S.CLOSED) | ~Q(summary=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class CalibrationPiece(models.Model):
    """One piece of work that all of them rate."""

    calibration = models.ForeignKey(
        Calibration, models.PROTECT, related_name="pieces", db_index=False
    )
    reference = models.CharField(_("reference"), max_length=30)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))

    history = History(read_by=("calibration",))

    class Meta:
        verbose_name = _("piece of a calibration")
        verbose_name_plural = _("pieces of calibrations")
        ordering = ("calibration", "pk")
        default_permissions = ()
        triggers = [IsChosenAtTheStart()]
        constraints = [
            models.UniqueConstraint(
                name="people_calibrationpiece_once", fields=["calibration", "reference"]
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CalibrationRater(models.Model):
    """Somebody who rates, until all is rated or they are left out."""

    calibration = models.ForeignKey(
        Calibration, models.PROTECT, related_name="raters", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calibration_parts",
        verbose_name=_("reviewer"),
    )
    done_at = models.DateTimeField(_("rated everything at"), null=True, editable=False)
    left_out_at = models.DateTimeField(_("left out at"), null=True, editable=False)

    history = History(read_by=("calibration",))

    class Meta:
        verbose_name = _("rater of a calibration")
        verbose_name_plural = _("raters of calibrations")
        ordering = ("calibration", "pk")
        default_permissions = ()
        triggers = [RatesOnce()]
        constraints = [
            models.UniqueConstraint(
                name="people_calibrationrater_once", fields=["calibration", "user"]
            ),
            models.CheckConstraint(
                name="people_calibrationrater_one_end",
                condition=Q(done_at__isnull=True) | Q(left_out_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class CalibrationRating(models.Model):
    """What a rater makes of one criterion of one piece. Empty: it does not apply."""

    rater = models.ForeignKey(
        CalibrationRater, models.PROTECT, related_name="ratings", db_index=False
    )
    piece = models.ForeignKey(CalibrationPiece, models.PROTECT, related_name="ratings")
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    rating = models.PositiveSmallIntegerField(pgettext_lazy("quality", "rating"), null=True)
    note = models.TextField(
        pgettext_lazy("quality", "why"),
        max_length=2_000,
        blank=True,
        help_text=_("What in the record shows it."),
    )

    history = History(read_by=("rater",))
    objects = CalibrationRatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating of a calibration")
        verbose_name_plural = _("ratings of calibrations")
        ordering = ("rater", "piece", "criterion")
        default_permissions = ()
        triggers = [IsRatedBlind()]
        constraints = [
            models.UniqueConstraint(
                name="people_calibrationrating_once", fields=["rater", "piece", "criterion"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.rating}"
