"""The dialogs about what a service review leads to: actions and improvement plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm
from core.admin_forms import DayInput
from core.errors import Reason
from people.models import User
from vendors import services
from vendors.models import ImprovementPlan, ReviewAction
from vendors.reviews.enums import ActionStatus, PlanStatus
from vendors.reviews.people import offer_ours
from vendors.scorecards.words import title_of

_LINES = forms.Textarea({"rows": 3})


class AddActionForm(ActionForm):
    action = "add_action"
    title = _("Add an action")
    lands_on = "#actions"
    what = forms.CharField(label=_("What"), max_length=500, widget=_LINES)
    owner = forms.ModelChoiceField(
        label=_("One of us"),
        queryset=User.objects.none(),
        to_field_name="username",
        required=False,
    )
    contact = forms.CharField(label=_("Or a person of the vendor"), required=False, max_length=150)
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())

    def prepare(self) -> None:
        offer_ours(self.fields["owner"])

    def perform(self) -> Any:
        return services.add_action(self.record, actor=self.actor, **self.cleaned_data)


class _OfAction(ActionForm):
    lands_on = "#actions"
    part = forms.ModelChoiceField(label=_("Which"), queryset=ReviewAction.objects.none())
    prefilled = ("part",)

    def prepare(self) -> None:
        rows = self.record.actions.all()
        self.fields["part"].queryset = rows  # type: ignore[attr-defined]  # -- a choice of rows


class _SaidOfAction(_OfAction):
    note = forms.CharField(label=_("Note or evidence"), max_length=2000, widget=_LINES)


class FinishActionForm(_SaidOfAction):
    action = "finish_action"
    title = _("Report an action as done")

    def perform(self) -> Any:
        return services.finish_action(self.record, actor=self.actor, **self.cleaned_data)


class VerifyActionForm(_OfAction):
    action = "verify_action"
    title = _("Verify an action")

    def effect(self) -> Reason:
        return _("You say that it is done. Nobody verifies an action of their own.")

    def perform(self) -> Any:
        return services.verify_action(self.record, actor=self.actor, **self.cleaned_data)


class ReopenActionForm(_SaidOfAction):
    action = "reopen_action"
    title = _("Open an action again")

    def perform(self) -> Any:
        return services.reopen_action(self.record, actor=self.actor, **self.cleaned_data)


class DropActionForm(_SaidOfAction):
    action = "drop_action"
    title = _("Drop an action")

    def perform(self) -> Any:
        return services.drop_action(self.record, actor=self.actor, **self.cleaned_data)


class DraftImprovementForm(ActionForm):
    action = "draft_improvement"
    title = _("Draft an improvement plan")
    lands_on = "#plans"
    prefilled = ("kpi",)
    kpi = forms.ChoiceField(label=pgettext_lazy("vendor", "Figure"))
    target_value = forms.DecimalField(label=_("To reach"), max_digits=18, decimal_places=4)
    due_on = forms.DateField(label=_("Until"), widget=DayInput())
    measures = forms.CharField(
        label=pgettext_lazy("improvement plan", "Measures"), max_length=4000, widget=_LINES
    )
    contact = forms.CharField(label=_("Person of the vendor"), max_length=150)
    owner = forms.ModelChoiceField(
        label=_("One of us"), queryset=User.objects.none(), to_field_name="username"
    )

    def prepare(self) -> None:
        offer_ours(self.fields["owner"])
        lines = self.record.scorecard.lines.select_related("kpi").filter(value__isnull=False)
        known = [(line.kpi.key, title_of(line.kpi)) for line in lines.order_by("worth", "kpi")]
        self.fields["kpi"].choices = known  # type: ignore[attr-defined]  # -- a choice

    def perform(self) -> Any:
        return services.draft_improvement(self.record, actor=self.actor, **self.cleaned_data)


class _OfPlan(ActionForm):
    lands_on = "#plans"
    part = forms.ModelChoiceField(label=_("Which"), queryset=ImprovementPlan.objects.none())
    prefilled = ("part",)

    def prepare(self) -> None:
        rows = self.record.plans.select_related("kpi")
        self.fields["part"].queryset = rows  # type: ignore[attr-defined]  # -- a choice of rows


class AgreeImprovementForm(_OfPlan):
    action = "agree_improvement"
    title = _("Agree to an improvement plan")

    def perform(self) -> Any:
        return services.agree_improvement(self.record, actor=self.actor, **self.cleaned_data)


class EndImprovementForm(_OfPlan):
    action = "end_improvement"
    title = _("Close an improvement plan")
    met = forms.TypedChoiceField(
        label=_("Was it met?"),
        choices=[("yes", _("Met")), ("no", _("Not met"))],
        coerce=lambda said: said == "yes",
    )
    note = forms.CharField(label=_("Finding"), max_length=2000, widget=_LINES)

    def perform(self) -> Any:
        return services.end_improvement(self.record, actor=self.actor, **self.cleaned_data)


OUTCOME_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (
        *(AddActionForm, FinishActionForm, VerifyActionForm, ReopenActionForm, DropActionForm),
        *(DraftImprovementForm, AgreeImprovementForm, EndImprovementForm),
    )
}
OF_ACTION = {
    ActionStatus.OPEN: ("finish_action", "drop_action"),
    ActionStatus.DONE: ("verify_action", "reopen_action"),
}
OF_PLAN = {
    PlanStatus.DRAFTED: ("agree_improvement",),
    PlanStatus.AGREED: ("end_improvement",),
}
"""What is offered beside an action or a plan."""
