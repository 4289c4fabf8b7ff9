"""Conditions before the start: setting one, and saying that it is done."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.forms.people import offer_accounts
from changes.models import Change, Condition
from core.actions import ActionForm
from core.errors import Reason
from people.models import User


class SetConditionForm(ActionForm):
    action = "set_condition"
    title = _("Set a condition")
    lands_on = "#approval"
    text = forms.CharField(
        label=_("Before it starts"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("For example: the database administrator confirms the back-up."),
    )
    owner = forms.ModelChoiceField(
        label=_("Who confirms that it is done"),
        queryset=User.objects.none(),
        to_field_name="username",
    )

    def prepare(self) -> None:
        offer_accounts(self.fields["owner"], people_of(self.record))

    def effect(self) -> Reason:
        return _("The change does not start until the named person has said how this was done.")

    def perform(self) -> Change:
        services.set_condition(self.record, actor=self.actor, **self.cleaned_data)
        return self.record


class ClearConditionForm(ActionForm):
    action = "clear_condition"
    title = _("Clear a condition")
    prefilled = ("condition",)
    lands_on = "#approval"
    condition = forms.ModelChoiceField(
        label=_("Condition"), queryset=Condition.objects.none(), empty_label=None
    )
    note = forms.CharField(
        label=_("How it was done"), max_length=2_000, widget=forms.Textarea({"rows": 3})
    )

    def prepare(self) -> None:
        field: Any = self.fields["condition"]
        field.queryset = self.record.conditions.filter(cleared_at__isnull=True, owner=self.actor)

    def effect(self) -> Reason:
        return _("You answer for it by name, and it is not taken back.")

    def perform(self) -> Change:
        given = self.cleaned_data
        services.clear_condition(given["condition"], actor=self.actor, note=given["note"])
        return self.record


def people_of(change: Change) -> Any:
    """Who may be named: those with a part in the change, its team, and those asked to approve."""
    parts = [change.requester_id, change.builder_id, change.implementer_id, change.tester_id]
    named = Q(pk__in=[pk for pk in parts if pk])
    team = Q(person__memberships__team=change.team_id, person__memberships__ends_on__isnull=True)
    asked = Q(pk__in=change.versions.values("round__steps__electors__user"))
    found = User.objects.filter(named | team | asked)
    return User.objects.filter(pk__in=found.values("pk"))


def unoffered(change: Change, user: Any) -> frozenset[str]:
    """The dialogs about conditions that this person has no use for now."""
    found = set()
    if change.status not in services.conditions.BEFORE_START or not services.may_set_condition(
        change, user
    ):
        found.add(SetConditionForm.action)
    if not change.conditions.filter(cleared_at__isnull=True, owner=user.pk).exists():
        found.add(ClearConditionForm.action)
    return frozenset(found)
