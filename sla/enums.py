"""Choices of the sla app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MandateMetric(models.TextChoices):
    """The targets of the 1-5-10 mandate, in its order."""

    DETECT = "detect", _("Detect")
    INVESTIGATE = "investigate", _("Investigate")
    REMEDIATE = "remediate", _("Remediate")


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


class ClockState(models.TextChoices):
    """How a clock stands."""

    WAITING = "waiting", _("Not started")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    LATE = "late", _("Running late")
    MET = "met", _("Met")
    BREACHED = "breached", _("Breached")
    DROPPED = "dropped", _("Ended without a verdict")


class Holder(models.TextChoices):
    """Who holds a stretch of a record's life."""

    TEAM = "team", _("Team")
    VENDOR = "vendor", _("Vendor")
    CUSTOMER = "customer", _("Customer")
    APPROVAL = "approval", _("Approval")
    NONE = "none", _("Nobody")


class AgreementKind(models.TextChoices):
    """With whom it is agreed."""

    SLA = "sla", _("Service level agreement (client)")
    OLA = "ola", _("Operational level agreement (team)")
    UC = "uc", _("Underpinning contract (vendor)")


class VersionStatus(models.TextChoices):
    """How a version of an agreement stands."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("In force")
    RETIRED = "retired", _("Replaced")


class Metric(models.TextChoices):
    """What an agreement sets a time for."""

    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    FIRST_RESPONSE = "first_response", _("First response")
    UPDATE_CADENCE = "update_cadence", _("Update cadence")
    INVESTIGATE = "investigate", _("Investigate")
    RESTORE = "restore", _("Restore")
    RESOLVE = "resolve", _("Resolve")
    CALL_ANSWER = "call_answer", _("Answer a call")


PRIORITIES = range(1, 6)
"""As records have them: 1 is worked first."""


def metric_label(code: str) -> str:
    """A metric in the language in force; a code that is no longer known says itself."""
    return str(Metric(code).label) if code in Metric.values else code


class EventKind(models.TextChoices):
    """What happens in a life that moves its segments or clocks.

    The order is that in which events of one instant take effect: what says who has the record comes
    before what sets it waiting, and an end comes last.
    """

    OPENED = "opened", _("Opened")
    ASSIGNED = "assigned", _("Given to a team")
    PRIORITIZED = "prioritized", _("Priority set")
    AGREED = "agreed", _("Agreement applied")
    CALLED = "called", _("Call came in")
    ANSWERED = "answered", _("Call answered")
    MARKED = "marked", _("Mark set")
    UPDATED = "updated", _("Client told")
    RESUMED = "resumed", _("Resumed")
    WAITED_FOR_CUSTOMER = "waited_for_customer", _("Waits for the customer")
    WAITED_FOR_VENDOR = "waited_for_vendor", _("Waits for a vendor")
    WAITED_FOR_APPROVAL = "waited_for_approval", _("Waits for an approval")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")
    CANCELLED = "cancelled", _("Cancelled")
    MERGED = "merged", _("Merged into another record")


class RequestKind(models.TextChoices):
    """What a client or a colleague may ask for."""

    REQUEST = "request", _("Request")
    ENQUIRY = "enquiry", _("Enquiry")
    CONCERN = "concern", _("Concern")
    ENHANCEMENT = "enhancement", _("Enhancement idea")
    ADJUSTMENT = "account_adjustment", _("Account adjustment")


class ContactChannel(models.TextChoices):
    """By which way a client reaches us."""

    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Chat")
    PHONE = "phone", _("Telephone")
    PORTAL = "portal", _("Portal")
    API = "api", _("API")


class EntitlementGap(models.TextChoices):
    """What an entitlement does not cover of a request."""

    KIND = "kind", _("this kind of request")
    CHANNEL = "channel", _("this channel")
    HOURS = "hours", _("this hour")
    IN_FORCE = "in_force", _("none of its entitlements is in force for this")


class WithoutEntitlement(models.TextChoices):
    """What happens to a request beyond what a client is entitled to."""

    WARN = "warn", _("Take it, and note it")
    REFUSE = "refuse", _("Refuse it")
