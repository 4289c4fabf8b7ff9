"""Which days the exceptions are asked for; the page's form and the API's parameters alike."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin_forms import DayInput
from evidence.period import Period

LONGEST = 3 * 366
USUAL = timedelta(days=365)


class PeriodForm(forms.Form):
    """From and to, both included; without them the last twelve months."""

    to = forms.DateField(label=_("To"), required=False, widget=DayInput())
    field_order = ("from", "to")

    def __init__(self, given: Mapping[str, Any]) -> None:
        usual = usual_period()
        days = {"from": usual.starts_on, "to": usual.ends_on - _DAY}
        super().__init__({name: day.isoformat() for name, day in days.items()} | dict(given))
        begin = forms.DateField(label=_("From"), required=False, widget=DayInput())
        self.fields["from"] = begin  # a word that Python keeps for itself
        self.order_fields(self.field_order)

    @property
    def period(self) -> Period:
        """What was asked for, by the reader's clock; the usual one of an invalid form."""
        if not self.is_valid():
            return usual_period()
        last = self.cleaned_data["to"] or timezone.localdate()
        first = self.cleaned_data["from"] or last - USUAL
        return Period(first, last + _DAY, timezone.get_current_timezone_name())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("from", "to"):
            if given.get(name) and not 2000 <= given[name].year <= 2100:
                self.add_error(name, _("Give a day between 2000 and 2100."))
        if not self.errors:
            last: date = given.get("to") or timezone.localdate()
            first: date = given.get("from") or last - USUAL
            if last < first:
                self.add_error("to", _("It ends before it starts."))
            elif (last - first).days > LONGEST:
                self.add_error("to", _("Ask for three years at most."))
        return given


_DAY = timedelta(days=1)


def usual_period() -> Period:
    today = timezone.localdate()
    return Period(today - USUAL, today + _DAY, timezone.get_current_timezone_name())
