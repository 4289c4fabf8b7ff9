"""The dialog on a client's page that asks for the report of a month."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.actions import ActionForm
from core.errors import Reason
from incidents.client_report import FORMS, ask_for_report
from records.exports import may_export

_MONTHS = 24


class ClientReportForm(ActionForm):
    action = "report"
    title = _("Report of a month")
    month = forms.ChoiceField(label=_("Month"))
    form = forms.ChoiceField(
        label=_("Format"), choices=[(form, form.upper()) for form in FORMS], initial=FORMS[0]
    )

    def prepare(self) -> None:
        now = timezone.localtime().replace(day=1)
        year, month, offered = now.year, now.month, []
        for _back in range(_MONTHS):
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
            shown = date_format(now.replace(year=year, month=month), "F Y")
            offered.append((f"{year}-{month:02}", shown))
        this = f"{now.year}-{now.month:02}"
        offered.append((this, _("%(month)s, so far") % {"month": date_format(now, "F Y")}))
        self.fields["month"].choices = offered

    def effect(self) -> Reason:
        told = {"language": self.record.get_language_display()}
        return _("A job makes the file in %(language)s; it waits for you under Jobs.") % told

    def perform(self) -> Any:
        year, month = map(int, self.cleaned_data["month"].split("-"))
        job = ask_for_report(
            self.record, actor=self.actor, year=year, month=month, form=self.cleaned_data["form"]
        )
        self.done = _("The report is being made: job %(number)s under Jobs.") % {"number": job.pk}
        return self.record


def offer_report(user: Any) -> type[ActionForm] | None:
    """For those who may take lists away."""
    return ClientReportForm if may_export(user) else None
