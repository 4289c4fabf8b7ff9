"""The first five minutes: take an incident, comment on it, resolve it.

What somebody has done is read from the history, where the demo world's and imported deeds do not
count; once all three are done it is never asked again. Whoever does not want the guide closes it,
which their browser remembers.
"""

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from audit.context import Channel
from incidents.enums import Status
from incidents.models import Incident, IncidentComment
from people.scope import scope_of

REMEMBERED_FOR = 400 * 24 * 3600  # as long as browsers keep a cookie
PAGES = ("index", "incidents_incident_change")
BY_ONESELF = (Channel.WEB, Channel.API)
TAKING = ("incident.start", "incident.assign")

STEPS = (
    {
        "code": "take",
        "title": _("Take an incident"),
        "text": _("Open one that nobody owns and press “Start work”: it is yours from then on."),
        "target": '[data-action="start"], [href*="/action/start/"]',
    },
    {
        "code": "comment",
        "title": _("Say what you found"),
        "text": _("Write a comment in the timeline; internal ones are for colleagues only."),
        "target": '#comment_text, [name="text"]',
    },
    {
        "code": "resolve",
        "title": _("Resolve it"),
        "text": _(
            "Press “Resolve” and say what was done, so that the next person can do it again."
        ),
        "target": '[data-action="resolve"], [href*="/action/resolve/"]',
    },
)


def urls(site: Any) -> list[Any]:
    """The address to which the guide's closing button posts."""
    return [path("first-steps/close/", site.admin_view(close), name="first_steps_close")]


def close(request: HttpRequest) -> HttpResponse:
    """Puts the guide away in this browser and stays on the page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    to = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(to if is_ours else reverse("admin:index"))
    response.set_cookie(
        cookie_of(request.user), "closed", REMEMBERED_FOR, secure=settings.HTTPS, samesite="Lax"
    )
    return response


def cookie_of(user: Any) -> str:
    """One for each person who uses the browser."""
    return f"itsm_guide_{user.pk}"


def first_steps(request: HttpRequest) -> dict[str, Any] | None:
    """The guide as the page shows it; None where it has nothing to say."""
    match = request.resolver_match
    if match is None or match.url_name not in PAGES or not _works_incidents(request.user):
        return None
    said = request.COOKIES.get(cookie_of(request.user), "")
    if said == "closed":
        return None
    done = deeds_of(request.user)
    if all(done.values()) and said != "shown":
        return None  # nobody's first time
    steps = [{**step, "is_done": done[step["code"]]} for step in STEPS]
    next_step = next((step for step in steps if not step["is_done"]), None)
    record = _next_record(request, next_step["code"]) if next_step else None
    return {
        "steps": steps,
        "next": next_step,
        "record": record,
        "record_url": record and reverse("admin:incidents_incident_change", args=[record.pk]),
        "cookie": cookie_of(request.user),
        "list_url": reverse("admin:incidents_incident_changelist"),
        "is_here": match.url_name != "index",
    }


def deeds_of(user: Any) -> dict[str, bool]:
    """Which of the three somebody has done with their own hands, ever."""
    key = f"first-steps-done:{user.pk}"
    if caches["local"].get(key):
        return dict.fromkeys(("take", "comment", "resolve"), True)
    by_oneself = Q(history_user=user.pk, history_channel__in=BY_ONESELF)
    incidents = Incident.history.filter(by_oneself)
    deeds = {
        "take": incidents.filter(history_action__in=TAKING, owner_id=user.pk).exists(),
        "comment": IncidentComment.history.filter(by_oneself, history_type="+").exists(),
        "resolve": incidents.filter(history_action="incident.resolve").exists(),
    }
    if all(deeds.values()):
        caches["local"].set(key, True, None)
    return deeds


def _works_incidents(user: Any) -> bool:
    scope = scope_of(user)
    return "incidents.change_incident" in scope.permissions and bool(scope.own_team_ids)


def _next_record(request: HttpRequest, step: str) -> Incident | None:
    """What to try the step on: for the first the most pressing one that nobody in one's teams has
    taken, then the one that one took."""
    seen = Incident.objects.visible_to(request.user).open().order_by("priority", "-pk")
    if step != "take":
        own = seen.filter(owner=request.user.pk, status=Status.IN_PROGRESS)
        return own.order_by("-pk").first()
    teams = scope_of(request.user).own_team_ids
    return seen.filter(owner__isnull=True, team__in=teams).first()
