"""What each action on an incident asks. The portal's dialogs and the API use the same forms."""

from core.actions import ActionForm, ReasonedForm
from incidents.forms.asking import LinkRequestForm, UnlinkRequestForm
from incidents.forms.causes import NameCauseForm
from incidents.forms.consulting import (
    AnswerConsultationForm,
    ConsultTeamForm,
    WithdrawConsultationForm,
)
from incidents.forms.diagnosing import DIAGNOSING
from incidents.forms.helping import HELPING
from incidents.forms.judging import ExplainMissesForm, SetDrillForm
from incidents.forms.moves import (
    CancelForm,
    CloseForm,
    HandOverForm,
    ReopenForm,
    ResolveForm,
    ResumeForm,
    StartForm,
    TriageForm,
    WaitForChangeForm,
    WaitForCustomerForm,
    WaitForVendorForm,
)
from incidents.forms.problems import LinkProblemForm, RaiseProblemForm
from incidents.forms.relations import EndIncidentShareForm, LinkForm, ShareIncidentForm, UnlinkForm
from incidents.forms.splitting import SplitForm
from incidents.forms.talk import AttachForm, CommentForm, UnwatchForm, WatchForm
from incidents.forms.together import (
    EscalateAgainForm,
    MergeForm,
    NoteVendorReplyForm,
    PromiseContactForm,
    SetFollowingForm,
    SetIncidentCascadeForm,
    UnmergeForm,
)
from incidents.forms.work import AssignForm, MarkForm, OverridePriorityForm

__all__ = ["ACTIONS", "REASONED", "AttachForm", "CommentForm"]

_FORMS: tuple[type[ActionForm], ...] = (
    TriageForm,
    StartForm,
    WaitForCustomerForm,
    WaitForVendorForm,
    WaitForChangeForm,
    ResumeForm,
    HandOverForm,
    ResolveForm,
    ReopenForm,
    CloseForm,
    CancelForm,
    AssignForm,
    OverridePriorityForm,
    SetDrillForm,
    ExplainMissesForm,
    CommentForm,
    AttachForm,
    WatchForm,
    UnwatchForm,
    ShareIncidentForm,
    EndIncidentShareForm,
    MarkForm,
    LinkForm,
    UnlinkForm,
    NameCauseForm,
    RaiseProblemForm,
    LinkProblemForm,
    MergeForm,
    UnmergeForm,
    SetIncidentCascadeForm,
    SetFollowingForm,
    LinkRequestForm,
    UnlinkRequestForm,
    EscalateAgainForm,
    NoteVendorReplyForm,
    PromiseContactForm,
    ConsultTeamForm,
    AnswerConsultationForm,
    WithdrawConsultationForm,
    *HELPING,
    *DIAGNOSING,
    SplitForm,
)

ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}

# The verbs whose note says why.
REASONED = frozenset(
    [OverridePriorityForm.action, *(f.action for f in _FORMS if issubclass(f, ReasonedForm))]
)
