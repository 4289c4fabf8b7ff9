"""What is broken or asked for: incidents, requests, calls, and what they carry."""

from incidents.models.adjustments import AccountAdjustment, AdjustmentLimit
from incidents.models.breaches import BreachReason, TargetBreach
from incidents.models.calls import PhoneCall
from incidents.models.collaboration import Cascade, Merge, PromisedContact, VendorEscalation
from incidents.models.consultations import Consultation
from incidents.models.diagnoses import Diagnosis, DiagnosisStep, Guide, GuideVersion
from incidents.models.help import HelpRequest
from incidents.models.incidents import (
    AffectedAsset,
    Incident,
    IncidentAttachment,
    IncidentComment,
    IncidentLink,
    IncidentShare,
    IncidentWatcher,
)
from incidents.models.problems import Problem, ProblemChange, ProblemComment, ProblemIncident
from incidents.models.requests import (
    Request,
    RequestAttachment,
    RequestComment,
    RequestIncident,
    RequestLink,
    RequestShare,
    RequestWatcher,
)
from incidents.models.reviewed import ReviewedIncident
from incidents.models.scores import MonthlyScore, TargetStep
from incidents.models.sources import IncidentSource

__all__ = [
    "AccountAdjustment",
    "AdjustmentLimit",
    "AffectedAsset",
    "BreachReason",
    "Cascade",
    "Consultation",
    "Diagnosis",
    "DiagnosisStep",
    "Guide",
    "GuideVersion",
    "HelpRequest",
    "Incident",
    "IncidentAttachment",
    "IncidentComment",
    "IncidentLink",
    "IncidentShare",
    "IncidentSource",
    "IncidentWatcher",
    "Merge",
    "MonthlyScore",
    "PhoneCall",
    "Problem",
    "ProblemChange",
    "ProblemComment",
    "ProblemIncident",
    "PromisedContact",
    "Request",
    "RequestAttachment",
    "RequestComment",
    "RequestIncident",
    "RequestLink",
    "RequestShare",
    "RequestWatcher",
    "ReviewedIncident",
    "TargetBreach",
    "TargetStep",
    "VendorEscalation",
]
