"""The page of quality: scores of people with how sure they are, who reviews how much, how far
reviewers and machines agree. It tells of what its reader sees."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.dashboard import list_url
from people.models import ExternalScore, Person, QualityReview, User
from people.quality import figures
from people.quality.lists import percent
from people.quality.scoring import Estimate
from people.scope import scope_of

MONTHS_BACK = 6
MOST_SCORES = 5_000
_MONTH: dict[str, Any] = {"input_formats": ["%Y-%m"], "required": False}


class PeriodForm(forms.Form):
    """The first and the last month whose draws count; the last six, unless told otherwise."""

    start = forms.DateField(
        label=_("From"), widget=forms.DateInput({"type": "month"}, format="%Y-%m"), **_MONTH
    )
    end = forms.DateField(
        label=_("To"), widget=forms.DateInput({"type": "month"}, format="%Y-%m"), **_MONTH
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in ("start", "end"):
            if data.get(name) and not 2000 <= data[name].year <= 2100:
                self.add_error(name, _("Give a month between 2000 and 2100."))
        if data.get("start") and data.get("end") and data["start"] > data["end"]:
            self.add_error("end", _("The end comes before the beginning."))
        return data


def urls(site: Any) -> list[Any]:
    """The address of the page, to stand in the admin site."""
    page = site.admin_view(lambda request: quality_page(site, request))
    return [path("quality/", page, name="quality")]


def quality_page(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if "people.view_qualityreview" not in scope_of(user).permissions:
        raise PermissionDenied
    form, start, end = _period(request)
    reviews = figures.reviews_between(user, start, end)
    context = {
        **site.each_context(request),
        "title": _("Quality of work"),
        "form": form,
        "tables": [_people(reviews), _reviewers(reviews), _machines(reviews, user)],
        "todo": QualityReview.objects.visible_to(user).open().filter(reviewer=user.pk).count(),
        "todo_url": list_url(QualityReview, tab="todo"),
    }
    status = 400 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "people/quality/quality.html", context, status=status)


def _period(request: HttpRequest) -> tuple[PeriodForm, date, date]:
    this = timezone.localdate().replace(day=1)
    first = this
    for _month in range(MONTHS_BACK):
        first = (first - timedelta(days=1)).replace(day=1)
    asked = {name: request.GET[name] for name in ("start", "end") if request.GET.get(name)}
    form = PeriodForm(asked or None, initial={"start": first, "end": this})
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last = data.get("end") or this
    return form, data.get("start") or first, (last.replace(day=28) + timedelta(days=4))


def _people(reviews: Any) -> dict[str, Any]:
    found = figures.estimates(reviews)
    names = dict(Person.objects.filter(pk__in=found).values_list("pk", "full_name"))
    rows = [
        (names[person], percent(told.mean), interval_picture(told), _reach(told), told.n)
        for person, told in sorted(found.items(), key=lambda item: names[item[0]])
    ]
    return {
        "title": _("Scores"),
        "note": _("A figure is no judgement: read what the reviews say."),
        "columns": [
            _("person"),
            _("mean"),
            _("interval"),
            _("19 of 20 times within"),
            _("pieces"),
        ],
        "rows": rows,
        "nothing": _("No work was reviewed in these months."),
    }


def interval_picture(told: Estimate) -> Any:
    """The interval as a line with its mean, on a scale from 0 to 100; the table says the same."""
    mean = round(told.mean * 100, 1)
    low = mean if told.low is None else round(told.low * 100, 1)
    high = mean if told.high is None else round(told.high * 100, 1)
    return format_html(
        '<svg class="interval{}" viewBox="-4 0 108 12" role="img" aria-label="{}">'
        '<line class="interval-scale" x1="0" y1="6" x2="100" y2="6"/>'
        '<line class="interval-reach" x1="{}" y1="6" x2="{}" y2="6"/>'
        '<circle cx="{}" cy="6" r="4"/></svg>',
        *(" interval-few" if told.is_of_few else "", _reach(told) or percent(told.mean)),
        *(low, high, mean),
    )


def _reach(told: Estimate) -> Any:
    if told.low is None or told.high is None:
        return _("too few to tell")
    return f"{percent(told.low)} – {percent(told.high)}"


def _reviewers(reviews: Any) -> dict[str, Any]:
    apart = figures.drift(reviews)
    rows = []
    for row in figures.cadence(reviews, timezone.localdate()):
        found = apart.get(row["reviewer"])
        numbers = [row[name] for name in ("given", "submitted", "to_do", "late", "declined")]
        rows.append((row["reviewer__person__full_name"], *numbers, _drift(found)))
    columns = [_("reviewer"), _("given"), _("submitted"), _("to do"), _("late"), _("declined")]
    return {
        "title": _("Who reviews"),
        "note": _("Drift: how much higher somebody scores than the others who reviewed the same."),
        "columns": [*columns, _("drift")],
        "rows": rows,
    }


def _drift(found: figures.Drift | None) -> Any:
    if found is None:
        return ""
    pieces = ngettext("%(n)s piece", "%(n)s pieces", found.n) % {"n": found.n}
    return f"{found.difference * 100:+.0f} % ({pieces})"


def _machines(reviews: Any, user: User) -> dict[str, Any]:
    scores = ExternalScore.objects.visible_to(user)
    scores = scores.filter(reference__in=reviews.order_by().values("work__reference"))
    found = figures.beside_machines(reviews, scores.order_by("-pk")[:MOST_SCORES])
    rows = [
        (
            one.source,
            one.n,
            "" if one.alpha is None else f"{one.alpha:.2f}",
            f"{one.difference * 100:+.0f} %",
        )
        for one in found
    ]
    return {
        "title": _("Machines as a second opinion"),
        "note": _("Shown where a plan asks for them, never as a review. Agreement is 1, chance 0."),
        "columns": [_("source"), _("pieces"), _("Krippendorff's alpha"), _("higher by")],
        "rows": rows,
        "nothing": _("No scores of machines are shown."),
    }
