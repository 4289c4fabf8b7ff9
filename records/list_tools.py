"""What this app adds to every list: saved views, and export of what is shown."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.errors import Refused, ValidationError
from core.lists import LIST_TOOLS, ListTool, RecordList
from records.exports import export_list, may_export
from records.models import Job, SavedView
from records.saved_views import discard_view, edit_view, may_edit, save_view
from records.tables import TableFormat
from records.view_sharing import VIEW_SHARING

LONGEST_ADDRESS = 4000


def register_list_tools() -> None:
    views = ListTool("records/views_menu.html", _views, _change_views, _first_view)
    LIST_TOOLS.register("views", views)
    LIST_TOOLS.register("export", ListTool("records/export_menu.html", _formats, _export))


def _kept(page: RecordList) -> Any:
    return SavedView.objects.visible_to(page.user).filter(list_name=page.model._meta.model_name)


def _views(page: RecordList, request: HttpRequest) -> dict[str, Any]:
    """The views of this list that the person keeps or that are shared with them."""
    views = [
        (view, f"?{urlencode({**view.query, 'view': view.pk})}", view.owner_id == page.user.pk)
        for view in _kept(page).select_related("owner")[:50]
    ]
    current = next((view for view, _url, _own in views if str(view.pk) == page.query.view), None)
    context = {"views": views, "current": current, "address": page.query.address(view=None)}
    if current is None:
        return context
    sharing: dict[str, Any] = {}
    for _name, one in VIEW_SHARING:
        sharing |= one.menu(current, page.user)
    return {
        **context,
        "is_own": current.owner_id == page.user.pk,
        "may_edit": may_edit(current, page.user),
        "sharing": sharing,
    }


def _first_view(page: RecordList) -> str | None:
    """Where the person begins this list, if they or their team chose one of the views."""
    for _name, sharing in VIEW_SHARING:
        if first := sharing.first(_kept(page), page.user).first():
            return f"?{urlencode({**first.query, 'view': first.pk})}"
    return None


def _change_views(page: RecordList, request: HttpRequest) -> HttpResponse:
    """Keeps the address under a name or in a view that there is, forgets a view of one's own, or
    shares one as upper apps let people."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    list_url = page.admin.list_url()
    try:
        with transaction.atomic():
            return HttpResponseRedirect(f"{list_url}{_changed(page, request)}")
    except (Refused, ValidationError) as refusal:
        told = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        for text in told:
            messages.error(request, text)
        return HttpResponseRedirect(f"{list_url}{_address(request)}")


def _changed(page: RecordList, request: HttpRequest) -> str:
    """Does it; the address that one comes to."""
    if discarded := request.POST.get("discard", ""):
        for view in _chosen(SavedView.objects.filter(owner=page.user.pk), discarded):
            discard_view(view, actor=page.user)
        return "?view=none"
    for _name, sharing in VIEW_SHARING:
        if told := sharing.act(page.user, request):
            messages.info(request, told)
            return _address(request)
    asked = _asked(page, request)
    if kept := request.POST.get("keep", ""):
        for view in _chosen(_kept(page), kept):
            edit_view(view, actor=page.user, query=asked)
            messages.success(request, _("The view “%s” was saved.") % view.name)
            return f"?{urlencode({**asked, 'view': view.pk})}"
        return _address(request)
    view = save_view(
        actor=page.user,
        list_name=page.model._meta.model_name,
        name=request.POST.get("name", "").replace("\x00", "").strip(),
        query=asked,
        is_shared="is_shared" in request.POST,
    )
    messages.success(request, _("The view “%s” was saved.") % view.name)
    return f"?{urlencode({**asked, 'view': view.pk})}"


def _chosen(views: Any, text: str) -> Any:
    is_id = text.isascii() and text.isdecimal() and len(text) < 19
    return views.filter(pk=int(text) if is_id else 0)


def _formats(page: RecordList, request: HttpRequest) -> dict[str, Any] | None:
    if not may_export(page.user):
        return None
    return {"formats": TableFormat.choices, "address": page.query.address()}


def _export(page: RecordList, request: HttpRequest) -> Any:
    """The file, or the page of the job that makes it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    address = _address(request)
    form = request.POST.get("form", "")
    wanted = _page_of(page, address)
    wanted.all_rows()  # finds out what the address asks in vain
    if wanted.query.problems or form not in TableFormat.values:
        messages.error(request, _("Nothing was exported: a part of the filters is not understood."))
        return HttpResponseRedirect(f"{page.admin.list_url()}{address}")
    try:
        made = export_list(wanted, TableFormat(form), address.lstrip("?"))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{page.admin.list_url()}{address}")
    if isinstance(made, Job):
        messages.info(
            request, _("There are many rows: a job makes the file and tells how far it is.")
        )
        return HttpResponseRedirect(reverse("admin:records_job_change", args=[made.pk]))
    return made


def _address(request: HttpRequest) -> str:
    given = request.POST.get("address", "").replace("\x00", "")[:LONGEST_ADDRESS]
    return given if given.startswith("?") else ""


def _page_of(page: RecordList, address: str) -> RecordList:
    return type(page)(page.admin, page.user, QueryDict(address.lstrip("?")))


def _asked(page: RecordList, request: HttpRequest) -> dict[str, str]:
    """The understood part of the address, as a view keeps it."""
    return _page_of(page, _address(request)).query.parameters(view=None)
