"""What each action on a request, an adjustment or a call asks; the portal and the API share it."""

from core.actions import ActionForm, ReasonedForm
from incidents.request_forms.adjusting import ADJUSTMENT_ACTIONS, ProposeForm
from incidents.request_forms.moves import MOVES
from incidents.request_forms.talk import TALK, RequestCommentForm

__all__ = ["ADJUSTMENT_ACTIONS", "REQUEST_ACTIONS", "REQUEST_REASONED", "RequestCommentForm"]

_FORMS: tuple[type[ActionForm], ...] = (*MOVES, *TALK, ProposeForm)

REQUEST_ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}

# The verbs whose note says why.
REQUEST_REASONED = frozenset(
    ["set_priority", *(f.action for f in _FORMS if issubclass(f, ReasonedForm))]
)
