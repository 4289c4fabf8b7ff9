"""The page of the queues and its rows alone, which follow what changes."""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.queues.bulk import act_on_rows, actions_for
from incidents.queues.places import COUNTED, QUEUES
from incidents.queues.rows import HEADINGS, MOST, rows_of
from sla.holding import holding_legend

_KEYS = (
    ("j", _("Next row")),
    ("k", _("Previous row")),
    ("x", _("Select the row")),
    ("o", _("Open the row (Enter, too)")),
    ("a", _("Assign the selected rows, or this one")),
    ("m", _("Take over the selected rows, or this one")),
)


def urls(site: Any) -> list[Any]:
    """The addresses of the page, to stand in the admin site."""

    def page(request: HttpRequest) -> HttpResponse:
        return queues_page(site, request)

    def bulk(request: HttpRequest, action: str) -> HttpResponse:
        _refuse_strangers(request)
        return act_on_rows(site, request, action)

    return [
        path("queues/", site.admin_view(page), name="queues"),
        path("queues/bulk/<slug:action>/", site.admin_view(bulk), name="queues_bulk"),
    ]


def queues_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The queue that is asked for, else one's own work; with the header `X-Rows` its rows alone,
    304 where none has changed."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    _refuse_strangers(request)
    user: Any = request.user
    queues = {queue.slug: queue for queue in QUEUES}
    asked = request.GET.get("queue", "")
    queue = queues.get(asked, QUEUES[0])
    after, refused = request.GET.get("after", ""), ""
    try:
        rows = rows_of(queue, user, timezone.now(), after)
    except ValueError as error:  # a place of another queue: it begins at its front
        after, refused = "", str(error)
        rows = rows_of(queue, user, timezone.now())
    body = rows.body
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
    if "X-Rows" in request.headers:
        is_known = request.headers.get("If-None-Match") == tag
        response = HttpResponse(status=304) if is_known else HttpResponse(body)
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-store"
        return response
    counts = [(each, each.count(user)) for each in QUEUES]
    context = {
        **site.each_context(request),
        "title": _("Queues"),
        "queue": queue,
        "unknown": asked if asked and asked not in queues else "",
        "queues": [
            (each, f"{COUNTED}+" if n > COUNTED else n, each is queue) for each, n in counts
        ],
        "headings": HEADINGS,
        "body": body,
        "tag": tag,
        "shown": rows.shown,
        "after": after,
        "refused": refused,
        "next": rows.next,
        "most": MOST,
        "bulk_actions": [
            (name, title, reverse("admin:queues_bulk", args=[name]))
            for name, title in actions_for(user)
        ],
        "legend": holding_legend(),
        "zone": timezone.get_current_timezone_name(),
        "keys": _KEYS,
    }
    return TemplateResponse(request, "incidents/queues.html", context)


def _refuse_strangers(request: HttpRequest) -> None:
    if not request.user.has_perm("incidents.view_incident"):  # type: ignore[union-attr]  # -- signed in
        raise PermissionDenied
