"""What a lead is asked who judges an incident."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm, ReasonedForm
from core.errors import Reason
from incidents import services
from incidents.measuring import missed_clocks
from incidents.models import BreachReason, Incident
from sla.enums import MandateMetric


class SetDrillForm(ReasonedForm):
    action = "set_drill"
    title = _("Drill or no drill")
    is_drill = forms.BooleanField(label=_("This is a drill"), required=False)
    field_order = ("is_drill", "note")

    def prepare(self) -> None:
        self.fields["is_drill"].initial = self.record.is_drill

    def effect(self) -> Reason:
        return _(
            "No figure of the 1-5-10 mandate counts a drill, no agreement applies to it and its "
            "client is not asked about it."
        )

    def perform(self) -> Incident:
        return services.set_drill(self.record, actor=self.actor, **self.cleaned_data)


class ExplainMissesForm(ActionForm):
    action = "explain_misses"
    title = _("Say why a target was missed")
    checks_version = True
    metrics = forms.MultipleChoiceField(
        label=_("Missed"), choices=MandateMetric.choices, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=BreachReason.objects.none(), to_field_name="code"
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def prepare(self) -> None:
        missed = [clock.metric for clock in missed_clocks(self.record)]
        field = self.fields["metrics"]
        field.choices = [choice for choice in MandateMetric.choices if choice[0] in missed]
        field.initial = missed
        self.fields["reason"].queryset = BreachReason.objects.visible_to(self.actor).offered()

    def reasons_against(self) -> list[Reason]:
        return [] if self.fields["metrics"].choices else [_("no target was missed")]

    def effect(self) -> Reason:
        return _("The monthly score shows it. The incident can be closed once every miss is told.")

    def perform(self) -> Incident:
        return services.explain_misses(self.record, actor=self.actor, **self.cleaned_data)
