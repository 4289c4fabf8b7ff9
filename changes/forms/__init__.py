"""What each action on a change asks. The portal's dialogs and the API use the same forms."""

from changes.forms.amending import AmendForm
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
from core.actions import ActionForm, ReasonedForm

__all__ = ["ACTIONS", "REASONED", "CommentForm"]

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
    CommentForm,
    WatchForm,
    UnwatchForm,
)

ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}

# The verbs whose note says why.
REASONED = frozenset(form.action for form in _FORMS if issubclass(form, ReasonedForm))
