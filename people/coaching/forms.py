"""What the pages of coaching ask: each form takes one step through one service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.choosing import full_name
from people.models import CoachingSession, User
from people.one_on_ones.forms import (
    ActionForm,
    EvidenceForm,
    NoteForm,
    PrivateNoteForm,
    StepForm,
    TopicForm,
    day_field,
    text_field,
)
from people.services import coaching
from people.services.one_on_ones import people_led_by


class GoalForm(TopicForm):
    button = _("Add the goal")
    text = text_field(_("New goal"), 2)


class CommitmentForm(ActionForm):
    text = text_field(_("New commitment"), 2)


class DaysForm(StepForm):
    planned_on = day_field(_("planned for"))
    follow_up_on = day_field(pgettext_lazy("coaching", "follow-up on"))

    def perform(self) -> Any:
        days = {name: self.cleaned_data[name] for name in ("planned_on", "follow_up_on")}
        return coaching.move_coaching(self.series, actor=self.actor, **days)


class PlanCoachingForm(forms.Form):
    """Begin to coach somebody whom one leads."""

    employee = forms.ModelChoiceField(label=_("With"), queryset=User.objects.none())
    goal = text_field(pgettext_lazy("coaching", "Goal"), 2)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"placeholder": "INC-000042", "autocomplete": "off"}),
        help_text=_("Of an incident, a change or another record that you see."),
    )
    planned_on = day_field(_("planned for"))
    follow_up_on = day_field(pgettext_lazy("coaching", "follow-up on"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        field: Any = self.fields["employee"]
        people = people_led_by(actor).select_related("person")
        field.queryset = people.order_by("person__full_name", "username")
        field.label_from_instance = full_name

    def perform(self) -> CoachingSession:
        return coaching.plan_coaching(actor=self.actor, **self.cleaned_data)


STEPS: dict[str, type[StepForm]] = {
    "goal": GoalForm,
    "note": NoteForm,
    "private": PrivateNoteForm,
    "commitment": CommitmentForm,
    "evidence": EvidenceForm,
    "days": DaysForm,
}
