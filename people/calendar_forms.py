"""The form and the dialogs of working calendars."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from core.actions import ActionForm
from core.errors import Reason
from people import services
from people.calendar_lists import week_now
from people.calendar_reading import hours_of, read_day, written_day
from people.calendars import WorkPeriod
from people.enums import Country
from people.models import WorkCalendar

_DAY_FIELDS = tuple(f"day_{weekday}" for weekday in range(7))
_EXAMPLE = "09:00-13:00, 14:00-18:00"
_TEXT = {"class": " ".join(INPUT_CLASSES)}


class HoursField(forms.CharField):
    """The periods of one day of the week, as people write them."""

    def __init__(self, weekday: int) -> None:
        self.weekday = weekday
        super().__init__(
            label=WEEKDAYS[weekday],
            required=False,
            max_length=200,
            widget=forms.TextInput(_TEXT | {"placeholder": "" if weekday else _EXAMPLE}),
            help_text="" if weekday else _("Empty: closed. 22:00-06:00 ends on the day after."),
        )

    def clean(self, value: Any) -> list[WorkPeriod]:
        return read_day(self.weekday, super().clean(value))


def _first_day() -> forms.DateField:
    return forms.DateField(
        label=_("From this day on"), widget=forms.DateInput(_TEXT | {"type": "date"}, "%Y-%m-%d")
    )


class _AsksForWeek(forms.Form):
    """What a week is made of; `periods` are those of all its days."""

    starts_on = _first_day()
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        widget=forms.TextInput(_TEXT | {"placeholder": "America/Mexico_City"}),
        help_text=_("Of a place, such as America/Mexico_City or America/Tijuana; never an offset."),
    )
    country = forms.ChoiceField(
        label=_("Statutory holidays of"),
        choices=[("", _("none: it is open on holidays too")), *Country.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    day_0, day_1, day_2, day_3 = HoursField(0), HoursField(1), HoursField(2), HoursField(3)
    day_4, day_5, day_6 = HoursField(4), HoursField(5), HoursField(6)

    def clean(self) -> Any:
        told = super().clean() or self.cleaned_data
        days = [told.pop(name, []) for name in _DAY_FIELDS]
        told["periods"] = [period for day in days for period in day]
        if not told["periods"] and not self.errors:
            self.add_error(_DAY_FIELDS[0], _("Say on which hours people work."))
        return told

    def add_error(self, field: str | None, error: Any) -> None:
        """What is said of all periods stands at the first day."""
        if isinstance(error, forms.ValidationError) and hasattr(error, "error_dict"):
            told = {
                _DAY_FIELDS[0] if name == "periods" else name: messages
                for name, messages in error.error_dict.items()
            }
            error = forms.ValidationError(told)
        super().add_error(_DAY_FIELDS[0] if field == "periods" else field, error)


class DraftForm(_AsksForWeek, forms.ModelForm):
    """A new calendar with its first week."""

    class Meta:
        model = WorkCalendar
        fields = ("slug", "name", "subsidiary")


class BeginWeekForm(_AsksForWeek, ActionForm):
    action = "begin_week"
    title = _("New week from a day on")
    checks_version = True

    def effect(self) -> Reason:
        return _("Until then the week of today holds. What is past stays as it was.")

    def prepare(self) -> None:
        week = week_now(self.record)
        if week is None:
            return
        periods = hours_of(week).periods
        for weekday, name in enumerate(_DAY_FIELDS):
            self.fields[name].initial = written_day(periods, weekday)
        self.fields["time_zone"].initial = week.time_zone
        self.fields["country"].initial = week.country

    def perform(self) -> Any:
        return services.begin_week(self.record, actor=self.actor, **self.cleaned_data)


class WithdrawWeekForm(ActionForm):
    action = "withdraw_week"
    title = _("Take back a week to come")
    checks_version = True
    starts_on = _first_day()

    def prepare(self) -> None:
        last = self.record.weeks.order_by("-starts_on").first()
        self.fields["starts_on"].initial = last and last.starts_on

    def perform(self) -> Any:
        return services.withdraw_week(self.record, actor=self.actor, **self.cleaned_data)


class CloseDayForm(ActionForm):
    action = "close_day"
    title = _("Close a day")
    checks_version = True
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(_TEXT | {"type": "date"}))
    name = forms.CharField(label=_("Name"), max_length=120)
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("Who says so, and where it can be read."),
    )

    def perform(self) -> Any:
        return services.close_day(self.record, actor=self.actor, **self.cleaned_data)


class OpenDayForm(ActionForm):
    action = "open_day"
    title = _("Take back a closing day")
    checks_version = True
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(_TEXT | {"type": "date"}))

    def perform(self) -> Any:
        return services.open_day(self.record, actor=self.actor, **self.cleaned_data)


class AdoptForm(ActionForm):
    action = "adopt"
    title = _("Put in use")
    checks_version = True

    def effect(self) -> Reason:
        return _(
            "Clocks may count by it. From now on its weeks and closing days are altered for days "
            "to come only: what is past stays as it was."
        )

    def perform(self) -> Any:
        return services.adopt_calendar(self.record, actor=self.actor)
