"""Choices about service reviews, their actions and improvement plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewStatus(models.TextChoices):
    """How far a service review is."""

    PLANNED = "planned", pgettext_lazy("service review", "Planned")
    HELD = "held", pgettext_lazy("service review", "Held")
    CLOSED = "closed", pgettext_lazy("service review", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("service review", "Cancelled")


class AgendaKind(models.TextChoices):
    """What an item of the agenda is about; all but our own are drafted from what is known."""

    SCORECARD = "scorecard", _("Scorecard")
    WEAK = "weak", _("Weak figures")
    BREACHES = "breaches", _("Breaches and outages")
    CREDITS = "credits", _("Open credit claims")
    ATTESTATIONS = "attestations", _("Attestations that lack or expire")
    CONTRACTS = "contracts", _("Contracts to decide about")
    ACTIONS = "actions", _("Open actions of earlier reviews")
    PLANS = "plans", _("Improvement plans under way")
    OWN = "own", _("Own item")


class Side(models.TextChoices):
    """Whose somebody is."""

    OURS = "ours", pgettext_lazy("side", "Ours")
    VENDOR = "vendor", pgettext_lazy("side", "The vendor's")


class ActionStatus(models.TextChoices):
    """How far an action is."""

    OPEN = "open", pgettext_lazy("action of a review", "Open")
    DONE = "done", pgettext_lazy("action of a review", "Done")
    VERIFIED = "verified", pgettext_lazy("action of a review", "Verified")
    DROPPED = "dropped", pgettext_lazy("action of a review", "Dropped")


class PlanStatus(models.TextChoices):
    """How far an improvement plan is."""

    DRAFTED = "drafted", pgettext_lazy("improvement plan", "Drafted")
    AGREED = "agreed", pgettext_lazy("improvement plan", "Agreed")
    MET = "met", pgettext_lazy("improvement plan", "Met")
    NOT_MET = "not_met", pgettext_lazy("improvement plan", "Not met")


MOVING = (ReviewStatus.PLANNED, ReviewStatus.HELD)
"""Agenda, minutes and attendees still move."""
PENDING = (ActionStatus.OPEN, ActionStatus.DONE)
"""Actions of which something still becomes."""
UNDER_WAY = (PlanStatus.DRAFTED, PlanStatus.AGREED)
"""Plans of which something still becomes."""
