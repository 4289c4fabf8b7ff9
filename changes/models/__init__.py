"""Changes, what was asked of whom about them, and what they said; a file per question."""

from changes.models.approvals import (
    ApprovalRound,
    ApprovalStep,
    ContentVersion,
    Elector,
    SegregationException,
    VerbalApproval,
    Vote,
)
from changes.models.boards import Absence, Board, BoardSeat
from changes.models.change import (
    AffectedClient,
    AffectedService,
    Change,
    ChangeAttachment,
    ChangeComment,
    ChangeCommit,
    ChangedAsset,
    ChangeShare,
    ChangeWatcher,
)
from changes.models.checklist import ChecklistAnswer
from changes.models.conditions import Condition
from changes.models.conflicts import Conflict, ConflictCheck
from changes.models.control import ControlException
from changes.models.deployments import Deployment, Finding, ServiceRepository
from changes.models.freeze_exceptions import FreezeBudget, FreezeException
from changes.models.maintenance import (
    MaintainedService,
    MaintenanceOccurrence,
    MaintenanceWindow,
)
from changes.models.meetings import AgendaItem, Attendance, Dissent, Meeting, Minutes
from changes.models.policies import ApprovalPolicy, PolicyStep
from changes.models.risk import RiskAssessment
from changes.models.tasks import ChangeTask
from changes.models.templates import ChangeTemplate
from changes.models.windows import (
    FreezeOccurrence,
    FreezeWindow,
    FrozenService,
)

__all__ = [
    "Absence",
    "AffectedClient",
    "AffectedService",
    "AgendaItem",
    "ApprovalPolicy",
    "ApprovalRound",
    "ApprovalStep",
    "Attendance",
    "Board",
    "BoardSeat",
    "Change",
    "ChangeAttachment",
    "ChangeComment",
    "ChangeCommit",
    "ChangeShare",
    "ChangeTask",
    "ChangeTemplate",
    "ChangeWatcher",
    "ChangedAsset",
    "ChecklistAnswer",
    "Condition",
    "Conflict",
    "ConflictCheck",
    "ContentVersion",
    "ControlException",
    "Deployment",
    "Dissent",
    "Elector",
    "Finding",
    "FreezeBudget",
    "FreezeException",
    "FreezeOccurrence",
    "FreezeWindow",
    "FrozenService",
    "MaintainedService",
    "MaintenanceOccurrence",
    "MaintenanceWindow",
    "Meeting",
    "Minutes",
    "PolicyStep",
    "RiskAssessment",
    "SegregationException",
    "ServiceRepository",
    "VerbalApproval",
    "Vote",
]
