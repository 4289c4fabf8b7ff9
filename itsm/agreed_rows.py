"""What stands behind a share on a client's page: the incidents and requests whose agreed clock
stopped in the month or runs late, each leading to what explains its time."""

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.showing import badge, link, moment
from incidents.client_panel import agreed_cells, agreed_clocks, agreed_in, month_span
from incidents.models import Incident, Request
from incidents.page import priority_badge
from itsm.figure_rows import SHOWN, TEMPLATE, FigureForm, next_page
from people.scope import scope_of
from sla.agreed_attainment import clocks_behind
from sla.clock_panel import STATE_TONES
from sla.durations import written
from sla.enums import AgreementKind, ClockState, Metric
from sla.models import Agreement, Client

_VERDICTS = (ClockState.MET, ClockState.BREACHED, ClockState.LATE)


class AgreedForm(FigureForm):
    """A figure is one of an agreement, of those that the reader sees."""

    verdicts: ClassVar = [(state.value, state.label) for state in _VERDICTS]
    agreement = forms.ModelChoiceField(
        Agreement.objects.none(), to_field_name="slug", label=_("Agreement")
    )
    field_order = ("month", "agreement", "metric", "verdict")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, metrics=Metric.choices, **kwargs)
        seen = Agreement.objects.visible_to(user).filter(kind=AgreementKind.SLA)
        self.fields["agreement"].queryset = seen.order_by("name")


def urls(site: Any) -> list[Any]:
    """The address of the page, to stand in the admin site."""

    def view(request: HttpRequest, client: str) -> HttpResponse:
        return rows_page(site, request, client)

    return [path("agreed/<slug:client>/", site.admin_view(view), name="agreed_rows")]


def rows_page(site: Any, request: HttpRequest, slug: str) -> HttpResponse:
    """404 where the reader does not see the client; 400 with the reasons where what else is asked
    makes no sense."""
    user: Any = request.user
    client = Client.objects.visible_to(user).filter(slug=slug).first()
    if client is None or "sla.view_agreement" not in scope_of(user).permissions:
        raise Http404
    form = AgreedForm(request.GET, user=user)
    title = _("Behind what is agreed with %(client)s") % {"client": client}
    context = {**site.each_context(request), "title": title, "form": form}
    if not form.is_valid():
        return TemplateResponse(request, TEMPLATE, context | {"table": None}, status=400)
    asked = form.cleaned_data
    found = list(_clocks(client, user, asked)[: SHOWN + 1])
    shown = found[:SHOWN]
    last = shown[-1] if len(found) > SHOWN else None
    context |= {
        **_told(client, user, asked),
        "table": _table(shown, asked["agreement"], user),
        "next": next_page(request, last.at, last.pk) if last else "",
        "next_label": _("Further records"),
        "back": f"{reverse('admin:sla_client_change', args=[client.pk])}#agreed",
        "back_label": client,
    }
    return TemplateResponse(request, TEMPLATE, context)


def _clocks(client: Client, user: Any, asked: dict[str, Any]) -> Any:
    span = month_span(asked["month"].year, asked["month"].month)
    clocks = agreed_clocks(client, user, span[0])
    clocks = clocks.filter(agreement=asked["agreement"], metric=asked["metric"])
    how = {"verdict": asked["verdict"], "before": asked["before"]}
    return clocks_behind(clocks, span, timezone.now(), **how)


def _told(client: Client, user: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """The figure in words, as the client's page has it, and how far the rows are what it was made
    of."""
    month = asked["month"]
    for one in agreed_in(client, user, {month: month_span(month.year, month.month)}):
        if (one.slug, one.metric) == (asked["agreement"].slug, asked["metric"]):
            break
    else:
        return {"told": _("Nothing was measured."), "note": ""}
    _metric, share, *_others, source = agreed_cells(one)
    facts = {"met": one.met, "n": one.n, "share": share, "late": one.late, "source": source}
    told = _("%(met)s of %(n)s met: %(share)s. Running late: %(late)s. Statement: %(source)s.")
    note = (
        _("Counted of the records that you see, as they stand.")
        if one.statement is None
        else _(
            "The figure is frozen and of all records; the rows are those that you see, as known "
            "now."
        )
    )
    return {"told": told % facts, "note": note}


def _table(clocks: list[Any], agreement: Agreement, user: Any) -> dict[str, Any]:
    lives = [clock.life_id for clock in clocks]
    records = {}
    for model in (Incident, Request):
        rows = model.objects.visible_to(user).filter(life__in=lives)
        records |= {row.life_id: row for row in rows.defer("search", "description")}
    return {
        "title": _("Records"),
        "columns": [
            *(_("Record"), _("Title"), _("Priority"), pgettext("of a clock", "Took")),
            *(_("Target"), _("Verdict"), _("Stopped, or was due")),
        ],
        "rows": [
            _row(records[clock.life_id], clock, agreement)
            for clock in clocks
            if clock.life_id in records
        ],
        "nothing": _("None."),
    }


def _row(record: Any, clock: Any, agreement: Agreement) -> Any:
    is_late = clock.state == ClockState.RUNNING
    state = ClockState.LATE if is_late else ClockState(clock.state)
    named = [clock.life_id, agreement.slug, clock.metric, clock.round]
    url = reverse("admin:sla_explanation", args=named)
    took = _("runs on") if is_late else written(clock.elapsed_before)
    return (
        link(record, record.reference),
        record.title,
        priority_badge(record),
        format_html('<a href="{}">{}</a>', url, took),
        written(clock.target),
        badge(state.label, STATE_TONES.get(state, "")),
        moment(clock.at),
    )
