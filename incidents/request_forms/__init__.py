"""What each action on a request, an adjustment or a call asks; the portal and the API share it."""

from core.actions import ActionForm, ReasonedForm
from incidents.forms.consulting import (
    AnswerConsultationForm,
    ConsultTeamForm,
    WithdrawConsultationForm,
)
from incidents.forms.diagnosing import DIAGNOSING
from incidents.forms.helping import HELPING
from incidents.forms.splitting import SplitForm
from incidents.forms.together import (
    EscalateAgainForm,
    MergeRequestForm,
    NoteVendorReplyForm,
    PromiseContactForm,
    SetCascadeForm,
    SetFollowingForm,
    UnmergeForm,
)
from incidents.request_forms.adjusting import ADJUSTMENT_ACTIONS, ProposeForm
from incidents.request_forms.moves import MOVES
from incidents.request_forms.talk import TALK, RequestCommentForm

__all__ = [
    "ADJUSTMENT_ACTIONS",
    "REQUEST_ACTIONS",
    "REQUEST_REASONED",
    "SHARED",
    "RequestCommentForm",
]

# What hangs on a life is asked alike for incidents and requests.
SHARED: tuple[type[ActionForm], ...] = (
    EscalateAgainForm,
    NoteVendorReplyForm,
    PromiseContactForm,
    ConsultTeamForm,
    AnswerConsultationForm,
    WithdrawConsultationForm,
    *HELPING,
    *DIAGNOSING,
)
_FAMILIES = (MergeRequestForm, UnmergeForm, SplitForm, SetCascadeForm, SetFollowingForm)
_FORMS: tuple[type[ActionForm], ...] = (*MOVES, *TALK, ProposeForm, *_FAMILIES, *SHARED)

REQUEST_ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}

# The verbs whose note says why.
REQUEST_REASONED = frozenset(
    ["set_priority", *(f.action for f in _FORMS if issubclass(f, ReasonedForm))]
)
