"""Choices of requests, of the account adjustments in them, and of telephone calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RequestStatus(models.TextChoices):
    """Where a request stands."""

    NEW = "new", _("New")
    ASSIGNED = "assigned", pgettext_lazy("request", "Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    PENDING_CUSTOMER = "pending_customer", _("Waiting for the customer")
    PENDING_VENDOR = "pending_vendor", _("Waiting for the vendor")
    PENDING_APPROVAL = "pending_approval", _("Waiting for an approval")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    MERGED = "merged", _("Merged")


REQUEST_PENDING = (
    RequestStatus.PENDING_CUSTOMER,
    RequestStatus.PENDING_VENDOR,
    RequestStatus.PENDING_APPROVAL,
)
REQUEST_IN_HAND = (RequestStatus.IN_PROGRESS, *REQUEST_PENDING)
REQUEST_OPEN = (RequestStatus.NEW, RequestStatus.ASSIGNED, *REQUEST_IN_HAND)
REQUEST_ENDED = (RequestStatus.CLOSED, RequestStatus.CANCELLED, RequestStatus.MERGED)
REQUEST_NOT_COUNTED = (RequestStatus.CANCELLED, RequestStatus.MERGED)  # in figures about requests


class RequestOutcome(models.TextChoices):
    """How a request ended."""

    FULFILLED = "fulfilled", _("Fulfilled")
    ANSWERED = "answered", _("Answered")
    PARTLY = "partly", _("Fulfilled in part")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn by who asked")
    DUPLICATE = "duplicate", _("Duplicate")


class RequestLinkKind(models.TextChoices):
    """How one request relates to another."""

    RELATED = "related", _("Related to")
    DUPLICATE_OF = "duplicate_of", _("Duplicate of")
    FOLLOWS = "follows", _("Follows from")
    CHILD_OF = "child_of", _("Part of")
    SPLIT_FROM = "split_from", _("Split from")


class AskingKind(models.TextChoices):
    """Why a request is linked to an incident."""

    ABOUT = "about", _("Asks about")
    CAUSED_BY = "caused_by", _("Caused by")


class AdjustmentStatus(models.TextChoices):
    """Where an account adjustment stands."""

    PROPOSED = "proposed", _("Waits for a checker")
    APPROVED = "approved", _("Approved, not yet applied")
    REJECTED = "rejected", _("Rejected")
    APPLIED = "applied", _("Applied")
    WITHDRAWN = "withdrawn", pgettext_lazy("adjustment", "Withdrawn")


ADJUSTMENT_OPEN = (AdjustmentStatus.PROPOSED, AdjustmentStatus.APPROVED)


class AdjustmentEffect(models.TextChoices):
    """Which way the money goes, as seen from the account."""

    CREDIT = "credit", _("Credit to the account")
    DEBIT = "debit", _("Debit from the account")


class CallStatus(models.TextChoices):
    """Where a telephone call stands; follows from its moments."""

    RINGING = "ringing", _("Ringing")
    ANSWERED = "answered", pgettext_lazy("call", "Answered")
    ENDED = "ended", pgettext_lazy("call", "Ended")


class CallOutcome(models.TextChoices):
    """How a telephone call ended."""

    ANSWERED = "answered", _("Answered and settled")
    RECORDED = "recorded", _("Recorded as a request or an incident")
    CALL_BACK = "call_back", _("To be called back")
    ABANDONED = "abandoned", _("Rang off before it was answered")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
