"""The page of the monthly score of the 1-5-10 mandate, and the same to take away. What is scored is
`incidents.scoring`; this draws it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.services import record_event
from incidents.models import TargetStep
from incidents.score_parts import charts_of, rows_of, tables_of
from incidents.scoring import MonthScore, months_until, places_for, scores_for
from itsm import mandate_rows
from itsm.home_drawing import drawn
from people.enums import Country
from people.scope import scope_of
from records.exports import may_export
from records.tables import CONTENT_TYPES, TableFormat, csv_lines

MONTHS = 12


class ScoreForm(forms.Form):
    """Which month is the last, and of what place."""

    month = forms.DateField(
        label=_("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
    )
    place = forms.ChoiceField(label=_("Country or team"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places_for(user)
        names = dict(Country.choices) | {"": _("All together")}
        self.fields["place"].choices = [(one, names.get(one, one)) for one in self.places]

    def clean_month(self) -> date | None:
        month: date | None = self.cleaned_data["month"]
        if month and not 2000 <= month.year <= 2100:
            raise forms.ValidationError(_("Give a month between 2000 and 2100."))
        return month


def urls(site: Any) -> list[Any]:
    """The addresses of the page, to stand in the admin site."""
    page = site.admin_view(lambda request: score_page(site, request))
    taken = site.admin_view(lambda request: score_file(request))
    return [
        path("mandate/", page, name="mandate_score"),
        path("mandate/score.csv", taken, name="mandate_score_file"),
        *mandate_rows.urls(site),
    ]


def score_page(site: Any, request: HttpRequest) -> HttpResponse:
    """Twelve months up to the one that was asked for (this one, where that makes no sense)."""
    form, scores = _asked(request)
    place = form.cleaned_data.get("place") or "" if form.is_bound and form.is_valid() else ""
    if place not in form.places:
        place = form.places[0] if form.places else ""
    steps = list(TargetStep.objects.visible_to(request.user))
    query = request.GET.urlencode()
    context = {
        **site.each_context(request),
        "title": _("1-5-10 score by month"),
        "form": form,
        "place": form.fields["place"].choices and dict(form.fields["place"].choices).get(place),
        "charts": drawn(charts_of(scores, place, steps)),
        "tables": tables_of(scores, place, steps),
        "export": f"score.csv?{query}" if may_export(request.user) else "",
    }
    status = 400 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "admin/mandate_score.html", context, status=status)


def score_file(request: HttpRequest) -> HttpResponseBase:
    """Every line that the reader sees of the twelve months, as CSV."""
    if not may_export(request.user):
        raise PermissionDenied
    form, scores = _asked(request)
    if form.is_bound and not form.is_valid():
        return HttpResponse(form.errors.as_text(), "text/plain; charset=utf-8", 400)
    steps = list(TargetStep.objects.visible_to(request.user))
    record_event("mandate.export", actor=request.user, query=request.GET.urlencode())
    lines = csv_lines(rows_of(scores, steps))
    answer = StreamingHttpResponse(lines, content_type=CONTENT_TYPES[TableFormat.CSV])
    answer["Content-Disposition"] = f'attachment; filename="1-5-10-{scores[-1].month:%Y-%m}.csv"'
    return answer


def _asked(request: HttpRequest) -> tuple[ScoreForm, list[MonthScore]]:
    user: Any = request.user
    if "incidents.view_incident" not in scope_of(user).permissions:
        raise PermissionDenied
    form = ScoreForm(request.GET or None, user=user)
    last = timezone.localdate()
    if form.is_bound and form.is_valid() and form.cleaned_data["month"]:
        last = form.cleaned_data["month"]
    return form, scores_for(user, months_until(last, MONTHS), timezone.now())
