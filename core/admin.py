"""The admin that every model of the portal uses: scoped rows, services instead of `save`, dialogs.

Django's admin trusts whoever may open it. This one asks the queryset what a person may see and the
services what they may do, and offers no other way to change anything.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import lists
from core.admin_forms import (
    SavesByService,
    SearchSelect,
    SearchSelectMultiple,
    add_refusal,
    without_wrapper,
)
from core.admin_lists import CappedPaginator, RecordList
from core.admin_pages import Button, Panel, RecordPages
from core.errors import Reason, Stale
from core.lists.bulk import act_on_many
from core.lists.views import show_list, suggest
from core.querysets import visible_rows

__all__ = ["Button", "Panel", "ScopedModelAdmin", "SearchSelectMultiple", "add_refusal"]

LONGEST_SEARCH = 200


class ScopedModelAdmin(RecordPages):
    """Rows by `visible_to`, writes by services.

    `create_with(actor=…, **fields)` and `change_with(record, actor=…, **changes)` are services;
    without them nothing is added or changed. `action_forms` are the dialogs, by action.
    """

    create_with: ClassVar[Callable[..., Any] | None] = None
    change_with: ClassVar[Callable[..., Any] | None] = None

    list_note: Reason = ""
    list_class: ClassVar[type[lists.RecordList] | None] = None

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    change_list_template = "portal/change_list.html"
    change_form_template = "portal/change_form.html"

    # --- Who sees and does what -----------------------------------------------------------------

    def visible_rows(self, user: Any) -> models.QuerySet[Any]:
        """What a list of the person starts from."""
        return visible_rows(self.model, user)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = visible_rows(self.model, request.user)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        record = super().get_object(request, object_id, from_field)
        if record is None or not self.has_view_permission(request):
            raise Http404
        return record

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.create_with is not None and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if self.change_with is None or not super().has_change_permission(request, obj):
            return False
        return not isinstance(obj, self.model) or self.is_workable(request, obj)

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        """Whether the person may work on this very record; apps say where that differs."""
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only what the list's own filters ask for."""
        return any(lookup in offered.parameters() for offered in self.list_filter)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        words = search_term.replace("\x00", "").strip()[:LONGEST_SEARCH]
        if words and hasattr(queryset, "matching"):
            return queryset.matching(words), False
        return super().get_search_results(request, queryset, words)

    # --- The list ---------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        """The list's own addresses stand before those of a record, which take any id."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("suggest/", view(self.suggest_view), name=f"{name}_suggest"),
            path("bulk/<slug:action>/", view(self.bulk_view), name=f"{name}_bulk"),
            path("list/<slug:tool>/", view(self.tool_view), name=f"{name}_tool"),
        ]
        return [*own, *super().get_urls()]

    def list_page(self, request: HttpRequest) -> Any:
        """The list as the person asks for it. 403 for those who may not look at all."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.list_class(self, request.user, request.GET)

    def changelist_view(self, request: Any, extra_context: Any = None) -> HttpResponse:
        if self.list_class is None:
            return super().changelist_view(request, extra_context)
        return show_list(self.list_page(request), request)

    def suggest_view(self, request: HttpRequest) -> HttpResponse:
        return suggest(self.list_page(request), request)

    def bulk_view(self, request: HttpRequest, action: str) -> HttpResponse:
        return act_on_many(self.list_page(request), request, action)

    def tool_view(self, request: HttpRequest, tool: str) -> HttpResponse:
        if tool not in lists.LIST_TOOLS:
            raise Http404
        return lists.LIST_TOOLS[tool].respond(self.list_page(request), request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordList]:
        return RecordList

    # --- Forms ----------------------------------------------------------------------------------

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", visible_rows(db_field.related_model, request.user))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SearchSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", visible_rows(db_field.related_model, request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_wrapper(field)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        body = {"save_by": staticmethod(partial(self._save, request, obj if change else None))}
        return type(form)(form.__name__, (SavesByService, form), body)

    def _save(self, request: HttpRequest, seen: Any, form: SavesByService) -> Any:
        if seen is None:
            given = {k: v for k, v in form.cleaned_data.items() if v not in (None, "")}
            return type(self).create_with(actor=request.user, **given)
        changes = form.changes()
        if not changes:
            return seen  # the service locks and compares: a lock here would come before its own
        given = {"version": form.cleaned_data["version"]} if "version" in form.fields else {}
        try:
            return type(self).change_with(seen, actor=request.user, **given, **changes) or seen
        except Stale as stale:
            raise Stale(
                _(
                    "Somebody else changed this record while you were editing. Nothing was saved: "
                    "open it again to see their changes, then enter yours."
                )
            ) from stale

    # The service has written everything by now, history included.
    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        return form.record

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None: ...

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None: ...

    def construct_change_message(self, *args: Any, **kwargs: Any) -> str:
        return ""

    def log_addition(self, *args: Any) -> None: ...

    def log_change(self, *args: Any) -> None: ...

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, gettext("%(record)s was added.") % {"record": obj})
        return HttpResponseRedirect(self.url_of(obj))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.success(request, gettext("Your changes were saved."))
        return HttpResponseRedirect(self.url_of(obj))

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(
        self, request: Any, context: Any, add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        context.update(show_save_and_continue=False, show_save_and_add_another=False)
        context.update(list_url=self.list_url(), list_title=self.list_title)
        if add:
            context["title"] = gettext("New %(name)s") % {"name": self.opts.verbose_name}
        if obj is not None:
            buttons = self.get_buttons(request, obj)
            context.update(
                header=self.get_header(request, obj),
                main_buttons=[b for b in buttons if b.is_main],
                more_buttons=[b for b in buttons if not b.is_main],
                panels=self.get_panels(request, obj),
                history_url=self.url_of(obj, "history") if hasattr(obj, "history") else "",
                facts=self.get_facts(request, obj),
            )
        return super().render_change_form(request, context, add, change, form_url, obj)
