"""Matrices of responsibility in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel, ScopedModelAdmin
from core.errors import Refused
from core.showing import link, shown
from records.download import attachment_response
from vendors import services
from vendors.attestations.page import ButtonFor, documents_panel
from vendors.models import ResponsibilityDocument, ResponsibilityMatrix
from vendors.responsibilities import page
from vendors.responsibilities.enums import MatrixStatus
from vendors.responsibilities.forms import MATRIX_ACTIONS
from vendors.responsibilities.lists import MatrixList, status_badge
from vendors.responsibilities.permissions import may_agree_matrices, may_draft_matrices
from vendors.responsibilities.workflow import MATRIX_WORKFLOW

_BESIDE = {"set_line", "remove_line"}
"""What is offered beside what it is about, and not in the header."""


@admin.register(ResponsibilityMatrix)
class MatrixAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.draft_matrix)
    change_with = staticmethod(services.edit_matrix)
    workflow = MATRIX_WORKFLOW
    action_forms = MATRIX_ACTIONS
    list_class = MatrixList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "vendor__name")
    ordering = ("-pk",)
    fields = ("vendor", "scope")
    autocomplete_fields = ("vendor",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("vendor", "drafted_by__person", "agreed_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else ("scope",)

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == MatrixStatus.DRAFT

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        day = record.agreed_on
        agreed = [(_("agreed on"), shown(day))] if day else []
        return {
            "reference": record.reference,
            "title": record.vendor.name,
            "badges": [status_badge(record)],
            "facts": [(_("number"), record.number), *agreed],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        agreed_by = record.agreed_by
        return [
            (_("vendor"), link(record.vendor)),
            (_("services"), record.scope),
            (_("drafted by"), record.drafted_by.get_full_name()),
            (_("the vendor's representative"), record.representative),
            (pgettext_lazy("matrix", "agreed by"), agreed_by and agreed_by.get_full_name()),
            (_("recorded at"), record.agreed_at),
            (_("replaced on"), record.replaced_on),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        button = self._button_for(request, record)
        files = documents_panel(
            record,
            button,
            lambda one: self.url_of(record, "document", str(one.pk)),
            _("Add what was signed"),
        )
        return [files]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        lead = [page.lines_panel(record, self._button_for(request, record))]
        context = super().page_context(request, record)
        return context | {"first_tab": _("Overview"), "lead_tables": lead}

    def _button_for(self, request: HttpRequest, record: Any) -> ButtonFor:
        offered = self.get_action_forms(request, record)

        def button(action: str, label: Any, **answers: Any) -> Button | None:
            if action not in offered:
                return None
            return Button(action, label, self.url_of_action(record, offered[action], **answers))

        return button

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        return [one for one in super().get_buttons(request, record) if one.action not in _BESIDE]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Drafters write it; they and those who decide about vendors agree what others drafted."""
        offered: set[str] = set()
        if record.status == MatrixStatus.DRAFT:
            if may_draft_matrices(request.user):
                offered |= {"attach", *_BESIDE}
            if may_agree_matrices(request.user):
                offered.add("agree")
        return {name: form for name, form in self.action_forms.items() if name in offered}

    # --- Documents ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.document_view)
        address = "<int:object_id>/documents/<int:file_id>/"
        name = "vendors_responsibilitymatrix_document"
        return [path(address, view, name=name), *super().get_urls()]

    def document_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """What was signed, for who reads the matrix, always as a download."""
        record = self.get_object(request, str(object_id))
        seen = ResponsibilityDocument.objects.visible_to(request.user)
        try:
            return attachment_response(seen.filter(matrix=record, pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.url_of(record))
