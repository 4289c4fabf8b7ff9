"""What is done with an incident without moving its workflow: assigning, judging, marking."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, NoteForm
from core.errors import Reason
from incidents import services
from incidents.enums import Priority, Tier
from incidents.forms.passing_on import telling
from incidents.models import Incident
from people.choosing import offer_people
from people.models import Team, User
from sla.enums import MarkKind, Precision


class AssignForm(NoteForm):
    """Team, person and tier; only teams and people the actor sees are offered."""

    action = "assign"
    title = _("Assign")
    prefilled = ("team", "owner")
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug", required=False
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), to_field_name="username", required=False
    )
    tier = forms.ChoiceField(
        label=_("Tier"), choices=[("", "---------"), *Tier.choices], required=False
    )
    field_order = ("team", "owner", "tier", "note")

    def prepare(self) -> None:
        self.fields["team"].queryset = Team.objects.visible_to(self.actor)
        offer_people(self.fields["owner"], self.actor)

    def effect(self) -> Reason:
        now = {"team": self.record.team, "owner": self.record.owner or _("nobody yet")}
        return (
            _(
                "Now with %(team)s, owner: %(owner)s. What you leave empty stays; a new owner is "
                "told by e-mail."
            )
            % now
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("team") or given.get("owner") or given.get("tier")):
            raise forms.ValidationError(_("Choose a team, an owner or a tier."), code="required")
        return given

    def perform(self) -> Incident:
        return services.assign_incident(self.record, actor=self.actor, **self.cleaned_data)


class OverridePriorityForm(ActionForm):
    action = "override_priority"
    title = _("Set another priority")
    checks_version = True
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices, coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        self.fields["priority"].initial = self.record.priority

    def effect(self) -> Reason:
        return _("It holds until impact or urgency is changed; then the matrix decides again.")

    def perform(self) -> Incident:
        return telling(
            self, services.override_priority(self.record, actor=self.actor, **self.cleaned_data)
        )


class MarkForm(ActionForm):
    action = "mark"
    title = _("Set or correct a mark")
    kind = forms.ChoiceField(
        label=_("Mark"), choices=[c for c in MarkKind.choices if c[0] != MarkKind.RESOLVED]
    )
    at = forms.DateTimeField(
        label=_("At"), widget=forms.DateTimeInput({"type": "datetime-local", "step": 1})
    )
    precision = forms.ChoiceField(
        label=_("Precision"), choices=Precision.choices, initial=Precision.EXACT, required=False
    )
    latest_at = forms.DateTimeField(
        label=_("At the latest"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 1}),
        help_text=_("For a range: its end."),
    )
    evidence = forms.CharField(
        label=_("Evidence"), max_length=500, required=False, help_text=_("An alert, a log, a call.")
    )

    def effect(self) -> Reason:
        return _(
            "The clocks are computed anew. A mark that is set already is superseded; both stay on "
            "the record."
        )

    def clean_precision(self) -> str:
        return self.cleaned_data["precision"] or Precision.EXACT

    def perform(self) -> Incident:
        return services.mark_incident(self.record, actor=self.actor, **self.cleaned_data)
