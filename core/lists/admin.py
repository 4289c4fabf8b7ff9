"""The addresses of an admin's list, in place of Django's change list."""

from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.functional import cached_property

from core.lists.bulk import act_on_many
from core.lists.page import RecordList
from core.lists.tools import LIST_TOOLS
from core.lists.views import show_list, suggest
from core.querysets import visible_rows

COUNTED = 1_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # -- Django knows no argument
    """For the suggestions of a form's field: whoever needs number 1,001 types on."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[: COUNTED + 1].count()


class HasList(ModelAdmin):  # type: ignore[type-arg]  # -- Django knows no argument
    """Shows the records of its model by `list_class`."""

    list_class: ClassVar[type[RecordList]] = RecordList

    actions = None
    paginator = CappedPaginator

    def visible_rows(self, user: Any) -> models.QuerySet[Any]:
        """What a list of the person starts from."""
        return visible_rows(self.model, user)

    def list_page(self, request: HttpRequest) -> RecordList:
        """The list as the person asks for it. 403 for those who may not look at all."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.list_class(self, request.user, request.GET)

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

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return show_list(self.list_page(request), request)

    def suggest_view(self, request: HttpRequest) -> HttpResponse:
        return suggest(self.list_page(request), request)

    def bulk_view(self, request: HttpRequest, action: str) -> HttpResponse:
        return act_on_many(self.list_page(request), request, action)

    def tool_view(self, request: HttpRequest, tool: str) -> HttpResponse:
        if tool not in LIST_TOOLS:
            raise Http404
        return LIST_TOOLS[tool].respond(self.list_page(request), request)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return False  # there is no change list to be narrowed by lookups
