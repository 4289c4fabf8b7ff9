"""Choices of the changes app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ChangeType(models.TextChoices):
    """How a change gets its approval (ITIL 4, change enablement)."""

    STANDARD = "standard", pgettext_lazy("change", "Standard")
    NORMAL = "normal", pgettext_lazy("change", "Normal")
    EMERGENCY = "emergency", pgettext_lazy("change", "Emergency")


class Status(models.TextChoices):
    """Where a change stands. On hold is a flag beside it, the outcome a field of its own."""

    DRAFT = "draft", pgettext_lazy("change", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("change", "Submitted")
    ASSESSING = "assessing", pgettext_lazy("change", "Assessing")
    AWAITING_APPROVAL = "awaiting_approval", pgettext_lazy("change", "Awaiting approval")
    APPROVED = "approved", pgettext_lazy("change", "Approved")
    REJECTED = "rejected", pgettext_lazy("change", "Rejected")
    SCHEDULED = "scheduled", pgettext_lazy("change", "Scheduled")
    IMPLEMENTING = "implementing", pgettext_lazy("change", "Implementing")
    VERIFYING = "verifying", pgettext_lazy("change", "Verifying")
    REVIEWING = "reviewing", pgettext_lazy("change", "Reviewing")
    CLOSED = "closed", pgettext_lazy("change", "Closed")
    EXPIRED = "expired", pgettext_lazy("change", "Expired")
    CANCELLED = "cancelled", pgettext_lazy("change", "Cancelled")


ENDED = (Status.CLOSED, Status.CANCELLED)
"""Nothing happens to it any more."""
IN_PREPARATION = (Status.DRAFT, Status.SUBMITTED, Status.ASSESSING)
"""What it says may still be edited at will: nobody was asked to approve it."""
AT_WORK = (Status.IMPLEMENTING, Status.VERIFYING, Status.REVIEWING)
"""Something was altered already."""
BEFORE_WORK = (
    *IN_PREPARATION,
    Status.AWAITING_APPROVAL,
    Status.APPROVED,
    Status.REJECTED,
    Status.SCHEDULED,
    Status.EXPIRED,
)
"""Nothing was altered yet."""
IN_PLAY = (
    *IN_PREPARATION,
    Status.AWAITING_APPROVAL,
    Status.APPROVED,
    Status.SCHEDULED,
    Status.IMPLEMENTING,
)
"""Its planned window counts: others can be in conflict with it."""
CLAIMING = (Status.APPROVED, Status.SCHEDULED, Status.IMPLEMENTING)
"""Its planned window is its own: what is merely wished for holds up no other change."""


class Outcome(models.TextChoices):
    """What became of it."""

    SUCCESSFUL = "successful", pgettext_lazy("change", "Successful")
    WITH_ISSUES = "with_issues", pgettext_lazy("change", "With issues")
    FAILED = "failed", pgettext_lazy("change", "Failed")
    BACKED_OUT = "backed_out", pgettext_lazy("change", "Backed out")


class Risk(models.TextChoices):
    """How much can go wrong, and with it who must approve."""

    LOW = "low", pgettext_lazy("risk", "Low")
    MEDIUM = "medium", pgettext_lazy("risk", "Medium")
    HIGH = "high", pgettext_lazy("risk", "High")


class Confirmation(models.TextChoices):
    """What is said to a point of the checklist after a significant change."""

    YES = "yes", pgettext_lazy("checklist", "Yes")
    NO = "no", pgettext_lazy("checklist", "No")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("checklist", "Not applicable")


class ControlKind(models.TextChoices):
    """What went another way than the controls of change want."""

    APPROVAL_LATE = "approval_late", _("Emergency approved late")
    APPROVAL_REFUSED = "approval_refused", _("Emergency refused afterwards")
    SEGREGATION = "segregation", _("Segregation of duties lifted")
    FREEZE_UNREVIEWED = "freeze_unreviewed", _("Freeze exception not reviewed")
    TEMPLATE_SUSPENDED = "template_suspended", _("Standard change suspended")


class TaskStatus(models.TextChoices):
    """Where a task of a change stands."""

    PLANNED = "planned", pgettext_lazy("task", "Planned")
    STARTED = "started", pgettext_lazy("task", "Started")
    DONE = "done", pgettext_lazy("task", "Done")
    SKIPPED = "skipped", pgettext_lazy("task", "Skipped")


class StepKind(models.TextChoices):
    """Whose approval a step asks for."""

    PEER = "peer", _("Technical peer")
    SERVICE_OWNER = "service_owner", _("Service owner")
    CAB = "cab", _("CAB")
    ECAB = "ecab", _("ECAB")
    SENIOR = "senior", _("Senior final approval")


class Quorum(models.TextChoices):
    """When a step's votes suffice."""

    FIRST = "first", _("The first answer decides")
    ALL = "all", _("Everybody approves")
    N_OF_M = "n_of_m", _("So many approve")
    PERCENT = "percent", _("So many percent approve")


