"""One action on the chosen rows of a queue, each by the rules of its own kind, in a transaction of
its own. A row that somebody changed since it was shown is refused where the action minds."""

from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.lists.bulk import MOST, perform_on
from core.writing import expecting
from incidents.queues.kinds import WORK_KINDS, WorkKind
from incidents.queues.places import QUEUES

_LARGEST = 2**31


def actions_for(user: Any) -> list[tuple[str, Any]]:
    """Names and titles of what the person may do to many rows."""
    found = {
        name: form.title
        for _name, kind in WORK_KINDS
        if user.has_perm(kind.change_permission)
        for name, form in kind.actions.items()
    }
    return list(found.items())


def act_on_rows(site: Any, request: HttpRequest, action: str) -> HttpResponse:
    """Asks what the action needs, performs it row by row, then says what came of each."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    title = dict(actions_for(request.user)).get(action)
    if title is None:
        raise Http404
    chosen = _chosen(request.user, request.POST.getlist("ids"), action)
    back = _back(request)
    context = {
        **site.each_context(request),
        "title": _("%(action)s: several records") % {"action": title},
        "action_title": title,
        "records": [record for _kind, record, _version in chosen],
        "was_too_many": len(request.POST.getlist("ids")) > MOST,
        "most": MOST,
        "list_title": _("Queues"),
        "list_url": back,
        "back_url": back,
        "back": request.POST.get("back", ""),
    }
    if not chosen:
        return TemplateResponse(request, "portal/bulk.html", context)
    kind, first, _version = chosen[0]
    is_answer = "confirmed" in request.POST
    data = request.POST if is_answer else None
    form = kind.actions[action](data, record=first, actor=request.user)
    if not is_answer or not form.is_valid():
        context["form"] = form
        return TemplateResponse(
            request, "portal/bulk.html", context, status=400 if is_answer else 200
        )
    results = []
    for kind, record, version in chosen:
        form_class = kind.actions[action]
        minds = version if getattr(form_class, "checks_version", False) else None
        with expecting(record, minds):
            results.append((record, perform_on(form_class, request, record)))
    done = sum(1 for _record, reasons in results if not reasons)
    if done == len(results):
        told = ngettext("%(n)d record done.", "%(n)d records done.", done) % {"n": done}
        messages.success(request, f"{title}: {told}")
        return HttpResponseRedirect(back)
    told_each = {"results": results, "done": done, "refused": len(results) - done}
    return TemplateResponse(request, "portal/bulk.html", {**context, **told_each})


def _chosen(user: Any, given: list[str], action: str) -> list[tuple[WorkKind, Any, int]]:
    """The records that the person sees, with the version each was shown in. What is not understood
    or not seen is left out."""
    kinds = {kind.name: kind for _name, kind in WORK_KINDS if action in kind.actions}
    wanted: dict[str, dict[int, int]] = {name: {} for name in kinds}
    for text in given[:MOST]:
        name, _dash, numbers = text.partition("-")
        pk, _dash, version = numbers.partition("-")
        if name in kinds and _is_number(pk) and _is_number(version):
            wanted[name][int(pk)] = int(version)
    found = []
    for name, versions in wanted.items():
        kind = kinds[name]
        if not versions or not user.has_perm(kind.change_permission):
            continue
        seen = kind.model._default_manager.visible_to(user)  # type: ignore[attr-defined]  # -- scoped
        for record in seen.filter(pk__in=versions).select_related(*kind.related).order_by("pk"):
            record.work_key = f"{name}-{record.pk}-{versions[record.pk]}"
            found.append((kind, record, versions[record.pk]))
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 11 and int(text) < _LARGEST


def _back(request: HttpRequest) -> str:
    slug = request.POST.get("back", "")
    page = reverse("admin:queues")
    return f"{page}?queue={slug}" if slug in {queue.slug for queue in QUEUES} else page
