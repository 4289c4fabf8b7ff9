"""Choices of the vendors app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VendorTier(models.TextChoices):
    """How much depends on a vendor."""

    STRATEGIC = "strategic", _("Strategic")
    TACTICAL = "tactical", _("Tactical")
    COMMODITY = "commodity", _("Commodity")


class VendorStatus(models.TextChoices):
    """Whether we buy from it."""

    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")
