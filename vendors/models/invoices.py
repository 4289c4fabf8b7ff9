"""Invoices and credit notes of vendors, rates of exchange, and the register of savings."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from audit.triggers import AppendOnly
from core.references import reference_field
from people.models import Subsidiary
from vendors.models.contracts import MONEY, Contract
from vendors.models.vendors import Vendor
from vendors.money import check_currency
from vendors.opex.enums import InvoiceKind, SavingStatus, SpendCategory
from vendors.opex.querysets import InvoiceQuerySet, RateQuerySet, SavingQuerySet
from vendors.opex.triggers import StaysAsVerified


class Invoice(models.Model):
    """What a vendor asks for, or gives back by a credit note. It stays as it came."""

    reference = reference_field("INV")
    kind = models.CharField(
        pgettext_lazy("invoice", "kind"),
        max_length=12,
        choices=InvoiceKind,
        default=InvoiceKind.INVOICE,
    )
    number = models.CharField(
        _("number"), max_length=60, help_text=_("As the vendor gave it; no two have one.")
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="invoices", verbose_name=_("vendor")
    )
    entity = models.ForeignKey(
        Subsidiary, models.PROTECT, related_name="+", verbose_name=_("our company")
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name=_("contract"),
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    amount = models.DecimalField(
        _("amount"), help_text=_("More than zero, also of a credit note."), **MONEY
    )
    issued_on = models.DateField(_("issued on"))
    cost_centre = models.CharField(_("cost centre"), max_length=40)
    category = models.CharField(_("category"), max_length=12, choices=SpendCategory)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    history = History()
    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ("-pk",)
        default_permissions = ("view", "add")
        triggers = [AppendOnly()]
        indexes = [
            models.Index(name="vendors_invoice_days", fields=["issued_on", "id"]),
            models.Index(name="vendors_invoice_kinds", fields=["kind", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                "vendor",
                Upper("number"),
                name="vendors_invoice_number_once",
                violation_error_message=_("There is an invoice of this vendor with this number."),
            ),
            models.CheckConstraint(
                name="vendors_invoice_kinds_known", condition=Q(kind__in=InvoiceKind.values)
            ),
            models.CheckConstraint(
                name="vendors_invoice_amount",
                condition=Q(amount__gt=0),
                violation_error_message=_("Give an amount of more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.number}"


class FxRate(models.Model):
    """What one unit of a currency was worth in another on a day, and who says so. One that was
    wrong is corrected by a later row of the same day."""

    on = models.DateField(_("day"))
    base = models.CharField(_("from"), max_length=3, validators=[check_currency])
    quote = models.CharField(_("to"), max_length=3, validators=[check_currency])
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=8)
    source = models.CharField(
        _("source"), max_length=120, help_text=_("Who published it, such as Banxico FIX.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    history = History()
    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate of exchange")
        verbose_name_plural = _("rates of exchange")
        ordering = ("-pk",)
        default_permissions = ("view", "add")
        triggers = [AppendOnly()]
        indexes = [
            models.Index(name="vendors_fxrate_pairs", fields=["base", "quote", "-on", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="vendors_fxrate_positive",
                condition=Q(rate__gt=0),
                violation_error_message=_("Give a rate of more than zero."),
            ),
            models.CheckConstraint(
                name="vendors_fxrate_two_currencies",
                condition=~Q(base=F("quote")),
                violation_error_message=_("Give two currencies."),
            ),
            models.CheckConstraint(name="vendors_fxrate_sourced", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.on}"


class Saving(models.Model):
    """Money that somebody means not to spend any more; finance says whether it was so."""

    reference = reference_field("SAV")
    title = models.CharField(_("title"), max_length=200)
    hypothesis = models.TextField(
        _("hypothesis"), max_length=2_000, help_text=_("What is done, and why it saves money.")
    )
    entity = models.ForeignKey(
        Subsidiary, models.PROTECT, related_name="+", verbose_name=_("our company")
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="savings",
        verbose_name=_("vendor"),
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    expected = models.DecimalField(_("expected a year"), **MONEY)
    verified = models.DecimalField(_("verified a year"), null=True, editable=False, **MONEY)
    evidence = models.TextField(_("evidence"), max_length=2_000, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=pgettext_lazy("saving", "owner"),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=SavingStatus,
        default=SavingStatus.HYPOTHESIS,
        editable=False,
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
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = SavingQuerySet.as_manager()

    class Meta:
        verbose_name = _("saving")
        verbose_name_plural = _("savings")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("verify_saving", "Can verify savings of others")]
        triggers = [StaysAsVerified()]
        indexes = [models.Index(name="vendors_saving_queue", fields=["status", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="vendors_saving_statuses", condition=Q(status__in=SavingStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_saving_amounts",
                condition=Q(expected__gt=0) & (Q(verified__isnull=True) | Q(verified__gte=0)),
                violation_error_message=_("Give an amount of more than zero."),
            ),
            models.CheckConstraint(
                name="vendors_saving_verified_pair",
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="vendors_saving_settled_says_who",
                condition=Q(
                    status__in=(SavingStatus.HYPOTHESIS, SavingStatus.IN_PROGRESS),
                    verified_by__isnull=True,
                    verified__isnull=True,
                )
                | Q(
                    status__in=(SavingStatus.VERIFIED, SavingStatus.REJECTED),
                    verified_by__isnull=False,
                    verified__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="vendors_saving_verified_by_another",
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("owner")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"
