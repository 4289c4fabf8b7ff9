"""The calendar in the portal: the page, what its script asks for, and the facts of one change."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from assets.models import Service
from changes import page
from changes.calendar.feed import ROWS, drawn, read_question
from changes.calendar.filters import FILTERS
from changes.calendar.planned import MOST
from changes.calendar.sources import events_for
from changes.enums import Status
from changes.forms.rescheduling import RescheduleForm
from changes.freeze_page import freezes_block
from changes.models import Change
from changes.offers import unfitting
from changes.permissions import may_implement_changes, may_see_changes
from changes.rules import is_in_hand
from core.api.problems import CONTENT_TYPE, problem_body
from core.lists.controls import control_of, read_value
from core.showing import shown, zone_of

VIEWS = ("month", "week", "agenda", "timeline")


def calendar_urls(site: Any) -> list[Any]:
    """The addresses of these pages, to stand before those of the list."""
    pages = (
        ("calendar/", calendar_page, "changes_change_calendar"),
        ("calendar/feed/", calendar_feed, "changes_change_calendar_feed"),
    )
    return [path(at, site.admin_view(partial(view, site)), name=name) for at, view, name in pages]


def calendar_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The frame that the script fills; filters, view and day stand in the address."""
    _refuse_strangers(request)
    values = {name: read_value(known, request.GET.getlist(name)) for name, known in FILTERS.items()}
    problems = _unreadable(values, request.user)
    wanted = request.GET.get("view", "")
    rows = request.GET.get("rows", "")
    chosen = {name: text for name, text in values.items() if text}
    zone = timezone.localtime()
    context = {
        **site.each_context(request),
        "title": _("Calendar of changes"),
        "controls": [control_of(n, known, Change, values[n]) for n, known in FILTERS.items()],
        "is_narrowed": bool(chosen),
        "problems": problems,
        "suggest_url": reverse("admin:changes_change_suggest"),
        "feed_url": reverse("admin:changes_change_calendar_feed"),
        "feed_query": urlencode(chosen),
        "view": wanted if wanted in VIEWS else "",
        "day": request.GET.get("day", "")[:10],
        "rows": rows if rows in ROWS else ROWS[0],
        "zone": timezone.get_current_timezone_name(),
        "zone_short": zone_of(zone),
        "offset": f"{zone:%:z}",
        "language": get_language(),
        "words": _words(),
        "statuses": _legend(),
    }
    return TemplateResponse(request, "changes/calendar.html", context)


def calendar_feed(site: Any, request: HttpRequest) -> HttpResponse:
    """What is planned between two days, as JSON."""
    _refuse_strangers(request)
    try:
        asked = read_question(request.GET.dict(), request.user)
        answer = drawn(events_for(asked), MOST)
    except ValueError as wrong:
        body = problem_body(400, "invalid", str(wrong))
        return JsonResponse(body, status=400, content_type=CONTENT_TYPE)
    return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


def peek_page(pages: Any, request: HttpRequest, object_id: int) -> HttpResponse:
    """What one wants to know of a change before one opens it; without a dialog, its page."""
    change = pages.get_object(request, str(object_id))
    if "X-Dialog" not in request.headers:
        return HttpResponseRedirect(pages.url_of(change))
    services = Service.objects.visible_to(request.user).filter(touched_by__change=change)
    facts = [
        (_("planned window"), page.window_of(change)),
        (_("type"), change.get_type_display()),
        (_("requester"), change.requester.get_full_name()),
        (_("implementer"), shown(change.implementer and change.implementer.get_full_name())),
        (_("team"), change.team),
        (_("services"), shown([service.name for service in services.order_by("name")])),
    ]
    if change.outcome:
        facts.append((_("outcome"), change.get_outcome_display()))
    is_movable = (
        is_in_hand(change, request.user) is None
        and "reschedule" not in unfitting(change)
        and may_implement_changes(request.user)
    )
    context = {
        "record": change,
        "record_url": pages.url_of(change),
        "badges": [b for b in (page.status_badge(change), page.risk_badge(change)) if b],
        "facts": facts,
        "freezes": freezes_block(change),
        "move_url": pages.url_of_action(change, RescheduleForm) if is_movable else "",
    }
    return TemplateResponse(request, "changes/peek.html", context)


def _refuse_strangers(request: HttpRequest) -> None:
    if not may_see_changes(request.user):
        raise PermissionDenied


def _unreadable(values: dict[str, str], user: Any) -> list[str]:
    """What the address asks that cannot be read; it is taken out of the values."""
    problems = []
    for name, text in values.items():
        try:
            if text:
                FILTERS[name].narrow(Change.objects.none(), text, user)
        except (ValueError, OverflowError) as wrong:
            problems.append(f"{name}: {wrong}")
            values[name] = ""
    return problems


def _legend() -> list[tuple[Any, str]]:
    """The statuses by the colours that tell them apart."""
    named: dict[str, list[str]] = {}
    for status in Status:
        if status != Status.CANCELLED:
            named.setdefault(page.STATUS_TONES.get(status, "plain"), []).append(str(status.label))
    return [(tone, ", ".join(labels)) for tone, labels in named.items()]


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "month": pgettext("calendar", "Month"),
        "week": pgettext("calendar", "Week"),
        "agenda": pgettext("calendar", "Agenda"),
        "timeline": pgettext("calendar", "Timeline"),
        "today": pgettext("calendar", "Today"),
        "prev": pgettext("calendar", "Back"),
        "next": pgettext("calendar", "Forward"),
        "close": pgettext("button", "Close"),
        "more": _("+{n} more"),
        "nothing": _("Nothing is planned in these days."),
        "failed": _("The calendar could not be loaded. Try again."),
        "cut": _("There is more than can be shown; narrow it by the filters above."),
        "shown": _("{changes} changes, {freezes} freezes"),
        "allDay": _("freezes"),
        "others": _("Freezes, meetings and what has no row"),
    }
