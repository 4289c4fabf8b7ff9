"""“Explain this number”: a page for any agreed clock of any record that one may see."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from core.showing import link
from sla.clock_panel import every_clock, read_life
from sla.durations import written
from sla.explaining_words import Words, find
from sla.lived_records import record_of
from sla.models import Life


def urls(site: Any) -> list[Any]:
    """The address of the page, to stand before those of the agreements."""

    def view(request: HttpRequest, **given: Any) -> HttpResponse:
        return explanation(site, request, **given)

    where = "explain/<int:life_id>/<slug:agreement>/<slug:metric>/<int:number>/"
    return [path(where, site.admin_view(view), name="sla_explanation")]


def explanation(
    site: Any, request: HttpRequest, life_id: int, agreement: str, metric: str, number: int
) -> HttpResponse:
    """404 where one does not see the record, or it has no such clock."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    life = Life.objects.filter(pk=life_id).first()
    record = record_of(life, request.user) if life else None
    if life is None or record is None:
        raise Http404
    marks = list(life.marks.select_related("set_by").order_by("at", "pk"))
    read = read_life(life, marks, timezone.now())
    row = find(every_clock(life, read), agreement, metric, number)
    if row is None:
        raise Http404
    told = Words(read, marks).explain(row)
    context = {
        **site.each_context(request),
        "title": _("%(metric)s of %(record)s") % {"metric": row.metric, "record": record},
        "record": link(record),
        "row": row,
        "elapsed": written(row.clock.elapsed),
        "target": written(row.clock.target),
        "told": told,
        "content": {"columns": told.columns, "rows": told.rows},
    }
    return TemplateResponse(request, "sla/explanation.html", context)
