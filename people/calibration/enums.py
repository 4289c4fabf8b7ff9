"""The words of calibration."""

from django.db import models
from django.utils.translation import pgettext_lazy


class CalibrationStatus(models.TextChoices):
    """How far a calibration is. It is blind until every rater has rated everything."""

    RATING = "rating", pgettext_lazy("calibration", "Being rated, blind")
    REVEALED = "revealed", pgettext_lazy("calibration", "To be talked about")
    CLOSED = "closed", pgettext_lazy("calibration", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("calibration", "Cancelled")
