"""Saying something about a change, adding files, watching it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.models import Change
from core.actions import ActionForm
from core.errors import Reason


class CommentForm(ActionForm):
    action = "comment"
    title = _("Comment on the change")
    text = forms.CharField(
        label=_("Comment"), max_length=20_000, widget=forms.Textarea({"rows": 3})
    )

    def perform(self) -> Change:
        comment = services.comment_on_change(self.record, actor=self.actor, **self.cleaned_data)
        self.lands_on = f"#c-{comment.pk}"
        return comment.change


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
