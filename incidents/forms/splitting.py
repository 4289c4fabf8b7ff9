"""What is asked when a part of an incident or a request becomes one of its own."""

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.actions import ReasonedForm
from core.errors import Reason
from incidents.services.splitting import split

_OFFERED = 50  # the newest comments and files; the API takes any


class SplitForm(ReasonedForm):
    action = "split"
    title = _("Split off a part")
    # The title of the new record; `title` is the dialog's own.
    new_title = forms.CharField(label=_("Title of the new record"), max_length=200)
    description = forms.CharField(
        label=_("Description"),
        max_length=100_000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    comments = forms.TypedMultipleChoiceField(
        label=_("Comments to take along"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    files = forms.TypedMultipleChoiceField(
        label=_("Files to take along"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("new_title", "description", "comments", "files", "note")

    def prepare(self) -> None:
        said = self.record.comments.select_related("author").order_by("-pk")[:_OFFERED]
        self.fields["comments"].choices = [
            (row.pk, f"{row.author or ''}: {Truncator(row.text).chars(80)}") for row in said
        ]
        given = self.record.attachments.order_by("-pk")[:_OFFERED]
        self.fields["files"].choices = [(row.pk, row.name) for row in given]
        for name in ("comments", "files"):
            if not self.fields[name].choices:
                del self.fields[name]

    def effect(self) -> Reason:
        return _(
            "A new record is opened for the same service, client and team, without an owner. "
            "Its clocks begin now; those of this one go on. Both show the link."
        )

    def reasons_against(self) -> list[Reason]:
        return [] if self.record.is_open else [_("only an open record is split")]

    def perform(self) -> Any:
        given = dict(self.cleaned_data)
        made = split(self.record, actor=self.actor, title=given.pop("new_title"), **given)
        self.done = _("%s was opened for it.") % made.reference
        return self.record
