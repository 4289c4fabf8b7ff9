"""Attestations in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.errors import Refused
from core.showing import link
from records.download import attachment_response
from vendors import services
from vendors.attestations import page
from vendors.attestations.enums import AttestationStatus
from vendors.attestations.forms import ATTESTATION_ACTIONS, REVIEWING, TELLING, DocumentForm
from vendors.attestations.lists import AttestationList, expiry_cell, status_badge
from vendors.attestations.permissions import may_keep_attestations, may_review_attestations
from vendors.attestations.workflow import ATTESTATION_WORKFLOW
from vendors.models import Attestation, AttestationDocument

_FACTS = (
    *("kind", "assessor", "issued_on", "expires_on", "starts_on", "ends_on", "opinion"),
    *("services", "requirements"),
)
_BESIDE = set(TELLING)
"""What is offered beside what it is about, and not in the header."""


@admin.register(Attestation)
class AttestationAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.receive_attestation)
    change_with = staticmethod(services.edit_attestation)
    workflow = ATTESTATION_WORKFLOW
    action_forms = ATTESTATION_ACTIONS
    list_class = AttestationList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "vendor__name", "assessor")
    ordering = ("-pk",)
    fields = ("vendor", *_FACTS)
    autocomplete_fields = ("vendor",)

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("vendor", "received_by__person", "reviewed_by__person", "superseded_by")
        return super().get_queryset(request).select_related(*related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else _FACTS

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == AttestationStatus.RECEIVED

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        other = record.superseded_by
        newer = [(_("superseded by"), link(other, other.reference))] if other else []
        return {
            "reference": record.reference,
            "title": f"{record.get_kind_display()} · {record.vendor.name}",
            "badges": [status_badge(record)],
            "facts": [(_("expires on"), expiry_cell(record)), *newer],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        reviewer = record.reviewed_by
        return [
            (_("vendor"), link(record.vendor)),
            (_("issued by"), record.assessor),
            (_("issued on"), record.issued_on),
            (_("period from"), record.starts_on),
            (_("period to"), record.ends_on),
            (_("opinion"), record.get_opinion_display()),
            (_("services covered"), record.services),
            (_("services that we use"), record.vendor.services),
            (_("PCI DSS requirements"), record.requirements),
            (_("received by"), record.received_by.get_full_name()),
            (_("received at"), record.received_at),
            (_("covers the services that we use"), record.get_coverage_display()),
            (_("finding of the review"), record.review_note),
            (_("reviewed by"), reviewer and reviewer.get_full_name()),
            (_("reviewed at"), record.reviewed_at),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        button = self._button_for(request, record)
        files = page.documents_panel(
            record, button, lambda one: self.url_of(record, "document", str(one.pk))
        )
        return [files]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        button = self._button_for(request, record)
        lead = [page.exceptions_panel(record, button), page.controls_panel(record, button)]
        context = super().page_context(request, record)
        return context | {"first_tab": _("Overview"), "lead_tables": lead}

    def _button_for(self, request: HttpRequest, record: Any) -> page.ButtonFor:
        offered = self.get_action_forms(request, record)

        def button(action: str, label: Any, **answers: Any) -> Button | None:
            if action not in offered:
                return None
            return Button(action, label, self.url_of_action(record, offered[action], **answers))

        return button

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        return [one for one in super().get_buttons(request, record) if one.action not in _BESIDE]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Keepers tell what stands in it, those who decide about vendors review it."""
        offered: set[str] = set()
        if record.status == AttestationStatus.RECEIVED:
            if may_keep_attestations(request.user):
                offered |= {DocumentForm.action, *TELLING}
            if may_review_attestations(request.user):
                offered |= set(REVIEWING)
        return {name: form for name, form in self.action_forms.items() if name in offered}

    # --- Documents ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.document_view)
        address = "<int:object_id>/documents/<int:file_id>/"
        return [path(address, view, name="vendors_attestation_document"), *super().get_urls()]

    def document_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A document of an attestation that one reads, always as a download."""
        record = self.get_object(request, str(object_id))
        seen = AttestationDocument.objects.visible_to(request.user)
        try:
            return attachment_response(seen.filter(attestation=record, pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.url_of(record))
