"""What each action on a change asks. The portal's dialogs and the API use the same forms."""

from changes.forms.amending import AmendForm
from changes.forms.checklist import ConfirmRequirementsForm
from changes.forms.conditions import ClearConditionForm, SetConditionForm
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
from changes.forms.rescheduling import RescheduleForm
from changes.forms.risk import AssessForm, AssessRiskForm
from changes.forms.talk import (
    CommentForm,
    EndChangeShareForm,
    ShareChangeForm,
    UnwatchForm,
    WatchForm,
)
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
    ConfirmRequirementsForm,
    CloseForm,
    HoldForm,
    ResumeForm,
    AmendForm,
    RescheduleForm,
    CancelForm,
    CloneForm,
    PlanTaskForm,
    StartTaskForm,
    FinishTaskForm,
    SkipTaskForm,
    AcceptConflictForm,
    AskForExceptionForm,
    RecordVerbalApprovalForm,
    SetConditionForm,
    ClearConditionForm,
    CommentForm,
    WatchForm,
    UnwatchForm,
    ShareChangeForm,
    EndChangeShareForm,
)

ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}

# In the portal only, and only after the password was confirmed.
CONFIRMED: dict[str, type[ActionForm]] = {
    form.action: form for form in (VoteForm, ApproveExceptionForm)
}

# The verbs whose note says why.
REASONED = frozenset(form.action for form in _FORMS if issubclass(form, ReasonedForm))
