"""Service credits: what contracts promise for breaches, what was claimed for a month, and the
credit notes that settled it."""

from decimal import Decimal

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
from vendors.credits.enums import BY_TIERS, ClaimStatus, CreditCounting, CreditMeasure
from vendors.credits.querysets import ClaimPartQuerySet, ClaimQuerySet, ClauseQuerySet
from vendors.credits.triggers import (
    ComesFromACreditNote,
    IsAFormula,
    StaysAsSent,
    StaysWithItsClaim,
)
from vendors.models.contracts import MONEY, PERCENT, Contract
from vendors.models.invoices import Invoice
from vendors.money import check_currency

_UNSENT = Q(status__in=(ClaimStatus.DRAFTED, ClaimStatus.WITHDRAWN))
_AGREED = Q(status__in=(ClaimStatus.ACCEPTED, ClaimStatus.CREDITED))


class CreditClause(models.Model):
    """What a contract promises back for breaches in a month: by tiers, or for every so many units,
    up to a cap. It says the same once a claim goes by it; another version begins on another day."""

    reference = reference_field("CRC")
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="credit_clauses", verbose_name=_("contract")
    )
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(
        _("place in the contract"), max_length=120, help_text=_("Such as Annex 3, 4.2.")
    )
    measure = models.CharField(_("measures"), max_length=15, choices=CreditMeasure)
    tiers = models.JSONField(_("tiers"), default=list, blank=True)
    unit_amount = models.DecimalField(_("amount for each unit"), null=True, blank=True, **MONEY)
    unit_percent = models.DecimalField(_("percent for each unit"), null=True, blank=True, **PERCENT)
    every = models.DecimalField(
        _("a unit is so many"),
        max_digits=8,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(0)],
        help_text=_("Hours or breaches. Usually one."),
    )
    counting = models.CharField(
        _("counts"), max_length=10, choices=CreditCounting, default=CreditCounting.BEGUN
    )
    cap_percent = models.DecimalField(
        _("cap in percent"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("The most that a month brings, of the monthly charge."),
    )
    monthly_charge = models.DecimalField(
        _("monthly charge"),
        null=True,
        blank=True,
        help_text=_("Empty: a twelfth of what the contract costs a year."),
        **MONEY,
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause of service credits")
        verbose_name_plural = _("clauses of service credits")
        ordering = ("contract", "pk")
        default_permissions = ()
        triggers = [IsAFormula()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_creditclause_once",
                fields=["contract", "name", "valid_from"],
                violation_error_message=_("The contract has this clause from this day already."),
            ),
            models.CheckConstraint(
                name="vendors_creditclause_known",
                condition=Q(measure__in=CreditMeasure.values, counting__in=CreditCounting.values),
            ),
            models.CheckConstraint(
                name="vendors_creditclause_divisor",
                condition=Q(every__gt=0),
                violation_error_message=_("Nothing is divided by zero: give more than zero units."),
            ),
            models.CheckConstraint(
                name="vendors_creditclause_cap",
                condition=Q(cap_percent__gt=0, cap_percent__lte=100),
                violation_error_message=_("Give a percentage above 0 and up to 100."),
            ),
            models.CheckConstraint(
                name="vendors_creditclause_charge",
                condition=Q(monthly_charge__isnull=True) | Q(monthly_charge__gt=0),
                violation_error_message=_("Give an amount of more than zero."),
            ),
            models.CheckConstraint(
                name="vendors_creditclause_shape",
                condition=(
                    Q(measure__in=BY_TIERS, unit_amount__isnull=True, unit_percent__isnull=True)
                    & ~Q(tiers=[])
                )
                | (
                    ~Q(measure__in=BY_TIERS)
                    & Q(tiers=[])
                    & (
                        (
                            Q(unit_amount__isnull=False, unit_percent__isnull=True)
                            & Q(unit_amount__gt=0)
                        )
                        | (
                            Q(unit_amount__isnull=True, unit_percent__isnull=False)
                            & Q(unit_percent__gt=0, unit_percent__lte=100)
                        )
                    )
                ),
            ),
            models.CheckConstraint(
                name="vendors_creditclause_days",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("It ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.place})"


class CreditClaim(models.Model):
    """What a vendor owes for a month by a clause. The figures and every breach are copies of what
    stood then, under one hash; once sent they stay so."""

    reference = reference_field("CLM")
    clause = models.ForeignKey(
        CreditClause, models.PROTECT, related_name="claims", verbose_name=_("clause")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    amount = models.DecimalField(pgettext_lazy("credit", "claimed"), **MONEY)
    accepted_amount = models.DecimalField(
        pgettext_lazy("credit", "accepted"), null=True, editable=False, **MONEY
    )
    formula = models.JSONField(_("formula"), editable=False)
    figures = models.JSONField(_("figures"), editable=False)
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    drafted_at = models.DateTimeField(_("drafted at"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("sent by"),
    )
    sent_to = models.CharField(_("sent to"), max_length=200, blank=True, editable=False)
    due_on = models.DateField(_("answer due on"), null=True, editable=False)
    answer = models.TextField(
        _("what the vendor says"), max_length=2_000, blank=True, editable=False
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=ClaimStatus,
        default=ClaimStatus.DRAFTED,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit claim")
        verbose_name_plural = _("credit claims")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [StaysAsSent()]
        indexes = [
            models.Index(name="vendors_creditclaim_queue", fields=["status", "-id"]),
            models.Index(name="vendors_creditclaim_months", fields=["month", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="vendors_creditclaim_once",
                fields=["clause", "month"],
                condition=~Q(status=ClaimStatus.WITHDRAWN),
                violation_error_message=_("This month is claimed by this clause already."),
            ),
            models.CheckConstraint(
                name="vendors_creditclaim_statuses", condition=Q(status__in=ClaimStatus.values)
            ),
            models.CheckConstraint(name="vendors_creditclaim_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="vendors_creditclaim_amount",
                condition=Q(amount__gt=0),
                violation_error_message=_("Give an amount of more than zero."),
            ),
            models.CheckConstraint(
                name="vendors_creditclaim_accepted",
                condition=(
                    (
                        _AGREED
                        & Q(accepted_amount__isnull=False)
                        & Q(accepted_amount__gt=0, accepted_amount__lte=F("amount"))
                    )
                    | (~_AGREED & Q(accepted_amount__isnull=True))
                ),
                violation_error_message=_("No more than was claimed can be accepted."),
            ),
            models.CheckConstraint(
                name="vendors_creditclaim_sent_pair",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="vendors_creditclaim_sent_says_to_whom",
                condition=(
                    (_UNSENT & Q(sent_at__isnull=True, sent_to="", due_on__isnull=True))
                    | (~_UNSENT & Q(sent_at__isnull=False, due_on__isnull=False) & ~Q(sent_to=""))
                ),
            ),
            models.CheckConstraint(
                name="vendors_creditclaim_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CreditSegment(models.Model):
    """One breach or outage that a claim rests on, as it stood when the claim was drafted."""

    claim = models.ForeignKey(CreditClaim, models.PROTECT, related_name="segments")
    number = models.PositiveIntegerField(_("number"))
    what = models.CharField(pgettext_lazy("credit", "what"), max_length=200)
    model = models.CharField(max_length=80, editable=False)
    record_id = models.BigIntegerField(editable=False)
    reference = models.CharField(_("reference"), max_length=24, blank=True)
    started_at = models.DateTimeField(_("began at"))
    stopped_at = models.DateTimeField(_("ended at"))
    seconds = models.PositiveIntegerField(_("lasted, in seconds"))
    target_seconds = models.PositiveIntegerField(_("agreed, in seconds"), null=True)
    path = models.CharField(max_length=200, editable=False)

    history = History()
    objects = ClaimPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach of a claim")
        verbose_name_plural = _("breaches of claims")
        ordering = ("claim", "number")
        default_permissions = ()
        triggers = [StaysWithItsClaim()]
        constraints = [
            models.UniqueConstraint(name="vendors_creditsegment_once", fields=["claim", "number"]),
            models.CheckConstraint(
                name="vendors_creditsegment_times",
                condition=Q(stopped_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.what}"


class CreditSettlement(models.Model):
    """So much of a credit note settles so much of a claim."""

    claim = models.ForeignKey(
        CreditClaim, models.PROTECT, related_name="settlements", verbose_name=_("credit claim")
    )
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="settlements", verbose_name=_("credit note")
    )
    amount = models.DecimalField(_("amount"), **MONEY)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(_("settled at"), default=timezone.now, editable=False)

    history = History()
    objects = ClaimPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement of a claim")
        verbose_name_plural = _("settlements of claims")
        ordering = ("claim", "pk")
        default_permissions = ("add",)
        triggers = [AppendOnly(), ComesFromACreditNote()]
        constraints = [
            models.UniqueConstraint(
                name="vendors_creditsettlement_once",
                fields=["claim", "invoice"],
                violation_error_message=_("This credit note settles this claim already."),
            ),
            models.CheckConstraint(
                name="vendors_creditsettlement_amount",
                condition=Q(amount__gt=0),
                violation_error_message=_("Give an amount of more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.amount}"
