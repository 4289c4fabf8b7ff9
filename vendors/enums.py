"""Choices of the vendors app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class VendorTier(models.TextChoices):
    """How much depends on a vendor."""

    STRATEGIC = "strategic", _("Strategic")
    TACTICAL = "tactical", _("Tactical")
    COMMODITY = "commodity", _("Commodity")


class VendorStatus(models.TextChoices):
    """Whether we buy from it."""

    ACTIVE = "active", pgettext_lazy("vendor", "Active")
    ENDED = "ended", _("Ended")


class Renewal(models.TextChoices):
    """What happens when a term of a contract ends and nobody says anything."""

    AUTOMATIC = "automatic", _("Renews by itself")
    EXPRESS = "express", _("Renews only if agreed")
    NONE = "none", _("Ends")


class ContractKind(models.TextChoices):
    """What kind of agreement a contract is."""

    MASTER = "master", _("Master agreement")
    SERVICE = "service", _("Services")
    LICENCE = "licence", _("Licences")
    SUPPORT = "support", _("Support and maintenance")
    HARDWARE = "hardware", _("Hardware")
    LEASE = "lease", _("Lease")
    CONFIDENTIALITY = "confidentiality", _("Confidentiality")
    OTHER = "other", pgettext_lazy("contract", "Other")


class ContractStatus(models.TextChoices):
    """How far a contract is."""

    DRAFT = "draft", pgettext_lazy("contract", "Draft")
    LEGAL_REVIEW = "legal_review", _("Legal review")
    APPROVAL = "approval", pgettext_lazy("contract", "Approval")
    SIGNED = "signed", _("Signed")
    ACTIVE = "active", pgettext_lazy("contract", "Active")
    IN_NOTICE_WINDOW = "in_notice_window", _("In the notice window")
    RENEWING = "renewing", _("Renewing")
    RENEGOTIATING = "renegotiating", _("Renegotiating")
    TERMINATING = "terminating", _("Terminating")
    ENDED = "ended", pgettext_lazy("contract", "Ended")


class Clause(models.TextChoices):
    """What a contract with a provider has to say: CUITF 86, CUIFPE 47, 49, 51, PCI DSS 12.8.2."""

    REGULATOR_ACCESS = "regulator_access", _("The regulator may have access and audit")
    CHANGE_NOTICE = "change_notice", _("Changes are told 30 days ahead")
    CONFIDENTIALITY = "confidentiality", _("Confidentiality")
    SUBCONTRACTING = "subcontracting", _("Subcontracting is told")
    RETURN_OF_DATA = "return_of_data", _("Data is returned and deleted at the end")
    AUDIT_LOGS = "audit_logs", _("Audit logs are kept whole and at our disposal")
    SPANISH_TEXT = "spanish_text", _("There is a text in Spanish")
    CARD_DATA = "card_data", _("Responsibility for cardholder data is acknowledged")


class ClauseAnswer(models.TextChoices):
    """Whether a contract says it."""

    PRESENT = "present", _("It says so")
    MISSING = "missing", _("Missing")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


class Uplift(models.TextChoices):
    """How the price rises from term to term."""

    NONE = "none", _("It stays")
    FIXED = "fixed", _("By a fixed percentage")
    INDEX = "index", _("By an index")


class ContractStep(models.TextChoices):
    """Who has to approve a contract before it is signed."""

    FINANCE = "finance", _("Finance")
    RISK = "risk", _("Risk")
    SENIOR = "senior", _("Senior approver")


class TermDecision(models.TextChoices):
    """What was decided about the end of a term."""

    RENEW = "renew", _("Renew")
    RENEGOTIATE = "renegotiate", _("Renegotiate")
    TERMINATE = "terminate", _("Terminate")


class RenewalOption(models.TextChoices):
    """What can become of what a contract brings, when its term ends."""

    RENEW = "renew", _("Renew")
    RENEGOTIATE = "renegotiate", _("Renegotiate")
    REDUCE = "reduce", _("Reduce")
    REPLACE = "replace", _("Replace the vendor")
    BUILD = "build", _("Build it ourselves")


class RenewalStatus(models.TextChoices):
    """How far a decision about a term is."""

    DRAFT = "draft", pgettext_lazy("renewal", "Being prepared")
    SUBMITTED = "submitted", pgettext_lazy("renewal", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("renewal", "Approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("renewal", "Withdrawn")


class RenewalCriterion(models.TextChoices):
    """By what options are compared; five is best everywhere."""

    COST = "cost", _("Cost over the term")
    FIT = "fit", _("Fit to what is needed")
    RISK = "risk", _("Risk to the service and its security")
    EFFORT = "effort", _("Effort and time of the way there")
    REVERSIBILITY = "reversibility", _("How easily it is reversed")
