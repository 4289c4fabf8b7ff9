"""“Explain this number”: a page for any clock of any record that one may see."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from core.showing import badge, link, moment
from sla.clock_panel import STATE_TONES, every_clock, read_life
from sla.durations import written
from sla.enums import ClockState
from sla.explaining import MANDATE, clocks_named
from sla.explaining_words import Words, find
from sla.lived_records import mandate_of, record_of
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
    if agreement == MANDATE:
        shown = _by_mandate(life, record, metric, timezone.now()) if number == 0 else None
    else:
        shown = _by_agreement(life, agreement, metric, number, timezone.now())
    if shown is None:
        raise Http404
    context = {
        **site.each_context(request),
        "title": _("%(metric)s of %(record)s") % {"metric": shown["metric"], "record": record},
        "record": link(record),
        **shown,
    }
    return TemplateResponse(request, "sla/explanation.html", context)


def _by_agreement(
    life: Life, agreement: str, metric: str, number: int, now: datetime
) -> dict[str, Any] | None:
    marks = list(life.marks.select_related("set_by").order_by("at", "pk"))
    read = read_life(life, marks, now)
    row = find(every_clock(life, read), agreement, metric, number)
    if row is None:
        return None
    told = Words(read, marks).explain(row)
    return {
        "metric": row.metric,
        "agreement": row.agreement,
        "state": row.state,
        "elapsed": written(row.clock.elapsed),
        "target": written(row.clock.target),
        "sentences": told.sentences,
        "content": {"columns": told.columns, "rows": told.rows},
        "note": _(
            "“Time” is what lies within the hours of the agreement; “sum” is what has counted by "
            "then."
        ),
    }


def _by_mandate(life: Life, record: Any, metric: str, now: datetime) -> dict[str, Any] | None:
    targets = mandate_of(record)
    label = next((target.label for target in targets if target.metric == metric), None)
    found = clocks_named(life, metric, now, mandate=targets)
    named = next((one for one in found if one.agreement == MANDATE), None)
    if label is None or named is None:
        return None
    told = named.told()
    rows = [
        (
            moment(piece.started_at, seconds=True),
            moment(piece.ended_at, seconds=True),
            written(piece.time),
            "; ".join(piece.because),
        )
        for piece in told.pieces
    ]
    return {
        "metric": label,
        "agreement": _("1-5-10 mandate"),
        "state": badge(ClockState(told.state).label, STATE_TONES.get(ClockState(told.state), "")),
        "elapsed": written(told.elapsed),
        "target": written(told.target),
        "sentences": told.sentences,
        "content": {"columns": [_("from"), _("to"), _("time"), _("because")], "rows": rows},
    }
