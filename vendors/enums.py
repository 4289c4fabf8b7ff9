"""Choices of the vendors app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class VendorTier(models.TextChoices):
    """How much depends on a vendor."""

    STRATEGIC = "strategic", _("Strategic")
    TACTICAL = "tactical", _("Tactical")
    COMMODITY = "commodity", _("Commodity")


class VendorStatus(models.TextChoices):
    """Whether we buy from it."""

    ACTIVE = "active", pgettext_lazy("vendor", "Active")
    ENDED = "ended", _("Ended")


class Renewal(models.TextChoices):
    """What happens when a term of a contract ends and nobody says anything."""

    AUTOMATIC = "automatic", _("Renews by itself")
    EXPRESS = "express", _("Renews only if agreed")
    NONE = "none", _("Ends")
