"""What stands behind a figure of the monthly score: the incidents that it counts, each with its
time and its target, and leading to what explains that."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.showing import badge, link, moment
from incidents.dashboard.mandate import lasting
from incidents.measuring import lives_of
from incidents.models import Incident, TargetBreach
from incidents.page import priority_badge
from incidents.score_parts import percent
from incidents.scoring import Line, MonthScore, month_of, places_for, scores_for
from people.enums import Country
from people.scope import scope_of
from sla.attainment import Measured, measured_lives
from sla.clocks import MANDATE
from sla.enums import MandateMetric
from sla.explaining import MANDATE as MANDATE_NAME

SHOWN = 100  # incidents on a page
_VERDICTS = [
    ("", _("All")),
    ("met", pgettext_lazy("filter of incidents", "Within the target")),
    ("missed", pgettext_lazy("filter of incidents", "Too late")),
]


class RowsForm(forms.Form):
    """Which figure: a month, a metric, a place; and which of its incidents."""

    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
    )
    metric = forms.ChoiceField(label=_("Metric"))
    place = forms.ChoiceField(label=_("Country or team"), required=False)
    verdict = forms.ChoiceField(label=_("Verdict"), choices=_VERDICTS, required=False)
    before = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Country.choices) | {"": _("All together")}
        places = places_for(user)
        self.fields["place"].choices = [(one, names.get(one, one)) for one in places]
        self.fields["place"].required = "" not in places
        self.fields["metric"].choices = [(target.metric, target.label) for target in MANDATE]

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if not 2000 <= month.year <= 2100:
            raise forms.ValidationError(_("Give a month between 2000 and 2100."))
        return month

    def clean_before(self) -> tuple[datetime, int] | None:
        """`moment,life` of the last row of the page before."""
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


def urls(site: Any) -> list[Any]:
    page = site.admin_view(lambda request: rows_page(site, request))
    return [path("mandate/rows/", page, name="mandate_rows")]


def rows_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The incidents of a figure; 400 with the reasons where what is asked makes no sense."""
    user: Any = request.user
    if "incidents.view_incident" not in scope_of(user).permissions:
        raise PermissionDenied
    form = RowsForm(request.GET, user=user)
    context = {**site.each_context(request), "title": _("Behind the 1-5-10 score"), "form": form}
    if not form.is_valid():
        context["table"] = None
        return TemplateResponse(request, "admin/mandate_rows.html", context, status=400)
    asked = form.cleaned_data
    now = timezone.now()
    (score,) = scores_for(user, [asked["month"]], now)
    found = _measured(user, asked, now)
    shown = found[:SHOWN]
    context |= {
        "told": _told(score.line(asked["place"], asked["metric"])),
        "note": _note(score),
        "table": _table(shown, asked["metric"], user),
        "next": _next(request, shown[-1]) if len(found) > SHOWN else "",
        "score": f"{reverse('admin:mandate_score')}?{_query(asked)}",
    }
    return TemplateResponse(request, "admin/mandate_rows.html", context)


def _measured(user: Any, asked: dict[str, Any], now: datetime) -> list[Measured]:
    month, place = month_of(asked["month"]), asked["place"]
    counted = Incident.objects.visible_to(user).counted()
    counted = counted.filter(opened_at__gte=month.starts_at, opened_at__lt=month.ends_at)
    if place:
        narrowed = "team__country" if place in Country.values else "team__slug"
        counted = counted.filter(**{narrowed: place})
    only = {"met": True, "missed": False}.get(asked["verdict"])
    metric = MandateMetric(asked["metric"])
    return measured_lives(
        lives_of(counted), metric, now, only=only, before=asked["before"], count=SHOWN + 1
    )


def _told(line: Line | None) -> str:
    """The figure in words, as the score has it."""
    if line is None:
        return str(_("Nothing was measured."))
    told = {
        "met": line.met,
        "n": line.n,
        "share": percent(line.share),
        "median": lasting(line.median),
        "p90": lasting(line.p90),
    }
    text = _(
        "%(met)s of %(n)s within the target: %(share)s. Median %(median)s, nine in ten within "
        "%(p90)s."
    )
    return text % told


def _note(score: MonthScore) -> Any:
    """How far the rows are what the figure was made of."""
    if score.frozen_at is None:
        return _("This month is not frozen yet: its figures still move.")
    return format_html(
        _("The figure was frozen {}; the rows stand as they are known now."),
        moment(score.restated_at or score.frozen_at),
    )


def _table(found: list[Measured], metric: str, user: Any) -> dict[str, Any]:
    lives = [one.life_id for one in found]
    rows = Incident.objects.visible_to(user).filter(life__in=lives).select_related("team")
    incidents = {row.life_id: row for row in rows.defer("search", "description", "resolution")}
    breaches = TargetBreach.objects.filter(incident__in=incidents.values(), metric=metric)
    reasons = {row.incident_id: row for row in breaches.select_related("reason")}
    return {
        "title": _("Incidents"),
        "columns": [
            *(_("Incident"), _("Opened"), _("Team"), _("Priority")),
            *(pgettext("of a clock", "Took"), _("Target"), _("Verdict"), _("Reason")),
        ],
        "rows": [
            _row(incidents[one.life_id], one, metric, reasons)
            for one in found
            if one.life_id in incidents
        ],
        "nothing": _("None."),
    }


def _row(incident: Incident, one: Measured, metric: str, reasons: dict[int, Any]) -> Any:
    verdict = (
        badge(pgettext("verdict of a clock", "Met"), "green")
        if one.is_met
        else badge(pgettext("verdict of a clock", "Missed"), "red")
    )
    why = reasons.get(incident.pk)
    return (
        link(incident),
        moment(incident.opened_at),
        incident.team.slug,
        priority_badge(incident),
        format_html('<a href="{}">{}</a>', _explained(incident, metric), lasting(one.length)),
        lasting(one.within),
        verdict,
        str(why.reason) if why else "",
    )


def _explained(incident: Incident, metric: str) -> str:
    return reverse("admin:sla_explanation", args=[incident.life_id, MANDATE_NAME, metric, 0])


def _query(asked: dict[str, Any]) -> str:
    return urlencode({"month": f"{asked['month']:%Y-%m}", "place": asked["place"]})


def _next(request: HttpRequest, last: Measured) -> str:
    query = request.GET.copy()
    query["before"] = f"{last.at.isoformat()},{last.life_id}"
    return f"?{query.urlencode()}"
