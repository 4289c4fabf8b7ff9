"""The admin that every model of the portal uses: scoped rows, services instead of `save`, dialogs.

Django's admin trusts whoever may open it. This one asks the queryset what a person may see and the
services what they may do, and offers no other way to change anything.
"""

from functools import partial
from typing import Any

from django.contrib.admin.utils import unquote
from django.db import models
from django.forms import DateTimeField, Media
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.utils import timezone
from django.utils.translation import gettext

from core.admin_forms import (
    DayInput,
    MomentInput,
    SavesByService,
    SearchSelect,
    SearchSelectMultiple,
    add_refusal,
    without_wrapper,
)
from core.admin_pages import Button, Panel
from core.admin_saving import SavesRecords
from core.lists.admin import HasList
from core.querysets import visible_rows
from core.record.once import new_token

__all__ = ["Button", "Panel", "ScopedModelAdmin", "SearchSelectMultiple", "add_refusal"]

LONGEST_SEARCH = 200


class ScopedModelAdmin(HasList, SavesRecords):
    """Rows by `visible_to`, writes by services. `action_forms` are the dialogs, by action."""

    change_form_template = "portal/change_form.html"

    @property
    def media(self) -> Media:
        """Only what date fields need: Django's would bring 90 kB for popups, slugs and actions."""
        return Media(js=["admin/js/core.js"])

    # --- Who sees and does what -----------------------------------------------------------------

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

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        words = search_term.replace("\x00", "").strip()[:LONGEST_SEARCH]
        if words and hasattr(queryset, "matching"):
            return queryset.matching(words), False
        return super().get_search_results(request, queryset, words)

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
        if type(db_field) is models.DateField:
            kwargs["widget"] = DayInput()
        if type(db_field) is models.DateTimeField:
            zone = {"zone": timezone.get_current_timezone_name()}
            named = gettext("In your time zone, %(zone)s.") % zone
            kwargs |= {"form_class": DateTimeField, "widget": MomentInput()}
            kwargs.setdefault("help_text", named)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_wrapper(field)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        save = partial(self.save_by_service, request, obj if change else None)
        body = {"save_by": staticmethod(save)}
        return type(form)(form.__name__, (SavesByService, form), body)

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        object_id = kwargs.get("object_id") or (args[0] if args else None)
        if object_id is not None and not self.is_editing(request):
            return self.record_view(request, unquote(object_id))
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
            if self.edits_on_request and not self.has_change_permission(request, obj):
                return HttpResponseRedirect(self.url_of(obj))
            if request.method == "POST":  # the form has written its answers on the one it had
                obj = context["original"] = self.get_object(request, str(obj.pk))
            context.update(self.page_context(request, obj))
            context["record_url"] = self.url_of(obj) if self.edits_on_request else ""
        context["draft"] = self.draft_name(obj, "edit")
        context["once"] = request.POST.get("once") or new_token()
        return super().render_change_form(request, context, add, change, form_url, obj)
