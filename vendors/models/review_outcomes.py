"""What service reviews lead to: actions of both sides, and plans by which weak figures improve."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from vendors.models.scorecards import FIGURE, ScoreKpi
from vendors.models.service_reviews import ServiceReview
from vendors.reviews.enums import ActionStatus, PlanStatus
from vendors.reviews.querysets import PlanQuerySet, ReviewActionQuerySet
from vendors.reviews.triggers import StaysAsAgreed, StaysAsVerified


class ReviewAction(models.Model):
    """What somebody of ours, or of the vendor, does until a day because a review agreed on it."""

    review = models.ForeignKey(ServiceReview, models.PROTECT, related_name="actions")
    what = models.CharField(pgettext_lazy("action of a review", "what"), max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("action of a review", "owner"),
    )
    contact = models.CharField(_("person of the vendor"), max_length=150, blank=True)
    due_on = models.DateField(_("due on"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ActionStatus,
        default=ActionStatus.OPEN,
        editable=False,
    )
    note = models.TextField(_("evidence"), max_length=2_000, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reported by"),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("verified by"),
    )

    history = History(read_by=("review",))
    objects = ReviewActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action of a service review")
        verbose_name_plural = _("actions of service reviews")
        ordering = ("due_on", "pk")
        default_permissions = ()
        triggers = [StaysAsVerified()]
        constraints = [
            models.CheckConstraint(
                name="vendors_reviewaction_statuses", condition=Q(status__in=ActionStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_reviewaction_is_somebodys",
                condition=Q(owner__isnull=False, contact="")
                | (Q(owner__isnull=True) & ~Q(contact="")),
                violation_error_message=_("Name somebody of ours or of the vendor, not both."),
            ),
            models.CheckConstraint(
                name="vendors_reviewaction_done_pair",
                condition=Q(
                    status__in=(ActionStatus.OPEN, ActionStatus.DROPPED),
                    done_at__isnull=True,
                    done_by__isnull=True,
                )
                | Q(
                    status__in=(ActionStatus.DONE, ActionStatus.VERIFIED),
                    done_at__isnull=False,
                    done_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="vendors_reviewaction_verified_pair",
                condition=Q(
                    status=ActionStatus.VERIFIED,
                    verified_at__isnull=False,
                    verified_by__isnull=False,
                )
                | (
                    ~Q(status=ActionStatus.VERIFIED)
                    & Q(verified_at__isnull=True, verified_by__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="vendors_reviewaction_verified_by_another",
                condition=Q(verified_by__isnull=True)
                | (
                    ~Q(verified_by=F("done_by"))
                    & (Q(owner__isnull=True) | ~Q(verified_by=F("owner")))
                ),
            ),
            models.CheckConstraint(
                name="vendors_reviewaction_says_how",
                condition=Q(status=ActionStatus.OPEN) | ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class ImprovementPlan(models.Model):
    """By when a weak figure of a vendor reaches what, by which measures; whether it did is read
    from the scorecards that follow."""

    review = models.ForeignKey(ServiceReview, models.PROTECT, related_name="plans")
    kpi = models.ForeignKey(ScoreKpi, models.PROTECT, related_name="+", verbose_name=_("figure"))
    from_value = models.DecimalField(_("from"), **FIGURE)
    target_value = models.DecimalField(_("to"), **FIGURE)
    due_on = models.DateField(_("due on"))
    measures = models.TextField(pgettext_lazy("improvement plan", "measures"), max_length=4_000)
    contact = models.CharField(_("person of the vendor"), max_length=150)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("improvement plan", "owner"),
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=PlanStatus,
        default=PlanStatus.DRAFTED,
        editable=False,
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True, editable=False)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("agreed by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    note = models.TextField(_("note"), max_length=2_000, blank=True, editable=False)

    history = History(read_by=("review",))
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement plan")
        verbose_name_plural = _("improvement plans")
        ordering = ("due_on", "pk")
        default_permissions = ()
        triggers = [StaysAsAgreed()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_improvementplan_once",
                fields=["review", "kpi"],
                violation_error_message=_("This review has a plan for this figure already."),
            ),
            models.CheckConstraint(
                name="vendors_improvementplan_statuses", condition=Q(status__in=PlanStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_improvementplan_agreed_pair",
                condition=Q(
                    status=PlanStatus.DRAFTED, agreed_at__isnull=True, agreed_by__isnull=True
                )
                | (
                    ~Q(status=PlanStatus.DRAFTED)
                    & Q(agreed_at__isnull=False, agreed_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="vendors_improvementplan_ended_pair",
                condition=Q(
                    status__in=(PlanStatus.MET, PlanStatus.NOT_MET),
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                )
                | Q(
                    status__in=(PlanStatus.DRAFTED, PlanStatus.AGREED),
                    ended_at__isnull=True,
                    ended_by__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="vendors_improvementplan_ended_by_another",
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="vendors_improvementplan_improves",
                condition=~Q(from_value=F("target_value")),
                violation_error_message=_("The target is what it is already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.due_on}"
