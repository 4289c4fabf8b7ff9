"""How we would leave vendors: plans, their steps, and when they were tried."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from audit.triggers import AppendOnly
from core.references import reference_field
from vendors.exit_plans.enums import ExerciseKind, ExerciseResult, ExitPlanStatus
from vendors.exit_plans.querysets import ExitPlanQuerySet
from vendors.exit_plans.triggers import IsOfADraftPlan, IsOfAnApprovedPlan, StaysAsPlanned
from vendors.models.contracts import MONEY, Contract
from vendors.models.vendors import Vendor
from vendors.money import check_currency

MOST_DAYS = 3_650
_DRAFT = Q(status=ExitPlanStatus.DRAFT)


class ExitPlan(models.Model):
    """One version of how we would leave a vendor, or end one contract with it. Approved by somebody
    else than drafted it; then it stays as it is, is exercised, and is replaced by the next one."""

    reference = reference_field("EXP")
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="exit_plans", verbose_name=_("vendor")
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exit_plans",
        verbose_name=_("contract"),
        help_text=_("Only where a contract has a plan of its own."),
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    leaves_when = models.TextField(
        _("triggers"),
        max_length=2_000,
        blank=True,
        help_text=_("What makes us leave: a breach, a price, the vendor's end."),
    )
    data_return = models.TextField(
        _("return and deletion of data"),
        max_length=2_000,
        blank=True,
        help_text=_("How we get our data back, and how we know that it was deleted there."),
    )
    alternative = models.TextField(
        _("alternative"),
        max_length=2_000,
        blank=True,
        help_text=_("Who or what does it afterwards."),
    )
    cost = models.DecimalField(pgettext_lazy("exit plan", "cost"), null=True, blank=True, **MONEY)
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, validators=[check_currency]
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="exit_plans",
        verbose_name=pgettext_lazy("exit plan", "owner"),
        help_text=_("Would carry it out, and hears when its exercise is due."),
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=ExitPlanStatus,
        default=ExitPlanStatus.DRAFT,
        editable=False,
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    approved_at = models.DateTimeField(
        pgettext_lazy("exit plan", "approved at"), null=True, editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("exit plan", "approved by"),
    )
    replaced_on = models.DateField(
        pgettext_lazy("exit plan", "replaced on"), null=True, editable=False
    )
    exercised_on = models.DateField(_("exercised on"), null=True, editable=False)
    exercise_result = models.CharField(
        _("result of the exercise"),
        max_length=10,
        choices=ExerciseResult,
        blank=True,
        editable=False,
    )
    exercise_due_on = models.DateField(_("exercise due on"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ExitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("exit plan")
        verbose_name_plural = _("exit plans")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [StaysAsPlanned()]
        indexes = [
            models.Index(name="vendors_exitplan_queue", fields=["status", "-id"]),
            models.Index(name="vendors_exitplan_due", fields=["exercise_due_on", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vendors_exitplan_numbers",
                fields=["vendor", "contract", "number"],
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="vendors_exitplan_one_of_each",
                fields=["vendor", "contract", "status"],
                condition=Q(status__in=[ExitPlanStatus.DRAFT, ExitPlanStatus.APPROVED]),
                nulls_distinct=False,
                violation_error_message=_("A next version is being drafted already."),
            ),
            models.CheckConstraint(
                name="vendors_exitplan_statuses", condition=Q(status__in=ExitPlanStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_exitplan_cost",
                condition=Q(cost__isnull=True) | (Q(cost__gte=0) & ~Q(currency="")),
                violation_error_message=_("A cost of zero or more has its currency."),
            ),
            models.CheckConstraint(
                name="vendors_exitplan_says_all",
                condition=_DRAFT
                | (
                    ~Q(leaves_when="")
                    & ~Q(data_return="")
                    & ~Q(alternative="")
                    & Q(cost__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="vendors_exitplan_approved_pair",
                condition=(
                    _DRAFT
                    & Q(
                        approved_at__isnull=True,
                        approved_by__isnull=True,
                        exercise_due_on__isnull=True,
                    )
                )
                | (
                    ~_DRAFT
                    & Q(
                        approved_at__isnull=False,
                        approved_by__isnull=False,
                        exercise_due_on__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="vendors_exitplan_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("drafted_by")) & ~Q(approved_by=F("owner"))),
            ),
            models.CheckConstraint(
                name="vendors_exitplan_replaced",
                condition=Q(status=ExitPlanStatus.REPLACED, replaced_on__isnull=False)
                | (~Q(status=ExitPlanStatus.REPLACED) & Q(replaced_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="vendors_exitplan_exercised",
                condition=Q(exercised_on__isnull=True, exercise_result="")
                | (Q(exercised_on__isnull=False, exercise_result__in=ExerciseResult.values)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ExitStep(models.Model):
    """One thing that is done when we leave, in its place, and how many days it takes."""

    plan = models.ForeignKey(ExitPlan, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("step"), max_length=500)
    days = models.PositiveSmallIntegerField(
        _("days"), validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )

    history = History(read_by=("plan",))
    objects = ExitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of an exit plan")
        verbose_name_plural = _("steps of exit plans")
        ordering = ("plan", "position")
        default_permissions = ()
        triggers = [IsOfADraftPlan()]
        constraints = [
            models.UniqueConstraint(name="vendors_exitstep_positions", fields=["plan", "position"]),
            models.CheckConstraint(
                name="vendors_exitstep_days", condition=Q(days__gte=1, days__lte=MOST_DAYS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"


class ExitExercise(models.Model):
    """That a plan was tried on a day, by whom, and how it went. None is altered."""

    plan = models.ForeignKey(ExitPlan, models.PROTECT, related_name="exercises")
    kind = models.CharField(pgettext_lazy("exercise", "kind"), max_length=8, choices=ExerciseKind)
    exercised_on = models.DateField(_("exercised on"))
    result = models.CharField(
        pgettext_lazy("exercise", "result"), max_length=10, choices=ExerciseResult
    )
    findings = models.TextField(_("findings"), max_length=2_000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("exercised by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    history = History(read_by=("plan",))
    objects = ExitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("exercise of an exit plan")
        verbose_name_plural = _("exercises of exit plans")
        ordering = ("-exercised_on", "-pk")
        default_permissions = ()
        triggers = [AppendOnly(), IsOfAnApprovedPlan()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_exitexercise_once_a_day",
                fields=["plan", "exercised_on"],
                violation_error_message=_("There is an exercise of that day already."),
            ),
            models.CheckConstraint(
                name="vendors_exitexercise_kinds",
                condition=Q(kind__in=ExerciseKind.values, result__in=ExerciseResult.values),
            ),
            models.CheckConstraint(
                name="vendors_exitexercise_says_what_lacked",
                condition=Q(result=ExerciseResult.WORKED) | ~Q(findings=""),
                violation_error_message=_("Say what lacked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.exercised_on}"
