"""What the measures are asked about: a period of days and perhaps a team; the page's form and the
API's parameters alike."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.measures import Period, last_twelve_months
from core.admin_forms import DayInput
from people.models import Team

LONGEST = 3 * 366
"""Days: so many months a chart still tells apart."""


class PeriodForm(forms.Form):
    """From and to, both included; without them the last twelve months."""

    to = forms.DateField(label=_("To"), required=False, widget=DayInput())
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("All teams that I see"),
    )
    field_order = ("from", "to", "team")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = last_twelve_months(timezone.localdate())
        begin = forms.DateField(label=_("From"), required=False, widget=DayInput())
        self.fields["from"] = begin  # a word that Python keeps for itself
        self.order_fields(self.field_order)
        begin.initial, self.fields["to"].initial = usual.first, usual.last
        self.fields["team"].queryset = Team.objects.visible_to(user).order_by("name")

    @property
    def period(self) -> Period:
        """What was asked for, of a valid form."""
        usual = last_twelve_months(timezone.localdate())
        last = self.cleaned_data["to"] or usual.last
        return Period(self.cleaned_data["from"] or last_twelve_months(last).first, last)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("from", "to"):
            if given.get(name) and not 2000 <= given[name].year <= 2100:
                self.add_error(name, _("Give a day between 2000 and 2100."))
        if not self.errors:
            period = self.period
            if period.last < period.first:
                self.add_error("to", _("It ends before it starts."))
            elif (period.last - period.first).days > LONGEST:
                self.add_error("from", _("Ask for three years at most."))
        return given
