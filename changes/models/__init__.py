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
from changes.models.conflicts import Conflict, ConflictCheck
from changes.models.maintenance import (
    MaintainedService,
    MaintenanceOccurrence,
    MaintenanceWindow,
)
from changes.models.policies import ApprovalPolicy, PolicyStep
from changes.models.risk import RiskAssessment
from changes.models.tasks import ChangeTask
from changes.models.templates import ChangeTemplate
from changes.models.windows import (
    FreezeException,
    FreezeOccurrence,
    FreezeWindow,
    FrozenService,
)

__all__ = [
    "Absence",
    "AffectedClient",
    "AffectedService",
    "ApprovalPolicy",
    "ApprovalRound",
    "ApprovalStep",
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
    "Conflict",
    "ConflictCheck",
    "ContentVersion",
    "Elector",
    "FreezeException",
    "FreezeOccurrence",
    "FreezeWindow",
    "FrozenService",
    "MaintainedService",
    "MaintenanceOccurrence",
    "MaintenanceWindow",
    "PolicyStep",
    "RiskAssessment",
    "SegregationException",
    "VerbalApproval",
    "Vote",
]
