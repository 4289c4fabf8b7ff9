"""Requests of auditors in the portal."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import Button, ScopedModelAdmin
from core.errors import Refused
from core.palette import record_of
from core.record.once import new_token
from core.record.side import Block
from core.showing import link, shown
from evidence import services
from evidence.controls import CONTROLS
from evidence.engagement_lists import RequestList, due_cell, request_badge
from evidence.forms.requests import REQUEST_ACTIONS, CommentForm, RequestForm, fit_to
from evidence.models import AuditRequest, Engagement
from evidence.permissions import may_ask
from evidence.timeline import REQUEST_TIMELINE
from evidence.workflow import REQUEST_WORKFLOW, answers_it
from records.download import attachment_response

_THEIRS = {"accept", "return", "withdraw"}
_OURS = {"start", "provide", "hand_over"}


@admin.register(AuditRequest)
class AuditRequestAdmin(ScopedModelAdmin):
    form = RequestForm
    create_with = staticmethod(services.ask_for)
    workflow = REQUEST_WORKFLOW
    action_forms = REQUEST_ACTIONS
    list_class = RequestList
    timeline = REQUEST_TIMELINE
    keeps_drafts = True
    record_template = "evidence/request.html"
    edits_on_request = True
    search_fields = ("=reference", "title", "control")
    ordering = ("-pk",)
    fields = ("engagement", "control", "title", "text", "owner", "due_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("engagement", "owner__person", "asked_by__person", "provided_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if form.base_fields:
            fit_to(form, request.user)
        return form

    def get_header(self, request: HttpRequest, record: AuditRequest) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [request_badge(record)],
            "facts": [
                (_("due on"), due_cell(record)),
                (_("owner"), record.owner.get_full_name()),
                (_("asked by"), record.asked_by.get_full_name()),
                (_("control"), _control(record.control)),
            ],
        }

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        return context | {"asked": record.text, "answer": record.answer}

    def get_facts(self, request: HttpRequest, record: AuditRequest) -> list[tuple[Any, Any]]:
        sees = Engagement.objects.visible_to(request.user).filter(pk=record.engagement_id).exists()
        engagement = record.engagement
        facts = [(_("engagement"), link(engagement) if sees else str(engagement))]
        if record.provided_at is not None:
            by = record.provided_by
            facts.append((_("provided at"), record.provided_at))
            facts.append((_("provided by"), shown(by and by.get_full_name())))
        if record.pack_reference:
            pack = record_of(request.user, record.pack_reference)
            shown_as = link(pack, record.pack_reference) if pack else record.pack_reference
            facts.append((_("evidence pack"), shown_as))
        return facts

    def get_side(self, request: HttpRequest, record: AuditRequest) -> list[Block]:
        return []

    def get_talk(self, request: HttpRequest, record: AuditRequest) -> dict[str, Any] | None:
        form = CommentForm(record=record, actor=request.user, auto_id="comment_%s")
        url = self.url_of_action(record, CommentForm)
        return {"form": form, "action_url": url, "is_plain": True, "once": new_token()}

    def get_action_forms(self, request: HttpRequest, record: AuditRequest) -> Mapping[str, Any]:
        """Auditors judge, the others answer; neither is offered what is the other's."""
        hidden = set() if may_ask(request.user) else _THEIRS
        if answers_it(record, request.user):
            hidden = hidden | _OURS
        return {name: form for name, form in self.action_forms.items() if name not in hidden}

    def get_buttons(self, request: HttpRequest, record: AuditRequest) -> list[Button]:
        found = []
        for button in super().get_buttons(request, record):
            if button.action == "comment":
                continue
            is_next = button.action in ("provide", "accept") and not button.reasons
            found.append(replace(button, is_prominent=is_next))
        return [*found, Button("comment", _("Comment"), "#comment", is_dialog=False, shortcut="c")]

    # --- Files ----------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download_view)
        name = "evidence_auditrequest_download"
        return [
            path("<int:object_id>/files/<int:file_id>/", view, name=name),
            *super().get_urls(),
        ]

    def download_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A file of a request that one may see, always as a download."""
        record = self.get_object(request, str(object_id))
        try:
            return attachment_response(record.attachments.filter(pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{self.url_of(record)}#timeline")


def _control(code: str) -> Any:
    if code not in CONTROLS:
        return code or shown(None)
    return format_html("{} · {}", code, CONTROLS[code].title)
