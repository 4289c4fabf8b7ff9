"""What is broken: incidents, and what they carry."""

from incidents.models.collaboration import Cascade, Merge, PromisedContact, VendorEscalation
from incidents.models.consultations import Consultation
from incidents.models.incidents import (
    AffectedAsset,
    Incident,
    IncidentAttachment,
    IncidentComment,
    IncidentLink,
    IncidentShare,
    IncidentWatcher,
)

__all__ = [
    "AffectedAsset",
    "Cascade",
    "Consultation",
    "Incident",
    "IncidentAttachment",
    "IncidentComment",
    "IncidentLink",
    "IncidentShare",
    "IncidentWatcher",
    "Merge",
    "PromisedContact",
    "VendorEscalation",
]
