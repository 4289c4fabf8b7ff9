"""What is broken: incidents, and what they carry."""

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
from incidents.models.sources import IncidentSource

__all__ = [
    "AffectedAsset",
    "Incident",
    "IncidentAttachment",
    "IncidentComment",
    "IncidentLink",
    "IncidentShare",
    "IncidentSource",
    "IncidentWatcher",
    "Problem",
    "ProblemChange",
    "ProblemComment",
    "ProblemIncident",
]
