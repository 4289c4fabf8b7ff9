"""What the dialogs about meetings and the rhythm of a board ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes import services
from changes.enums import Authentication
from changes.models import AgendaItem, Board, Meeting
from core.actions import ActionForm, ReasonedForm
from core.admin_forms import DayInput, MomentInput
from core.errors import Reason


class OpenMeetingForm(ActionForm):
    action = "open"
    title = _("Open the meeting")

    def effect(self) -> Reason:
        return _("It begins now, with what awaits the board; you are noted as present.")

    def perform(self) -> Meeting:
        return services.open_meeting(self.record, actor=self.actor)


class CloseMeetingForm(ActionForm):
    action = "close"
    title = _("Close the meeting")

    def effect(self) -> Reason:
        return _(
            "The minutes are made of what was said and voted, and are not altered afterwards. What "
            "was not decided comes to the next meeting."
        )

    def perform(self) -> Meeting:
        return services.close_meeting(self.record, actor=self.actor)


class SignForm(ActionForm):
    """Kept apart from the other actions: in the portal it wants a freshly confirmed password."""

    action = "sign"
    title = _("Sign the minutes")
    wants_confirmation = True
    sha256 = forms.CharField(widget=forms.HiddenInput(), max_length=64)

    def prepare(self) -> None:
        minutes = getattr(self.record, "minutes", None)
        self.fields["sha256"].initial = minutes.sha256 if minutes else ""

    def effect(self) -> Reason:
        return _(
            "You answer for these minutes with your name; neither you nor anybody alters them."
        )

    def perform(self) -> Meeting:
        return services.sign_minutes(
            self.record,
            actor=self.actor,
            authentication=Authentication.PASSWORD,
            **self.cleaned_data,
        )


class CancelMeetingForm(ReasonedForm):
    action = "cancel"
    title = _("Cancel the meeting")

    def effect(self) -> Reason:
        return _("It does not take place. What awaits the board comes to the next meeting.")

    def perform(self) -> Meeting:
        return services.cancel_meeting(self.record, actor=self.actor, **self.cleaned_data)


class DissentForm(ActionForm):
    action = "record_dissent"
    title = _("Record my dissent")
    prefilled = ("item",)
    item = forms.ModelChoiceField(
        label=_("Agenda item"), queryset=AgendaItem.objects.none(), empty_label=None
    )
    text = forms.CharField(
        label=_("What I think"), max_length=5_000, widget=forms.Textarea({"rows": 3})
    )

    def prepare(self) -> None:
        field: Any = self.fields["item"]
        begun = self.record.items.filter(started_at__isnull=False)
        field.queryset = begun.select_related("change").defer("change__search")

    def effect(self) -> Reason:
        return _("It stands in the minutes under your name, beside what was decided.")

    def perform(self) -> Meeting:
        given = self.cleaned_data
        services.record_dissent(given["item"], actor=self.actor, text=given["text"])
        return self.record


class BoxItemForm(ActionForm):
    action = "box_item"
    title = _("Set the time box")
    prefilled = ("item",)
    item = forms.ModelChoiceField(
        label=_("Agenda item"), queryset=AgendaItem.objects.none(), empty_label=None
    )
    minutes = forms.IntegerField(label=pgettext_lazy("time", "Minutes"), min_value=1, max_value=240)

    def prepare(self) -> None:
        field: Any = self.fields["item"]
        items = self.record.items.filter(ended_at__isnull=True)
        field.queryset = items.select_related("change").defer("change__search")

    def perform(self) -> Meeting:
        given = self.cleaned_data
        services.box_item(given["item"], actor=self.actor, minutes=given["minutes"])
        return self.record


class CallMeetingForm(ActionForm):
    action = "call_meeting"
    title = _("Call a meeting")
    starts_at = forms.DateTimeField(label=_("From"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("Until"), widget=MomentInput())

    def effect(self) -> Reason:
        return _("A meeting beside the rhythm of the board. Its agenda is what awaits the board.")

    def perform(self) -> Board:
        services.call_meeting(self.record, actor=self.actor, **self.cleaned_data)
        board: Board = self.record
        return board


class RhythmForm(ActionForm):
    action = "set_rhythm"
    title = _("Set the rhythm")
    rhythm = forms.CharField(
        label=_("Rule"),
        max_length=200,
        required=False,
        help_text=_("As in calendars: FREQ=WEEKLY;BYDAY=TH. Empty: it meets when it is called."),
    )
    meets_from_on = forms.DateField(label=_("First day"), widget=DayInput(), required=False)
    meets_clock = forms.TimeField(
        label=_("Time of day"), widget=forms.TimeInput({"type": "time"}), required=False
    )
    meets_for = forms.DurationField(
        label=pgettext_lazy("meeting", "Duration"),
        required=False,
        help_text=_("Hours, minutes and seconds: 01:00:00."),
    )
    time_zone = forms.CharField(label=_("Time zone"), max_length=60)

    def prepare(self) -> None:
        for name in self.fields:
            self.fields[name].initial = getattr(self.record, name)

    def effect(self) -> Reason:
        return _(
            "The meetings of the next four weeks are planned by it; those to come that it does not "
            "have are cancelled."
        )

    def perform(self) -> Board:
        return services.set_rhythm(self.record, actor=self.actor, **self.cleaned_data)


MEETING_ACTIONS: dict[str, type[ActionForm]] = {
    form.action: form
    for form in (OpenMeetingForm, CloseMeetingForm, CancelMeetingForm, DissentForm, BoxItemForm)
}
"""What the portal's dialogs and the API share. Signing stands apart: it wants confirmation."""
