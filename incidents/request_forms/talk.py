"""What people say and add to a request, who hears of it, and how it relates to others."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents import services
from incidents.forms.passing_on import telling
from incidents.forms.talk import AttachForm, CommentForm
from incidents.models import Incident, Request
from incidents.request_enums import AskingKind, RequestLinkKind
from incidents.services.requests import conversation
from people.sharing import EndShareForm, ShareForm


class RequestCommentForm(CommentForm):
    attach_with = staticmethod(conversation.attach_to_request)
    comment_with = staticmethod(conversation.comment_on_request)

    def after(self, comment: Any) -> None:
        telling(self, comment.request)


class RequestAttachForm(AttachForm):
    attach_with = staticmethod(conversation.attach_to_request)


class WatchForm(ActionForm):
    action = "watch"
    title = _("Watch this request")
    done = _("You watch this request.")

    def effect(self) -> Reason:
        return _("You are told by e-mail of comments, and when it is resolved.")

    def perform(self) -> Request:
        return conversation.watch_request(self.record, actor=self.actor)


class UnwatchForm(ActionForm):
    action = "unwatch"
    title = _("Stop watching this request")
    done = _("You no longer watch this request.")

    def perform(self) -> Request:
        return conversation.unwatch_request(self.record, actor=self.actor)


class LinkForm(ActionForm):
    action = "link"
    title = _("Link to another request")
    kind = forms.ChoiceField(
        label=_("Relation"),
        choices=[
            (kind.value, kind.label)
            for kind in RequestLinkKind
            if kind != RequestLinkKind.SPLIT_FROM
        ],
    )
    target = ReferenceChoiceField(
        label=_("Request"),
        queryset=Request.objects.none(),
        widget=forms.TextInput({"placeholder": "REQ-000042"}),
    )

    def prepare(self) -> None:
        self.fields["target"].queryset = Request.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _("Both requests show the link; neither changes its status.")

    def perform(self) -> Request:
        given = self.cleaned_data
        return services.link_records(self.record, given["kind"], given["target"], actor=self.actor)


class UnlinkForm(LinkForm):
    action = "unlink"
    title = _("Take back a link")
    prefilled = ("kind", "target")

    def effect(self) -> Reason:
        return _("The link goes from both pages; the timelines still tell of it.")

    def perform(self) -> Request:
        given = self.cleaned_data
        return services.unlink_records(
            self.record, given["kind"], given["target"], actor=self.actor
        )


class LinkIncidentForm(ActionForm):
    action = "link_incident"
    title = _("Link to an incident")
    kind = forms.ChoiceField(
        label=_("Relation"), choices=AskingKind.choices, initial=AskingKind.ABOUT, required=False
    )
    incident = ReferenceChoiceField(
        label=_("Incident"),
        queryset=Incident.objects.none(),
        widget=forms.TextInput({"placeholder": "INC-000042"}),
    )

    def prepare(self) -> None:
        self.fields["incident"].queryset = Incident.objects.visible_to(self.actor)

    def effect(self) -> Reason:
        return _(
            "Both pages show it. The owner and the watchers of the request are told when the "
            "incident is resolved."
        )

    def perform(self) -> Any:
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return services.link_request_to_incident(self.record, actor=self.actor, **given)


class UnlinkIncidentForm(LinkIncidentForm):
    action = "unlink_incident"
    title = _("Take back the link to an incident")
    prefilled = ("incident",)
    kind = None  # it is linked in one way only

    def effect(self) -> Reason:
        return _("The link goes from both pages; the timelines still tell of it.")

    def perform(self) -> Request:
        return services.unlink_request_from_incident(
            self.record, actor=self.actor, **self.cleaned_data
        )


class ShareRequestForm(ShareForm):
    def effect(self) -> Reason:
        return _(
            "The person may read all of this request until then, internal notes and files too, "
            "but not work on it. Sharing again moves the end."
        )

    def perform(self) -> Request:
        return conversation.share_request(self.record, actor=self.actor, **self.cleaned_data)


class EndRequestShareForm(EndShareForm):
    def perform(self) -> Request:
        return conversation.end_request_share(self.record, actor=self.actor, **self.cleaned_data)


TALK = (
    RequestCommentForm,
    RequestAttachForm,
    WatchForm,
    UnwatchForm,
    LinkForm,
    UnlinkForm,
    LinkIncidentForm,
    UnlinkIncidentForm,
    ShareRequestForm,
    EndRequestShareForm,
)
