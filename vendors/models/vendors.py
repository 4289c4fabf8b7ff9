"""Vendors: whom we buy from, what they do for us, and whether we may."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from core.references import reference_field
from people.enums import Country
from vendors.assurance.enums import DataAccess
from vendors.enums import VendorStatus, VendorTier
from vendors.querysets import VendorQuerySet
from vendors.vendor_triggers import IsAssessedFirst


class Vendor(models.Model):
    """A company we buy from, did, or think of. The fields from its legal name on are what the
    regulator's register of providers asks for (CUIFPE 52, CUITF 88)."""

    reference = reference_field("VND")
    name = models.CharField(_("name"), max_length=150, unique=True)
    tier = models.CharField(_("tier"), max_length=20, choices=VendorTier)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=VendorStatus,
        default=VendorStatus.PROSPECT,
        editable=False,
    )
    country = models.CharField(_("country"), max_length=2, choices=Country)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_vendors",
        verbose_name=_("vendor manager"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_vendors",
        verbose_name=pgettext_lazy("vendor", "owner"),
        help_text=_("Answers for what the vendor does for us, and hears of its reviews."),
    )
    could_affect_security = models.BooleanField(
        _("could affect security"),
        default=False,
        help_text=_("PCI DSS 12.8: the vendor could affect the security of cardholder data."),
    )
    services = models.TextField(
        _("services"), max_length=2_000, blank=True, help_text=_("What it does for us.")
    )
    data_access = models.CharField(
        _("access to data"),
        max_length=12,
        choices=DataAccess,
        default=DataAccess.NONE,
        help_text=_("The most sensitive data that it gets or sees."),
    )
    data_provided = models.TextField(
        _("data provided"), max_length=2_000, blank=True, help_text=_("What data, and what for.")
    )
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    representative = models.CharField(_("legal representative"), max_length=150, blank=True)
    systems = models.TextField(
        _("supporting systems"),
        max_length=2_000,
        blank=True,
        help_text=_("Name, version and purpose of each."),
    )
    interfaces = models.TextField(
        _("interfaces"),
        max_length=2_000,
        blank=True,
        help_text=_("Which interfaces there are, and what they exchange."),
    )
    authorisation_number = models.CharField(
        _("authorisation number"),
        max_length=60,
        blank=True,
        help_text=_("Of the regulator's letter, where one was needed."),
    )
    authorised_on = models.DateField(_("authorised on"), null=True, blank=True)
    taken_over_on = models.DateField(
        _("taken over on"),
        null=True,
        editable=False,
        help_text=_("It was engaged before its due diligence was kept here."),
    )
    engaged_on = models.DateField(_("engaged on"), null=True, editable=False)
    exited_on = models.DateField(_("exited on"), null=True, editable=False)
    next_review_on = models.DateField(_("next review"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = VendorQuerySet.as_manager()

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        ordering = ("name",)
        permissions = [("approve_vendor", "Can approve the due diligence of vendors")]
        triggers = [IsAssessedFirst()]
        indexes = [
            models.Index(name="vendors_vendor_status", fields=["status", "name", "id"]),
            models.Index(name="vendors_vendor_review", fields=["next_review_on", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="vendors_vendor_statuses", condition=Q(status__in=VendorStatus.values)
            ),
            models.CheckConstraint(
                name="vendors_vendor_authorisation",
                condition=Q(authorised_on__isnull=True) | ~Q(authorisation_number=""),
                violation_error_message=_("Give the number of the letter too."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
