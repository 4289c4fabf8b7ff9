"""Voting in the portal: on the version that the page showed, after the password was confirmed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes import services
from changes.enums import Authentication, Decision
from changes.models import Absence, Change
from core.actions import ActionForm
from core.errors import Reason
from people.models import User


class VoteForm(ActionForm):
    """Kept apart from the other actions: by API, votes have an address and a scope of their own."""

    action = "vote"
    title = _("Vote")
    prefilled = ("decision",)
    decision = forms.ChoiceField(
        label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect()
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Required, unless you approve."),
    )
    on_behalf_of = forms.ModelChoiceField(
        label=_("On behalf of"),
        queryset=User.objects.none(),
        required=False,
        to_field_name="username",
        empty_label=_("Myself"),
    )
    version_hash = forms.CharField(widget=forms.HiddenInput())

    def prepare(self) -> None:
        away = Absence.objects.in_force(told_moment()).filter(substitute=self.actor)
        people = User.objects.filter(pk__in=away.values("user"))
        self.fields["on_behalf_of"].queryset = people
        if not away:
            del self.fields["on_behalf_of"]
        self.fields["version_hash"].initial = self.record.version_hash

    def effect(self) -> Reason:
        return _(
            "Your vote counts for the version you see and is not changed afterwards. It stands on "
            "the change under your name."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") not in (None, Decision.APPROVE) and not given.get("comment"):
            self.add_error("comment", forms.ValidationError(_("Say why."), code="required"))
        return given

    def perform(self) -> Change:
        services.cast_vote(
            self.record,
            actor=self.actor,
            authentication=Authentication.PASSWORD,
            **self.cleaned_data,
        )
        return self.record
