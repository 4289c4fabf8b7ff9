"""Choices of the evidence app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Framework(models.TextChoices):
    """By which book somebody audits."""

    PCI_DSS = "pci_dss", "PCI DSS 4.0.1"
    SOC_2 = "soc_2", "SOC 2"
    ISO_27001 = "iso_27001", "ISO/IEC 27001:2022"
    ISO_20000 = "iso_20000", "ISO/IEC 20000-1:2018"


class RequestStatus(models.TextChoices):
    """Where a request of an auditor stands."""

    OPEN = "open", pgettext_lazy("audit request", "Open")
    IN_PREPARATION = "in_preparation", pgettext_lazy("audit request", "In preparation")
    PROVIDED = "provided", pgettext_lazy("audit request", "Provided")
    ACCEPTED = "accepted", pgettext_lazy("audit request", "Accepted")
    RETURNED = "returned", pgettext_lazy("audit request", "Returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("audit request", "Withdrawn")


TO_BE_ANSWERED = (RequestStatus.OPEN, RequestStatus.IN_PREPARATION, RequestStatus.RETURNED)
"""It is for us to do something."""
SETTLED = (RequestStatus.ACCEPTED, RequestStatus.WITHDRAWN)
"""Nobody waits for anything any more."""


class EngagementState(models.TextChoices):
    """Where an engagement stands; follows from its end."""

    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")
