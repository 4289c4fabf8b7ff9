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
from incidents.models.requests import (
    Request,
    RequestAttachment,
    RequestComment,
    RequestLink,
    RequestShare,
    RequestWatcher,
)

__all__ = [
    "AccountAdjustment",
    "AdjustmentLimit",
    "AffectedAsset",
    "Incident",
    "IncidentAttachment",
    "IncidentComment",
    "IncidentLink",
    "IncidentShare",
    "IncidentWatcher",
    "PhoneCall",
    "Request",
    "RequestAttachment",
    "RequestComment",
    "RequestLink",
    "RequestShare",
    "RequestWatcher",
]
