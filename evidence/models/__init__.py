"""What an auditor asks for and gets, and where a control did not hold."""

from evidence.models.engagements import (
    AuditorGrant,
    Engagement,
    EngagementAuditor,
    EngagementTeam,
)
from evidence.models.requests import AuditRequest, AuditRequestAttachment, AuditRequestComment

__all__ = [
    "AuditRequest",
    "AuditRequestAttachment",
    "AuditRequestComment",
    "AuditorGrant",
    "Engagement",
    "EngagementAuditor",
    "EngagementTeam",
]
