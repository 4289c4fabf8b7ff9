"""Pages that are no record's: what makes an auditor write a finding, and the catalogue of controls.
Reading the exceptions, and taking them away, is recorded."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.services import record_event
from core.showing import badge, exact
from evidence import verify_page
from evidence.catalogue import controls_of, populations_of, reports_of
from evidence.enums import Framework
from evidence.exception_reports import EXCEPTION_REPORTS, ExceptionReport, Found
from evidence.forms.period import PeriodForm
from evidence.looking import counted, counts, look
from evidence.period import Period
from evidence.permissions import may_open_exceptions
from records.exports import may_export
from records.tables import CONTENT_TYPES, TableFormat, csv_lines


def urls(site: Any) -> list[Any]:
    """The addresses of the pages, to stand in the admin site."""

    def wrapped(view: Any) -> Any:
        return site.admin_view(lambda request, **given: view(site, request, **given))

    return [
        path("evidence/exceptions/", wrapped(exceptions), name="evidence_exceptions"),
        path("evidence/exceptions/<slug:name>/", wrapped(exception), name="evidence_exception"),
        path("evidence/controls/", wrapped(controls), name="evidence_controls"),
        *verify_page.urls(site),
    ]


def exceptions(site: Any, request: HttpRequest) -> HttpResponse:
    """How much each report has found in a period, of what the reader sees."""
    form = _asked(request)
    period = form.period
    found = counts(period, request.user)
    cards = [
        {
            "title": report.title,
            "meaning": report.meaning,
            "count": counted(number),
            "is_clean": number == 0,
            "url": _url(report, form),
        }
        for report, number in sorted(found, key=lambda one: one[1] == 0)
    ]
    context = {
        **site.each_context(request),
        "title": _("Exceptions"),
        "form": form,
        "cards": cards,
        "clean": sum(number == 0 for _report, number in found),
        "span": _span(period),
    }
    return TemplateResponse(request, "evidence/exceptions.html", context, status=_status(form))


def exception(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    """What one report has found: by the page, or all of it as a file."""
    form = _asked(request)
    if name not in EXCEPTION_REPORTS:
        raise Http404
    report = EXCEPTION_REPORTS[name]
    if request.GET.get("format") == TableFormat.CSV and form.is_valid():
        return _as_csv(report, form.period, request.user)
    after = request.GET.get("after", "")
    place = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
    page = look(report, form.period, request.user, place)
    context = {
        **site.each_context(request),
        "title": capfirst(str(report.title)),
        "form": form,
        "report": report,
        "content": {
            "columns": [_("Record"), _("When"), _("What"), ""],
            "rows": [_row(found) for found in page.found],
            "nothing": _("Nothing of this kind in the period, of what you see."),
        },
        "span": _span(form.period),
        "back": _url(None, form),
        "first": _url(report, form) if place else "",
        "next": _url(report, form, after=page.following) if page.following else "",
        "csv": _url(report, form, format="csv") if may_export(request.user) else "",
    }
    return TemplateResponse(request, "evidence/exception.html", context, status=_status(form))


def controls(site: Any, request: HttpRequest) -> HttpResponse:
    """The catalogue, by framework, with what answers each control and what nothing answers."""
    if not may_open_exceptions(request.user):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    chosen = request.GET.get("framework", Framework.PCI_DSS)
    if chosen not in Framework.values:
        raise Http404
    rows = [
        {
            "control": control,
            "populations": [population.title for population in populations_of(control)],
            "reports": [(one.title, _url(one, None)) for one in reports_of(control)],
        }
        for control in controls_of(chosen)
    ]
    context = {
        **site.each_context(request),
        "title": _("Controls"),
        "frameworks": [(f"?framework={f}", f.label, f == chosen) for f in Framework],
        "rows": rows,
        "answered": sum(bool(row["populations"]) for row in rows),
    }
    return TemplateResponse(request, "evidence/controls.html", context)


def _asked(request: HttpRequest) -> PeriodForm:
    if not may_open_exceptions(request.user):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD"):
        raise PermissionDenied
    given = {name: request.GET[name] for name in ("from", "to") if name in request.GET}
    return PeriodForm(given)


def _status(form: PeriodForm) -> int:
    return 200 if form.is_valid() else 400


def _url(report: ExceptionReport | None, form: PeriodForm | None, **more: Any) -> str:
    if report is None:
        address = reverse("admin:evidence_exceptions")
    else:
        address = reverse("admin:evidence_exception", args=[report.name])
    days = form.data if form is not None and form.is_valid() else {}
    query = urlencode({**{name: day for name, day in days.items() if day}, **more})
    return f"{address}?{query}" if query else address


def _span(period: Period) -> str:
    told = {"start": exact(period.start), "end": exact(period.end)}
    return _("From %(start)s until before %(end)s.") % told


def _row(found: Found) -> tuple[Any, ...]:
    name = format_html('<a href="{}">{}</a>', found.url, found.reference) if found.url else ""
    told = badge(_("Told later"), "blue") if found.told_late else ""
    return (name or found.reference, found.at and exact(found.at), str(found.text), told)


def _as_csv(report: ExceptionReport, period: Period, user: Any) -> StreamingHttpResponse:
    """Everything it found, as the reader sees it; that it was taken away is recorded."""
    if not may_export(user):
        raise PermissionDenied
    with transaction.atomic():
        record_event(
            "evidence.export",
            actor=user,
            key=report.name,
            **{"from": period.starts_on.isoformat(), "to": period.ends_on.isoformat()},
        )
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        with translation.override(language), timezone.override(zone):
            yield from csv_lines(_table(report, period, user))

    response = StreamingHttpResponse(lines(), content_type=CONTENT_TYPES[TableFormat.CSV])
    name = f"{report.name}-{period.starts_on:%Y%m%d}-{period.ends_on:%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(report: ExceptionReport, period: Period, user: Any) -> Iterator[list[Any]]:
    zone = timezone.get_current_timezone_name()
    yield [_("Record"), f"{_('When')} ({zone})", _("What"), _("Told later")]
    for found in report.find(period, user):
        at = timezone.make_naive(found.at).replace(microsecond=0) if found.at else ""
        yield [found.reference, at, str(found.text), _("yes") if found.told_late else ""]
