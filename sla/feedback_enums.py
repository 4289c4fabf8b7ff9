"""Choices of feedback."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedbackKind(models.TextChoices):
    """What a contact is asked."""

    CSAT = "csat", _("Satisfaction (1 to 5)")
    NPS = "nps", _("Recommendation (0 to 10)")


class InvitationState(models.TextChoices):
    """What became of an invitation's e-mail."""

    QUEUED = "queued", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FAILED = "failed", _("Could not be delivered")


SCORES = {FeedbackKind.CSAT: range(1, 6), FeedbackKind.NPS: range(11)}
