"""Obligations and what is due of them in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel, ScopedModelAdmin
from core.errors import Refused
from core.showing import link
from records.download import attachment_response
from vendors import services
from vendors.models import ContractClause, Obligation, ObligationDocument, ObligationTask
from vendors.obligations import page
from vendors.obligations.enums import ObligationStatus
from vendors.obligations.forms import OBLIGATION_ACTIONS, TASK_ACTIONS, EvidenceForm
from vendors.obligations.lists import (
    ObligationList,
    ObligationTaskList,
    due_cell,
    status_badge,
    task_badge,
)
from vendors.obligations.permissions import may_keep_obligations, may_work_on_obligations
from vendors.obligations.rules import is_the_owner_s
from vendors.obligations.workflow import OBLIGATION_WORKFLOW, TASK_WORKFLOW

_LATER = (
    *("title", "what", "place", "clause", "category", "until", "days_before"),
    *("owner", "approver", "needs_evidence"),
)
_FACTS = (
    *("contract", "direction", "title", "what", "place", "category", "recurrence"),
    *("first_due_on", "until", "days_before", "owner", "approver", "needs_evidence"),
)


@admin.register(Obligation)
class ObligationAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.add_obligation)
    change_with = staticmethod(services.edit_obligation)
    workflow = OBLIGATION_WORKFLOW
    action_forms = OBLIGATION_ACTIONS
    list_class = ObligationList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "title", "contract__title")
    ordering = ("-pk",)
    fields = _FACTS
    autocomplete_fields = ("contract", "owner", "approver")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("contract__vendor", "clause", "owner__person", "approver__person", "ended_by")
        return super().get_queryset(request).select_related(*related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return _FACTS if obj is None else _LATER

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == ObligationStatus.ACTIVE

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "owner" in form.base_fields:
            form.base_fields["owner"].initial = request.user.pk
        if obj is not None and "clause" in form.base_fields:
            of_contract = ContractClause.objects.visible_to(request.user)
            form.base_fields["clause"].queryset = of_contract.filter(contract=obj.contract_id)
        return form

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [status_badge(record)],
            "facts": [
                (_("contract"), link(record.contract)),
                (_("whose"), record.get_direction_display()),
                (_("how often"), record.get_recurrence_display()),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        ended_by = record.ended_by
        return [
            (_("what has to be done"), record.what),
            (_("vendor"), link(record.contract.vendor)),
            (_("place in the contract"), record.place),
            (_("clause of the checklist"), record.clause and record.clause.get_clause_display()),
            (pgettext_lazy("obligation", "category"), record.get_category_display()),
            (_("first due on"), record.first_due_on),
            (_("until"), record.until or _("The end of the contract")),
            (_("days before to tell"), record.days_before),
            (pgettext_lazy("obligation", "owner"), record.owner.get_full_name()),
            (_("approver"), record.approver.get_full_name()),
            (_("evidence needed"), record.needs_evidence),
            (_("why it ended"), record.end_note),
            (_("ended by"), ended_by and ended_by.get_full_name()),
            (_("ended at"), record.ended_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        return context | {
            "first_tab": _("Overview"),
            "lead_tables": [page.tasks_panel(record)],
        }

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        return self.action_forms if may_keep_obligations(request.user) else {}


@admin.register(ObligationTask)
class ObligationTaskAdmin(ScopedModelAdmin):
    workflow = TASK_WORKFLOW
    action_forms = TASK_ACTIONS
    list_class = ObligationTaskList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "obligation__title", "obligation__contract__title")
    ordering = ("due_on", "pk")
    fields = ("obligation", "due_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = (
            *("obligation__contract__vendor", "obligation__owner__person"),
            *("obligation__approver__person", "submitted_by__person", "decided_by__person"),
        )
        return super().get_queryset(request).select_related(*related)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        obligation = record.obligation
        return {
            "reference": record.reference,
            "title": obligation.title,
            "badges": [task_badge(record)],
            "facts": [
                (_("due on"), due_cell(record)),
                (_("whose"), obligation.get_direction_display()),
                (_("obligation"), link(obligation, obligation.reference)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        obligation = record.obligation
        submitted_by, decided_by = record.submitted_by, record.decided_by
        moved = record.nominal_on if record.nominal_on != record.due_on else None
        return [
            (_("what has to be done"), obligation.what),
            (_("contract"), link(obligation.contract)),
            (_("vendor"), link(obligation.contract.vendor)),
            (_("place in the contract"), obligation.place),
            (_("day of the contract"), moved),
            (pgettext_lazy("obligation", "owner"), obligation.owner.get_full_name()),
            (_("approver"), obligation.approver.get_full_name()),
            (_("evidence needed"), obligation.needs_evidence),
            (_("missed at"), record.missed_at),
            (_("what was done"), record.note),
            (_("submitted by"), submitted_by and submitted_by.get_full_name()),
            (_("submitted at"), record.submitted_at),
            (_("what the approver says"), record.decision_note),
            (_("decided by"), decided_by and decided_by.get_full_name()),
            (_("decided at"), record.decided_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        return context | {
            "first_tab": _("Overview"),
            "lead_tables": [self._evidence(request, record)],
        }

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Whoever answers for it adds evidence while something is to be submitted."""
        user = request.user
        if not may_work_on_obligations(user):
            return {}
        offered = dict(self.action_forms)
        if not page.is_to_do(record) or is_the_owner_s(record, user):
            offered.pop(EvidenceForm.action)
        return offered

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """What is attached is offered beside what is attached already."""
        every = super().get_buttons(request, record)
        return [one for one in every if one.action != EvidenceForm.action]

    def _evidence(self, request: HttpRequest, record: Any) -> Panel:
        form = self.get_action_forms(request, record).get(EvidenceForm.action)
        buttons = []
        if form is not None:
            buttons = [Button(form.action, form.title, self.url_of_action(record, form))]
        return page.documents_panel(
            record, lambda one: self.url_of(record, "document", str(one.pk)), buttons
        )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.document_view)
        address = "<int:object_id>/documents/<int:file_id>/"
        return [path(address, view, name="vendors_obligationtask_document"), *super().get_urls()]

    def document_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """Evidence of an obligation that one reads, always as a download."""
        record = self.get_object(request, str(object_id))
        seen = ObligationDocument.objects.visible_to(request.user)
        try:
            return attachment_response(seen.filter(task=record, pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.url_of(record))
