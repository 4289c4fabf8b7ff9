"""Clients and whom to reach there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.enums import Country
from sla.querysets import ClientQuerySet


class Client(models.Model):
    """A company we serve: a merchant, a bank, an aggregator."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    country = models.CharField(_("country"), max_length=2, choices=Country)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=[("en", "English"), ("es-mx", "Español (México)")],
        default="es-mx",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    history = History()
    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ClientContact(models.Model):
    """Whom to call or write to at a client."""

    client = models.ForeignKey(
        Client, models.CASCADE, related_name="contacts", verbose_name=_("client")
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    history = History()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="sla_clientcontact_reachable",
                condition=~Q(email="") | ~Q(phone=""),
                violation_error_message=_("Give an e-mail address or a telephone number."),
            )
        ]

    def __str__(self) -> str:
        return self.name
