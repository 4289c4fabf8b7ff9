"""Choices of the sla app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MarkKind(models.TextChoices):
    """The instants of a record's life that metrics use, in the order they happen."""

    STARTED = "started", _("Started")
    DETECTED = "detected", _("Detected")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    INVESTIGATED = "investigated", _("Investigated")
    MITIGATED = "mitigated", _("Mitigated")
    RESOLVED = "resolved", _("Resolved")


class MarkSource(models.TextChoices):
    """Who says so."""

    MACHINE = "machine", _("Machine")
    HUMAN = "human", _("Person")


class Precision(models.TextChoices):
    """How sure the instant is."""

    EXACT = "exact", _("Exact")
    ESTIMATED = "estimated", _("Estimated")
    RANGE = "range", _("Within a range")
