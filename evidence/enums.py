"""The choices of evidence."""

from django.db import models
from django.utils.translation import pgettext_lazy


class PackState(models.TextChoices):
    """How far a pack is. Once frozen, its population stays what it is."""

    REQUESTED = "requested", pgettext_lazy("evidence pack", "Requested")
    FROZEN = "frozen", pgettext_lazy("evidence pack", "Being built")
    BUILT = "built", pgettext_lazy("evidence pack", "Ready")
    FAILED = "failed", pgettext_lazy("evidence pack", "Failed")


class PickKind(models.TextChoices):
    """How an item came into a sample."""

    DRAWN = "drawn", pgettext_lazy("sample", "Drawn")
    REPLACEMENT = "replacement", pgettext_lazy("sample", "Replacement")
    JUDGEMENT = "judgement", pgettext_lazy("sample", "Chosen by judgement")
