"""The dialogs about dependencies on vendors: each asks what one service needs."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets import services
from assets.models import ServiceDependency
from assets.supply.enums import Substitutability, SupplyCriticality
from core.actions import ActionForm, NoteForm
from core.admin_forms import DayInput
from core.errors import Reason


class ReviewSupplyForm(NoteForm):
    action = "review"
    title = pgettext_lazy("supply", "Record a review")
    criticality = forms.ChoiceField(
        label=pgettext_lazy("supply", "Criticality"),
        choices=SupplyCriticality.choices,
        required=False,
    )
    substitutability = forms.ChoiceField(
        label=pgettext_lazy("supply", "Substitute"),
        choices=Substitutability.choices,
        required=False,
    )
    field_order = ("criticality", "substitutability", "note")

    def prepare(self) -> None:
        for name in ("criticality", "substitutability"):
            self.fields[name].initial = getattr(self.record, name)

    def effect(self) -> Reason:
        return _("You say that it is so today. What it says otherwise is corrected first.")

    def perform(self) -> ServiceDependency:
        told = {name: value for name, value in self.cleaned_data.items() if value}
        return services.review_service_dependency(self.record, actor=self.actor, **told)


class EndSupplyForm(NoteForm):
    action = "end"
    title = pgettext_lazy("supply", "End")
    on = forms.DateField(
        label=_("First day that no longer counts"), required=False, widget=DayInput()
    )
    field_order = ("on", "note")

    def prepare(self) -> None:
        self.fields["on"].initial = timezone.localdate()

    def effect(self) -> Reason:
        return _("The service no longer depends on the vendor. What was stays readable.")

    def perform(self) -> ServiceDependency:
        return services.end_service_dependency(self.record, actor=self.actor, **self.cleaned_data)


SUPPLY_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (ReviewSupplyForm, EndSupplyForm)
}
