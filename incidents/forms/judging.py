"""What a lead is asked who judges an incident."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actions import ReasonedForm
from core.errors import Reason
from incidents import services
from incidents.models import Incident


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
