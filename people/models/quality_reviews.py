"""Reviews of drawn work, their ratings with what they quote, and disputes about a rating."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from people.models.quality import ReviewedWork
from people.models.rubrics import Criterion
from people.quality.enums import DisputeStatus, QualityReviewStatus
from people.quality.querysets import ReviewQuerySet
from people.quality.triggers import (
    DisputeGoesForward,
    IsOfAnOpenReview,
    ReviewStaysAsSubmitted,
)

_SUBMITTED = Q(status=QualityReviewStatus.SUBMITTED)


class QualityReview(models.Model):
    """One person's review of one piece of work. What is submitted stays; a rating changes by a
    dispute alone, and the score with it."""

    reference = reference_field("QRV")
    work = models.ForeignKey(
        ReviewedWork, models.PROTECT, related_name="reviews", verbose_name=_("reviewed work")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="quality_reviews",
        db_index=False,
        verbose_name=_("reviewer"),
    )
    is_own_work = models.BooleanField(_("of the own work"), default=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=QualityReviewStatus,
        default=QualityReviewStatus.ASSIGNED,
        editable=False,
    )
    due_on = models.DateField(_("due on"))
    statement = models.TextField(
        _("statement"),
        max_length=4_000,
        blank=True,
        help_text=_("In words: a figure alone judges nobody."),
    )
    score = models.DecimalField(
        _("score"), max_digits=5, decimal_places=4, null=True, help_text=_("From 0 to 1.")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality review")
        verbose_name_plural = _("quality reviews")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        triggers = [ReviewStaysAsSubmitted()]
        indexes = [
            models.Index(name="people_qualityreview_queue", fields=["reviewer", "status", "due_on"])
        ]
        constraints = [
            models.UniqueConstraint(name="people_qualityreview_once", fields=["work", "reviewer"]),
            models.CheckConstraint(
                name="people_qualityreview_statuses",
                condition=Q(status__in=QualityReviewStatus.values),
            ),
            models.CheckConstraint(
                name="people_qualityreview_ended",
                condition=Q(status=QualityReviewStatus.ASSIGNED, ended_at__isnull=True)
                | (~Q(status=QualityReviewStatus.ASSIGNED) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="people_qualityreview_says_something",
                condition=(_SUBMITTED & ~Q(statement="")) | (~_SUBMITTED & Q(score__isnull=True)),
            ),
            models.CheckConstraint(
                name="people_qualityreview_score",
                condition=Q(score__isnull=True) | Q(score__range=(0, 1)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class QualityRating(models.Model):
    """What a review says of one criterion. `rating` is empty where it does not apply; `settled` is
    what a dispute made of it."""

    review = models.ForeignKey(
        QualityReview, models.PROTECT, related_name="ratings", db_index=False
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    rating = models.PositiveSmallIntegerField(pgettext_lazy("quality", "rating"), null=True)
    quote = models.TextField(
        pgettext_lazy("quality", "evidence"),
        max_length=2_000,
        blank=True,
        help_text=_("Words of the record that show it."),
    )
    settled = models.PositiveSmallIntegerField(_("after the dispute"), null=True)

    history = History(read_by=("review",))
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("quality", "rating")
        verbose_name_plural = pgettext_lazy("quality", "ratings")
        ordering = ("review", "criterion")
        default_permissions = ()
        triggers = [IsOfAnOpenReview()]
        constraints = [
            models.UniqueConstraint(
                name="people_qualityrating_once", fields=["review", "criterion"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.counted}"

    @property
    def counted(self) -> int | None:
        """The rating that counts."""
        return self.rating if self.settled is None else self.settled


class QualityDispute(models.Model):
    """Somebody does not agree with a rating of their work: they propose another one and say why;
    the reviewer answers, and where they do not agree the arbiter decides. Each has a week."""

    reference = reference_field("QDP")
    rating = models.OneToOneField(
        QualityRating, models.PROTECT, related_name="dispute", verbose_name=_("rating")
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised at"))
    proposed = models.PositiveSmallIntegerField(_("proposed rating"))
    reason = models.TextField(pgettext_lazy("dispute", "reason"), max_length=2_000)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=DisputeStatus,
        default=DisputeStatus.RAISED,
        editable=False,
    )
    due_on = models.DateField(_("due on"))
    answer = models.TextField(_("answer of the reviewer"), max_length=2_000, blank=True)
    decision = models.TextField(_("decision"), max_length=2_000, blank=True)
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
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("quality", "dispute")
        verbose_name_plural = pgettext_lazy("quality", "disputes")
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        triggers = [DisputeGoesForward()]
        indexes = [models.Index(name="people_qualitydispute_due", fields=["status", "due_on"])]
        constraints = [
            models.CheckConstraint(
                name="people_qualitydispute_statuses", condition=Q(status__in=DisputeStatus.values)
            ),
            models.CheckConstraint(
                name="people_qualitydispute_settled_pair",
                condition=Q(status=DisputeStatus.SETTLED, settled_at__isnull=False)
                | (
                    ~Q(status=DisputeStatus.SETTLED)
                    & Q(settled_at__isnull=True, settled_by__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)
