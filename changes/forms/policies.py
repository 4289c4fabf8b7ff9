"""The form of a new approval policy: whose approval it asks for, in up to six ordered steps."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from changes.enums import ChangeType, Quorum, StepKind
from changes.models import ApprovalPolicy, Board, PolicyStep
from changes.services.configuring import set_policy

STEPS = range(1, 7)
_LONGEST_HOURS = 24 * 30
_PARTS = ("kind", "board", "quorum", "needed", "present", "hours", "accepts_tokens")


def _fields() -> dict[str, forms.Field]:
    """What one step asks; a step without anybody who is asked is no step."""
    return {
        "kind": forms.ChoiceField(
            label=_("Who is asked"),
            choices=[("", "---------"), *StepKind.choices],
            required=False,
            widget=UnfoldAdminSelectWidget(),
        ),
        "board": forms.ModelChoiceField(
            label=_("Board"),
            queryset=Board.objects.none(),
            required=False,
            widget=UnfoldAdminSelectWidget(),
            help_text=_("Only for the CAB and the ECAB."),
        ),
        "quorum": forms.ChoiceField(
            label=_("Rule"),
            choices=Quorum.choices,
            initial=Quorum.FIRST,
            required=False,
            widget=UnfoldAdminSelectWidget(),
        ),
        "needed": forms.IntegerField(
            label=_("How many"),
            initial=1,
            min_value=1,
            max_value=100,
            required=False,
            help_text=_("A number or a percentage, as the rule asks."),
            widget=UnfoldAdminIntegerFieldWidget(),
        ),
        "present": forms.IntegerField(
            label=_("Take part at least"),
            initial=1,
            min_value=1,
            max_value=100,
            required=False,
            widget=UnfoldAdminIntegerFieldWidget(),
        ),
        "hours": forms.IntegerField(
            label=_("Hours to answer"),
            initial=24,
            min_value=1,
            max_value=_LONGEST_HOURS,
            required=False,
            widget=UnfoldAdminIntegerFieldWidget(),
        ),
        "accepts_tokens": forms.BooleanField(
            label=_("A token may vote by API"),
            initial=True,
            required=False,
            widget=UnfoldBooleanSwitchWidget(),
        ),
    }


class PolicyForm(forms.ModelForm):
    """Steps are numbered fields: `kind_1`, `board_1` …; each is checked as the model checks it."""

    class Meta:
        model = ApprovalPolicy
        fields = ("name", "type", "risk")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "type" in self.fields:  # a standard change is approved with its template
            field: Any = self.fields["type"]
            field.choices = [one for one in field.choices if one[0] != ChangeType.STANDARD]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not any(given.get(f"kind_{n}") for n in STEPS):
            self.add_error("kind_1", _("A policy needs at least one step."))
        for number in STEPS:
            if given.get(f"kind_{number}"):
                self._check(number, told(given, number))
        return given

    def _check(self, number: int, step: dict[str, Any]) -> None:
        try:
            PolicyStep(position=number, **step).full_clean(exclude=["policy", "position"])
        except ValidationError as error:
            for name, errors in error.message_dict.items():
                field = f"{'hours' if name == 'due_in' else name}_{number}"
                self.add_error(field if field in self.fields else f"kind_{number}", errors)


for _number in STEPS:
    for _name, _field in _fields().items():
        PolicyForm.base_fields[f"{_name}_{_number}"] = _field
        PolicyForm.declared_fields[f"{_name}_{_number}"] = _field


def told(given: dict[str, Any], number: int) -> dict[str, Any]:
    """One step as the service takes it."""
    return {
        "kind": given[f"kind_{number}"],
        "board": given.get(f"board_{number}"),
        "quorum": given.get(f"quorum_{number}") or Quorum.FIRST,
        "needed": given.get(f"needed_{number}") or 1,
        "present": given.get(f"present_{number}") or 1,
        "due_in": timedelta(hours=given.get(f"hours_{number}") or 24),
        "accepts_tokens": bool(given.get(f"accepts_tokens_{number}")),
    }


def set_by_form(*, actor: Any, **given: Any) -> ApprovalPolicy:
    """The policy that a form says."""
    steps = [told(given, number) for number in STEPS if given.get(f"kind_{number}")]
    kept = {name: given[name] for name in ("name", "type", "risk") if name in given}
    return set_policy(actor=actor, steps=steps, **kept)


def names_of(number: int) -> list[str]:
    """The fields of a step as they stand on the page."""
    return [f"{name}_{number}" for name in _PARTS]
