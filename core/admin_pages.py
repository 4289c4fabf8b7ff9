"""What a record's page has beside its form: header, actions as dialogs, tabs, history to read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import (
    flatten_fieldsets,
    label_for_field,
    lookup_field,
    quote,
    unquote,
)
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
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
from core.admin_forms import add_refusal
from core.errors import Reason, Refused, ValidationError
from core.history import history_of
from core.showing import shown
from core.transitions import Workflow

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


class RecordPages(ModelAdmin):
    """The pages of one record; apps override what their records show."""

    workflow: ClassVar[Workflow | None] = None
    action_forms: ClassVar[Mapping[str, type[ActionForm]]] = {}
    list_title: Reason = ""  # else the model's name

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
        """What the ledger's action (`incident.resolve`) is called; else its code."""
        verb = action.rpartition(".")[2]
        if verb in self.action_forms:
            return self.action_forms[verb].title
        return _VERBS.get(verb) or action or _KINDS.get(kind, kind)

    def list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def url_of(self, record: Any, page: str = "change", *more: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(record.pk), *more])

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
            except ObjectDoesNotExist as gone:  # out of sight since the page was made
                raise Http404 from gone
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
