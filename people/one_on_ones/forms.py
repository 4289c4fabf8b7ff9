"""What the page of a pair's 1:1s asks: each form takes one step through one service."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from people.choosing import full_name
from people.confidential.enums import Rhythm
from people.models import OneOnOneSeries, SealedEntry, User
from people.services import one_on_one_entries as entries
from people.services import one_on_ones
from people.services.confidential import LONGEST


def text_field(label: Reason, rows: int = 3) -> forms.CharField:
    """A text that is sealed; browsers complete nothing in it."""
    widget = forms.Textarea({"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget)


def day_field(label: Reason) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


class StepForm(forms.Form):
    """One step on the page. `code` is made with the page: sent twice, it is one entry."""

    button: Reason = _("Save")
    code = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, series: Any, actor: Any, **kwargs: Any) -> None:
        self.series, self.actor = series, actor
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the pair."""

    def perform(self) -> Any:
        raise NotImplementedError

    def _code(self) -> UUID | None:
        code: UUID | None = self.cleaned_data["code"]
        return code


class TopicForm(StepForm):
    button = _("Add to the agenda")
    text = text_field(_("New topic"), 2)

    def perform(self) -> Any:
        text = self.cleaned_data["text"]
        return entries.add_topic(self.series, actor=self.actor, text=text, code=self._code())


class NoteForm(StepForm):
    button = _("Share the note")
    text = text_field(_("New shared note"))

    def perform(self) -> Any:
        text = self.cleaned_data["text"]
        return entries.write_note(self.series, actor=self.actor, text=text, code=self._code())


class PrivateNoteForm(StepForm):
    button = _("Keep the note")
    text = text_field(_("New private note"))

    def perform(self) -> Any:
        return entries.write_note(
            self.series,
            actor=self.actor,
            text=self.cleaned_data["text"],
            is_private=True,
            code=self._code(),
        )


class ActionForm(StepForm):
    button = _("Agree on it")
    text = text_field(_("New action"), 2)
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("1:1", "who does it"), queryset=User.objects.none()
    )
    due_on = day_field(_("due on"))

    def prepare(self) -> None:
        field: Any = self.fields["owner"]
        pair = (self.series.lead_id, self.series.employee_id)
        field.queryset = User.objects.filter(pk__in=pair).select_related("person")
        field.label_from_instance = full_name
        field.empty_label = None

    def perform(self) -> Any:
        given = {name: self.cleaned_data[name] for name in ("text", "owner", "due_on")}
        return entries.agree_on_action(self.series, actor=self.actor, code=self._code(), **given)


class EvidenceForm(StepForm):
    button = pgettext_lazy("1:1", "Pin")
    text = forms.CharField(
        label=_("Reference"),
        max_length=30,
        widget=forms.TextInput({"placeholder": "INC-000042", "autocomplete": "off"}),
        help_text=_("Of an incident, a change or another record that you see."),
    )

    def perform(self) -> Any:
        reference = self.cleaned_data["text"]
        return entries.pin_evidence(
            self.series, actor=self.actor, reference=reference, code=self._code()
        )


class MoodForm(StepForm):
    button = pgettext_lazy("1:1", "Tell")
    mood = forms.IntegerField(
        label=_("How I am"),
        min_value=1,
        max_value=5,
        widget=forms.NumberInput({"type": "range", "min": 1, "max": 5, "step": 1}),
        help_text=_("From 1, bad, to 5, very well. Your lead sees it, and nobody counts it."),
    )

    def perform(self) -> Any:
        mood = self.cleaned_data["mood"]
        return entries.tell_mood(self.series, actor=self.actor, mood=mood)


class PlanForm(StepForm):
    button = _("Save")
    every_days = forms.TypedChoiceField(label=_("rhythm"), choices=Rhythm.choices, coerce=int)
    next_on = day_field(_("Next 1:1"))

    def perform(self) -> Any:
        given = {name: self.cleaned_data[name] for name in ("every_days", "next_on")}
        return one_on_ones.plan_series(self.series, actor=self.actor, **given)


class MoveForm(StepForm):
    """The employee chooses topic by topic what goes along to the next lead."""

    button = _("Move the chosen topics")
    topics = forms.MultipleChoiceField(
        label=_("Topics that move"), widget=forms.CheckboxSelectMultiple
    )
    to = forms.ModelChoiceField(label=_("To the 1:1s with"), queryset=OneOnOneSeries.objects.none())

    def prepare(self) -> None:
        field: Any = self.fields["to"]
        field.queryset = (
            OneOnOneSeries.objects.running()
            .filter(employee=self.actor.pk)
            .exclude(pk=self.series.pk)
            .select_related("lead__person")
        )
        field.label_from_instance = lambda series: full_name(series.lead)
        field.empty_label = None

    def offer(self, topics: list[tuple[SealedEntry, str]]) -> None:
        field: Any = self.fields["topics"]
        field.choices = [(str(entry.code), text[:200]) for entry, text in topics]

    def perform(self) -> Any:
        chosen = SealedEntry.objects.filter(
            record=self.series.record_id, code__in=self.cleaned_data["topics"]
        )
        return one_on_ones.move_topics(
            self.series, actor=self.actor, to=self.cleaned_data["to"], topics=list(chosen)
        )


class StartForm(forms.Form):
    """Begin 1:1s with somebody whom one leads."""

    employee = forms.ModelChoiceField(label=_("With"), queryset=User.objects.none())
    every_days = forms.TypedChoiceField(
        label=_("rhythm"), choices=Rhythm.choices, coerce=int, initial=Rhythm.FORTNIGHTLY
    )
    first_on = day_field(_("First 1:1"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        field: Any = self.fields["employee"]
        people = one_on_ones.people_led_by(actor).select_related("person")
        field.queryset = people.order_by("person__full_name", "username")
        field.label_from_instance = full_name

    def perform(self) -> OneOnOneSeries:
        return one_on_ones.start_series(actor=self.actor, **self.cleaned_data)


STEPS: dict[str, type[StepForm]] = {
    "topic": TopicForm,
    "mood": MoodForm,
    "note": NoteForm,
    "private": PrivateNoteForm,
    "action": ActionForm,
    "evidence": EvidenceForm,
    "plan": PlanForm,
    "move": MoveForm,
}
