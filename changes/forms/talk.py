"""Saying something about a change, adding files, watching it, showing it to somebody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.models import Change
from core.actions import ActionForm
from core.errors import Reason
from people.sharing import EndShareForm, ShareForm
from records.files_field import FilesField


class CommentForm(ActionForm):
    """A comment, files, or both; read by all who see the change."""

    action = "comment"
    title = _("Comment on the change")
    done = _("It stands on the timeline.")
    text = forms.CharField(
        label=_("Comment"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 3})
    )
    files = FilesField(label=_("Files"), required=False)

    def effect(self) -> Reason:
        return _("Everybody who sees the change reads it. A comment is no vote.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("text", "").strip() and not given.get("files") and not self.errors:
            self.add_error("text", _("Write something, or add a file."))
        return given

    def perform(self) -> Change:
        for file in self.cleaned_data["files"]:
            file.seek(0)  # read before, if this is another attempt
            services.attach_to_change(
                self.record, actor=self.actor, name=file.name, data=file.read()
            )
        if text := self.cleaned_data["text"].strip():
            comment = services.comment_on_change(self.record, actor=self.actor, text=text)
            self.lands_on = f"#c-{comment.pk}"
        return self.record


class WatchForm(ActionForm):
    action = "watch"
    title = _("Watch the change")

    def effect(self) -> Reason:
        return _("You hear of it by e-mail from now on.")

    def perform(self) -> Change:
        return services.watch_change(self.record, actor=self.actor)


class UnwatchForm(ActionForm):
    action = "unwatch"
    title = _("Stop watching the change")

    def perform(self) -> Change:
        return services.unwatch_change(self.record, actor=self.actor)


class ShareChangeForm(ShareForm):
    def effect(self) -> Reason:
        return _(
            "The person may read all of this change until then, comments and files too, but "
            "neither work on it nor vote. Sharing again moves the end."
        )

    def perform(self) -> Change:
        return services.share_change(self.record, actor=self.actor, **self.cleaned_data)


class EndChangeShareForm(EndShareForm):
    def perform(self) -> Change:
        return services.end_share(self.record, actor=self.actor, **self.cleaned_data)
