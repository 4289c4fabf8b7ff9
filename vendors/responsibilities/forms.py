"""The dialogs about matrices of responsibility: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm
from core.admin_forms import DayInput
from core.errors import Reason
from vendors import services
from vendors.attestations.forms import DocumentForm
from vendors.models import ResponsibilityMatrix
from vendors.responsibilities.enums import Responsible

_LINES = forms.Textarea({"rows": 3})


class AgreeForm(NoteForm):
    action = "agree"
    title = pgettext_lazy("matrix", "Record the agreement")
    representative = forms.CharField(label=_("The vendor's representative"), max_length=150)
    agreed_on = forms.DateField(label=_("Agreed on"), required=False, widget=DayInput())
    field_order = ("representative", "agreed_on", "note")

    def prepare(self) -> None:
        self.fields["agreed_on"].initial = timezone.localdate()

    def effect(self) -> Reason:
        return _("From now on it says the same; the version before is replaced.")

    def perform(self) -> ResponsibilityMatrix:
        return services.agree_matrix(self.record, actor=self.actor, **self.cleaned_data)


class LineForm(ActionForm):
    """A requirement that is there already is said anew."""

    action = "set_line"
    title = _("Set a line")
    prefilled = ("requirement", "title_of_it", "who", "how", "evidence")
    requirement = forms.CharField(
        label=_("Requirement"), max_length=40, help_text=_("Its number, such as PCI DSS 12.8.5.")
    )
    title_of_it = forms.CharField(label=_("Title"), required=False, max_length=200)
    who = forms.ChoiceField(
        label=pgettext_lazy("responsible", "Who"),
        required=False,
        choices=[("", _("Not said yet")), *Responsible.choices],
    )
    how = forms.CharField(label=_("How it is met"), required=False, max_length=2000, widget=_LINES)
    evidence = forms.CharField(label=_("Evidence"), required=False, max_length=2000, widget=_LINES)

    def perform(self) -> ResponsibilityMatrix:
        told: dict[str, Any] = dict(self.cleaned_data)
        told["title"] = told.pop("title_of_it")
        return services.set_line(self.record, actor=self.actor, **told)


class RemoveLineForm(ActionForm):
    action = "remove_line"
    title = _("Take a line out")
    prefilled = ("requirement",)
    requirement = forms.ChoiceField(label=_("Requirement"))

    def prepare(self) -> None:
        keys = self.record.lines.values_list("requirement", flat=True)
        self.fields["requirement"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]  # -- a choice

    def perform(self) -> ResponsibilityMatrix:
        return services.remove_line(self.record, actor=self.actor, **self.cleaned_data)


class SignedForm(DocumentForm):
    title = _("Add what was signed")

    def keep(self, **told: Any) -> None:
        services.attach_agreement(self.record, actor=self.actor, **told)


MATRIX_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (AgreeForm, SignedForm, LineForm, RemoveLineForm)
}
