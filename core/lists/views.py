"""The addresses of a list: the page itself, its rows alone, suggestions for its filters."""

import hashlib

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse

from core.lists.controls import suggestions
from core.lists.page import RecordList
from core.lists.tools import LIST_TOOLS


def show_list(page: RecordList, request: HttpRequest) -> HttpResponse:
    """The page; with the header `X-Rows` its rows alone, 304 where none has changed."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if "X-Rows" in request.headers:
        return _rows_alone(page, request)
    if not request.GET:
        for _name, tool in LIST_TOOLS:
            if start := tool.start(page):
                return HttpResponseRedirect(start)
    body = page.body()  # first, because it finds out what the address asks in vain
    controls = page.controls()
    admin = page.admin

    def is_main(name: str) -> bool:
        return not page.main_filters or name in page.main_filters

    context = {
        **admin.admin_site.each_context(request),
        "title": admin.list_title or admin.opts.verbose_name_plural,
        "opts": admin.opts,
        "list": page,
        "body": body,
        "tag": _tag(body),
        "controls": [control for control in controls if is_main(control.name)],
        "more_controls": [control for control in controls if not is_main(control.name)],
        "bulk_actions": [(name, admin.action_forms[name].title) for name in bulk_actions_of(page)],
        "tools": [
            (tool.template, {**tool_context, "url": f"{admin.list_url()}list/{name}/"})
            for name, tool in LIST_TOOLS
            if (tool_context := tool.context(page, request)) is not None
        ],
        "has_add_permission": admin.has_add_permission(request),
        "list_url": admin.list_url(),
    }
    return TemplateResponse(request, "portal/list.html", context)


def bulk_actions_of(page: RecordList) -> tuple[str, ...]:
    """What may be done to many records at once: nothing for those who only read."""
    may = page.user.has_perm(f"{page.model._meta.app_label}.change_{page.model._meta.model_name}")
    return page.bulk_actions if may else ()


def _rows_alone(page: RecordList, request: HttpRequest) -> HttpResponse:
    body = page.body()
    tag = _tag(body)
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-store"
    return response


def _tag(body: str) -> str:
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'


def suggest(page: RecordList, request: HttpRequest) -> HttpResponse:
    """Keys and names for one filter, of the records that the person may see."""
    asked = page.filters().get(request.GET.get("filter", ""))
    if asked is None:
        raise Http404
    found = suggestions(asked, request.GET.get("typed", ""), page.user)
    return JsonResponse({"found": [{"key": key, "name": name} for key, name in found]})
