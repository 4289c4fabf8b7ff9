"""Choices of the integrations app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SourceKind(models.TextChoices):
    """The systems that we understand; the value is part of the hook's address."""

    ALERTMANAGER = "alertmanager", _("Prometheus Alertmanager")
    DEPLOYMENTS = "deployments", _("Deployments, signed")


class EventState(models.TextChoices):
    """What became of a received event."""

    RECEIVED = "received", _("Received")
    DONE = "done", _("Done")
    DEAD = "dead", _("Could not be read")


class Fault(models.TextChoices):
    """Why an event has not been digested. The placeholders are facts that stand beside the code."""

    PAYLOAD = "payload", _("The payload is not an object.")
    ALERTS = "alerts", _("“alerts” is not a list.")
    ALERT = "alert", _("Alert %(number)s is not an object.")
    PART = "part", _("“%(part)s” of alert %(number)s is not an object.")
    REFUSED = "refused", _("It was refused: %(said)s")
    DATABASE = "database", _("The database refused it: %(said)s")
    UNFORESEEN = "unforeseen", _("A mistake of the portal: %(said)s")


class AlertState(models.TextChoices):
    """Whether an alert still fires."""

    FIRING = "firing", _("Firing")
    RESOLVED = "resolved", pgettext_lazy("alert", "Resolved")
