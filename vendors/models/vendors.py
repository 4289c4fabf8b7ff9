"""Vendors, in their first form: enough for assets and incidents to name them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.history import History
from core.references import reference_field
from people.enums import Country
from vendors.enums import VendorStatus, VendorTier
from vendors.querysets import VendorQuerySet


class Vendor(models.Model):
    """A company we buy from."""

    reference = reference_field("VND")
    name = models.CharField(_("name"), max_length=150, unique=True)
    tier = models.CharField(_("tier"), max_length=20, choices=VendorTier)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=VendorStatus,
        default=VendorStatus.ACTIVE,
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
    could_affect_security = models.BooleanField(
        _("could affect security"),
        default=False,
        help_text=_("PCI DSS 12.8: the vendor could affect the security of cardholder data."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = VendorQuerySet.as_manager()

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
