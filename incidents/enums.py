"""Choices of the incidents app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where an incident stands."""

    NEW = "new", _("New")
    TRIAGED = "triaged", _("Triaged")
    IN_PROGRESS = "in_progress", _("In progress")
    PENDING_CUSTOMER = "pending_customer", _("Waiting for the customer")
    PENDING_VENDOR = "pending_vendor", _("Waiting for the vendor")
    PENDING_CHANGE = "pending_change", _("Waiting for a change")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    MERGED = "merged", _("Merged")


PENDING = (Status.PENDING_CUSTOMER, Status.PENDING_VENDOR, Status.PENDING_CHANGE)
ENDED = (Status.CLOSED, Status.CANCELLED, Status.MERGED)
NOT_COUNTED = (Status.CANCELLED, Status.MERGED)  # in figures about incidents
OPEN = (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, *PENDING)


class Impact(models.IntegerChoices):
    """How much of the business is hit."""

    HIGH = 1, _("High: many clients or a payment rail")
    MEDIUM = 2, _("Medium: one client or a part of a service")
    LOW = 3, _("Low: a few people")


class Urgency(models.IntegerChoices):
    """How soon it must be mended."""

    HIGH = 1, _("High: now")
    MEDIUM = 2, _("Medium: today")
    LOW = 3, _("Low: this week")


class Priority(models.IntegerChoices):
    """What is worked first."""

    P1 = 1, _("P1 Critical")
    P2 = 2, _("P2 High")
    P3 = 3, _("P3 Moderate")
    P4 = 4, _("P4 Low")
    P5 = 5, _("P5 Planning")


# ITIL's matrix: priority follows from impact and urgency.
PRIORITY_OF = {
    (Impact.HIGH, Urgency.HIGH): Priority.P1,
    (Impact.HIGH, Urgency.MEDIUM): Priority.P2,
    (Impact.HIGH, Urgency.LOW): Priority.P3,
    (Impact.MEDIUM, Urgency.HIGH): Priority.P2,
    (Impact.MEDIUM, Urgency.MEDIUM): Priority.P3,
    (Impact.MEDIUM, Urgency.LOW): Priority.P4,
    (Impact.LOW, Urgency.HIGH): Priority.P3,
    (Impact.LOW, Urgency.MEDIUM): Priority.P4,
    (Impact.LOW, Urgency.LOW): Priority.P5,
}


class Tier(models.TextChoices):
    """The line of support that works on it."""

    L1 = "l1", _("First line")
    L2 = "l2", _("Second line")
    VENDOR = "vendor", _("Vendor")
    COMPLEX = "complex", _("Complex case")


class IncidentChannel(models.TextChoices):
    """How we learned of it."""

    MONITORING = "monitoring", _("Monitoring")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Chat")
    PHONE = "phone", _("Telephone")
    PORTAL = "portal", _("Portal")
    API = "api", _("API")
    VENDOR = "vendor", _("Vendor")


class ResolutionCode(models.TextChoices):
    """How it ended."""

    FIXED = "fixed", _("Fixed")
    WORKAROUND = "workaround", _("Workaround in place")
    VENDOR_FIXED = "vendor_fixed", _("Fixed by the vendor")
    CHANGE_BACKED_OUT = "change_backed_out", _("A change was backed out")
    RECOVERED = "recovered", _("Recovered by itself")
    NOT_REPRODUCIBLE = "not_reproducible", _("Could not be reproduced")
    DUPLICATE = "duplicate", _("Duplicate")


class LinkKind(models.TextChoices):
    """How one incident relates to another."""

    RELATED = "related", _("Related to")
    DUPLICATE_OF = "duplicate_of", _("Duplicate of")
    CAUSED_BY = "caused_by", _("Caused by")
    CHILD_OF = "child_of", _("Part of")
    SPLIT_FROM = "split_from", _("Split from")


class ForRequests(models.TextChoices):
    """What the resolution of an incident does to the requests that ask about it."""

    LEAVE = "leave", pgettext_lazy("requests", "Tell who works on them")
    RESOLVE = "resolve", pgettext_lazy("requests", "Resolve them with it")


class PromiseOutcome(models.TextChoices):
    """What became of a promise to the client."""

    OPEN = "open", pgettext_lazy("promise", "Open")
    KEPT = "kept", pgettext_lazy("promise", "Kept")
    BROKEN = "broken", pgettext_lazy("promise", "Broken")
    REPLACED = "replaced", pgettext_lazy("promise", "Replaced")


class ConsultationState(models.TextChoices):
    """Where a question to another team stands."""

    ASKED = "asked", pgettext_lazy("consultation", "Asked")
    ANSWERED = "answered", pgettext_lazy("consultation", "Answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("consultation", "Withdrawn")


class HelpUrgency(models.TextChoices):
    """How soon somebody must come to help."""

    NOW = "now", pgettext_lazy("help", "Now")
    SOON = "soon", pgettext_lazy("help", "Soon")
    TODAY = "today", pgettext_lazy("help", "Today")


class HelpState(models.TextChoices):
    """Where a call for help stands."""

    ASKED = "asked", pgettext_lazy("help", "Asked")
    TAKEN = "taken", pgettext_lazy("help", "Taken")
    ANSWERED = "answered", pgettext_lazy("help", "Answered")
    WITHDRAWN = "withdrawn", pgettext_lazy("help", "Withdrawn")


class GuideFor(models.TextChoices):
    """What kind of record a checklist is for."""

    INCIDENT = "incident", _("Incident")
    REQUEST = "request", _("Request")
    ENQUIRY = "enquiry", _("Enquiry")
    CONCERN = "concern", _("Concern")
    ENHANCEMENT = "enhancement", _("Enhancement idea")
    ADJUSTMENT = "account_adjustment", _("Account adjustment")


class StepResult(models.TextChoices):
    """What came out of a step of a checklist."""

    GOOD = "good", pgettext_lazy("step", "As it should be")
    BAD = "bad", pgettext_lazy("step", "Found something")
    SKIPPED = "skipped", pgettext_lazy("step", "Does not apply")


DIRECTIONS = ("outward", "inward")
"""Of a link between records: from the one that is read, or to it."""
