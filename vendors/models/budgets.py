"""Budgets by company and year, and the ledger that every one of their figures is a sum over."""

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
from people.models import Subsidiary
from vendors.models.contracts import MONEY, Contract
from vendors.models.invoices import Invoice
from vendors.models.parts import ContractPayment
from vendors.models.vendors import Vendor
from vendors.money import check_currency
from vendors.opex.enums import BudgetStatus, EntryKind, SpendCategory
from vendors.opex.querysets import BudgetPartQuerySet, SpendQuerySet
from vendors.opex.triggers import IsPlannedInDraft, StaysAsApproved

PLANNED = (EntryKind.PLAN, EntryKind.FORECAST)


class Budget(models.Model):
    """One version of what a company means to spend in a year. A re-forecast is the next version."""

    reference = reference_field("BUD")
    title = models.CharField(_("title"), max_length=200)
    entity = models.ForeignKey(
        Subsidiary, models.PROTECT, related_name="budgets", verbose_name=_("our company")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2099)]
    )
    number = models.PositiveSmallIntegerField(_("version of the budget"), default=1, editable=False)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[check_currency],
        help_text=_("Amounts of other currencies are told in it by the rates of their days."),
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=BudgetStatus,
        default=BudgetStatus.DRAFT,
        editable=False,
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = SpendQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("approve_budget", "Can approve budgets of others")]
        triggers = [StaysAsApproved()]
        indexes = [
            models.Index(name="vendors_budget_queue", fields=["status", "-id"]),
            models.Index(name="vendors_budget_years", fields=["year", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vendors_budget_versions",
                fields=["entity", "year", "number"],
                violation_error_message=_("There is a budget of this company and year already."),
            ),
            models.UniqueConstraint(
                name="vendors_budget_one_approved",
                fields=["entity", "year"],
                condition=Q(status=BudgetStatus.APPROVED),
            ),
            models.CheckConstraint(
                name="vendors_budget_statuses", condition=Q(status__in=BudgetStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_budget_approved_pair",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="vendors_budget_approved_says_who",
                condition=Q(
                    status__in=(BudgetStatus.DRAFT, BudgetStatus.SUBMITTED),
                    approved_by__isnull=True,
                )
                | Q(
                    status__in=(BudgetStatus.APPROVED, BudgetStatus.LOCKED),
                    approved_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="vendors_budget_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class SpendEntry(models.Model):
    """One amount of one month: planned, committed, accrued, paid or foreseen. What turns out
    otherwise is another entry, with its sign; none is altered."""

    kind = models.CharField(pgettext_lazy("spend", "kind"), max_length=10, choices=EntryKind)
    entity = models.ForeignKey(
        Subsidiary, models.PROTECT, related_name="+", verbose_name=_("our company")
    )
    month = models.DateField(_("month"))
    booked_on = models.DateField(_("booked on"))
    cost_centre = models.CharField(_("cost centre"), max_length=40)
    category = models.CharField(_("category"), max_length=12, choices=SpendCategory)
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("vendor"),
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="+", verbose_name=_("contract")
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    amount = models.DecimalField(_("amount"), **MONEY)
    budget = models.ForeignKey(
        Budget,
        models.PROTECT,
        null=True,
        related_name="entries",
        verbose_name=_("budget"),
    )
    payment = models.ForeignKey(
        ContractPayment,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("planned payment"),
    )
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, related_name="+", verbose_name=_("invoice")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("posted by"),
    )
    posted_at = models.DateTimeField(_("posted at"), default=timezone.now)

    history = History()
    objects = SpendQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the spend ledger")
        verbose_name_plural = _("entries of the spend ledger")
        ordering = ("month", "pk")
        default_permissions = ()
        triggers = [AppendOnly(), IsPlannedInDraft()]
        indexes = [
            models.Index(name="vendors_spendentry_months", fields=["entity", "month", "kind"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="vendors_spendentry_kinds", condition=Q(kind__in=EntryKind.values)
            ),
            models.CheckConstraint(
                name="vendors_spendentry_first_of_month",
                condition=Q(month__day=1),
            ),
            models.CheckConstraint(
                name="vendors_spendentry_source",
                condition=Q(kind__in=PLANNED, budget__isnull=False, invoice__isnull=True)
                | Q(kind=EntryKind.COMMITTED, budget__isnull=True, payment__isnull=False)
                | Q(kind=EntryKind.ACCRUED, budget__isnull=True, contract__isnull=False)
                | (
                    Q(kind=EntryKind.ACTUAL, budget__isnull=True)
                    & (Q(invoice__isnull=False) | ~Q(reason=""))
                ),
            ),
            models.UniqueConstraint(
                name="vendors_spendentry_invoice_once",
                fields=["invoice"],
                condition=Q(invoice__isnull=False),
            ),
            models.UniqueConstraint(
                name="vendors_spendentry_payment_once",
                fields=["payment"],
                condition=Q(payment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month}"


class VarianceComment(models.Model):
    """Why a cost centre spent otherwise than planned, up to a month."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="comments")
    month = models.DateField(_("month"))
    cost_centre = models.CharField(_("cost centre"), max_length=40)
    text = models.TextField(_("comment"), max_length=2_000)
    commented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("commented by")
    )
    commented_at = models.DateTimeField(_("commented at"), default=timezone.now)

    history = History()
    objects = BudgetPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a variance")
        verbose_name_plural = _("comments on variances")
        ordering = ("budget", "month", "pk")
        default_permissions = ()
        triggers = [AppendOnly()]

    def __str__(self) -> str:
        return f"{self.budget.reference} {self.month}"
