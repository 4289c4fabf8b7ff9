"""What is asked when a checklist is begun and when a step of it is done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from incidents.enums import StepResult
from incidents.models import Diagnosis, Guide
from incidents.services import diagnosing


class BeginDiagnosisForm(ActionForm):
    action = "begin_diagnosis"
    title = _("Begin a checklist")
    prefilled = ("checklist",)
    checklist = forms.ModelChoiceField(
        label=_("Checklist"), queryset=Guide.objects.none(), to_field_name="key"
    )

    def prepare(self) -> None:
        begun = Diagnosis.objects.filter(life=self.record.life_id)
        offered = diagnosing.guides_for(self.record)
        self.fields["checklist"].queryset = offered.exclude(
            pk__in=begun.values("guide_version__guide")
        )

    def effect(self) -> Reason:
        return _("It keeps the version that it has now, also when the checklist is altered.")

    def perform(self) -> Any:
        return diagnosing.begin_diagnosis(self.record, actor=self.actor, **self.cleaned_data)


class TickStepForm(ActionForm):
    action = "tick_step"
    title = _("Note what came out")
    prefilled = ("diagnosis", "step", "result")
    diagnosis = forms.TypedChoiceField(label=_("Checklist"), coerce=int, choices=())
    step = forms.IntegerField(label=_("Step"), min_value=1, max_value=diagnosing.MOST_STEPS)
    result = forms.ChoiceField(label=_("Result"), choices=StepResult.choices)
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def prepare(self) -> None:
        begun = Diagnosis.objects.filter(life=self.record.life_id)
        self.fields["diagnosis"].choices = [
            (row.pk, str(row)) for row in begun.select_related("guide_version__guide")
        ]

    def effect(self) -> Reason:
        return _("It stands with your name and the time. Saying it again corrects it.")

    def perform(self) -> Any:
        return diagnosing.tick_step(self.record, actor=self.actor, **self.cleaned_data)


DIAGNOSING: tuple[type[ActionForm], ...] = (BeginDiagnosisForm, TickStepForm)
