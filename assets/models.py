"""Services, the assets they run on, and the dated dependencies between them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.enums import (
    AssetClass,
    Criticality,
    DependencyKind,
    Environment,
    Lifecycle,
    PciScope,
    ServiceTier,
)
from assets.querysets import AssetQuerySet, DependencyQuerySet, ServiceQuerySet
from audit.history import History
from core.references import reference_field
from people.enums import Country
from people.models import Team
from vendors.models import Vendor


class Service(models.Model):
    """Something customers or colleagues rely on, such as SPEI transfers."""

    reference = reference_field("SVC")
    name = models.CharField(_("name"), max_length=120, unique=True)
    label = models.SlugField(
        _("alert label"),
        max_length=80,
        unique=True,
        help_text=_("The value of the “service” label in alerts."),
    )
    description = models.TextField(_("description"), blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=ServiceTier)
    criticality = models.CharField(_("criticality"), max_length=10, choices=Criticality)
    owner_team = models.ForeignKey(
        Team, models.PROTECT, related_name="owned_services", verbose_name=_("owner team")
    )
    support_team = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="supported_services",
        verbose_name=_("support team"),
        help_text=_("Gets the service's new incidents."),
    )
    countries = ArrayField(
        models.CharField(max_length=2, choices=Country), verbose_name=_("countries")
    )
    rto = models.DurationField(
        _("RTO"), null=True, blank=True, help_text=_("Recovery time objective.")
    )
    rpo = models.DurationField(
        _("RPO"), null=True, blank=True, help_text=_("Recovery point objective.")
    )
    is_retired = models.BooleanField(_("retired"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="assets_service_has_countries",
                condition=~Q(countries=[]),
                violation_error_message=_("Name at least one country."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    """A configuration item: something we run or depend on."""

    reference = reference_field("AST")
    name = models.CharField(_("name"), max_length=150, unique=True)
    asset_class = models.CharField(_("class"), max_length=20, choices=AssetClass)
    lifecycle = models.CharField(
        _("lifecycle"), max_length=10, choices=Lifecycle, default=Lifecycle.LIVE
    )
    environment = models.CharField(
        _("environment"), max_length=12, choices=Environment, default=Environment.PRODUCTION
    )
    pci_scope = models.CharField(_("PCI DSS scope"), max_length=10, choices=PciScope)
    data_residency = models.CharField(
        _("data residency"), max_length=2, choices=Country, help_text=_("Where its data rest.")
    )
    owner_team = models.ForeignKey(
        Team, models.PROTECT, related_name="owned_assets", verbose_name=_("owner team")
    )
    vendor = models.ForeignKey(
        Vendor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assets",
        verbose_name=_("vendor"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Dependency(models.Model):
    """A service or an asset needs an asset, from a day until before another one (open: still)."""

    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dependencies",
        verbose_name=_("service"),
    )
    asset = models.ForeignKey(
        Asset,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dependencies",
        verbose_name=_("asset"),
    )
    needs = models.ForeignKey(
        Asset, models.PROTECT, related_name="dependants", verbose_name=_("needs")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DependencyKind)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = DependencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="assets_dependency_of_one_thing",
                condition=Q(service__isnull=True, asset__isnull=False)
                | Q(service__isnull=False, asset__isnull=True),
                violation_error_message=_("A dependency is of a service or of an asset."),
            ),
            models.CheckConstraint(
                name="assets_dependency_not_of_itself",
                condition=Q(asset__isnull=True) | ~Q(asset=F("needs")),
                violation_error_message=_("An asset cannot depend on itself."),
            ),
            models.CheckConstraint(
                name="assets_dependency_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("A dependency must end after it starts."),
            ),
            models.UniqueConstraint(
                name="assets_dependency_one_open",
                fields=["service", "asset", "needs", "kind"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                violation_error_message=_("This dependency exists already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.asset} → {self.needs}"
