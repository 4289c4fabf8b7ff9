"""Evidence packs in the portal: their list, their page and its dialogs, their file."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.errors import Refused
from evidence import pack_page, services
from evidence.download import pack_response
from evidence.enums import PackState
from evidence.forms.packs import (
    ChooseForm,
    DrawForm,
    PackForm,
    ReplaceForm,
    RetryForm,
    request_pack,
)
from evidence.lists import EvidencePackList, state_badge, title_of
from evidence.models import EvidencePack

_ACTIONS = {form.action: form for form in (DrawForm, ReplaceForm, ChooseForm, RetryForm)}


@admin.register(EvidencePack)
class EvidencePackAdmin(ScopedModelAdmin):
    form = PackForm
    create_with = staticmethod(request_pack)
    action_forms = _ACTIONS
    list_class = EvidencePackList
    record_template = "evidence/pack.html"
    edits_on_request = True
    search_fields = ("=reference", "control")
    ordering = ("-pk",)
    fields = ("control", "starts_on", "ends_on", "zone")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("<int:object_id>/file/", view(self.file_view), name="evidence_pack_file"),
            path(
                "<int:object_id>/progress/",
                view(self.progress_view),
                name="evidence_pack_progress",
            ),
        ]
        return [*own, *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The file, for whoever sees the pack; taking it is on record."""
        pack = self.get_object(request, str(object_id))
        try:
            file = services.hand_out_pack(pack, actor=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.url_of(pack))
        return pack_response(pack, file)

    def progress_view(self, request: HttpRequest, object_id: int) -> JsonResponse:
        """What the page asks while a worker builds."""
        return JsonResponse(pack_page.progress_of(self.get_object(request, str(object_id))))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("asker", "job")

    def get_header(self, request: HttpRequest, record: EvidencePack) -> dict[str, Any]:
        badges = [state_badge(record)]
        return {"reference": record.reference, "title": title_of(record), "badges": badges}

    def get_facts(self, request: HttpRequest, record: EvidencePack) -> list[tuple[Any, Any]]:
        return pack_page.facts_of(record)

    def get_panels(self, request: HttpRequest, record: EvidencePack) -> list[Panel]:
        return pack_page.panels_of(record)

    def page_context(self, request: HttpRequest, record: EvidencePack) -> dict[str, Any]:
        return super().page_context(request, record) | {
            "first_tab": _("Overview"),
            "pack": record,
            "progress": pack_page.progress_of(record),
            "progress_url": f"{self.list_url()}{record.pk}/progress/",
        }

    def get_action_forms(self, request: HttpRequest, record: EvidencePack) -> Mapping[str, Any]:
        """What can be done with it as it is now."""
        if not request.user.has_perm("evidence.add_evidencepack"):
            return {}
        progress = pack_page.progress_of(record)
        if record.state == PackState.FAILED or progress["has_failed"]:
            return {RetryForm.action: RetryForm}
        if record.state != PackState.BUILT:
            return {}
        offered = (ReplaceForm, ChooseForm) if record.seed else (DrawForm,)
        return {form.action: form for form in offered}

    def get_buttons(self, request: HttpRequest, record: EvidencePack) -> list[Button]:
        buttons = super().get_buttons(request, record)
        if record.state == PackState.BUILT:
            url = f"{self.list_url()}{record.pk}/file/"
            file = Button("file", _("Download"), url, is_dialog=False, is_prominent=True)
            buttons.insert(0, file)
        return buttons
