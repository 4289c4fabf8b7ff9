"""The dialogs about rubrics: each asks what one service needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.actions import ActionForm, NoteForm
from core.errors import Reason
from people.models.rubrics import WEIGHTS
from people.quality.enums import Scale
from people.services import rubrics


class _Lines(forms.CharField):
    """One text to a line."""

    widget = forms.Textarea({"rows": 5})

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class SetCriterionForm(ActionForm):
    action = "set_criterion"
    title = _("Set a criterion")
    prefilled = ("key",)
    key = forms.ChoiceField(
        label=_("Criterion"), required=False, help_text=_("Empty: another one.")
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    title_es = forms.CharField(label=_("Title in Spanish"), max_length=120)
    scale = forms.TypedChoiceField(
        label=_("Scale"), coerce=int, choices=Scale.choices, initial=Scale.FIVE
    )
    anchors_en = _Lines(
        label=_("What each rating means, in English"),
        max_length=2000,
        help_text=_("One line for each, the lowest first."),
    )
    anchors_es = _Lines(label=_("What each rating means, in Spanish"), max_length=2000)
    weight = forms.IntegerField(
        label=_("Weight"), initial=1, min_value=WEIGHTS[0], max_value=WEIGHTS[1]
    )
    is_critical = forms.BooleanField(
        label=pgettext_lazy("criterion", "Critical"),
        required=False,
        help_text=_("Below the middle of its scale the whole review scores 0."),
    )
    applies_en = forms.CharField(
        label=_("Applies when, in English"),
        required=False,
        max_length=200,
        help_text=_("Empty: always. Otherwise reviewers may say that it does not apply."),
    )
    applies_es = forms.CharField(
        label=_("Applies when, in Spanish"), required=False, max_length=200
    )

    def prepare(self) -> None:
        found = {one.key: one for one in self.record.criteria.order_by("pk")}
        choices = [("", "–"), *((one.key, one.title) for one in found.values())]
        self.fields["key"].choices = choices  # type: ignore[attr-defined]  # -- of a choice field
        known = found.get(self.initial.get("key", ""))
        if known is None:
            return
        for name in self.fields:
            told = getattr(known, name)
            self.initial[name] = "\n".join(told) if isinstance(told, list) else told

    def perform(self) -> Any:
        return rubrics.set_criterion(self.record, actor=self.actor, **self.cleaned_data)


class RemoveCriterionForm(ActionForm):
    action = "remove_criterion"
    title = _("Take a criterion out")
    prefilled = ("key",)
    key = forms.ChoiceField(label=_("Criterion"))

    def prepare(self) -> None:
        rows = self.record.criteria.order_by("pk")
        self.fields["key"].choices = [(one.key, one.title) for one in rows]  # type: ignore[attr-defined]  # -- of a choice field

    def perform(self) -> Any:
        return rubrics.remove_criterion(self.record, actor=self.actor, **self.cleaned_data)


class ActivateRubricForm(NoteForm):
    action = "activate"
    title = pgettext_lazy("rubric", "Put in force")

    def effect(self) -> Reason:
        return _("What is drawn from now on is judged by it; what was drawn keeps its version.")

    def perform(self) -> Any:
        return rubrics.activate_rubric(self.record, actor=self.actor, **self.cleaned_data)


RUBRIC_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form for form in (SetCriterionForm, RemoveCriterionForm, ActivateRubricForm)
}
