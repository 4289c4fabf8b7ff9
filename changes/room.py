"""The room of a meeting: agenda, the change under discussion, who is here, the time, the votes."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from changes import services
from changes.attendance import chairs, present_seats, steps_of
from changes.dossier import dossier_of, open_step_of
from changes.enums import AttendanceKind, Decision, MeetingStatus, StepStatus
from changes.meeting_lists import status_badge
from changes.meeting_querysets import seats_at
from changes.models import AgendaItem, ApprovalStep, Change, Meeting, Vote
from changes.page import STEP_TONES, VOTE_TONES
from changes.workbench import change_or_404, condition_url, vote_panel
from core.api.collisions import attempt
from core.errors import Refused, ValidationError
from core.showing import badge

_BY_CHAIR: Mapping[str, Callable[..., Any]] = {
    "start": lambda item, actor, given: services.start_item(item, actor=actor),
    "end": lambda item, actor, given: services.end_item(
        item, actor=actor, note=given.get("note", "")
    ),
    "earlier": lambda item, actor, given: services.move_item(item, actor=actor, places=-1),
    "later": lambda item, actor, given: services.move_item(item, actor=actor, places=1),
}
_OF_MEETING: Mapping[str, Callable[..., Any]] = {
    "open": lambda meeting, actor: services.open_meeting(meeting, actor=actor),
    "refresh": lambda meeting, actor: services.refresh_agenda(meeting, actor=actor),
    "here": lambda meeting, actor: services.sign_in(meeting, actor=actor),
    "leave": lambda meeting, actor: services.sign_out(meeting, actor=actor),
}


def room_url(meeting: Meeting, item: AgendaItem | None = None) -> str:
    url = reverse("admin:changes_meeting_room", args=[meeting.pk])
    return f"{url}?item={item.pk}" if item else url


def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The page (GET), its parts that follow what happens (with X-Fragment), and its buttons."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    rows = Meeting.objects.visible_to(request.user).select_related("board", "opened_by__person")
    meeting = rows.filter(pk=pk).first()
    if meeting is None:
        raise Http404
    if request.method == "POST":
        return _act(request, meeting)
    items = _items(meeting)
    item = _chosen(items, request.GET.get("item", ""))
    live = live_parts(meeting, items, item, request.user)
    if "X-Fragment" in request.headers:
        return _fragment(request, live)
    return TemplateResponse(request, "changes/room.html", _context(request, live))


def _items(meeting: Meeting) -> list[AgendaItem]:
    found = meeting.items.select_related("change").defer("change__search")
    return list(found.order_by("position", "pk"))


def _chosen(items: list[AgendaItem], asked: str) -> AgendaItem | None:
    """The one that is asked for, else the one under discussion, else the next."""
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    for fits in (
        lambda one: one.pk == wanted,
        lambda one: one.started_at and not one.ended_at,
        lambda one: not one.ended_at,
        lambda one: True,
    ):
        for one in items:
            if fits(one):
                return one
    return None


def live_parts(
    meeting: Meeting, items: list[AgendaItem], item: AgendaItem | None, user: Any
) -> dict[str, Any]:
    """What changes while one looks: agenda with decisions, attendance, quorum, votes, time."""
    steps = steps_of(meeting)
    place = items.index(item) if item else -1
    running = next((one for one in items if one.started_at and not one.ended_at), None)
    return {
        "meeting": meeting,
        "items": [(one, _mark(one, steps.get(one.change_id))) for one in items],
        "item": item,
        "previous_url": room_url(meeting, items[place - 1]) if place > 0 else "",
        "next_url": room_url(meeting, items[place + 1]) if 0 <= place < len(items) - 1 else "",
        "close_url": reverse("admin:changes_meeting_action", args=[meeting.pk, "close"]),
        "running": running,
        "running_url": room_url(meeting, running) if running else "",
        "badge": status_badge(meeting),
        "seats": _seats(meeting),
        "guests": list(_guests(meeting)),
        "here": len(present_seats(meeting)),
        "open_step": open_step_of(item.change) if item else None,
        "votes": _votes(steps.get(item.change_id)) if item else [],
        "is_here": meeting.attendances.filter(person=user.person_id, left_at__isnull=True).exists(),
        "is_chair": chairs(meeting.board_id, timezone.now(), user),
        "in_session": meeting.status == MeetingStatus.IN_SESSION,
        "is_planned": meeting.status == MeetingStatus.PLANNED,
        "now": int(timezone.now().timestamp()),
    }


def _mark(item: AgendaItem, step: ApprovalStep | None) -> Any:
    if item.started_at and not item.ended_at:
        return badge(_("Now"), "violet")
    status = StepStatus(step.status) if step else StepStatus.VOID
    if status == StepStatus.OPEN:
        return badge(_("No decision"), "orange") if item.ended_at else ""
    return badge(status.label, STEP_TONES.get(status, ""))


def _seats(meeting: Meeting) -> list[tuple[str, bool, Any]]:
    """Every member: the name, whether they chair, and who is in their seat now."""
    there = {
        one.seat_of_id: one
        for one in meeting.attendances.filter(left_at__isnull=True).select_related("person")
        if one.seat_of_id
    }
    seats = seats_at(timezone.now()).filter(board=meeting.board_id)
    rows = seats.select_related("user__person").order_by("-is_chair", "user__person__full_name")
    return [
        (seat.user.get_full_name(), seat.is_chair, there.get(seat.user.person_id)) for seat in rows
    ]


def _guests(meeting: Meeting) -> Any:
    here = meeting.attendances.filter(left_at__isnull=True, kind=AttendanceKind.GUEST)
    return here.select_related("person")


def _votes(step: ApprovalStep | None) -> list[tuple[Vote, Any]]:
    if step is None:
        return []
    return [
        (vote, badge(vote.get_decision_display(), VOTE_TONES[Decision(vote.decision)]))
        for vote in step.votes.select_related("person")
    ]


def _fragment(request: HttpRequest, live: dict[str, Any]) -> HttpResponse:
    html = render_to_string("changes/room_live.html", live, request=request)
    stable = html.replace(f'data-now="{live["now"]}"', "")
    tag = f'"{hashlib.sha256(stable.encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    response = HttpResponse(html)
    response["ETag"] = tag
    response["Cache-Control"] = "no-store"
    return response


def _context(request: HttpRequest, live: dict[str, Any]) -> dict[str, Any]:
    meeting, item = live["meeting"], live["item"]
    seen = item and Change.objects.visible_to(request.user).filter(pk=item.change_id).exists()
    change = change_or_404(request.user, item.change_id) if seen else None
    return {
        **admin.site.each_context(request),
        **live,
        "title": _("Meeting room"),
        "crumbs": [
            (_("Meetings"), reverse("admin:changes_meeting_changelist")),
            (meeting.reference, reverse("admin:changes_meeting_change", args=[meeting.pk])),
        ],
        "dossier": dossier_of(change, request.user) if change else None,
        "panel": vote_panel(request, change) if change and live["in_session"] else None,
        "condition_url": condition_url(change, request.user) if change else "",
        "meeting_url": reverse("admin:changes_meeting_change", args=[meeting.pk]),
        "dissent_url": reverse("admin:changes_meeting_action", args=[meeting.pk, "record_dissent"]),
    }


def _act(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """One press of a button; what is refused is said on the page."""
    verb, user = request.POST.get("do", ""), request.user
    item = _chosen(_items(meeting), request.POST.get("item", ""))
    try:
        if verb in _OF_MEETING:
            attempt(transaction.atomic(lambda: _OF_MEETING[verb](meeting, user)))
        elif verb in _BY_CHAIR and item is not None:
            given = request.POST.dict()
            attempt(transaction.atomic(lambda: _BY_CHAIR[verb](item, user, given)))
        else:
            raise Http404
    except (Refused, ValidationError) as refusal:
        reasons = refusal.reasons if isinstance(refusal, Refused) else refusal.messages
        for reason in reasons:
            messages.error(request, str(reason))
    else:
        if verb == "end":
            item = next((one for one in _items(meeting) if not one.ended_at), item)
    return HttpResponseRedirect(room_url(meeting, None if verb == "open" else item))
