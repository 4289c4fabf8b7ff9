"""What is broken or asked for: incidents, requests, calls, and what they carry."""

from incidents.models.adjustments import AccountAdjustment, AdjustmentLimit
from incidents.models.calls import PhoneCall
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
    RequestLink,
    RequestShare,
    RequestWatcher,
)
from incidents.models.sources import IncidentSource

__all__ = [
    "AccountAdjustment",
    "AdjustmentLimit",
    "AffectedAsset",
    "Incident",
    "IncidentAttachment",
    "IncidentComment",
    "IncidentLink",
    "IncidentShare",
    "IncidentSource",
    "IncidentWatcher",
    "PhoneCall",
    "Problem",
    "ProblemChange",
    "ProblemComment",
    "ProblemIncident",
    "Request",
    "RequestAttachment",
    "RequestComment",
    "RequestLink",
    "RequestShare",
    "RequestWatcher",
]
