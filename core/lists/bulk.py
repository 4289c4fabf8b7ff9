"""One action on many records: asked once, done one by one, told row by row."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.admin_forms import add_refusal
from core.errors import Refused, ValidationError
from core.lists.page import RecordList
from core.lists.views import bulk_actions_of

MOST = 200


def act_on_many(page: RecordList, request: HttpRequest, action: str) -> HttpResponse:
    """Asks what the action needs, then performs it on each record in a transaction of its own.

    A record that refuses does not hold up the others. Ids that the person may not see, or that do
    not exist, are left out.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if action not in bulk_actions_of(page):
        raise Http404
    form_class = page.admin.action_forms[action]
    records = _chosen(page, request.POST.getlist("ids"))
    context = _context(page, request, action, form_class.title, records)
    if not records:
        return TemplateResponse(request, "portal/bulk.html", context)
    is_answer = "confirmed" in request.POST
    data = request.POST if is_answer else None
    form = form_class(data, record=records[0], actor=request.user)
    if not is_answer or not form.is_valid():
        status = 400 if is_answer else 200
        asked = {**context, "form": form}
        return TemplateResponse(request, "portal/bulk.html", asked, status=status)
    results = [(record, perform_on(form_class, request, record)) for record in records]
    done = sum(1 for _record, reasons in results if not reasons)
    told = {"results": results, "done": done, "refused": len(results) - done}
    return TemplateResponse(request, "portal/bulk.html", {**context, **told})


def _chosen(page: RecordList, given: list[str]) -> list[Any]:
    ids = [int(text) for text in given[: MOST + 1] if text.isascii() and text.isdecimal()]
    rows = page.admin.visible_rows(page.user).filter(pk__in=[pk for pk in ids if pk < 2**63])
    return list(page.prepared(rows).order_by("pk")[:MOST])


def _context(
    page: RecordList, request: HttpRequest, action: str, title: Any, records: list[Any]
) -> dict[str, Any]:
    back = request.POST.get("back", "")
    list_url = page.admin.list_url()
    return {
        **page.admin.admin_site.each_context(request),
        "title": _("%(action)s: several records") % {"action": title},
        "opts": page.admin.opts,
        "action": action,
        "action_title": title,
        "records": records,
        "was_too_many": len(request.POST.getlist("ids")) > MOST,
        "most": MOST,
        "list_url": list_url,
        "list_title": page.admin.list_title,
        "back_url": list_url + back if back.startswith("?") else list_url,
        "back": back,
    }


def perform_on(form_class: Any, request: HttpRequest, record: Any) -> list[str]:
    """Performs on one record; the reasons against it, none where it is done."""
    form = form_class(request.POST, record=record, actor=request.user)
    if form.is_valid():
        try:
            with transaction.atomic():
                form.perform()
        except (Refused, ValidationError) as refusal:
            add_refusal(form, refusal)
        except record.__class__.DoesNotExist:  # out of sight since the list was made
            return [_("this record cannot be seen any more")]
    return [str(error) for errors in form.errors.values() for error in errors]
