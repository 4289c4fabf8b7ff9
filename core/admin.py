"""The admin that every model of the portal uses: scoped rows, services instead of `save`, dialogs.

Django's admin trusts whoever may open it. This one asks the queryset what a person may see and the
services what they may do, and offers no other way to change anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import (
    flatten_fieldsets,
    label_for_field,
    lookup_field,
    quote,
    unquote,
)
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from core.actions import ActionForm
from core.admin_lists import CappedPaginator, RecordList
from core.errors import NotAllowed, Reason, Refused, Stale, ValidationError
from core.history import history_of
from core.querysets import visible_rows
from core.showing import shown
from core.transitions import Workflow

LONGEST_SEARCH = 200
_VERBS = {
    verb: label
    for verbs, label in (
        (("open", "add", "create", "found", "hire", "mint"), _("Created")),
        (("edit", "change"), _("Edited")),
    )
    for verb in verbs
}
_KINDS = {"+": _("Created"), "~": _("Changed"), "-": _("Deleted")}


@dataclass(frozen=True)
class Button:
    """An action as the header of a record offers it; with reasons it is shown, but disabled."""

    action: str
    label: Reason
    url: str
    reasons: tuple[Reason, ...] = ()
    is_main: bool = True
    is_prominent: bool = False


@dataclass(frozen=True)
class Panel:
    """One tab of a record's page."""

    slug: str
    title: Reason
    template: str
    context: Mapping[str, Any]
    count: int | None = None


