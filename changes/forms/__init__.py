"""What each action on a change asks. The portal's dialogs and the API use the same forms."""

from changes.forms.amending import AmendForm
from changes.forms.conflicts import AcceptConflictForm
from changes.forms.exceptions import (
    ApproveExceptionForm,
    AskForExceptionForm,
    RecordVerbalApprovalForm,
)
from changes.forms.moves import (
    BackOutForm,
    CancelForm,
    CloneForm,
    CloseForm,
    CompleteForm,
    HoldForm,
    RequestApprovalForm,
    ResumeForm,
    ScheduleForm,
    StartForm,
    SubmitForm,
    VerifyForm,
)
from changes.forms.risk import AssessForm, AssessRiskForm
from changes.forms.talk import CommentForm, UnwatchForm, WatchForm
from changes.forms.tasks import FinishTaskForm, PlanTaskForm, SkipTaskForm, StartTaskForm
from changes.forms.votes import VoteForm
from core.actions import ActionForm, ReasonedForm

__all__ = ["ACTIONS", "CONFIRMED", "REASONED", "CommentForm"]

_FORMS: tuple[type[ActionForm], ...] = (
    SubmitForm,
    AssessForm,
    AssessRiskForm,
    RequestApprovalForm,
    ScheduleForm,
    StartForm,
    CompleteForm,
    BackOutForm,
    VerifyForm,
    CloseForm,
    HoldForm,
    ResumeForm,
    AmendForm,
    CancelForm,
    CloneForm,
    PlanTaskForm,
    StartTaskForm,
    FinishTaskForm,
    SkipTaskForm,
    AcceptConflictForm,
    AskForExceptionForm,
    RecordVerbalApprovalForm,
    CommentForm,
    WatchForm,
    UnwatchForm,
)

ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}

# In the portal only, and only after the password was confirmed.
CONFIRMED: dict[str, type[ActionForm]] = {
    form.action: form for form in (VoteForm, ApproveExceptionForm)
}

# The verbs whose note says why.
REASONED = frozenset(form.action for form in _FORMS if issubclass(form, ReasonedForm))
