"""The words of attestations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AttestationKind(models.TextChoices):
    """What kind of report or certificate it is."""

    PCI_AOC = "pci_aoc", _("PCI DSS AOC")
    SOC1 = "soc1", "SOC 1"
    SOC2_TYPE1 = "soc2_type1", _("SOC 2 type 1")
    SOC2_TYPE2 = "soc2_type2", _("SOC 2 type 2")
    ISO_27001 = "iso_27001", "ISO 27001"
    ISO_22301 = "iso_22301", "ISO 22301"
    OTHER = "other", pgettext_lazy("attestation", "Other")


SOC_KINDS = (AttestationKind.SOC1, AttestationKind.SOC2_TYPE1, AttestationKind.SOC2_TYPE2)
"""Those in which an auditor gives an opinion."""


class Opinion(models.TextChoices):
    """What the auditor of a SOC report concludes."""

    UNQUALIFIED = "unqualified", _("Unqualified")
    QUALIFIED = "qualified", _("Qualified")
    ADVERSE = "adverse", _("Adverse")
    DISCLAIMER = "disclaimer", _("Disclaimer of opinion")


class AttestationStatus(models.TextChoices):
    """What we made of it. That it has expired follows from its day and is not stored."""

    RECEIVED = "received", pgettext_lazy("attestation", "Received")
    ACCEPTED = "accepted", pgettext_lazy("attestation", "Accepted")
    WITH_GAPS = "with_gaps", pgettext_lazy("attestation", "Accepted with gaps")
    REJECTED = "rejected", pgettext_lazy("attestation", "Rejected")


HELD = (AttestationStatus.ACCEPTED, AttestationStatus.WITH_GAPS)
"""What we rely on, until it expires."""


class Coverage(models.TextChoices):
    """Whether it is about the services that we use."""

    YES = "yes", pgettext_lazy("coverage", "All that we use")
    PARTLY = "partly", pgettext_lazy("coverage", "Some of what we use")
    NO = "no", pgettext_lazy("coverage", "Another service")


class Treatment(models.TextChoices):
    """What we do about an exception of a report."""

    MITIGATED = "mitigated", pgettext_lazy("exception", "Mitigated")
    ACCEPTED = "accepted", pgettext_lazy("exception", "Accepted")
