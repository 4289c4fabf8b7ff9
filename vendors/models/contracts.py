"""Contracts: what was agreed with a vendor, for how long, and for how much."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from people.enums import Country
from people.models import Subsidiary
from vendors.contract_querysets import ContractQuerySet
from vendors.contract_triggers import StaysAsSubmitted
from vendors.enums import ContractKind, ContractStatus, Renewal, Uplift
from vendors.models.vendors import Vendor
from vendors.money import DIGITS, PLACES, check_currency

MONEY = {"max_digits": DIGITS, "decimal_places": PLACES}
PERCENT = {
    "max_digits": 6,
    "decimal_places": 3,
    "validators": [MinValueValidator(0), MaxValueValidator(100)],
}


class Contract(models.Model):
    """An agreement with a vendor. What it says about money and time is written while it is a draft
    and stays so; every term that follows from it is a row of its own."""

    reference = reference_field("CON")
    number = models.CharField(
        _("number"), max_length=60, help_text=_("As it stands on the contract; no two have one.")
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(
        pgettext_lazy("contract", "type"),
        max_length=20,
        choices=ContractKind,
        default=ContractKind.SERVICE,
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="contracts", verbose_name=_("vendor")
    )
    entity = models.ForeignKey(
        Subsidiary,
        models.PROTECT,
        related_name="contracts",
        verbose_name=_("our company"),
        help_text=_("The company of the group that signs."),
    )
    counterparty = models.CharField(
        _("the vendor's company"),
        max_length=200,
        blank=True,
        help_text=_("The legal name of the company that signs, where it is another."),
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    total_value = models.DecimalField(_("total value"), **MONEY)
    annual_value = models.DecimalField(_("value a year"), null=True, blank=True, **MONEY)
    uplift = models.CharField(_("price rises"), max_length=10, choices=Uplift, default=Uplift.NONE)
    uplift_percent = models.DecimalField(
        _("rise in percent"),
        null=True,
        blank=True,
        help_text=_("The fixed rise, or the most that an index may bring."),
        **PERCENT,
    )
    uplift_index = models.CharField(_("index"), max_length=60, blank=True)
    governing_law = models.CharField(_("governing law"), max_length=120, blank=True)
    starts_on = models.DateField(_("starts on"))
    initial_term = models.CharField(
        _("initial term"), max_length=40, help_text=_("Such as P1Y, P18M or P90D.")
    )
    renewal = models.CharField(_("renewal"), max_length=10, choices=Renewal)
    renewal_term = models.CharField(
        _("renewal term"), max_length=40, blank=True, help_text=_("Such as P1Y or P1M.")
    )
    notice = models.CharField(
        _("notice"),
        max_length=40,
        blank=True,
        default="P0D",
        help_text=_("Such as P3M, P30D or 10 business days."),
    )
    internal_lead = models.CharField(
        _("internal lead"),
        max_length=40,
        blank=True,
        default="P0D",
        help_text=_("So much earlier than notice has to be given the decision is due."),
    )
    business_days_of = models.CharField(
        _("business days of"),
        max_length=2,
        choices=Country,
        blank=True,
        help_text=_("Empty: of the country of our company."),
    )
    on_business_days = models.BooleanField(
        _("due on a business day"),
        default=False,
        help_text=_(
            "Notice and decision are due on the business day before where the day is none."
        ),
    )
    renewed = models.PositiveSmallIntegerField(_("renewed"), default=0, editable=False)
    last_term = models.PositiveSmallIntegerField(_("last term"), null=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="contracts_owned",
        verbose_name=pgettext_lazy("contract", "owner"),
    )
    budget_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contracts_paid",
        verbose_name=_("budget owner"),
        help_text=_("Hears of it where nobody decides."),
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ContractStatus,
        default=ContractStatus.DRAFT,
        editable=False,
    )
    round = models.PositiveSmallIntegerField(_("round of approval"), default=0, editable=False)
    signed_on = models.DateField(_("signed on"), null=True, editable=False)
    activated_on = models.DateField(_("active since"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        permissions = [("approve_contract", "Can approve contracts of others")]
        triggers = [StaysAsSubmitted()]
        indexes = [
            models.Index(name="vendors_contract_queue", fields=["status", "-id"]),
            models.Index(name="vendors_contract_starts", fields=["starts_on", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                Upper("number"),
                name="vendors_contract_number_once",
                violation_error_message=_("There is a contract with this number already."),
            ),
            models.CheckConstraint(
                name="vendors_contract_statuses", condition=Q(status__in=ContractStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_contract_amounts",
                condition=Q(total_value__gte=0)
                & (Q(annual_value__isnull=True) | Q(annual_value__gte=0)),
                violation_error_message=_("Give an amount of zero or more."),
            ),
            models.CheckConstraint(
                name="vendors_contract_renews_for_some_time",
                condition=Q(renewal=Renewal.NONE) | ~Q(renewal_term=""),
                violation_error_message=_("Say for how long it renews."),
            ),
            models.CheckConstraint(
                name="vendors_contract_uplift",
                condition=Q(uplift=Uplift.NONE, uplift_percent__isnull=True, uplift_index="")
                | Q(uplift=Uplift.FIXED, uplift_percent__isnull=False, uplift_index="")
                | Q(~Q(uplift_index=""), uplift=Uplift.INDEX),
                violation_error_message=_(
                    "A fixed rise has its percentage, a rise by an index names the index."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"
