"""The words of certifications."""

from django.db import models
from django.utils.translation import pgettext_lazy


class CertificationStatus(models.TextChoices):
    """Whether the lead has seen the proof. That it has expired follows from its day."""

    CLAIMED = "claimed", pgettext_lazy("certification", "Claimed")
    VERIFIED = "verified", pgettext_lazy("certification", "Verified")
    REJECTED = "rejected", pgettext_lazy("certification", "Rejected")
