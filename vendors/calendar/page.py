"""The renewal calendar in the portal: a picture of a year, the same as a table and as a file."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.services import record_event
from core.querysets import visible_rows
from core.showing import badge
from people.models import Subsidiary, User
from records.exports import may_export
from records.tables import csv_lines
from vendors.calendar.picture import SIGNS, drawn_lane, months, place
from vendors.calendar.year import KINDS, MOST, Year, year_of
from vendors.contract_shape import FIRST_YEAR, LAST_YEAR
from vendors.models import Contract, Vendor
from vendors.reading import may_read_about_vendors

TEMPLATE = "vendors/renewal_calendar.html"
VIEWS = {"picture": pgettext_lazy("calendar", "Picture"), "table": _("As a table")}


class CalendarForm(forms.Form):
    """Which year, and of whom; this year and everything unless it is said."""

    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    vendor = forms.ModelChoiceField(
        label=_("Vendor"), queryset=Vendor.objects.none(), required=False, empty_label=_("All")
    )
    entity = forms.ModelChoiceField(
        label=_("Our company"),
        queryset=Subsidiary.objects.none(),
        required=False,
        empty_label=_("All"),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner of the contract"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("All"),
    )
    view = forms.ChoiceField(
        choices=[*VIEWS.items(), ("csv", "CSV")], required=False, widget=forms.HiddenInput()
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = visible_rows(Contract, user).order_by()
        fields: dict[str, Any] = self.fields
        fields["vendor"].queryset = (
            visible_rows(Vendor, user).filter(pk__in=seen.values("vendor")).order_by("name")
        )
        fields["entity"].queryset = Subsidiary.objects.filter(
            pk__in=seen.values("entity")
        ).order_by("pk")
        fields["owner"].queryset = (
            User.objects.filter(pk__in=seen.values("owner"))
            .select_related("person")
            .order_by("person__full_name", "pk")
        )
        fields["owner"].label_from_instance = lambda one: one.get_full_name()


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """The year that is asked for; 400 with the reasons for what makes no sense."""
    user: Any = request.user
    if not may_read_about_vendors(user) or not user.has_perm("vendors.view_obligation"):
        raise PermissionDenied
    today = timezone.localdate()
    asked = CalendarForm(request.GET, user=user)
    context = {**site.each_context(request), "title": _("Renewal calendar"), "form": asked}
    if not asked.is_valid():
        return TemplateResponse(request, TEMPLATE, context, status=400)
    told = asked.cleaned_data
    number, view = told["year"] or today.year, told["view"] or "picture"
    narrowed = {name: told[name] for name in ("vendor", "entity", "owner")}
    if view == "csv" and not may_export(user):
        raise PermissionDenied
    year = year_of(user, number, today, narrowed)
    if view == "csv":
        return _file(year, user, request.GET.urlencode())
    asked.data = asked.data.copy()
    asked.data["year"] = number

    def address(**changes: Any) -> str:
        kept = {"year": number, "view": view}
        kept |= {name: value.pk for name, value in narrowed.items() if value is not None}
        return f"{reverse('admin:vendors_contract_calendar')}?{urlencode(kept | changes)}"

    context |= {
        "year": year,
        "view": view,
        "before": (f"{number - 1}", address(year=number - 1)) if number > FIRST_YEAR else None,
        "after": (f"{number + 1}", address(year=number + 1)) if number < LAST_YEAR else None,
        "views": [(label, address(view=name), name == view) for name, label in VIEWS.items()],
        "file_url": address(view="csv") if may_export(user) else "",
        "legend": [(SIGNS[kind], kind, label) for kind, label in KINDS.items()],
        "cut": _("Only the first %(most)s contracts are shown: narrow the calendar.")
        % {"most": MOST},
    }
    if view == "table":
        context["table"] = _table(year)
    else:
        context |= _picture(year, today)
    return TemplateResponse(request, TEMPLATE, context)


def _picture(year: Year, today: date) -> dict[str, Any]:
    return {
        "months": [
            (date_format(first, "M"), start, width) for first, start, width in months(year.number)
        ],
        "groups": [(owner, [drawn_lane(one) for one in lanes]) for owner, lanes in year.groups],
        "today": f"{place(today)}" if today.year == year.number else "",
    }


def _table(year: Year) -> dict[str, Any]:
    rows = [
        (
            mark.day,
            mark.label,
            format_html('<a href="{}">{}</a>', mark.url, mark.text),
            lane.vendor,
            format_html('<a class="reference" href="{}">{}</a>', lane.url, lane.reference),
            lane.owner,
            badge(_("Late"), "red") if mark.is_late else "",
        )
        for lane, mark in _by_day(year)
    ]
    return {"columns": _columns(), "rows": rows, "nothing": _("This year brings nothing.")}


def _columns() -> list[Any]:
    return [
        *(_("day"), pgettext_lazy("calendar", "what"), _("of what"), _("vendor"), _("record")),
        *(_("owner of the contract"), pgettext_lazy("calendar", "late")),
    ]


def _by_day(year: Year) -> list[tuple[Any, Any]]:
    every = [(lane, mark) for lane in year.lanes for mark in lane.marks]
    return sorted(every, key=lambda pair: (pair[1].day, pair[0].vendor, pair[1].kind))


def _file(year: Year, user: Any, query: str) -> StreamingHttpResponse:
    """The year as CSV; that somebody takes it away is on record."""
    record_event("list.export", actor=user, key="vendors.calendar", query=query, format="csv")
    response = StreamingHttpResponse(
        list(csv_lines(_lines(year))), content_type="text/csv; charset=utf-8"
    )
    name = f"renewals-{year.number}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(year: Year) -> Iterator[list[Any]]:
    yield [str(one) for one in _columns()]
    for lane, mark in _by_day(year):
        late = str(_("Late")) if mark.is_late else ""
        yield [mark.day, mark.label, mark.text, lane.vendor, lane.reference, lane.owner, late]