class Decision(models.TextChoices):
    """What somebody says to a version of a change."""

    APPROVE = "approve", pgettext_lazy("vote", "Approve")
    REJECT = "reject", pgettext_lazy("vote", "Reject")
    ABSTAIN = "abstain", pgettext_lazy("vote", "Abstain")
    RECUSE = "recuse", pgettext_lazy("vote", "Recuse oneself")


class StepStatus(models.TextChoices):
    """Where a step, or a whole round of approval, stands."""

    WAITING = "waiting", pgettext_lazy("approval", "Waiting")
    OPEN = "open", pgettext_lazy("approval", "Open")
    APPROVED = "approved", pgettext_lazy("approval", "Approved")
    REJECTED = "rejected", pgettext_lazy("approval", "Rejected")
    VOID = "void", pgettext_lazy("approval", "Void")


class Authentication(models.TextChoices):
    """How it was made sure who votes."""

    PASSWORD = "password", _("Freshly confirmed password")
    TOKEN = "token", _("API token with the scope “vote”")
    IMPORTED = "imported", _("Told by an import or the demo world")


class FreezeMode(models.TextChoices):
    """What a freeze does to the changes planned inside it."""

    BLOCK = "block", _("Blocks")
    EXTRA_APPROVAL = "extra_approval", _("Asks for the senior final approval")
    WARN = "warn", _("Warns")


class FreezeSource(models.TextChoices):
    """Why there is a freeze."""

    PAYROLL = "payroll", _("Payday")
    BUEN_FIN = "buen_fin", _("Buen Fin")
    SPEI = "spei", _("SPEI window")
    MONTH_END = "month_end", _("Month-end close")
    AUDIT = "audit", pgettext_lazy("freeze", "Audit")
    INCIDENT = "incident", pgettext_lazy("freeze", "Incident")
    OTHER = "other", pgettext_lazy("freeze", "Other")


class MeetingStatus(models.TextChoices):
    """Where a meeting of a board stands."""

    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    IN_SESSION = "in_session", pgettext_lazy("meeting", "In session")
    CLOSED = "closed", pgettext_lazy("meeting", "Closed")
    SIGNED = "signed", pgettext_lazy("meeting", "Signed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class AttendanceKind(models.TextChoices):
    """As what somebody is in a meeting; guests count for no quorum."""

    MEMBER = "member", pgettext_lazy("meeting", "Member")
    SUBSTITUTE = "substitute", pgettext_lazy("meeting", "Substitute")
    GUEST = "guest", pgettext_lazy("meeting", "Guest")


class FindingKind(models.TextChoices):
    """What is wrong about a deployment, or about a change that lacks one."""

    NO_CHANGE = "no_change", _("Deployed without an approved change")
    NOT_DEPLOYED = "not_deployed", _("Done, and nothing was deployed")
    OUTSIDE_WINDOW = "outside_window", _("Deployed outside the window")
    OTHER_COMMIT = "other_commit", _("Another commit than approved")


class FindingStatus(models.TextChoices):
    """What became of a finding."""

    OPEN = "open", pgettext_lazy("finding", "Open")
    AUTHORISED = "authorised", pgettext_lazy("finding", "Authorised afterwards")
    REVERTED = "reverted", pgettext_lazy("finding", "Reverted")
    RESOLVED = "resolved", pgettext_lazy("finding", "No longer so")


class ConflictKind(models.TextChoices):
    """What is in the way of a change at the time for which it is planned."""

    SAME_ASSET = "same_asset", _("Same asset")
    SAME_SERVICE = "same_service", _("Same service")
    DEPENDENCY = "dependency", _("One depends on the other")
    SAME_PERSON = "same_person", _("Same person")
    OUTSIDE_MAINTENANCE = "outside_maintenance", _("Outside the maintenance window")
    FREEZE = "freeze", _("Inside a freeze")
    NO_SUPPORT = "no_support", _("No support on duty")
    NOTHING_NAMED = "nothing_named", _("No service or asset named")


class Severity(models.TextChoices):
    """What a conflict that is open does to a change."""

    BLOCKING = "blocking", pgettext_lazy("conflict", "Blocks")
    WARNING = "warning", pgettext_lazy("conflict", "Warns")
    FREEZE = "freeze", pgettext_lazy("conflict", "The freeze decides")


class ConflictStatus(models.TextChoices):
    """Where a conflict stands. Resolved is the system's word alone: it no longer holds."""

    OPEN = "open", pgettext_lazy("conflict", "Open")
    ACCEPTED = "accepted", pgettext_lazy("conflict", "Accepted")
    RESOLVED = "resolved", pgettext_lazy("conflict", "Resolved")


class CheckSubject(models.TextChoices):
    """What was altered, so that conflicts must be looked for again."""

    CHANGE = "change", _("Change")
    SERVICE = "service", _("Service")
    ASSET = "asset", _("Asset")
    PERSON = "person", _("Person")
    FREEZE = "freeze", _("Freeze window")
    MAINTENANCE = "maintenance", _("Maintenance window")
