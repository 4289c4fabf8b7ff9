"""What a client uses of us and what it may ask for, by which channel and until when."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.history import History
from people.models import WorkCalendar
from sla.enums import ContactChannel, RequestKind, WithoutEntitlement
from sla.models.clients import Client


class PortfolioService(models.Model):
    """A service that a client uses, from a day until before another (open: still)."""

    client = models.ForeignKey(
        Client, models.PROTECT, related_name="portfolio", verbose_name=_("client")
    )
    service = models.ForeignKey(
        Service, models.PROTECT, related_name="used_by", verbose_name=_("service")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until before"), null=True, blank=True)

    history = History(read_by=("client",))

    class Meta:
        verbose_name = _("service in a portfolio")
        verbose_name_plural = _("services in portfolios")
        ordering = ("client", "starts_on")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="sla_portfolioservice_once",
                fields=["client", "service"],
                condition=Q(ends_on__isnull=True),
                violation_error_message=_("The client uses this service already."),
            ),
            models.CheckConstraint(
                name="sla_portfolioservice_in_order",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("It ends after the day on which it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} · {self.service}"


class Entitlement(models.Model):
    """What a client may ask for: kinds, channels and hours, and what happens beyond them."""

    client = models.ForeignKey(
        Client, models.PROTECT, related_name="entitlements", verbose_name=_("client")
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service"),
        help_text=_("Empty: for every service."),
    )
    kinds = ArrayField(
        models.CharField(max_length=20, choices=RequestKind), verbose_name=_("kinds")
    )
    channels = ArrayField(
        models.CharField(max_length=12, choices=ContactChannel), verbose_name=_("channels")
    )
    hours = models.ForeignKey(
        WorkCalendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("hours"),
        help_text=_("Empty: at any time."),
    )
    beyond = models.CharField(
        _("beyond it"),
        max_length=6,
        choices=WithoutEntitlement,
        default=WithoutEntitlement.WARN,
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until before"), null=True, blank=True)

    history = History(read_by=("client",))

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        ordering = ("client", "starts_on")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="sla_entitlement_in_order",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("It ends after the day on which it starts."),
            ),
            models.CheckConstraint(
                name="sla_entitlement_entitles",
                condition=~Q(kinds=[]) & ~Q(channels=[]),
                violation_error_message=_("Choose at least one kind and one channel."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} · {', '.join(self.kinds)}"
