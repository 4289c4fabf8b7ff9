"""Vendors, what makes us trust them, what is agreed with them, and the terms of it."""

from vendors.models.attestations import (
    Attestation,
    AttestationDocument,
    AttestationException,
    RequiredAttestation,
    UserControl,
)
from vendors.models.budgets import Budget, SpendEntry, VarianceComment
from vendors.models.contracts import Contract
from vendors.models.credits import CreditClaim, CreditClause, CreditSegment, CreditSettlement
from vendors.models.diligence import (
    DiligenceAnswer,
    DiligenceDocument,
    DueDiligence,
    MonitoringReview,
)
from vendors.models.exit_plans import ExitExercise, ExitPlan, ExitStep
from vendors.models.invoices import FxRate, Invoice, Saving
from vendors.models.obligations import Obligation, ObligationDocument, ObligationTask
from vendors.models.parts import (
    ContractApproval,
    ContractClause,
    ContractDocument,
    ContractPayment,
)
from vendors.models.relations import VendorContact, VendorLocation, VendorSubcontractor
from vendors.models.renewals import (
    RenewalAlternative,
    RenewalApproval,
    RenewalDecision,
    RenewalFact,
)
from vendors.models.responsibilities import (
    ResponsibilityDocument,
    ResponsibilityLine,
    ResponsibilityMatrix,
)
from vendors.models.review_outcomes import ImprovementPlan, ReviewAction
from vendors.models.scorecards import Scorecard, ScoreKpi, ScoreLine, ScoreMark, ScoreModel
from vendors.models.service_reviews import ReviewAttendee, ReviewItem, ServiceReview
from vendors.models.terms import ContractReminder, ContractTerm
from vendors.models.vendors import Vendor

__all__ = [
    "Attestation",
    "AttestationDocument",
    "AttestationException",
    "Budget",
    "Contract",
    "ContractApproval",
    "ContractClause",
    "ContractDocument",
    "ContractPayment",
    "ContractReminder",
    "ContractTerm",
    "CreditClaim",
    "CreditClause",
    "CreditSegment",
    "CreditSettlement",
    "DiligenceAnswer",
    "DiligenceDocument",
    "DueDiligence",
    "ExitExercise",
    "ExitPlan",
    "ExitStep",
    "FxRate",
    "ImprovementPlan",
    "Invoice",
    "MonitoringReview",
    "Obligation",
    "ObligationDocument",
    "ObligationTask",
    "RenewalAlternative",
    "RenewalApproval",
    "RenewalDecision",
    "RenewalFact",
    "RequiredAttestation",
    "ResponsibilityDocument",
    "ResponsibilityLine",
    "ResponsibilityMatrix",
    "ReviewAction",
    "ReviewAttendee",
    "ReviewItem",
    "Saving",
    "ScoreKpi",
    "ScoreLine",
    "ScoreMark",
    "ScoreModel",
    "Scorecard",
    "ServiceReview",
    "SpendEntry",
    "UserControl",
    "VarianceComment",
    "Vendor",
    "VendorContact",
    "VendorLocation",
    "VendorSubcontractor",
]
