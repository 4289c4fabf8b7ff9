"""What a record's page has beside its form: header, actions as dialogs, tabs, history to read."""

from collections.abc import Callable, Mapping, Sequence
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
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from core.actions import ActionForm
from core.admin_forms import add_refusal
from core.api.collisions import attempt
from core.errors import Reason, Refused, Stale, ValidationError
from core.history import history_of, lines_of, rows_of
from core.palette import record_of
from core.record.conflicts import changes_since
from core.record.once import answers_of, is_first, new_token, sending_of
from core.record.pages import TellsTimeline
from core.record.words import name_of_action
from core.showing import link, shown
from core.transitions import Workflow
from core.writing import expecting


@dataclass(frozen=True)
class Button:
    """An action as the header of a record offers it; with reasons it is shown, but disabled."""

    action: str
    label: Reason
    url: str
    reasons: tuple[Reason, ...] = ()
    is_main: bool = True
    is_prominent: bool = False
    is_dialog: bool = True
    shortcut: str = ""
    full_label: Reason = ""  # for those who hear it without what stands beside it


@dataclass(frozen=True)
class Panel:
    """One tab of a record's page."""

    slug: str
    title: Reason
    template: str
    context: Mapping[str, Any]
    count: int | None = None


class RecordPages(TellsTimeline, ModelAdmin):
    """The pages of one record; apps override what their records show."""

    workflow: ClassVar[Workflow | None] = None
    action_forms: ClassVar[Mapping[str, type[ActionForm]]] = {}
    list_title: Reason = ""  # else the model's name
    # Whether the form opens only when asked for, because the page shows the record by itself.
    edits_on_request: ClassVar[bool] = False
    about_field: ClassVar[str] = ""  # holds the reference of another record; leads to its page
    record_template: ClassVar[str] = "portal/record.html"

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
        about = getattr(record, self.about_field) if self.about_field else ""
        if found := record_of(request.user, about):
            read[self.about_field] = (None, None, link(found, about))
        return [
            (
                label_for_field(name, self.model, self),
                shown(record._get_FIELD_display(field) if field and field.flatchoices else value),
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
            Button(m.action, m.label, self.url_of_action(record, dialogs[m.action]), m.reasons)
            for m in moves
            if m.action in dialogs
        ]
        every_move = {move.action for move in self.workflow} if self.workflow else set()
        return buttons + [
            Button(name, form.title, self.url_of_action(record, form), is_main=not self.workflow)
            for name, form in dialogs.items()
            if name not in every_move
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """What the page of an existing record shows beside its form. A form that was asked for
        stands alone below the header."""
        if self.is_editing(request) and self.edits_on_request:
            return {"header": self.get_header(request, record)}
        buttons = self.get_buttons(request, record)
        return {
            "header": self.get_header(request, record),
            "main_buttons": [b for b in buttons if b.is_main],
            "more_buttons": [b for b in buttons if not b.is_main],
            "panels": self.get_panels(request, record),
            "side": self.get_side(request, record),
            "history_url": self.url_of(record, "history") if hasattr(record, "history") else "",
            "facts": self.get_facts(request, record),
            "talk": self.timeline_context(request, record),
        }

    def is_editing(self, request: HttpRequest) -> bool:
        """Whether the page of an existing record shows its form."""
        if not self.edits_on_request or request.method == "POST":
            return True
        return "edit" in request.GET and self.has_change_permission(request)

    def label_of_action(self, action: str, kind: str) -> Any:
        """What the ledger's action (`incident.resolve`) is called."""
        titles = {verb: form.title for verb, form in self.action_forms.items()}
        return name_of_action(action, kind, titles)

    def list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def url_of(self, record: Any, page: str = "change", *more: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[quote(record.pk), *more])

    def url_of_action(self, record: Any, form: type[ActionForm], **answers: Any) -> str:
        """A dialog's address, with the version that its page shows and answers that are known."""
        if form.checks_version:
            answers["version"] = record.version
        query = f"?{urlencode(answers)}" if answers else ""
        return self.url_of(record, "action", form.action) + query

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
        # Without Django's redirect of whatever stands behind an id.
        return [own, *self.timeline_urls(wrap), *named]

    def record_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The record to read and to work on, without its form."""
        record = self.get_object(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **self.page_context(request, record),
            "original": record,
            "opts": self.opts,
            "list_url": self.list_url(),
            "list_title": self.list_title,
            "keeps_drafts": self.keeps_drafts,
            "draft": self.draft_name(record, "edit"),
            "has_change_permission": self.has_change_permission(request, record),
        }
        return TemplateResponse(request, self.record_template, context)

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
            known = {key: request.GET[key] for key in form_class.prefilled if key in request.GET}
            form = form_class(record=record, actor=request.user, initial=known)
            return self._dialog(request, record, form, seen=request.GET.get("version", ""))
        form = form_class(request.POST, request.FILES, record=record, actor=request.user)
        seen = request.POST.get("version", "") if form.checks_version else ""
        if not form.is_valid():
            for reason in self._reasons_against(record, action, request.user):
                form.add_error(None, str(reason))
            return self._dialog(request, record, form, 400, seen=seen)

        shown = answers_of(request.POST) if form.foretells else ""

        def perform() -> Mapping[str, Any] | None:
            with expecting(record, _number(seen) if seen else None):
                if form.foretells and request.POST.get("foretold") != shown:
                    return form.foretell()
                if is_first(sending_of(request)):
                    form.perform()
            return None

        try:
            told = attempt(transaction.atomic(perform))
        except ObjectDoesNotExist as gone:  # out of sight since the page was made
            raise Http404 from gone
        except Stale:
            record = self.get_object(request, unquote(object_id))
            return self._dialog(request, record, form, 409, seen=seen)
        except (Refused, ValidationError) as refusal:
            return self._dialog(request, record, form, add_refusal(form, refusal), seen=seen)
        if told is not None:
            return self._dialog(request, record, form, seen=seen, told=told, foretold=shown)
        return self._performed(request, record, form)

    def _reasons_against(self, record: Any, action: str, actor: Any) -> Sequence[Reason]:
        """Everything that speaks against an action of the workflow, as of now."""
        if self.workflow and any(action == move.action for move in self.workflow):
            try:
                self.workflow.check(record, action, actor)
            except Refused as refusal:
                return refusal.reasons
        return ()

    def _performed(self, request: HttpRequest, record: Any, form: Any) -> HttpResponse:
        if getattr(form, "outcome", None):  # a secret, shown this once and kept nowhere
            return self._dialog(request, record, form)
        done = form.done or gettext("Done: %(action)s.") % {"action": form.title}
        messages.success(request, str(done))
        for warning in form.warnings:
            messages.warning(request, str(warning))
        back = form.lands_on or request.POST.get("back") or ""
        url = self.url_of(record) + (back if back.startswith("#") else "")
        if "X-Dialog" in request.headers:
            return JsonResponse({"location": url})
        return HttpResponseRedirect(url)

    def _dialog(
        self,
        request: Any,
        record: Any,
        form: Any,
        status: int = 200,
        *,
        seen: str = "",
        told: Mapping[str, Any] | None = None,
        foretold: str = "",
    ) -> HttpResponse:
        """The questions. Who asks with an older version of the record is shown what happened since
        then, and answers over the one there is now. `told` is what the answers would do."""
        in_dialog = "X-Dialog" in request.headers
        version = getattr(record, "version", 0) if form.checks_version else 0
        is_behind = bool(seen and version and _number(seen) != version)
        reasons: Sequence[Reason] = ()
        if not form.is_bound:
            reasons = [
                *self._reasons_against(record, form.action, request.user),
                *form.reasons_against(),
            ]
        context = {
            "form": form,
            "version": version,
            "is_behind": is_behind,
            "meanwhile": changes_since(record, _number(seen), request.user) if is_behind else None,
            "reasons": reasons,
            "told": told,
            "foretold": foretold,
            "once": request.POST.get("once") or new_token(),
            "draft": self.draft_name(record, form.action),
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
        before_id = _number(request.GET.get("before", "")) or None
        one = _number(request.GET.get("line", ""))
        if "line" in request.GET:
            lines = lines_of(list(rows_of(record).filter(history_id=one)), request.user)
        else:
            lines = history_of(record, request.user, limit=51, before=before_id)
        if "X-Fragment" in request.headers:
            return TemplateResponse(request, "portal/history_line.html", {"lines": lines[:1]})
        context = {
            **self.admin_site.each_context(request),
            "lines": [(self.label_of_action(x.action, x.kind), x) for x in lines[:50]],
            "is_one": "line" in request.GET,
            "history_url": request.path,
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


def row_of_buttons(buttons: Sequence[Button]) -> SafeString:
    """Small buttons for a cell of a table, about what its row shows."""
    drawn = ((render_to_string("portal/button.html", {"button": one}),) for one in buttons)
    inner = format_html_join("", "{}", drawn)
    return format_html('<span class="row-buttons">{}</span>', inner) if inner else inner


def _number(text: str) -> int:
    """An id or a version as somebody typed it; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
