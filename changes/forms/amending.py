"""Amending what people were asked to approve, field by field."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.models import Change
from changes.services.content import TEXTS
from core.actions import ReasonedForm
from core.admin_forms import MomentInput
from core.errors import Reason


def _text(name: str) -> forms.CharField:
    """A text of the change, with the label and the limit of its column."""
    column: Any = Change._meta.get_field(name)
    widget = forms.TextInput() if name == "title" else forms.Textarea({"rows": 3})
    return forms.CharField(
        label=capfirst(column.verbose_name),
        required=False,
        max_length=column.max_length,
        widget=widget,
    )


class AmendForm(ReasonedForm):
    """What is left empty stays as it is; what it touches is altered on the form of the change."""

    action = "amend"
    title = _("Amend the change")
    planned_start_at = forms.DateTimeField(
        label=_("Planned start"), required=False, widget=MomentInput()
    )
    planned_end_at = forms.DateTimeField(
        label=_("Planned end"), required=False, widget=MomentInput()
    )
    reason = _text("reason")
    description = _text("description")
    security_impact = _text("security_impact")
    test_plan = _text("test_plan")
    test_result = _text("test_result")
    backout_plan = _text("backout_plan")
    communication_plan = _text("communication_plan")
    field_order = ("planned_start_at", "planned_end_at", *TEXTS, "note")

    def prepare(self) -> None:
        for name in self.fields.keys() - {"note"}:
            self.fields[name].initial = getattr(self.record, name)

    def effect(self) -> Reason:
        return _(
            "This becomes a new version. The votes on the one before are void, those who cast them "
            "are told what differs, and approval begins anew."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kept = {
            name: value
            for name, value in given.items()
            if name == "note" or (value not in (None, "") and value != getattr(self.record, name))
        }
        if set(kept) <= {"note"} and not self.errors:
            raise forms.ValidationError(_("Nothing was altered."), code="required")
        return kept

    def perform(self) -> Change:
        return services.amend_change(self.record, actor=self.actor, **self.cleaned_data)


# `title` is the dialog's heading on the class, so the field of that name joins afterwards.
AmendForm.base_fields["title"] = _text("title")
