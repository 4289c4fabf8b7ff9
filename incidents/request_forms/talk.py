"""What people say and add to a request, who hears of it, and how it relates to others."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from core.references import ReferenceChoiceField
from incidents.forms.talk import Visibility
from incidents.models import Request
from incidents.request_enums import RequestLinkKind
from incidents.services.requests import conversation
from people.sharing import EndShareForm, ShareForm
from records.file_types import MAX_BYTES
from records.files_field import FilesField


class RequestCommentForm(ActionForm):
    """A comment, files, or both. Internal unless the person says otherwise, and twice."""

    action = "comment"
    title = _("Comment")
    done = _("It stands on the timeline.")
    text = forms.CharField(
        label=_("Comment"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    visibility = forms.ChoiceField(
        label=_("Who reads it"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.INTERNAL,
        required=False,
    )
    files = FilesField(label=_("Files"), required=False)
    confirmed = forms.BooleanField(label=_("Yes, the client may read this"), required=False)

    def prepare(self) -> None:
        if not self.record.client:
            del self.fields["confirmed"]

    def effect(self) -> Reason:
        return _("An internal note is for colleagues. What is for the client cannot be taken back.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        has_text = given.get("text", "").strip()
        if not has_text and not given.get("files") and not self.errors:
            self.add_error("text", _("Write something, or add a file."))
        client = self.record.client
        is_public = given.get("visibility") == Visibility.PUBLIC
        if has_text and is_public and client and not given.get("confirmed"):
            text = _("Tick this if %(client)s may read it.") % {"client": client}
            self.add_error("confirmed", text)
        return given

    def perform(self) -> Request:
        given = self.cleaned_data
        for file in given["files"]:
            file.seek(0)  # read before, if this is another attempt
            conversation.attach_to_request(
                self.record, actor=self.actor, name=file.name, data=file.read()
            )
        if given["text"].strip():
            comment = conversation.comment_on_request(
                self.record,
                actor=self.actor,
                text=given["text"],
                is_internal=given["visibility"] != Visibility.PUBLIC,
            )
            self.lands_on = f"#c-{comment.pk}"
        return self.record


class AttachForm(ActionForm):
    action = "attach"
    title = _("Add a file")
    file = forms.FileField(label=_("File"))

    def effect(self) -> Reason:
        return _("Whoever sees the request may download it. Card numbers in it are masked.")

    def clean_file(self) -> Any:
        """Refuses by the size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("the file is larger than 25 MB"))
        return file

    def perform(self) -> Request:
        file = self.cleaned_data["file"]
        file.seek(0)  # read before, if this is another attempt
        data = file.read()
        conversation.attach_to_request(self.record, actor=self.actor, name=file.name, data=data)
        return self.record


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
    kind = forms.ChoiceField(label=_("Relation"), choices=RequestLinkKind.choices)
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
        return conversation.link_requests(
            self.record, given["kind"], given["target"], actor=self.actor
        )


class UnlinkForm(LinkForm):
    action = "unlink"
    title = _("Take back a link")
    prefilled = ("kind", "target")

    def effect(self) -> Reason:
        return _("The link goes from both pages; the timelines still tell of it.")

    def perform(self) -> Request:
        given = self.cleaned_data
        return conversation.unlink_requests(
            self.record, given["kind"], given["target"], actor=self.actor
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
    AttachForm,
    WatchForm,
    UnwatchForm,
    LinkForm,
    UnlinkForm,
    ShareRequestForm,
    EndRequestShareForm,
)
