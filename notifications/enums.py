"""Choices of the notifications app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """How a message stands."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Not wanted")


class MessageKind(models.TextChoices):
    """What a message is about; people choose by kind what reaches them."""

    INCIDENT_ASSIGNED = "incident_assigned", _("An incident was assigned to me")
    INCIDENT_OPENED = "incident_opened", _("An urgent incident of my team was opened")
    INCIDENT_COMMENTED = "incident_commented", _("Somebody commented on an incident I follow")
    INCIDENT_MENTIONED = "incident_mentioned", _("Somebody mentioned me in a comment")
    INCIDENT_MITIGATED = "incident_mitigated", _("An incident I follow was mitigated")
    INCIDENT_RESOLVED = "incident_resolved", _("An incident I follow was resolved")
    INCIDENT_CLOCK = "incident_clock", _("The time for an incident of mine is running out")
    REQUEST_ASSIGNED = "request_assigned", _("A request was assigned to me")
    REQUEST_COMMENTED = "request_commented", _("Somebody commented on a request I follow")
    REQUEST_MENTIONED = "request_mentioned", _("Somebody mentioned me on a request")
    REQUEST_RESOLVED = "request_resolved", _("A request I follow was resolved")
    REQUEST_INCIDENT_RESOLVED = (
        "request_incident_resolved",
        _("What a request I follow asks about was resolved"),
    )
    REQUEST_CLOCK = "request_clock", _("The time for a request of mine is running out")
    ADJUSTMENT_PROPOSED = "adjustment_proposed", _("An account adjustment waits for my check")
    INCIDENT_CONSULTED = "incident_consulted", _("My team is asked about an incident")
    INCIDENT_CONSULTATION_ANSWERED = (
        "incident_consultation_answered",
        _("A question of mine about an incident was answered"),
    )
    CONSULTATION_LATE = "consultation_late", _("A question to another team is late")
    HELP_ASKED = "help_asked", _("Somebody of my shift asks for help")
    HELP_ESCALATED = "help_escalated", _("Nobody took what somebody asks help for")
    HELP_TAKEN = "help_taken", _("Somebody comes to help me")
    HELP_ANSWERED = "help_answered", _("What I asked help for was answered")
    INCIDENT_PROMISE_DUE = "incident_promise_due", _("A promise to a client of mine is due")
    CHANGE_ASKS_FOR_VOTE = "change_asks_for_vote", _("A change asks for my vote")
    CHANGE_VOTE_LATE = "change_vote_late", _("An answer about a change of mine is late")
    CHANGE_AMENDED = "change_amended", _("A change I voted on was amended")
    CHANGE_APPROVED = "change_approved", _("A change of mine was approved")
    CHANGE_REJECTED = "change_rejected", _("A change of mine was rejected")
    CHANGE_COMMENTED = "change_commented", _("Somebody commented on a change I follow")
    CHANGE_SCHEDULED = "change_scheduled", _("A change I follow was scheduled")
    CHANGE_BACKED_OUT = "change_backed_out", _("A change I follow was backed out")
    CHANGE_CANCELLED = "change_cancelled", _("A change I follow was cancelled")
    CHANGE_EXPIRED = "change_expired", _("A change I follow has expired")
    CHANGE_FINDING = "change_finding", _("Something of mine was deployed otherwise than approved")
    CHANGE_CONFLICT = "change_conflict", _("Something is in the way of a change of mine")
    DEVICE_OFFERED = "device_offered", _("A device was handed out to me")
    DEVICE_ANSWERED = "device_answered", _("A device that I handed out was accepted or declined")
    DEVICE_RETURNED = "device_returned", _("A device that I had was taken back")
    CONTRACT_TO_DECIDE = "contract_to_decide", _("A decision about a contract of mine is due")
    CONTRACT_UNDECIDED = "contract_undecided", _("Nobody has decided about a contract I pay for")
    CREDIT_DRAFTED = "credit_drafted", _("A service credit of a contract of mine was drafted")
    VENDOR_TO_REVIEW = "vendor_to_review", _("A review of a vendor of mine is due")
    VENDOR_ATTESTATION = (
        "vendor_attestation",
        _("An attestation of a vendor of mine expires or lacks"),
    )
    EXIT_PLAN_TO_EXERCISE = (
        "exit_plan_to_exercise",
        _("An exit plan of mine was not exercised in time"),
    )
    OBLIGATION_DUE = "obligation_due", _("An obligation of mine is due or was returned")
    OBLIGATION_SUBMITTED = (
        "obligation_submitted",
        _("What a contract obliges to waits for my acceptance"),
    )
    OBLIGATION_MISSED = "obligation_missed", _("An obligation of a contract of mine was missed")
    CONTROL_FAILED = "control_failed", _("A control of the audit trail has failed")
    AUDIT_REQUEST_ASKED = "audit_request_asked", _("An auditor asks me for something")
    AUDIT_REQUEST_PROVIDED = (
        "audit_request_provided",
        _("What I asked for as an auditor was provided"),
    )
    AUDIT_REQUEST_JUDGED = (
        "audit_request_judged",
        _("An auditor accepted or returned what I provided"),
    )
    AUDIT_REQUEST_COMMENTED = (
        "audit_request_commented",
        _("Somebody commented on an audit request of mine"),
    )
    ACCESS_REVIEW_ASKED = "access_review_asked", _("A review of access asks for my answer")
    ACCESS_REVIEW_LATE = "access_review_late", _("A review of access is late")
    ACCESS_REMOVAL_ASKED = "access_removal_asked", _("A review asks to take access away")
    CERTIFICATION_EXPIRES = "certification_expires", _("A certification of mine expires soon")
    ONE_ON_ONE_AHEAD = "one_on_one_ahead", _("A 1:1 of mine is ahead")
    COACHING = "coaching", _("A coaching session of mine is ahead or waits for me")
    QUALITY_REVIEW = "quality_review", _("Work waits for my review of its quality")
    QUALITY_REVEALED = "quality_revealed", _("Reviews of my work can be read")
    CALIBRATION = "calibration", _("A calibration of reviewers waits for me")
    QUALITY_DISPUTE = "quality_dispute", _("A dispute about a rating waits for me")
    GLASS_ASKED = "glass_asked", _("Somebody asks to open a confidential record")
    GLASS_OPENED = "glass_opened", _("A confidential record was opened by break-glass")
    ACCOUNT_SECURITY = "account_security", _("Something changed about my account")


class Outcome(models.TextChoices):
    """What happened to a message in one attempt; what the other side said stands beside it."""

    ACCEPTED = "accepted", _("Accepted by the receiving server")
    REFUSED = "refused", _("Refused by the receiving server")
    UNREACHABLE = "unreachable", _("The receiving server cannot be used")
    UNWRITABLE = "unwritable", _("The message cannot be written")
    NO_ADDRESS = "no_address", _("The account has no e-mail address")
    ACCOUNT_DISABLED = "account_disabled", _("Not sent: the account is disabled")
    NOT_FOR_THEM = "not_for_them", _("Not sent: the recipient may not see the record")
    UNFORESEEN = "unforeseen", _("A mistake of the portal kept it from being sent")


class Channel(models.TextChoices):
    """How a message reaches a person."""

    EMAIL = "email", _("E-mail")
