"""Choices of the notifications app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """How a message stands."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Not wanted")


class MessageKind(models.TextChoices):
    """What a message is about; people choose by kind what reaches them."""

    INCIDENT_ASSIGNED = "incident_assigned", _("An incident was assigned to me")
    INCIDENT_OPENED = "incident_opened", _("An urgent incident of my team was opened")
    INCIDENT_COMMENTED = "incident_commented", _("Somebody commented on an incident I follow")
    INCIDENT_MITIGATED = "incident_mitigated", _("An incident I follow was mitigated")
    INCIDENT_RESOLVED = "incident_resolved", _("An incident I follow was resolved")
    ACCOUNT_SECURITY = "account_security", _("Something changed about my account")


class Channel(models.TextChoices):
    """How a message reaches a person."""

    EMAIL = "email", _("E-mail")