class _SavesByService(forms.ModelForm):
    """Saves while it validates: what the service refuses becomes an error of the form."""

    save_by: Callable[["_SavesByService"], Any]
    record: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and hasattr(self.instance, "version"):
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=self.instance.version
            )

    def is_valid(self) -> bool:
        if super().is_valid() and self.record is None:
            try:
                with transaction.atomic():
                    self.record = self.save_by(self)
            except (Refused, ValidationError) as refusal:
                add_refusal(self, refusal)
        return not self.errors

    def changes(self) -> dict[str, Any]:
        """What was changed on the form, by field."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name != "version" and name in self.cleaned_data
        }


class _KnownOptions:
    """Django looks up what was chosen without asking whether it can be an id at all."""

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> Any:
        ids = [v for v in value if v.isascii() and v.isdecimal() and len(v) < 19]
        return super().optgroups(name, ids, attr)  # type: ignore[misc] -- a widget is mixed in


class SearchSelect(_KnownOptions, AutocompleteSelect):
    """Chooses one related record by typing."""


class SearchSelectMultiple(_KnownOptions, AutocompleteSelectMultiple):
    """Chooses related records by typing."""


class ScopedModelAdmin(ModelAdmin):
    """Rows by `visible_to`, writes by services.

    `create_with(actor=…, **fields)` and `change_with(record, actor=…, **changes)` are services;
    without them nothing is added or changed. `action_forms` are the dialogs, by action.
    """

    workflow: ClassVar[Workflow | None] = None
    action_forms: ClassVar[Mapping[str, type[ActionForm]]] = {}
    create_with: ClassVar[Callable[..., Any] | None] = None
    change_with: ClassVar[Callable[..., Any] | None] = None

    list_title: Reason = ""  # else the model's name
    list_note: Reason = ""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    change_list_template = "portal/change_list.html"
    change_form_template = "portal/change_form.html"

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

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only what the list's own filters ask for."""
        return any(lookup in offered.parameters() for offered in self.list_filter)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        words = search_term.replace("\x00", "").strip()[:LONGEST_SEARCH]
        if words and hasattr(queryset, "matching"):
            return queryset.matching(words), False
        return super().get_search_results(request, queryset, words)

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
        return _without_wrapper(field)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        body = {"save_by": staticmethod(partial(self._save, request, obj if change else None))}
        return type(form)(form.__name__, (_SavesByService, form), body)

    def _save(self, request: HttpRequest, seen: Any, form: _SavesByService) -> Any:
        if seen is None:
            given = {k: v for k, v in form.cleaned_data.items() if v not in (None, "")}
            return type(self).create_with(actor=request.user, **given)
        rows = visible_rows(self.model, request.user).select_for_update(of=("self",))
        record = rows.filter(pk=seen.pk).first()
        if record is None:
            raise Http404
        if "version" in form.fields and form.cleaned_data["version"] != record.version:
            raise Stale(
                _(
                    "Somebody else changed this record while you were editing. Nothing was saved: "
                    "open it again to see their changes, then enter yours."
                )
            )
        changes = form.changes()
        if not changes:
            return record
        return type(self).change_with(record, actor=request.user, **changes) or record

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

    def list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def url_of(self, record: Any, page: str = "change", *more: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(record.pk), *more])

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

    # --- What a record's page shows; apps override these ----------------------------------------

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """`reference`, `title`, `badges` and, where the record has them, `clocks`."""
        return {"reference": getattr(record, "reference", ""), "title": str(record), "badges": []}

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        """What stands in place of the form for those who may only look: labels and values."""
        if self.has_change_permission(request, record):
            return []
        names = flatten_fieldsets(self.get_fieldsets(request, record))
        read = {name: lookup_field(name, record, self) for name in names}
        return [
            (
                label_for_field(name, self.model, self),
                record._get_FIELD_display(field) if field and field.flatchoices else shown(value),
            )
            for name, (field, _attr, value) in read.items()
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        """The tabs beside the form."""
        return []

    def before_action(self, request: HttpRequest, form_class: type[ActionForm]) -> None:
        """Where an app asks for more before a dialog opens, such as the password again."""

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """The dialogs that this person may open on this record."""
        return self.action_forms

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """The workflow's actions with their reasons, then the other dialogs."""
        dialogs = dict(self.get_action_forms(request, record))
        moves = self.workflow.available(record, request.user) if self.workflow else []
        buttons = [
            Button(m.action, m.label, self.url_of(record, "action", m.action), m.reasons)
            for m in moves
            if m.action in dialogs
        ]
        every_move = {move.action for move in self.workflow} if self.workflow else set()
        return buttons + [
            Button(name, form.title, self.url_of(record, "action", name), is_main=not self.workflow)
            for name, form in dialogs.items()
            if name not in every_move
        ]

    def label_of_action(self, action: str, kind: str) -> Any:
        """What the ledger's action (`incident.resolve`) is called; the code where nobody named it."""
        verb = action.rpartition(".")[2]
        if verb in self.action_forms:
            return self.action_forms[verb].title
        return _VERBS.get(verb) or action or _KINDS.get(kind, kind)

    # --- Pages of our own -----------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
            return update_wrapper(
                lambda *args, **kwargs: self.admin_site.admin_view(view)(*args, **kwargs), view
            )

        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = path(
            "<path:object_id>/action/<slug:action>/", wrap(self.action_view), name=f"{name}_action"
        )
        named = [url for url in super().get_urls() if getattr(url, "name", None)]
        return [own, *named]  # without Django's redirect of whatever stands behind an id

    def action_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """Asks what an action needs (GET) and takes it (POST); in a dialog or as a plain page."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        record = self.get_object(request, unquote(object_id))
        form_class = self.get_action_forms(request, record).get(action)
        if form_class is None:
            raise Http404
        self.before_action(request, form_class)
        if request.method != "POST":
            return self._dialog(request, record, form_class(record=record, actor=request.user))
        form = form_class(request.POST, request.FILES, record=record, actor=request.user)
        status = 400
        if form.is_valid():
            try:
                with transaction.atomic():
                    form.perform()
            except (Refused, ValidationError) as refusal:
                status = add_refusal(form, refusal)
            else:
                return self._performed(request, record, form)
        return self._dialog(request, record, form, status)

    def _performed(self, request: HttpRequest, record: Any, form: Any) -> HttpResponse:
        if getattr(form, "outcome", None):  # a secret, shown this once and kept nowhere
            return self._dialog(request, record, form)
        messages.success(request, gettext("Done: %(action)s.") % {"action": form.title})
        url = request.POST.get("back") or ""
        if not url.startswith("#"):
            url = ""
        url = self.url_of(record) + url
        if "X-Dialog" in request.headers:
            return JsonResponse({"location": url})
        return HttpResponseRedirect(url)

    def _dialog(self, request: Any, record: Any, form: Any, status: int = 200) -> HttpResponse:
        in_dialog = "X-Dialog" in request.headers
        context = {
            "form": form,
            "record": record,
            "record_url": self.url_of(record),
            "action_url": self.url_of(record, "action", form.action),
            "outcome": getattr(form, "outcome", None),
            "title": form.title,
            "opts": self.opts,
            "list_url": self.list_url(),
            "list_title": self.list_title,
        }
        if not in_dialog:
            context = {**self.admin_site.each_context(request), **context}
        template = "portal/dialog.html" if in_dialog else "portal/action_page.html"
        return TemplateResponse(request, template, context, status=status)

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who changed what, when and why: to read, never to revert."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        record = self.get_object(request, unquote(object_id))
        if not hasattr(record, "history"):
            raise Http404
        before = request.GET.get("before", "")
        before_id = int(before) if before.isdecimal() and len(before) < 19 else None
        lines = history_of(record, request.user, limit=51, before=before_id)
        context = {
            **self.admin_site.each_context(request),
            "lines": [(self.label_of_action(x.action, x.kind), x) for x in lines[:50]],
            "next_before": lines[49].id if len(lines) > 50 else None,
            "record": record,
            "record_url": self.url_of(record),
            "title": gettext("History of %(record)s")
            % {"record": getattr(record, "reference", "") or record},
            "opts": self.opts,
            "list_url": self.list_url(),
            "list_title": self.list_title,
        }
        return TemplateResponse(request, "portal/history.html", context)


def add_refusal(form: forms.Form, refusal: Exception) -> int:
    """Puts a service's refusal on a form and says which HTTP status it is."""
    if isinstance(refusal, ValidationError):
        by_field = getattr(refusal, "error_dict", None) or {None: refusal.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, errors)
        return 400
    for reason in refusal.reasons:  # type: ignore[attr-defined] -- only Refused comes here
        form.add_error(None, str(reason))
    return 403 if isinstance(refusal, NotAllowed) else 409


def _without_wrapper(field: Any) -> Any:
    """A related field without the pencils and pluses that lead out of the form."""
    for name in ("add", "change", "delete", "view"):
        if hasattr(getattr(field, "widget", None), f"can_{name}_related"):
            setattr(field.widget, f"can_{name}_related", False)
    return field
