"""Requests in the portal: the list, the form that asks by kind, and the page one works on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.errors import Refused
from core.record.once import new_token
from core.record.side import Block
from core.showing import ago, badge, link
from incidents import request_page as page
from incidents.diagnosis_panel import diagnosis_panel
from incidents.models import Request
from incidents.permissions import may_share_requests
from incidents.readers import mentionable
from incidents.request_enums import REQUEST_ENDED
from incidents.request_fields import KINDS, AdjustmentRequestForm, RequestForm, fields_of_kind
from incidents.request_forms import REQUEST_ACTIONS, SHARED, RequestCommentForm
from incidents.request_lists import RequestList
from incidents.request_rules import is_request_within_reach
from incidents.request_side import request_side
from incidents.request_timeline import REQUEST_TIMELINE
from incidents.request_together import request_header_facts, request_together_panel
from incidents.request_workflow import REQUEST_WORKFLOW
from incidents.services.requests.intake import take_in_by_form
from incidents.services.requests.opening import edit_request
from incidents.together import ButtonFor
from records.download import attachment_response
from sla.entitled import gaps_in_words
from sla.enums import RequestKind
from sla.models import ClientContact

_NEXT = {"assign", "start", "resume", "resolve", "close"}  # what usually comes next, by status
_ASIDE = {"cancel", "hand_over", "merge", "split"}
_PLACE = {"comment": 1, "edit": 3}  # after what comes next, before the other moves
_ELSEWHERE = {"comment", "attach"}  # in the add box
_BESIDE = {
    *("watch", "unwatch", "share", "end_share", "propose_adjustment"),
    *("link", "unlink", "link_incident", "unlink_incident"),
}

# in the tabs
_TOGETHER = {"unmerge", "set_cascade", "set_following", *(form.action for form in SHARED)}
_READERS_DO = {"answer_consultation", "take_help", "answer_help"}


@admin.register(Request)
class RequestAdmin(ScopedModelAdmin):
    form = RequestForm
    workflow = REQUEST_WORKFLOW
    action_forms = REQUEST_ACTIONS
    create_with = staticmethod(take_in_by_form)
    change_with = staticmethod(edit_request)
    record_template = "incidents/request_record.html"
    edits_on_request = True
    keeps_drafts = True
    timeline = REQUEST_TIMELINE

    list_class = RequestList
    search_fields = ("title",)
    ordering = ("-pk",)
    autocomplete_fields = ("client",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("life", "service", "team", "owner", "client", "contact", "vendor", "opened_by")
        return super().get_queryset(request).select_related(*related).defer("search")

    def is_workable(self, request: HttpRequest, record: Request) -> bool:
        return is_request_within_reach(record, request.user) is None

    # --- The form: first the kind, then what that kind asks -------------------------------------

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD") and not _kind_of(request):
            return self._choice_of_kind(request)
        return super().add_view(request, *args, **kwargs)

    def _choice_of_kind(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            return HttpResponseRedirect(self.list_url())
        context = {
            **self.admin_site.each_context(request),
            "title": _("New request"),
            "kinds": KINDS,
            "opts": self.opts,
            "list_url": self.list_url(),
            "list_title": self.list_title,
        }
        return TemplateResponse(request, "incidents/request_kinds.html", context)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return fields_of_kind(_kind_of(request) if obj is None else "")

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kind = "" if change else _kind_of(request)
        if kind == RequestKind.ADJUSTMENT:
            kwargs["form"] = AdjustmentRequestForm
        form = super().get_form(request, obj, change=change, **kwargs)
        if kind and "kind" in form.base_fields:
            form.base_fields["kind"].initial = kind
            form.base_fields["kind"].widget = form.base_fields["kind"].hidden_widget()
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "contact":
            related = db_field.remote_field.model._meta.get_field("client").related_model
            seen = related.objects.visible_to(request.user)
            contacts = ClientContact.objects.filter(client__in=seen).select_related("client")
            kwargs["queryset"] = contacts.order_by("client__name", "name")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "contact" and field is not None:
            field.label_from_instance = lambda contact: f"{contact.client} – {contact.name}"
        return field

    # --- The page -------------------------------------------------------------------------------

    def get_header(self, request: HttpRequest, record: Request) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [
                badge(record.get_kind_display(), ""),
                page.status_badge(record),
                page.priority_badge(record),
            ],
            "facts": [
                (_("client"), str(record.client or "–")),
                (_("team"), link(record.team)),
                (_("owner"), str(record.owner or _("Nobody yet"))),
                (_("opened"), ago(record.opened_at)),
                *request_header_facts(record, request.user),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Request) -> list[tuple[Any, Any]]:
        return []  # they stand beside the record

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        note = record.entitlement_note
        beyond = gaps_in_words(note, record.client.name) if note and record.client else ""
        return super().page_context(request, record) | {"beyond": beyond}

    def get_panels(self, request: HttpRequest, record: Request) -> list[Panel]:
        registered = [make(record, request.user) for _name, make in page.REQUEST_PANELS]
        button = self._button_for(request, record)
        return [
            page.clocks_panel(record.life, page.marks_of(record)),
            request_together_panel(record, request.user, button),
            diagnosis_panel(record, button),
            *registered,
        ]

    def get_side(self, request: HttpRequest, record: Request) -> list[Block]:
        return list(request_side(record, request.user, self._button_for(request, record)))

    def _button_for(self, request: HttpRequest, record: Request) -> ButtonFor:
        """What makes the buttons beside the record and in its tabs, as far as somebody works."""
        offered = self.get_action_forms(request, record)
        works = self.has_change_permission(request, record)

        def button(action: str, label: Any, full: Any = "", **answers: Any) -> Button | None:
            is_open_to_readers = "watch" in action or action in _READERS_DO
            if action not in offered or not (works or is_open_to_readers):
                return None
            url = self.url_of_action(record, offered[action], **answers)
            return Button(action, label, url, full_label=full)

        return button

    def get_talk(self, request: HttpRequest, record: Request) -> dict[str, Any] | None:
        if not self.has_change_permission(request, record):
            return None
        form = RequestCommentForm(record=record, actor=request.user, auto_id="comment_%s")
        url = self.url_of_action(record, RequestCommentForm)
        return {"form": form, "action_url": url, "client": record.client, "once": new_token()}

    def get_mentionable(self, request: HttpRequest, record: Request, typed: str) -> Any:
        return mentionable(record, by=request.user, typed=typed)

    def get_action_forms(self, request: HttpRequest, record: Request) -> Mapping[str, Any]:
        hidden = set() if may_share_requests(request.user) else {"share", "end_share"}
        if record.kind != RequestKind.ADJUSTMENT or not record.is_open:
            hidden.add("propose_adjustment")
        return {name: form for name, form in REQUEST_ACTIONS.items() if name not in hidden}

    def get_buttons(self, request: HttpRequest, record: Request) -> list[Button]:
        """Only who works on requests is offered the work."""
        if not super().has_change_permission(request):
            return []
        reach = is_request_within_reach(record, request.user)
        found = []
        for button in super().get_buttons(request, record):
            if button.action in _ELSEWHERE | _BESIDE | _TOGETHER:
                continue
            move = REQUEST_WORKFLOW.target(record.status, button.action)
            changes: dict[str, Any] = {"is_main": bool(move) and button.action not in _ASIDE}
            if not move:
                changes |= {"reasons": tuple(_against_work(record, reach))}
            button = replace(button, **changes)
            is_next = button.action in _NEXT and bool(move) and not button.reasons
            found.append(replace(button, is_prominent=is_next))
        found += self._on_the_page(record, reach)
        return sorted(found, key=lambda b: 0 if b.is_prominent else _PLACE.get(b.action, 9))

    def _on_the_page(self, record: Request, reach: Any) -> Iterator[Button]:
        """What needs no dialog: writing and editing."""
        reasons = [reach] if reach else []
        if record.status in REQUEST_ENDED:
            reasons.append(_("what is over is no longer edited"))
        yield Button("edit", _("Edit"), "?edit=1", tuple(reasons), is_dialog=False, shortcut="e")
        if reach is None:
            yield Button("comment", _("Comment"), "#comment", is_dialog=False, shortcut="c")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download_view)
        own = path("<int:object_id>/files/<int:file_id>/", view, name="incidents_request_download")
        return [own, *super().get_urls()]

    def download_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A file of a request that one may see, always as a download."""
        record = self.get_object(request, unquote(str(object_id)))
        try:
            return attachment_response(record.attachments.filter(pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{self.url_of(record)}#timeline")


def _kind_of(request: HttpRequest) -> str:
    given = request.POST.get("kind") or request.GET.get("kind") or ""
    return given if given in RequestKind.values else ""


def _against_work(record: Request, reach: Any) -> Iterator[Any]:
    if reach:
        yield reach
    if not record.is_open:
        yield _("only an open request has its priority changed")
