"""People, their accounts, teams, roles and tokens; a file per question."""

from people.models.access import ApiToken, RoleGrant
from people.models.accounts import Presence, User
from people.models.calendar_keys import CalendarKey
from people.models.calendars import ClosingDay, OpenTime, WorkCalendar, WorkWeek
from people.models.calibrations import (
    Calibration,
    CalibrationPiece,
    CalibrationRater,
    CalibrationRating,
)
from people.models.coaching import CoachingSession
from people.models.confidential import (
    ConfidentialRecord,
    GlassAccess,
    GlassApproval,
    Participant,
    RecordKey,
    SealedEntry,
)
from people.models.growth import Certification, CertificationDocument
from people.models.one_on_ones import OneOnOne, OneOnOneSeries
from people.models.privacy import PrivacyApproval, PrivacyRequest
from people.models.quality import (
    ExternalScore,
    QualityDraw,
    QualityPlan,
    QualityReviewer,
    ReviewedWork,
)
from people.models.quality_reviews import QualityDispute, QualityRating, QualityReview
from people.models.retention import RetentionRule
from people.models.reviews import AccessRemoval, AccessReview, AccessReviewItem
from people.models.rubrics import Criterion, Rubric
from people.models.teams import Membership, Person, Subsidiary, Team
from people.models.views import FirstView, TeamView
from people.models.wallboard_keys import WallboardKey

__all__ = [
    "AccessRemoval",
    "AccessReview",
    "AccessReviewItem",
    "ApiToken",
    "CalendarKey",
    "Calibration",
    "CalibrationPiece",
    "CalibrationRater",
    "CalibrationRating",
    "Certification",
    "CertificationDocument",
    "ClosingDay",
    "CoachingSession",
    "ConfidentialRecord",
    "Criterion",
    "ExternalScore",
    "FirstView",
    "GlassAccess",
    "GlassApproval",
    "Membership",
    "OneOnOne",
    "OneOnOneSeries",
    "OpenTime",
    "Participant",
    "Person",
    "Presence",
    "PrivacyApproval",
    "PrivacyRequest",
    "QualityDispute",
    "QualityDraw",
    "QualityPlan",
    "QualityRating",
    "QualityReview",
    "QualityReviewer",
    "RecordKey",
    "RetentionRule",
    "ReviewedWork",
    "RoleGrant",
    "Rubric",
    "SealedEntry",
    "Subsidiary",
    "Team",
    "TeamView",
    "User",
    "WallboardKey",
    "WorkCalendar",
    "WorkWeek",
]
