"""The dialogs about exit plans: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm
from core.admin_forms import DayInput
from core.errors import Reason
from vendors import services
from vendors.exit_plans.enums import ExerciseKind, ExerciseResult
from vendors.models import ExitPlan

_LINES = forms.Textarea({"rows": 3})


class ApprovePlanForm(NoteForm):
    action = "approve"
    title = pgettext_lazy("exit plan", "Approve")

    def effect(self) -> Reason:
        return _("The version before is replaced. From now on the plan says the same.")

    def perform(self) -> ExitPlan:
        return services.approve_exit_plan(self.record, actor=self.actor, **self.cleaned_data)


class SetStepsForm(ActionForm):
    action = "set_steps"
    title = _("Write the steps")
    checks_version = True
    steps = forms.CharField(
        label=_("Steps"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("One on each line, in their order, the days first: 30 Take our data home"),
    )

    def prepare(self) -> None:
        told = (f"{step.days} {step.text}" for step in self.record.steps.all())
        self.fields["steps"].initial = "\n".join(told)

    def clean_steps(self) -> list[dict[str, Any]]:
        """Refuses a line that does not begin with its days."""
        found = []
        for line in self.cleaned_data["steps"].splitlines():
            days, _space, text = line.strip().partition(" ")
            if not line.strip():
                continue
            if not (days.isascii() and days.isdecimal() and len(days) <= 4 and text.strip()):
                raise forms.ValidationError(
                    _("This line does not begin with its days: %(line)s"),
                    params={"line": line.strip()[:80]},
                )
            found.append({"days": int(days), "text": text.strip()})
        return found

    def perform(self) -> ExitPlan:
        return services.set_exit_steps(self.record, actor=self.actor, **self.cleaned_data)


class ExercisePlanForm(ActionForm):
    action = "exercise"
    title = _("Record an exercise")
    lands_on = "#exercises"
    kind = forms.ChoiceField(label=pgettext_lazy("exercise", "Kind"), choices=ExerciseKind.choices)
    exercised_on = forms.DateField(label=_("Exercised on"), required=False, widget=DayInput())
    result = forms.ChoiceField(
        label=pgettext_lazy("exercise", "Result"), choices=ExerciseResult.choices
    )
    findings = forms.CharField(label=_("Findings"), required=False, max_length=2_000, widget=_LINES)

    def prepare(self) -> None:
        self.fields["exercised_on"].initial = timezone.localdate()

    def effect(self) -> Reason:
        return _("What you record stays as it is. The next exercise is due a year later.")

    def perform(self) -> ExitPlan:
        return services.exercise_exit_plan(self.record, actor=self.actor, **self.cleaned_data)


EXIT_PLAN_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (ApprovePlanForm, SetStepsForm, ExercisePlanForm)
}
