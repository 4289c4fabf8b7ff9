"""What an auditor asks for and gets, and where a control did not hold."""

from evidence.models.engagements import AuditorGrant, Engagement, EngagementAuditor, EngagementTeam
from evidence.models.failures import EXPLANATIONS, ControlFailure
from evidence.models.packs import EvidencePack, SamplePick
from evidence.models.requests import AuditRequest, AuditRequestAttachment, AuditRequestComment
from evidence.models.witnesses import CheckpointPublication, Witness, WitnessReceipt

__all__ = [
    "EXPLANATIONS",
    "AuditRequest",
    "AuditRequestAttachment",
    "AuditRequestComment",
    "AuditorGrant",
    "CheckpointPublication",
    "ControlFailure",
    "Engagement",
    "EngagementAuditor",
    "EngagementTeam",
    "EvidencePack",
    "SamplePick",
    "Witness",
    "WitnessReceipt",
]
