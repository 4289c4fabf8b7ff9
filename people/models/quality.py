"""Whose work is reviewed, by whom and how much of it: plans, their draws, and what was drawn."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from audit.triggers import AppendOnly
from core.references import reference_field
from people.models.rubrics import Rubric
from people.models.teams import Person, Team
from people.quality.querysets import ExternalScoreQuerySet, PlanQuerySet, WorkQuerySet
from people.quality.triggers import IsNotOfTheArbiter, IsRevealedOnce, StaysWithItsTeam

PER_PERSON, REVIEWS_EACH, DAYS = (1, 20), (1, 3), (3, 60)


def _between(ends: tuple[int, int]) -> list[object]:
    return [MinValueValidator(ends[0]), MaxValueValidator(ends[1])]


class QualityPlan(models.Model):
    """Of a team's work so many pieces of each person are drawn every month and reviewed."""

    reference = reference_field("QPL")
    title = models.CharField(_("title"), max_length=120)
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="quality_plans", verbose_name=_("team")
    )
    source = models.SlugField(pgettext_lazy("quality", "work"), max_length=40)
    rubric_key = models.SlugField(
        _("rubric"), max_length=40, help_text=_("Each draw takes the version that is in force.")
    )
    per_person = models.PositiveSmallIntegerField(
        _("pieces of each person"), default=4, validators=_between(PER_PERSON)
    )
    reviews_each = models.PositiveSmallIntegerField(
        _("reviews of each piece"),
        default=1,
        validators=_between(REVIEWS_EACH),
        help_text=_("Reviewers see nothing of each other until all have submitted."),
    )
    days = models.PositiveSmallIntegerField(
        _("days to review"), default=14, validators=_between(DAYS)
    )
    has_self_review = models.BooleanField(_("people review their own work, too"), default=False)
    shows_scores = models.BooleanField(
        _("shows scores of machines"),
        default=False,
        help_text=_("As a second opinion beside the reviews, never in their place."),
    )
    arbiter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("arbiter"),
        help_text=_("Decides disputes that reviewers and people do not settle."),
    )
    is_active = models.BooleanField(_("draws every month"), default=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality plan")
        verbose_name_plural = _("quality plans")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [StaysWithItsTeam()]
        constraints = [
            models.UniqueConstraint(
                name="people_qualityplan_once",
                fields=["team", "source", "rubric_key"],
                condition=Q(is_active=True),
                violation_error_message=_("This team's work is drawn for this rubric already."),
            ),
            models.CheckConstraint(
                name="people_qualityplan_sizes",
                condition=Q(per_person__range=PER_PERSON)
                & Q(reviews_each__range=REVIEWS_EACH)
                & Q(days__range=DAYS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class QualityReviewer(models.Model):
    """Somebody who reviews for a plan."""

    plan = models.ForeignKey(QualityPlan, models.PROTECT, related_name="reviewers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )

    history = History(read_by=("plan",))

    class Meta:
        verbose_name = _("reviewer of a plan")
        verbose_name_plural = _("reviewers of plans")
        default_permissions = ()
        triggers = [IsNotOfTheArbiter()]
        constraints = [
            models.UniqueConstraint(name="people_qualityreviewer_once", fields=["plan", "user"]),
        ]

    def __str__(self) -> str:
        return str(self.user)


class QualityDraw(models.Model):
    """What was drawn for a month, with all that it takes to draw it again: the population as it
    was, line by line, its hash, the seed and the size."""

    reference = reference_field("QDR")
    plan = models.ForeignKey(QualityPlan, models.PROTECT, related_name="draws", db_index=False)
    rubric = models.ForeignKey(
        Rubric, models.PROTECT, related_name="draws", verbose_name=_("rubric")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    size = models.PositiveSmallIntegerField(_("pieces of each person"))
    seed = models.CharField(_("seed"), max_length=64)
    population = models.TextField(_("population"))
    population_hash = models.CharField(_("hash of the population"), max_length=64)
    drawn_at = models.DateTimeField(_("drawn at"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("drawn by"),
    )

    history = History()
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ("-pk",)
        default_permissions = ("view",)
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(name="people_qualitydraw_once", fields=["plan", "month"]),
            models.CheckConstraint(name="people_qualitydraw_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class ReviewedWork(models.Model):
    """One piece of somebody's work that was drawn. Its reviews are shown to others from the moment
    on at which all were submitted."""

    draw = models.ForeignKey(
        QualityDraw, models.PROTECT, related_name="works", db_index=False, verbose_name=_("draw")
    )
    reference = models.CharField(_("reference"), max_length=30, db_index=True)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="reviewed_work", verbose_name=_("person")
    )
    stratum = models.CharField(_("stratum"), max_length=80)
    revealed_at = models.DateTimeField(_("revealed at"), null=True)

    history = History(read_by=("draw",))
    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewed work")
        verbose_name_plural = _("reviewed work")
        ordering = ("-pk",)
        default_permissions = ()
        triggers = [IsRevealedOnce()]
        constraints = [
            models.UniqueConstraint(name="people_reviewedwork_once", fields=["draw", "reference"]),
        ]

    def __str__(self) -> str:
        return self.reference


class ExternalScore(models.Model):
    """What a machine or a survey made of a record: a second opinion, never a review."""

    reference = models.CharField(_("reference"), max_length=30)
    source = models.SlugField(_("source"), max_length=40, help_text=_("Such as csat, sentiment."))
    model = models.CharField(_("model"), max_length=80)
    model_version = models.CharField(_("version of the model"), max_length=40)
    score = models.DecimalField(
        _("score"), max_digits=5, decimal_places=4, help_text=_("From 0 to 1.")
    )
    explanation = models.TextField(_("explanation"), max_length=4_000)
    scored_at = models.DateTimeField(_("scored at"))
    given_at = models.DateTimeField(_("given at"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by")
    )

    history = History()
    objects = ExternalScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("external score")
        verbose_name_plural = _("external scores")
        ordering = ("-pk",)
        default_permissions = ("add",)
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(
                name="people_externalscore_once",
                fields=["reference", "source", "model", "model_version"],
                violation_error_message=_("This version of the model scored this record already."),
            ),
            models.CheckConstraint(
                name="people_externalscore_range", condition=Q(score__range=(0, 1))
            ),
            models.CheckConstraint(
                name="people_externalscore_times", condition=Q(scored_at__lte=F("given_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.source}"
