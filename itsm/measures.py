"""The page of the measures of changes: tiles, charts and tables over one period, each leading to
the rows behind it. What is measured is `changes.measures`; this draws it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.measure_parts import charts_of, figures_of, tables_of
from changes.measures import last_twelve_months
from changes.measuring import measure
from changes.period import PeriodForm
from changes.permissions import may_see_changes
from itsm.home_drawing import drawn


def urls(site: Any) -> list[Any]:
    """The address of the page, to stand in the admin site."""
    view = site.admin_view(lambda request: measures_page(site, request))
    return [path("changes/measures/", view, name="change_measures")]


def measures_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The measures of the period and team that were asked for; of the last twelve months where
    what was asked for makes no sense, which is then said."""
    user: Any = request.user
    if not may_see_changes(user):
        raise PermissionDenied
    form = PeriodForm(request.GET or None, user=user)
    period, team = last_twelve_months(timezone.localdate()), None
    if form.is_bound and form.is_valid():
        period, team = form.period, form.cleaned_data["team"]
    found = measure(period, user, team)
    context = {
        **site.each_context(request),
        "title": _("Measures of changes"),
        "form": form,
        "found": found,
        "figures": drawn([figures_of(found, team)]),
        "charts": drawn(charts_of(found, team)),
        "tables": tables_of(found, user, team),
    }
    status = 400 if form.is_bound and not form.is_valid() else 200
    return TemplateResponse(request, "admin/change_measures.html", context, status=status)
