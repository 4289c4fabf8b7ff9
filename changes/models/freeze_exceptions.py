"""Changes that may enter a freeze all the same, and how many of them a team may have in a year."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.history import History
from changes.conflict_triggers import NotesAlteration
from changes.enums import CheckSubject
from changes.freeze_budget import MOST
from changes.freeze_triggers import SpendsFromItsBudget
from changes.models.change import Change
from changes.models.windows import FreezeWindow
from changes.window_querysets import FreezeBudgetQuerySet, FreezeExceptionQuerySet
from people.models import Team


class FreezeBudget(models.Model):
    """How many exceptions from freezes a team may have in a year; without a row, the default."""

    team = models.ForeignKey(
        Team, models.PROTECT, related_name="freeze_budgets", verbose_name=_("team")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    allowed = models.PositiveSmallIntegerField(
        _("exceptions allowed"), help_text=_("Beyond them a senior approver must agree.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = FreezeBudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("freeze budget")
        verbose_name_plural = _("freeze budgets")
        ordering = ("-year", "team")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                name="changes_freezebudget_once",
                fields=["team", "year"],
                violation_error_message=_("This team has a budget for that year already."),
            ),
            models.CheckConstraint(
                name="changes_freezebudget_within_reason",
                condition=Q(year__gte=2000, year__lte=2200, allowed__lte=MOST),
                violation_error_message=_("Give a year and at most 366 exceptions."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.year}"


def _person(name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=name,
    )


@pgtrigger.register(
    SpendsFromItsBudget(),
    NotesAlteration(CheckSubject.CHANGE, "change_id", watched=("second_approved_at",)),
)
class FreezeException(models.Model):
    """A change may enter one occurrence of a freeze: because of what, guarded by what, and by the
    word of two people who have no part in it; reviewed afterwards by somebody else."""

    change = models.ForeignKey(Change, models.PROTECT, related_name="freeze_exceptions")
    window = models.ForeignKey(
        FreezeWindow, models.PROTECT, related_name="exceptions", verbose_name=_("freeze window")
    )
    occurs_at = models.DateTimeField(
        _("from"), editable=False, help_text=_("When the occurrence begins that it is about.")
    )
    ends_at = models.DateTimeField(_("until"), editable=False)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    justification = models.TextField(_("justification"), max_length=5_000)
    compensating_controls = models.TextField(_("compensating controls"), max_length=5_000)
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    approved_by = _person(_("approved by"))
    second_approved_at = models.DateTimeField(_("second approval at"), null=True, editable=False)
    second_approved_by = _person(_("second approval by"))
    is_beyond_budget = models.BooleanField(_("beyond the budget"), default=False, editable=False)
    review_due_at = models.DateTimeField(_("review due at"), null=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    reviewed_by = _person(_("reviewed by"))
    review_note = models.TextField(_("review"), max_length=5_000, blank=True, default="")

    history = History(read_by=("change",))
    objects = FreezeExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception from a freeze")
        verbose_name_plural = _("exceptions from freezes")
        ordering = ("-pk",)
        default_permissions = ()
        indexes = [
            models.Index(
                name="changes_freezeexception_review",
                fields=["review_due_at"],
                condition=Q(review_due_at__isnull=False, reviewed_at__isnull=True),
            ),
            models.Index(name="changes_freezeexception_year", fields=["year", "change"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="changes_freezeexception_once", fields=["change", "window", "occurs_at"]
            ),
            models.CheckConstraint(
                name="changes_freezeexception_approved_pair",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="changes_freezeexception_second_approved_pair",
                condition=Q(
                    second_approved_at__isnull=True,
                    second_approved_by__isnull=True,
                    review_due_at__isnull=True,
                )
                | Q(
                    second_approved_at__isnull=False,
                    second_approved_by__isnull=False,
                    approved_by__isnull=False,
                    review_due_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="changes_freezeexception_reviewed_pair",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, review_note="")
                | Q(
                    ~Q(review_note=""),
                    reviewed_at__isnull=False,
                    reviewed_by__isnull=False,
                    second_approved_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="changes_freezeexception_two_people",
                condition=(Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")))
                & (
                    Q(second_approved_by__isnull=True)
                    | (
                        ~Q(second_approved_by=F("approved_by"))
                        & ~Q(second_approved_by=F("asked_by"))
                    )
                ),
            ),
            models.CheckConstraint(
                name="changes_freezeexception_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} {self.occurs_at:%Y-%m-%d}"

    @property
    def is_granted(self) -> bool:
        """Whether two people have agreed."""
        return self.second_approved_at is not None
