"""What is asked of who handles a telephone call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.models import Service
from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents.models import Incident, PhoneCall, Request
from incidents.request_enums import CallOutcome
from incidents.services.requests import calls
from sla.enums import RequestKind

_MOMENT = {"type": "datetime-local", "step": 1}


class AnswerForm(ActionForm):
    action = "answer"
    title = pgettext_lazy("call", "Answer")
    at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(_MOMENT),
        help_text=_("Empty: now."),
    )

    def effect(self) -> Reason:
        return _("You handle the call, and the clock of the answer stops.")

    def perform(self) -> PhoneCall:
        return calls.answer_call(self.record, actor=self.actor, **self.cleaned_data)


class EndForm(ActionForm):
    action = "end"
    title = _("End the call")
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("", "---------"), *CallOutcome.choices]
    )
    at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(_MOMENT),
        help_text=_("Empty: now."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def perform(self) -> PhoneCall:
        return calls.end_call(self.record, actor=self.actor, **self.cleaned_data)


class _FromCall(ActionForm):
    """What is opened from a call takes its client and contact over."""

    subject = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 4}),
    )
    service = ReferenceChoiceField(
        label=_("Service"),
        queryset=Service.objects.none(),
        widget=forms.TextInput({"placeholder": "SVC-000042"}),
    )

    def prepare(self) -> None:
        seen = Service.objects.visible_to(self.actor).select_related("support_team")
        self.fields["service"].queryset = seen

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["title"] = given.pop("subject")
        return given


class OpenRequestForm(_FromCall):
    action = "open_request"
    title = _("Open a request from the call")
    kind = forms.ChoiceField(label=_("Kind"), choices=RequestKind.choices)
    field_order = ("kind", "subject", "service", "description")

    def prepare(self) -> None:
        super().prepare()
        self.fields["service"].required = False

    def effect(self) -> Reason:
        return _("It takes over client, contact and team of the call.")

    def perform(self) -> PhoneCall:
        calls.open_request_from_call(self.record, actor=self.actor, **self.facts())
        return self.record


class OpenIncidentForm(_FromCall):
    action = "open_incident"
    title = _("Open an incident from the call")

    def effect(self) -> Reason:
        return _("It takes over client and team of the call.")

    def perform(self) -> PhoneCall:
        calls.open_incident_from_call(self.record, actor=self.actor, **self.facts())
        return self.record


class LinkCallForm(ActionForm):
    action = "link"
    title = _("Name the record that the call was about")
    request = ReferenceChoiceField(
        label=_("Request"),
        queryset=Request.objects.none(),
        required=False,
        widget=forms.TextInput({"placeholder": "REQ-000042"}),
    )
    incident = ReferenceChoiceField(
        label=_("Incident"),
        queryset=Incident.objects.none(),
        required=False,
        widget=forms.TextInput({"placeholder": "INC-000042"}),
    )

    def prepare(self) -> None:
        self.fields["request"].queryset = Request.objects.visible_to(self.actor)
        self.fields["incident"].queryset = Incident.objects.visible_to(self.actor)

    def perform(self) -> PhoneCall:
        return calls.link_call(self.record, actor=self.actor, **self.cleaned_data)


_FORMS: tuple[type[ActionForm], ...] = (
    AnswerForm,
    EndForm,
    OpenRequestForm,
    OpenIncidentForm,
    LinkCallForm,
)
CALL_ACTIONS: dict[str, type[ActionForm]] = {form.action: form for form in _FORMS}
