"""Requests as a kind of work: what is open, whom it waits for, what is done to many at once."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.actions import NoteForm
from core.errors import Reason, ValidationError
from incidents.models import Request
from incidents.queues.incident_work import InternalNoteForm
from incidents.queues.kinds import WorkKind
from incidents.request_enums import RequestStatus
from incidents.request_forms import REQUEST_ACTIONS
from incidents.request_page import priority_badge, status_badge
from incidents.services.requests import conversation, progress
from sla.enums import Holder


class TakeRequestForm(NoteForm):
    """Taking it on oneself: assigned while nobody works on it, else handed over, which is not done
    without saying why. Refused where somebody else has changed it since it was shown."""

    action = "take"
    title = _("Take over")

    def effect(self) -> Reason:
        return _("You become the owner; whoever had it is no longer.")

    def perform(self) -> Request:
        facts: dict[str, Any] = {"owner": self.actor, "note": self.cleaned_data["note"]}
        if not self.record.is_in_hand:
            return progress.assign_request(self.record, actor=self.actor, **facts)
        if not facts["note"].strip():
            raise ValidationError({"note": _("Say why: somebody works on it already.")})
        return progress.hand_over_request(self.record, actor=self.actor, **facts)


class RequestNoteForm(InternalNoteForm):
    """For colleagues only, as on incidents."""

    def perform(self) -> Any:
        text = self.cleaned_data["text"]
        return conversation.comment_on_request(self.record, actor=self.actor, text=text)


_AT_ONCE = ("assign", "take", "wait_for_customer", "wait_for_vendor", "comment")
_FORMS = {**REQUEST_ACTIONS, "take": TakeRequestForm, "comment": RequestNoteForm}

REQUEST_WORK = WorkKind(
    model=Request,
    label=_("request"),
    open=lambda user: Request.objects.visible_to(user).open(),
    waits={
        Holder.CUSTOMER: Q(status=RequestStatus.PENDING_CUSTOMER),
        Holder.VENDOR: Q(status=RequestStatus.PENDING_VENDOR),
        Holder.APPROVAL: Q(status=RequestStatus.PENDING_APPROVAL),
    },
    badges=lambda request: (status_badge(request), priority_badge(request)),
    actions={name: _FORMS[name] for name in _AT_ONCE},
    change_permission="incidents.change_request",
    opened_at=lambda request: request.opened_at,
)
