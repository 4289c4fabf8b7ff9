"""The words of obligations."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    """Who has to do it."""

    OURS = "ours", pgettext_lazy("obligation", "Ours")
    VENDORS = "vendors", pgettext_lazy("obligation", "The vendor's")


class ObligationCategory(models.TextChoices):
    """What it is about."""

    REPORT = "report", pgettext_lazy("obligation", "Report")
    PAYMENT = "payment", pgettext_lazy("obligation", "Payment")
    SERVICE_LEVEL = "service_level", pgettext_lazy("obligation", "Service level")
    SECURITY = "security", pgettext_lazy("obligation", "Security")
    PRIVACY = "privacy", pgettext_lazy("obligation", "Privacy")
    AUDIT_RIGHT = "audit_right", pgettext_lazy("obligation", "Right to audit")
    INSURANCE = "insurance", pgettext_lazy("obligation", "Insurance")
    CERTIFICATION = "certification", pgettext_lazy("obligation", "Certification")
    NOTICE = "notice", pgettext_lazy("obligation", "Notice")
    OTHER = "other", pgettext_lazy("obligation", "Other")


class Recurrence(models.TextChoices):
    """How often it is due."""

    ONCE = "once", pgettext_lazy("recurrence", "Once")
    MONTHLY = "monthly", pgettext_lazy("recurrence", "Every month")
    QUARTERLY = "quarterly", pgettext_lazy("recurrence", "Every quarter")
    HALF_YEARLY = "half_yearly", pgettext_lazy("recurrence", "Every half year")
    YEARLY = "yearly", pgettext_lazy("recurrence", "Every year")


class ObligationStatus(models.TextChoices):
    """Whether it still binds."""

    ACTIVE = "active", pgettext_lazy("obligation", "Active")
    ENDED = "ended", pgettext_lazy("obligation", "Ended")


class TaskStatus(models.TextChoices):
    """How far one time that an obligation is due has come."""

    OPEN = "open", pgettext_lazy("obligation task", "Open")
    SUBMITTED = "submitted", pgettext_lazy("obligation task", "Submitted")
    RETURNED = "returned", pgettext_lazy("obligation task", "Returned")
    MISSED = "missed", pgettext_lazy("obligation task", "Missed")
    ACCEPTED = "accepted", pgettext_lazy("obligation task", "Accepted")
    WAIVED = "waived", pgettext_lazy("obligation task", "Waived")


TO_DO = (TaskStatus.OPEN, TaskStatus.RETURNED, TaskStatus.MISSED)
"""Those that wait for somebody to submit something."""
UNSETTLED = (*TO_DO, TaskStatus.SUBMITTED)
"""Those of which something still becomes."""
SETTLED = (TaskStatus.ACCEPTED, TaskStatus.WAIVED)
