"""Certifications in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel, ScopedModelAdmin
from core.errors import Refused
from people.growth.enums import CertificationStatus
from people.growth.forms import CERTIFICATION_ACTIONS, DECIDING
from people.growth.lists import CertificationList, expiry_cell, status_badge
from people.growth.rules import may_verify
from people.growth.workflow import CERTIFICATION_WORKFLOW
from people.models import Certification, CertificationDocument
from people.services import certifications
from records.download import attachment_response


@admin.register(Certification)
class CertificationAdmin(ScopedModelAdmin):
    create_with = staticmethod(certifications.claim_certification)
    change_with = staticmethod(certifications.edit_certification)
    workflow = CERTIFICATION_WORKFLOW
    action_forms = CERTIFICATION_ACTIONS
    list_class = CertificationList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "name", "issuer", "holder__full_name")
    ordering = ("-pk",)
    fields = ("name", "issuer", "number", "issued_on", "expires_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("holder", "recorded_by__person", "reviewed_by__person")
        return super().get_queryset(request).select_related(*related)

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return _is_own(request, record) and record.status == CertificationStatus.CLAIMED

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": f"{record.name} · {record.holder.full_name}",
            "badges": [status_badge(record)],
            "facts": [(_("expires on"), expiry_cell(record))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        reviewer = record.reviewed_by
        return [
            (pgettext_lazy("certification", "holder"), record.holder.full_name),
            (pgettext_lazy("certification", "issued by"), record.issuer),
            (pgettext_lazy("certification", "number"), record.number),
            (_("issued on"), record.issued_on),
            (_("recorded at"), record.recorded_at),
            (_("note of the review"), record.review_note),
            (_("reviewed by"), reviewer and reviewer.get_full_name()),
            (_("reviewed at"), record.reviewed_at),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        rows = [
            (
                format_html(
                    '<a href="{}">{}</a>', self.url_of(record, "document", str(one.pk)), one.name
                ),
                format_html("<code>{}</code>", one.sha256[:16]),
                one.uploaded_by.get_full_name(),
                one.created_at,
            )
            for one in record.documents.select_related("uploaded_by__person")
        ]
        columns = [_("file"), _("SHA-256 begins with"), _("added by"), _("added at")]
        content = {
            "columns": columns,
            "rows": rows,
            "nothing": _("The certificate is not attached yet."),
        }
        return [Panel("documents", _("Documents"), "portal/table.html", content, len(rows))]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """The holder adds the proof, whoever leads decides."""
        offered: set[str] = set()
        if record.status == CertificationStatus.CLAIMED:
            if _is_own(request, record):
                offered.add("attach")
            if may_verify(request.user):
                offered |= set(DECIDING)
        return {name: form for name, form in self.action_forms.items() if name in offered}

    # --- Documents ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.document_view)
        address = "<int:object_id>/documents/<int:file_id>/"
        return [path(address, view, name="people_certification_document"), *super().get_urls()]

    def document_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A document of a certification that one sees, always as a download."""
        record = self.get_object(request, str(object_id))
        seen = CertificationDocument.objects.visible_to(request.user)
        try:
            return attachment_response(seen.filter(certification=record, pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.url_of(record))


def _is_own(request: HttpRequest, record: Any) -> bool:
    return bool(request.user.person_id == record.holder_id)  # type: ignore[union-attr]  # -- signed in
