"""Choices of the integrations app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SourceKind(models.TextChoices):
    """The systems whose alerts we understand; the value is part of the hook's address."""

    ALERTMANAGER = "alertmanager", _("Prometheus Alertmanager")


class EventState(models.TextChoices):
    """What became of a received event."""

    RECEIVED = "received", _("Received")
    DONE = "done", _("Done")
    DEAD = "dead", _("Could not be read")


class AlertState(models.TextChoices):
    """Whether an alert still fires."""

    FIRING = "firing", _("Firing")
    RESOLVED = "resolved", pgettext_lazy("alert", "Resolved")
