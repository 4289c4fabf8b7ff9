"""Incidents as a kind of work: what is open, whom it waits for, what is done to many at once."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, NoteForm
from core.errors import Reason
from incidents import page, services
from incidents.enums import Status
from incidents.forms import ACTIONS
from incidents.measuring import targets_of
from incidents.models import Incident
from incidents.queues.kinds import WorkKind
from sla.enums import Holder


class TakeForm(NoteForm):
    """Taking it on oneself. Refused where somebody else has changed it since it was shown."""

    action = "take"
    title = _("Take over")

    def effect(self) -> Reason:
        return _("You become the owner; whoever had it is no longer.")

    def perform(self) -> Incident:
        note = self.cleaned_data["note"]
        return services.assign_incident(self.record, actor=self.actor, owner=self.actor, note=note)


class InternalNoteForm(ActionForm):
    """The same words on many records: for colleagues only, clients are written to one by one."""

    action = "comment"
    title = _("Comment")
    text = forms.CharField(
        label=_("Internal note"), max_length=20_000, widget=forms.Textarea({"rows": 3})
    )

    def perform(self) -> Any:
        return services.comment_on_incident(
            self.record, actor=self.actor, text=self.cleaned_data["text"]
        )


_AT_ONCE = ("assign", "take", "wait_for_customer", "wait_for_vendor", "comment")
_FORMS = {**ACTIONS, "take": TakeForm, "comment": InternalNoteForm}

INCIDENT_WORK = WorkKind(
    model=Incident,
    label=_("incident"),
    open=lambda user: Incident.objects.visible_to(user).open(),
    waits={
        Holder.CUSTOMER: Q(status=Status.PENDING_CUSTOMER),
        Holder.VENDOR: Q(status=Status.PENDING_VENDOR),
        Holder.APPROVAL: Q(status=Status.PENDING_CHANGE),
    },
    badges=lambda incident: (page.status_badge(incident), page.priority_badge(incident)),
    actions={name: _FORMS[name] for name in _AT_ONCE},
    change_permission="incidents.change_incident",
    opened_at=lambda incident: incident.opened_at,
    mandate=targets_of,
)
