"""Choices of the evidence app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FailureKind(models.TextChoices):
    """Which control failed."""

    SEALER_LATE = "sealer_late", _("Changes are not sealed in time")
    SIGNER_LATE = "signer_late", _("Sealed entries are not signed in time")
    SIGNER_REFUSES = "signer_refuses", _("The signer refuses the ledger")
    VERIFICATION = "verification", _("The ledger does not prove itself")
    RECONCILIATION = "reconciliation", _("Records differ from the ledger")
    UNWITNESSED = "unwitnessed", _("Nobody outside holds a recent checkpoint")
    RENEWAL_MISSED = "renewal_missed", _("A contract renewed or ended without a decision")


class FailureStatus(models.TextChoices):
    """How far one is."""

    OPEN = "open", pgettext_lazy("control failure", "Lasting")
    ENDED = "ended", pgettext_lazy("control failure", "Over, not explained")
    SETTLED = "settled", pgettext_lazy("control failure", "Settled")


class PackState(models.TextChoices):
    """How far a pack is. Once frozen, its population stays what it is."""

    REQUESTED = "requested", pgettext_lazy("evidence pack", "Requested")
    FROZEN = "frozen", pgettext_lazy("evidence pack", "Being built")
    BUILT = "built", pgettext_lazy("evidence pack", "Ready")
    FAILED = "failed", pgettext_lazy("evidence pack", "Failed")


class PickKind(models.TextChoices):
    """How an item came into a sample."""

    DRAWN = "drawn", pgettext_lazy("sample", "Drawn")
    REPLACEMENT = "replacement", pgettext_lazy("sample", "Replacement")
    JUDGEMENT = "judgement", pgettext_lazy("sample", "Chosen by judgement")


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
