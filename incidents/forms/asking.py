"""What is asked on an incident about the requests that ask about it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents import services
from incidents.models import Incident, Request
from incidents.request_enums import AskingKind


class LinkRequestForm(ActionForm):
    """The request is what is worked on, by its own rules."""

    action = "link_request"
    title = _("Link a request")
    prefilled = ("request",)
    kind = forms.ChoiceField(
        label=_("Relation"), choices=AskingKind.choices, initial=AskingKind.ABOUT, required=False
    )
    request = ReferenceChoiceField(
        label=_("Request"),
        queryset=Request.objects.none(),
        widget=forms.TextInput({"placeholder": "REQ-000042"}),
    )

    def prepare(self) -> None:
        self.fields["request"].queryset = Request.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _(
            "Both pages show it. The owner and the watchers of the request are told when the "
            "incident is resolved."
        )

    def perform(self) -> Incident:
        asking, kind = self.cleaned_data["request"], self.cleaned_data["kind"] or AskingKind.ABOUT
        incident: Incident = self.record
        services.link_request_to_incident(asking, actor=self.actor, incident=incident, kind=kind)
        return incident


class UnlinkRequestForm(LinkRequestForm):
    action = "unlink_request"
    title = _("Take back the link to a request")
    kind = None  # it is linked in one way only

    def effect(self) -> Reason:
        return _("The link goes from both pages; the timelines still tell of it.")

    def perform(self) -> Incident:
        incident: Incident = self.record
        services.unlink_request_from_incident(
            self.cleaned_data["request"], actor=self.actor, incident=incident
        )
        return incident
