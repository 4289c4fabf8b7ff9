"""The pages of 1:1s, in the portal's shell: one's own, one pair's, and that they happen."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.admin import add_refusal
from core.api.collisions import attempt
from core.errors import Refused, ValidationError
from people.confidential.vault import draft_key
from people.confidential.workflow import MEETING_WORKFLOW
from people.models import OneOnOne, OneOnOneSeries, SealedEntry
from people.one_on_ones.cadence import cadence_of
from people.one_on_ones.forms import STEPS, StartForm
from people.one_on_ones.showing import Conversation, gather
from people.services import one_on_ones
from people.services.confidential import read_entries
from people.services.one_on_one_entries import tick_entry

MOST = 100
MOVES = {
    "begin": one_on_ones.begin_meeting,
    "close": one_on_ones.close_meeting,
    "skip": one_on_ones.skip_meeting,
}


def urls(site: Any) -> list[Any]:
    """The addresses of the pages, to stand in the admin site."""

    def view(page: Any) -> Any:
        guarded = sensitive_post_parameters()(never_cache(lambda r, **k: page(site, r, **k)))
        return site.admin_view(guarded)

    return [
        path("one-on-ones/", view(own_page), name="one_on_ones"),
        path("one-on-ones/cadence/", view(cadence_page), name="one_on_ones_cadence"),
        path("one-on-ones/<int:series_id>/", view(series_page), name="one_on_one"),
    ]


def own_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The 1:1s in which one takes part, the next one first; a lead begins others here."""
    user: Any = request.user
    can_start = one_on_ones.people_led_by(user).exists()
    form = StartForm(request.POST or None, actor=user) if can_start else None
    status = 200
    if request.method == "POST":
        status = 400
        if form is not None and form.is_valid():
            try:
                made = attempt(transaction.atomic(form.perform))
                return HttpResponseRedirect(reverse("admin:one_on_one", args=[made.pk]))
            except (Refused, ValidationError) as refusal:
                status = add_refusal(form, refusal)
    rows = OneOnOneSeries.objects.visible_to(user).with_cadence()
    rows = rows.select_related("record", "lead__person", "employee__person")
    found = list(rows.order_by("ended_at", "next_on", "pk")[:MOST])
    context = {
        **site.each_context(request),
        "title": _("My 1:1s"),
        "going": [_line(one, user) for one in found if one.ended_at is None],
        "ended": [_line(one, user) for one in found if one.ended_at is not None],
        "form": form,
        "has_cadence": OneOnOneSeries.objects.below(user).exists(),
    }
    return TemplateResponse(request, "people/one_on_ones/own.html", context, status=status)


def cadence_page(site: Any, request: HttpRequest) -> HttpResponse:
    """That leads hold their 1:1s: dates and nothing else, for whoever leads the leads."""
    rows = OneOnOneSeries.objects.below(request.user)
    if not rows.exists():
        raise Http404
    context = {
        **site.each_context(request),
        "title": _("1:1s of the teams"),
        "cadence": cadence_of(rows),
    }
    return TemplateResponse(request, "people/one_on_ones/cadence.html", context)


def series_page(site: Any, request: HttpRequest, series_id: int) -> HttpResponse:
    """One pair's 1:1s. Every showing of it is an event; what is typed and not sent stays in the
    browser, encrypted by a key that only pages of a signed-in session hold."""
    user: Any = request.user
    rows = OneOnOneSeries.objects.visible_to(user).with_cadence()
    series = (
        rows.select_related("record", "lead__person", "employee__person")
        .filter(pk=series_id)
        .first()
    )
    if series is None:
        raise Http404
    bound: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status, refusal = _take_step(request, series, bound)
        if status == 200:
            return _done(request, series)
        if "X-Draft" in request.headers:
            said = "; ".join(refusal) or "?"
            return HttpResponse(said, "text/plain; charset=utf-8", status)
    shown = gather(read_entries(series.record, actor=user), series, user)
    context = {
        **site.each_context(request),
        **_page_of(series, user, shown, bound),
        "title": _("1:1 with %(name)s") % {"name": _other(series, user).get_full_name()},
        "crumbs": [(_("My 1:1s"), reverse("admin:one_on_ones"))],
    }
    return TemplateResponse(request, "people/one_on_ones/series.html", context, status=status)


