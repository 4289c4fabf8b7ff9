"""The pages of coaching, in the portal's shell: one's own sessions, and one session."""

from typing import Any
from uuid import uuid4

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
from people.coaching.forms import STEPS, PlanCoachingForm
from people.coaching.querysets import MOVING
from people.coaching.workflow import COACHING_WORKFLOW
from people.confidential.enums import CoachingStatus, EntryKind
from people.confidential.vault import draft_key
from people.models import CoachingSession
from people.one_on_ones.pages import posted_entry
from people.one_on_ones.showing import lines_of
from people.services import coaching
from people.services.confidential import read_entries
from people.services.one_on_one_entries import tick_entry
from people.services.one_on_ones import people_led_by

MOST = 100
MOVES = {
    "hold": coaching.hold_coaching,
    "acknowledge": coaching.acknowledge_coaching,
    "close": coaching.close_coaching,
    "cancel": coaching.cancel_coaching,
}


def urls(site: Any) -> list[Any]:
    """The addresses of the pages, to stand in the admin site."""

    def view(page: Any) -> Any:
        guarded = sensitive_post_parameters()(never_cache(lambda r, **k: page(site, r, **k)))
        return site.admin_view(guarded)

    return [
        path("coaching/", view(own_page), name="coaching"),
        path("coaching/<int:session_id>/", view(session_page), name="coaching_session"),
    ]


def own_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The sessions in which one takes part, the next one first; a lead plans others here."""
    user: Any = request.user
    can_plan = people_led_by(user).exists()
    form = PlanCoachingForm(request.POST or None, actor=user) if can_plan else None
    status = 200
    if request.method == "POST":
        status = 400
        if form is not None and form.is_valid():
            try:
                made = attempt(transaction.atomic(form.perform))
                return HttpResponseRedirect(reverse("admin:coaching_session", args=[made.pk]))
            except (Refused, ValidationError) as refusal:
                status = add_refusal(form, refusal)
    rows = CoachingSession.objects.of(user)
    rows = rows.select_related("record", "lead__person", "employee__person")
    moving = list(rows.moving().order_by("planned_on", "pk")[:MOST])
    over = list(rows.exclude(status__in=MOVING).order_by("-closed_at", "-pk")[:MOST])
    context = {
        **site.each_context(request),
        "title": _("Coaching"),
        "moving": [_line(one, user) for one in moving],
        "over": [_line(one, user) for one in over],
        "form": form,
    }
    return TemplateResponse(request, "people/coaching/own.html", context, status=status)


def session_page(site: Any, request: HttpRequest, session_id: int) -> HttpResponse:
    """One session, for its two people. Every showing of it is an event; what is typed and not sent
    stays in the browser, encrypted by a key that only pages of a signed-in session hold."""
    user: Any = request.user
    rows = CoachingSession.objects.visible_to(user)
    rows = rows.select_related("record", "lead__person", "employee__person")
    session = rows.filter(pk=session_id).first()
    if session is None:
        raise Http404
    bound: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status, refusal = _take_step(request, session, bound)
        if status == 200:
            if "X-Draft" in request.headers:
                return HttpResponse(status=204)
            return HttpResponseRedirect(reverse("admin:coaching_session", args=[session.pk]))
        if "X-Draft" in request.headers:
            said = "; ".join(refusal) or "?"
            return HttpResponse(said, "text/plain; charset=utf-8", status)
    context = {
        **site.each_context(request),
        **_page_of(session, user, bound),
        "title": _("Coaching with %(name)s") % {"name": _other(session, user).get_full_name()},
        "crumbs": [(_("Coaching"), reverse("admin:coaching"))],
    }
    return TemplateResponse(request, "people/coaching/session.html", context, status=status)


def _page_of(session: Any, user: Any, bound: dict[str, Any]) -> dict[str, Any]:
    shown = lines_of(read_entries(session.record, actor=user), user)
    takes_part = user.pk in (session.lead_id, session.employee_id)
    forms = {}
    if takes_part:
        for name, form_class in STEPS.items():
            initial: dict[str, Any] = {"code": uuid4()}
            if name == "days":
                initial |= {"planned_on": session.planned_on, "follow_up_on": session.follow_up_on}
            given = {"series": session, "actor": user, "auto_id": f"id_{name}_%s"}
            forms[name] = bound.get(name) or form_class(initial=initial, **given)
    moves = COACHING_WORKFLOW.available(session, user) if takes_part else []
    return {
        "session": session,
        # What is the other one's to do is not told of as refused.
        "moves": [move for move in moves if move.allowed or _is_of(move.action, session, user)],
        "goals": shown[EntryKind.TOPIC],
        "notes": shown[EntryKind.NOTE],
        "private": shown[EntryKind.PRIVATE],
        "commitments": shown[EntryKind.ACTION],
        "evidence": shown[EntryKind.EVIDENCE],
        "forms": forms,
        "refusal": bound.get("refusal"),
        "takes_part": takes_part,
        "is_open": takes_part and session.status in MOVING,
        "draft_key": draft_key(user) if takes_part else "",
    }


def _is_of(action: str, session: Any, user: Any) -> bool:
    return (action == "acknowledge") == (user.pk == session.employee_id)


def _take_step(request: HttpRequest, session: Any, bound: dict[str, Any]) -> tuple[int, list[str]]:
    """Take the step that was posted: the status, and what was said against it."""
    user: Any = request.user
    step = request.POST.get("do", "")
    try:
        if step in STEPS:
            given = {"series": session, "actor": user, "auto_id": f"id_{step}_%s"}
            form = bound[step] = STEPS[step](request.POST, **given)
            if not form.is_valid():
                return 400, [str(e) for errors in form.errors.values() for e in errors]
            attempt(transaction.atomic(form.perform))
        elif step in MOVES:
            MOVES[step](session, actor=user)
        elif step in ("tick", "untick"):
            tick_entry(posted_entry(request, session), actor=user, is_done=step == "tick")
        else:
            raise Http404
    except (Refused, ValidationError) as refusal:
        if step in bound:
            return add_refusal(bound[step], refusal), [str(refusal)]
        bound["refusal"] = refusal
        return 409, [str(refusal)]
    return 200, []


def _line(session: Any, user: Any) -> dict[str, Any]:
    is_lead = user.pk == session.lead_id
    waits = session.status == CoachingStatus.HELD and session.acknowledged_at is None
    return {
        "session": session,
        "other": _other(session, user).get_full_name(),
        "is_lead": is_lead,
        "waits": waits and not is_lead,
    }


def _other(session: Any, user: Any) -> Any:
    return session.employee if user.pk == session.lead_id else session.lead
