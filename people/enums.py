"""Choices of the people app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Country(models.TextChoices):
    """Where we and our partners work, by ISO 3166-1 code."""

    MX = "MX", _("Mexico")
    GT = "GT", _("Guatemala")
    BZ = "BZ", _("Belize")
    SV = "SV", _("El Salvador")
    HN = "HN", _("Honduras")
    NI = "NI", _("Nicaragua")
    CR = "CR", _("Costa Rica")
    PA = "PA", _("Panama")
    CO = "CO", _("Colombia")
    VE = "VE", _("Venezuela")
    EC = "EC", _("Ecuador")
    PE = "PE", _("Peru")
    BO = "BO", _("Bolivia")
    CL = "CL", _("Chile")
    AR = "AR", _("Argentina")
    UY = "UY", _("Uruguay")
    PY = "PY", _("Paraguay")
    BR = "BR", _("Brazil")
    DO = "DO", _("Dominican Republic")
    US = "US", _("United States")
    ES = "ES", _("Spain")

    @property
    def language(self) -> str:
        """The one of the portal's languages that people there read more easily."""
        return "en" if self in (Country.US, Country.BZ) else "es-mx"


class TeamTier(models.TextChoices):
    """What a team is for."""

    L1 = "l1", _("First line")
    L2 = "l2", _("Second line")
    VENDOR_FACING = "vendor_facing", _("Vendor-facing")
    CAB = "cab", _("Change advisory board")
    PLATFORM = "platform", _("Platform")


class FirstPage(models.TextChoices):
    """What somebody comes to after signing in."""

    HOME = "home", _("Home")
    QUEUES = "queues", _("Queues")


class TokenScope(models.TextChoices):
    """What an API token may be used for."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")
    VOTE = "vote", _("Vote on changes")
    ADMIN = "admin", _("Administer")


class ReviewStatus(models.TextChoices):
    """How far a review of access is."""

    ANNOUNCED = "announced", _("Announced")
    RUNNING = "running", pgettext_lazy("access review", "Running")
    CLOSED = "closed", pgettext_lazy("access review", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("access review", "Cancelled")


class ReviewDecision(models.TextChoices):
    """What a reviewer says about the access of one account."""

    KEEP = "keep", _("Keep")
    CHANGE = "change", _("Change")
    REMOVE = "remove", _("Remove")


class PrivacyKind(models.TextChoices):
    """What a data subject may ask for: the ARCO rights (LFPDPPP)."""

    ACCESS = "access", pgettext_lazy("privacy request", "Access")
    RECTIFICATION = "rectification", pgettext_lazy("privacy request", "Rectification")
    CANCELLATION = "cancellation", pgettext_lazy("privacy request", "Cancellation")
    OPPOSITION = "opposition", pgettext_lazy("privacy request", "Opposition")


class PrivacyStatus(models.TextChoices):
    """How far a request of a data subject is."""

    RECEIVED = "received", pgettext_lazy("privacy request", "Received")
    ACCEPTED = "accepted", pgettext_lazy("privacy request", "Accepted")
    REFUSED = "refused", pgettext_lazy("privacy request", "Refused")
    BLOCKED = "blocked", pgettext_lazy("privacy request", "Blocked")
    SUPPRESSED = "suppressed", pgettext_lazy("privacy request", "Suppressed")
    CARRIED_OUT = "carried_out", pgettext_lazy("privacy request", "Carried out")