def _page_of(series: Any, user: Any, shown: Conversation, bound: dict[str, Any]) -> dict[str, Any]:
    meeting = OneOnOne.objects.ahead().filter(series=series).first()
    takes_part = user.pk in (series.lead_id, series.employee_id)
    forms = {}
    if takes_part:
        for name, form_class in STEPS.items():
            initial: dict[str, Any] = {"code": uuid4()}
            if name == "plan":
                initial |= {"every_days": series.every_days, "next_on": series.next_on}
            if name == "mood":
                initial["mood"] = shown.mood or 3
            prefix = {"series": series, "actor": user, "auto_id": f"id_{name}_%s"}
            forms[name] = bound.get(name) or form_class(initial=initial, **prefix)
        forms["move"].offer(shown.movable)
    moves = MEETING_WORKFLOW.available(meeting, user) if meeting and takes_part else []
    return {
        "series": series,
        "meeting": meeting,
        "moves": [move for move in moves if move.allowed],
        "shown": shown,
        "forms": forms,
        "takes_part": takes_part,
        "is_open": takes_part and series.ended_at is None,
        "is_employee": user.pk == series.employee_id,
        "can_move": bool(
            user.pk == series.employee_id
            and shown.movable
            and forms["move"].fields["to"].queryset.exists()
        ),
        "draft_key": draft_key(user) if takes_part else "",
    }


def _take_step(request: HttpRequest, series: Any, bound: dict[str, Any]) -> tuple[int, list[str]]:
    """Take the step that was posted: the status, and what was said against it."""
    user: Any = request.user
    step = request.POST.get("do", "")
    try:
        if step in STEPS:
            form = STEPS[step](request.POST, series=series, actor=user, auto_id=f"id_{step}_%s")
            if step == "move":
                form.offer(gather(read_entries(series.record, actor=user), series, user).movable)
            bound[step] = form
            if not form.is_valid():
                return 400, [str(e) for errors in form.errors.values() for e in errors]
            attempt(transaction.atomic(form.perform))
        elif step in MOVES:
            meeting = OneOnOne.objects.ahead().filter(series=series).first()
            if meeting is None:
                raise Http404
            MOVES[step](meeting, actor=user)
        elif step in ("tick", "untick"):
            tick_entry(posted_entry(request, series), actor=user, is_done=step == "tick")
        elif step == "end":
            one_on_ones.end_series(series, actor=user)
        else:
            raise Http404
    except (Refused, ValidationError) as refusal:
        if step in bound:
            return add_refusal(bound[step], refusal), [str(refusal)]
        bound["refusal"] = refusal
        return 409, [str(refusal)]
    return 200, []


def posted_entry(request: HttpRequest, series: Any) -> SealedEntry:
    """The entry that was posted about, as far as the person sees it; 404 for any other."""
    try:
        code = UUID(request.POST.get("entry", ""))
    except ValueError:
        raise Http404 from None
    rows = SealedEntry.objects.visible_to(request.user).filter(record=series.record_id)
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, series: Any) -> HttpResponse:
    if "X-Draft" in request.headers:
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("admin:one_on_one", args=[series.pk]))


def _line(series: Any, user: Any) -> dict[str, Any]:
    return {
        "series": series,
        "other": _other(series, user).get_full_name(),
        "is_lead": user.pk == series.lead_id,
        "is_reader": user.pk not in (series.lead_id, series.employee_id),
    }


def _other(series: Any, user: Any) -> Any:
    return series.employee if user.pk == series.lead_id else series.lead
