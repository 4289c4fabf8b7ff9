"""Corrections of money on accounts: one person makes them, another checks, within a limit."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from core.references import reference_field
from incidents.adjustment_triggers import IsCheckedByAnother, StaysAsApproved
from incidents.models.requests import Request
from incidents.request_enums import ADJUSTMENT_OPEN, AdjustmentEffect, AdjustmentStatus
from incidents.request_querysets import AdjustmentQuerySet, LimitQuerySet
from people.roles import Role

DIGITS, PLACES = 18, 4  # as many places as the finest currency has, and one more
_CODE = RegexValidator(
    r"\A[A-Z]{3}\Z", _("Give the currency's code of three letters, such as MXN.")
)


class AccountAdjustment(models.Model):
    """An amount to be credited to an account or debited from it, in one request."""

    reference = reference_field("ADJ")
    request = models.ForeignKey(
        Request, models.PROTECT, related_name="adjustments", verbose_name=_("request")
    )
    effect = models.CharField(_("effect"), max_length=6, choices=AdjustmentEffect)
    amount = models.DecimalField(_("amount"), max_digits=DIGITS, decimal_places=PLACES)
    currency = models.CharField(_("currency"), max_length=3, validators=[_CODE])
    account = models.CharField(
        _("account"),
        max_length=60,
        help_text=_("The client's account or wallet. Card numbers are masked."),
    )
    reason = models.TextField(_("reason"), max_length=2000)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=AdjustmentStatus,
        default=AdjustmentStatus.PROPOSED,
        editable=False,
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    check_note = models.CharField(
        _("the checker's reason"), max_length=2000, blank=True, editable=False
    )
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("applied by"),
    )
    applied_at = models.DateTimeField(_("applied at"), null=True, editable=False)
    ledger_reference = models.CharField(
        _("ledger reference"),
        max_length=80,
        blank=True,
        editable=False,
        help_text=_("The entry in the accounting system by which it was applied."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History(read_by=("request",))
    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("account adjustment")
        verbose_name_plural = _("account adjustments")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("check_accountadjustment", "Can check account adjustments of others")]
        triggers = [IsCheckedByAnother(), StaysAsApproved()]
        indexes = [
            models.Index(name="incidents_adjustment_status", fields=["status", "-id"]),
            models.Index(name="incidents_adjustment_currency", fields=["currency", "-id"]),
            models.Index(name="incidents_adjustment_maker", fields=["made_by", "-id"]),
            models.Index(name="incidents_adjustment_account", fields=["account"]),
            models.Index(name="incidents_adjustment_made", fields=["made_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="incidents_adjustment_one_open",
                fields=["request"],
                condition=Q(status__in=ADJUSTMENT_OPEN),
                violation_error_message=_("This request has an open account adjustment already."),
            ),
            models.UniqueConstraint(
                name="incidents_adjustment_ledger_once",
                fields=["ledger_reference"],
                condition=~Q(ledger_reference=""),
                violation_error_message=_("Another adjustment names this ledger reference."),
            ),
            models.CheckConstraint(
                name="incidents_adjustment_amount",
                condition=Q(amount__gt=0),
                violation_error_message=_("Give an amount above zero; the effect says which way."),
            ),
            models.CheckConstraint(
                name="incidents_adjustment_currency_code", condition=Q(currency__regex="^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="incidents_adjustment_statuses",
                condition=Q(status__in=AdjustmentStatus.values),
            ),
            models.CheckConstraint(
                name="incidents_adjustment_maker_is_not_checker",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("made_by")),
            ),
            models.CheckConstraint(
                name="incidents_adjustment_checked_pair",
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_adjustment_checked_when_decided",
                condition=Q(
                    status__in=[
                        AdjustmentStatus.APPROVED,
                        AdjustmentStatus.REJECTED,
                        AdjustmentStatus.APPLIED,
                    ],
                    checked_by__isnull=False,
                )
                | Q(
                    status__in=[AdjustmentStatus.PROPOSED, AdjustmentStatus.WITHDRAWN],
                    checked_by__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="incidents_adjustment_applied_pair",
                condition=(
                    Q(
                        status=AdjustmentStatus.APPLIED,
                        applied_by__isnull=False,
                        applied_at__isnull=False,
                    )
                    & ~Q(ledger_reference="")
                )
                | (
                    ~Q(status=AdjustmentStatus.APPLIED)
                    & Q(applied_by__isnull=True, applied_at__isnull=True, ledger_reference="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class AdjustmentLimit(models.Model):
    """Up to which amount in a currency people of a role may approve account adjustments."""

    role = models.CharField(_("role"), max_length=20, choices=Role)
    currency = models.CharField(_("currency"), max_length=3, validators=[_CODE])
    amount = models.DecimalField(_("up to"), max_digits=DIGITS, decimal_places=PLACES)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = LimitQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit of adjustments")
        verbose_name_plural = _("limits of adjustments")
        ordering = ("currency", "amount")
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                name="incidents_adjustmentlimit_once",
                fields=["role", "currency"],
                violation_error_message=_("This role has a limit in this currency already."),
            ),
            models.CheckConstraint(
                name="incidents_adjustmentlimit_amount",
                condition=Q(amount__gte=0),
                violation_error_message=_("A limit is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.currency}"
