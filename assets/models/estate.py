"""Services, the assets they run on, and the dated dependencies between them."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assets.enums import (
    DEVICES,
    AssetClass,
    Criticality,
    Custody,
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

if TYPE_CHECKING:
    from datetime import date

    from assets.models.hand_outs import HandOut

_HOSTNAME = RegexValidator(
    r"\A(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\Z",
    _("Give a host name such as ledger-db-01.mx.example."),
)


def validate_plausible_day(day: "date") -> None:
    """Refuse what is a slip of the finger: a day before 1990 or after 2100."""
    if not 1990 <= day.year <= 2100:
        raise ValidationError(_("Give a day between 1990 and 2100."))


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
    purpose = models.CharField(
        _("purpose"), max_length=300, blank=True, help_text=_("What it is for, in a sentence.")
    )
    manufacturer = models.CharField(_("manufacturer"), max_length=80, blank=True)
    product = models.CharField(
        _("model or product"),
        max_length=120,
        blank=True,
        help_text=_("A device's model, a program's product name."),
    )
    release = models.CharField(
        _("release"),
        max_length=60,
        blank=True,
        help_text=_("As the manufacturer names it: 19c, 1.29."),
    )
    serial_number = models.CharField(
        _("serial number"),
        max_length=80,
        unique=True,
        null=True,
        blank=True,
        error_messages={"unique": _("Another asset has this serial number.")},
    )
    location = models.CharField(
        _("location"), max_length=120, blank=True, help_text=_("Site, room, rack.")
    )
    hostname = models.CharField(_("host name"), max_length=253, blank=True, validators=[_HOSTNAME])
    ip_address = models.GenericIPAddressField(
        _("IP address"), null=True, blank=True, unpack_ipv4=True
    )
    warranty_until = models.DateField(
        _("warranty until"), null=True, blank=True, validators=[validate_plausible_day]
    )
    end_of_life_on = models.DateField(
        _("end of life"),
        null=True,
        blank=True,
        validators=[validate_plausible_day],
        help_text=_("From this day on its manufacturer mends nothing any more."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ("name",)
        permissions = [("import_asset", "Can write many assets at once from a file")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Somebody answers for a device as long as they have it."""
        is_out = self.pk and self.open_hand_out is not None
        if is_out and self.lifecycle == Lifecycle.RETIRED:
            raise ValidationError({"lifecycle": _("It is handed out: take it back first.")})
        if is_out and not self.is_device:
            raise ValidationError({"asset_class": _("It is handed out: take it back first.")})

    @property
    def is_device(self) -> bool:
        """Whether it is of a class that is handed out to people."""
        return self.asset_class in DEVICES

    # An asset and each of its hand-outs answer alike to the table of custody (`workflow.py`).

    @property
    def device(self) -> "Asset":
        return self

    @cached_property
    def open_hand_out(self) -> "HandOut | None":
        """The hand-out by which somebody has it now."""
        found = self.hand_outs.filter(ended_at__isnull=True)
        return found.select_related("holder__person", "handed_out_by__person").first()

    @property
    def status(self) -> str:
        """Who has it: in stock, or as its open hand-out says."""
        return self.open_hand_out.status if self.open_hand_out else Custody.IN_STOCK

    def get_status_display(self) -> str:
        return str(Custody(self.status).label)


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
