"""What belongs to a vendor: places, subcontractors, people to call."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.history import History
from people.enums import Country
from vendors.assurance.enums import LocationUse
from vendors.models.vendors import Vendor
from vendors.querysets import VendorPartQuerySet
from vendors.vendor_triggers import KeepsChainsOpen


class VendorLocation(models.Model):
    """A place where a vendor processes, serves or works, and whose law holds there."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="locations")
    use = models.CharField(pgettext_lazy("location", "use"), max_length=20, choices=LocationUse)
    place = models.CharField(_("place"), max_length=150)
    country = models.CharField(_("country"), max_length=2, choices=Country)
    jurisdiction = models.CharField(
        _("jurisdiction"),
        max_length=100,
        blank=True,
        help_text=_("Where it is another than the country's, such as a state."),
    )
    holds_data = models.BooleanField(_("holds our data"), default=False)

    history = History()
    objects = VendorPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a vendor")
        verbose_name_plural = _("places of vendors")
        ordering = ("vendor", "use", "place")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="vendors_vendorlocation_once",
                fields=["vendor", "use", "place"],
                violation_error_message=_("This place is there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_use_display()}: {self.place}"


class VendorSubcontractor(models.Model):
    """A fourth party: who does a part of a vendor's service. It is one of our vendors, or known by
    name only."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="subcontractors")
    subcontractor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subcontracted_by",
        verbose_name=_("one of our vendors"),
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    service = models.CharField(_("does"), max_length=200)
    country = models.CharField(_("country"), max_length=2, choices=Country)
    holds_data = models.BooleanField(_("holds our data"), default=False)

    history = History()
    objects = VendorPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("subcontractor")
        verbose_name_plural = _("subcontractors")
        ordering = ("vendor", "pk")
        default_permissions = ()
        triggers = [KeepsChainsOpen()]
        constraints = [
            models.CheckConstraint(
                name="vendors_vendorsubcontractor_one_of_both",
                condition=Q(subcontractor__isnull=False, name="")
                | (Q(subcontractor__isnull=True) & ~Q(name="")),
                violation_error_message=_("Choose one of our vendors or give a name, not both."),
            ),
            models.CheckConstraint(
                name="vendors_vendorsubcontractor_another",
                condition=Q(subcontractor__isnull=True) | ~Q(subcontractor=F("vendor")),
                violation_error_message=_("A vendor is not its own subcontractor."),
            ),
            models.UniqueConstraint(
                name="vendors_vendorsubcontractor_once",
                fields=["vendor", "subcontractor"],
                violation_error_message=_("It is named already."),
            ),
            models.UniqueConstraint(
                "vendor",
                Upper("name"),
                name="vendors_vendorsubcontractor_name_once",
                condition=~Q(name=""),
                violation_error_message=_("It is named already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.subcontractor)


class VendorContact(models.Model):
    """A person or desk of a vendor to call, in which order and when."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(pgettext_lazy("contact", "role"), max_length=120, blank=True)
    level = models.PositiveSmallIntegerField(
        _("escalation level"),
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("1 is called first, 5 last."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    hours = models.CharField(
        _("hours"), max_length=120, blank=True, help_text=_("Such as Mon-Fri 9-18, or 24/7.")
    )

    history = History()
    objects = VendorPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact of a vendor")
        verbose_name_plural = _("contacts of vendors")
        ordering = ("vendor", "level", "name", "pk")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="vendors_vendorcontact_level", condition=Q(level__gte=1, level__lte=5)
            ),
            models.CheckConstraint(
                name="vendors_vendorcontact_reachable",
                condition=~Q(email="") | ~Q(phone=""),
                violation_error_message=_("Give an e-mail address or a telephone."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
