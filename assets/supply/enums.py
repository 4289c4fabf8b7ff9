"""The words of what vendors supply to services."""

from django.db import models
from django.utils.translation import pgettext_lazy


class SupplyCriticality(models.TextChoices):
    """What it means to the service when the vendor fails."""

    CRITICAL = "critical", pgettext_lazy("supply", "Critical")
    IMPORTANT = "important", pgettext_lazy("supply", "Important")
    SUPPORTING = "supporting", pgettext_lazy("supply", "Supporting")


WEIGHTS = {
    SupplyCriticality.CRITICAL: 3,
    SupplyCriticality.IMPORTANT: 2,
    SupplyCriticality.SUPPORTING: 1,
}
"""How much a dependency counts where shares of vendors are worked out."""


class Substitutability(models.TextChoices):
    """How soon another would supply it."""

    IN_PLACE = "in_place", pgettext_lazy("substitute", "In place already")
    WEEKS = "weeks", pgettext_lazy("substitute", "Within weeks")
    MONTHS = "months", pgettext_lazy("substitute", "Within months")
    NONE = "none", pgettext_lazy("substitute", "None")


HARD_TO_REPLACE = (Substitutability.MONTHS, Substitutability.NONE)


class SupplyStatus(models.TextChoices):
    """Whether it is stated still. That follows from its last day."""

    CURRENT = "current", pgettext_lazy("supply", "Current")
    ENDED = "ended", pgettext_lazy("supply", "Ended")
