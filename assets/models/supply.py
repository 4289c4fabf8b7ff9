"""On which vendors services depend."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.models.estate import Service
from assets.supply.enums import Substitutability, SupplyCriticality, SupplyStatus
from assets.supply.querysets import ServiceDependencyQuerySet
from assets.supply.triggers import IsSuppliedOnce
from audit.history import History
from core.references import reference_field
from vendors.models import Contract, Vendor


class ServiceDependency(models.Model):
    """A vendor supplies something to a service, from a day until before another one (open: still).
    One of a service and a vendor at a time."""

    reference = reference_field("DEP")
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="vendor_dependencies", verbose_name=_("service")
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="service_dependencies", verbose_name=_("vendor")
    )
    supplies = models.CharField(
        _("what it supplies"), max_length=300, help_text=_("Such as card switching, or hosting.")
    )
    criticality = models.CharField(
        pgettext_lazy("supply", "criticality"),
        max_length=10,
        choices=SupplyCriticality,
        help_text=_("Critical: the service stops when the vendor does."),
    )
    substitutability = models.CharField(
        pgettext_lazy("supply", "substitute"),
        max_length=10,
        choices=Substitutability,
        help_text=_("How soon another would supply it."),
    )
    alternative = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("alternative vendor"),
    )
    other_alternatives = models.CharField(
        _("other alternatives"),
        max_length=500,
        blank=True,
        help_text=_("Vendors that are not ours yet, or our own people."),
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="service_dependencies",
        verbose_name=_("contract"),
        help_text=_("Under which it is supplied."),
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ServiceDependencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("dependency on a vendor")
        verbose_name_plural = _("dependencies on vendors")
        ordering = ("-pk",)
        default_permissions = ("view", "add", "change")
        triggers = [IsSuppliedOnce()]
        indexes = [
            models.Index(name="assets_supply_criticality", fields=["criticality", "-id"]),
            models.Index(name="assets_supply_substitute", fields=["substitutability", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="assets_servicedependency_one_open",
                fields=["service", "vendor"],
                condition=Q(ends_on__isnull=True),
                violation_error_message=_("This service depends on this vendor already."),
            ),
            models.CheckConstraint(
                name="assets_servicedependency_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("A dependency must end after it starts."),
            ),
            models.CheckConstraint(
                name="assets_servicedependency_choices",
                condition=Q(
                    criticality__in=SupplyCriticality.values,
                    substitutability__in=Substitutability.values,
                ),
            ),
            models.CheckConstraint(
                name="assets_servicedependency_another",
                condition=Q(alternative__isnull=True) | ~Q(alternative=F("vendor")),
                violation_error_message=_("The alternative is another vendor."),
            ),
            models.CheckConstraint(
                name="assets_servicedependency_reviewed_pair",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def status(self) -> str:
        """Whether it is stated still."""
        return SupplyStatus.CURRENT if self.ends_on is None else SupplyStatus.ENDED

    def get_status_display(self) -> str:
        return str(SupplyStatus(self.status).label)
