"""What pages with the rows behind a figure have in common: which of them are asked for, and how one
page follows the other."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

SHOWN = 100  # rows on a page
TEMPLATE = "admin/figure_rows.html"


class FigureForm(forms.Form):
    """Which figure: a month and a metric; and which of its rows. Pages add what else they need."""

    verdicts: ClassVar[list[tuple[str, Any]]] = []

    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
    )
    metric = forms.ChoiceField(label=_("Metric"))
    verdict = forms.ChoiceField(label=_("Verdict"), required=False)
    before = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, metrics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["metric"].choices = metrics
        self.fields["verdict"].choices = [("", _("All")), *self.verdicts]

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if not 2000 <= month.year <= 2100:
            raise forms.ValidationError(_("Give a month between 2000 and 2100."))
        return month

    def clean_before(self) -> tuple[datetime, int] | None:
        """`moment,number` of the last row of the page before."""
        given = self.cleaned_data["before"]
        if not given:
            return None
        text, _comma, number = given.rpartition(",")
        try:
            at = parse_datetime(text)
        except ValueError:
            at = None
        if at is None or timezone.is_naive(at) or not number.isascii() or not number.isdigit():
            raise forms.ValidationError(_("Go on from a page of this list."))
        return at, min(int(number), 2**63 - 1)


def next_page(request: HttpRequest, at: datetime, number: int) -> str:
    """The address of the rows after the one with this moment and number."""
    query = request.GET.copy()
    query["before"] = f"{at.isoformat()},{number}"
    return f"?{query.urlencode()}"
