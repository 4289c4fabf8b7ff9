"""The words of service credits: what clauses measure, how they count, how far a claim is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CreditMeasure(models.TextChoices):
    """What a clause goes by."""

    AVAILABILITY = "availability", _("Availability in percent")
    KEPT_SHARE = "kept_share", _("Share of agreed times kept, in percent")
    BREACHES = "breaches", _("Each agreed time that was breached")
    OUTAGE_HOURS = "outage_hours", _("Each hour of outage")


class CreditCounting(models.TextChoices):
    """What becomes of a unit that is not whole."""

    BEGUN = "begun", _("Each unit begun")
    WHOLE = "whole", _("Whole units only")
    PRO_RATA = "pro_rata", _("Pro rata")


class ClaimStatus(models.TextChoices):
    """How far a claim is."""

    DRAFTED = "drafted", pgettext_lazy("credit claim", "Drafted")
    SENT = "sent", pgettext_lazy("credit claim", "Sent")
    ACCEPTED = "accepted", pgettext_lazy("credit claim", "Accepted")
    DISPUTED = "disputed", pgettext_lazy("credit claim", "Disputed")
    CREDITED = "credited", pgettext_lazy("credit claim", "Credited")
    WRITTEN_OFF = "written_off", pgettext_lazy("credit claim", "Written off")
    WITHDRAWN = "withdrawn", pgettext_lazy("credit claim", "Withdrawn")


BY_TIERS = (CreditMeasure.AVAILABILITY, CreditMeasure.KEPT_SHARE)
"""Measured in percent, and so by a table of tiers; the others by unit."""
SETTLED = (ClaimStatus.CREDITED, ClaimStatus.WRITTEN_OFF, ClaimStatus.WITHDRAWN)
"""Nothing becomes of these any more."""
