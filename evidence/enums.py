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


class FailureStatus(models.TextChoices):
    """How far one is."""

    OPEN = "open", pgettext_lazy("control failure", "Lasting")
    ENDED = "ended", pgettext_lazy("control failure", "Over, not explained")
    SETTLED = "settled", pgettext_lazy("control failure", "Settled")
