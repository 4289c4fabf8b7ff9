"""The checklist after a significant change, as one dialog: an answer and a note for each point."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.checklist import POINTS
from changes.enums import Confirmation
from changes.models import Change
from core.actions import ActionForm
from core.errors import Reason


class ConfirmRequirementsForm(ActionForm):
    """Points may be answered one after the other; what is left empty stays as it was."""

    action = "confirm_requirements"
    title = _("Confirm requirements")
    lands_on = "#checklist"
    checks_version = True

    def prepare(self) -> None:
        for said in self.record.checklist.all():
            if f"answer_{said.point}" in self.fields:
                self.fields[f"answer_{said.point}"].initial = said.answer
                self.fields[f"note_{said.point}"].initial = said.note

    def effect(self) -> Reason:
        return _(
            "After a significant change PCI DSS 6.5.2 wants every applicable requirement confirmed "
            "on what is new or changed. The change is closed only once every point is answered "
            "with “yes” or “not applicable”."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        answers = {}
        for point in POINTS:
            answer = given.get(f"answer_{point.code}")
            note = given.get(f"note_{point.code}") or ""
            if not answer:
                continue
            if answer != Confirmation.YES and not note.strip():
                self.add_error(f"note_{point.code}", _("Say why."))
            answers[point.code] = (answer, note)
        if not answers and not self.errors:
            raise forms.ValidationError(_("Answer at least one point."), code="required")
        return {"answers": answers}

    def perform(self) -> Change:
        return services.confirm_requirements(self.record, actor=self.actor, **self.cleaned_data)


for _point in POINTS:
    ConfirmRequirementsForm.base_fields[f"answer_{_point.code}"] = forms.ChoiceField(
        label=_point.question,
        help_text=f"PCI DSS {_point.requirement}",
        choices=[("", "---------"), *Confirmation.choices],
        required=False,
    )
    ConfirmRequirementsForm.base_fields[f"note_{_point.code}"] = forms.CharField(
        label=_("Note"), max_length=2_000, required=False, widget=forms.Textarea({"rows": 1})
    )
