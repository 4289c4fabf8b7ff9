"""Decisions about renewals in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import link, shown
from vendors import services
from vendors.models import RenewalDecision
from vendors.permissions import may_approve_contracts, may_keep_contracts
from vendors.renewals import page
from vendors.renewals.enums import RenewalStatus
from vendors.renewals.forms import PREPARING, RENEWAL_ACTIONS
from vendors.renewals.lists import RenewalList, status_badge
from vendors.renewals.workflow import RENEWAL_WORKFLOW

_BESIDE = {"comment"}
"""What is offered beside what it is about, and not in the header."""


@admin.register(RenewalDecision)
class RenewalDecisionAdmin(ScopedModelAdmin):
    change_with = staticmethod(services.edit_renewal)
    workflow = RENEWAL_WORKFLOW
    action_forms = RENEWAL_ACTIONS | PREPARING
    list_class = RenewalList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "term__contract__title", "term__contract__vendor__name")
    ordering = ("-pk",)
    fields = ("option", "reason", "alternatives")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("term__contract__vendor", "decided_by__person")
        return super().get_queryset(request).select_related(*related)

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == RenewalStatus.DRAFT

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.term.contract.title,
            "badges": [status_badge(record)],
            "facts": [
                (_("vendor"), link(record.term.contract.vendor)),
                (_("decision"), record.get_option_display() or _("Not said yet")),
                (_("decide until"), shown(record.term.decision_deadline_on)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        return [
            (_("contract"), link(record.term.contract)),
            (_("term"), record.term.number),
            (_("term ends on"), record.term.ends_on),
            (_("decided by"), record.decided_by.get_full_name()),
            (_("reason"), record.reason),
            (_("alternatives"), record.alternatives),
            (_("hash of the facts"), format_html("<code>{}</code>", record.facts_sha256)),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return [page.approvals_panel(record)]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        offered = self.get_action_forms(request, record)

        def button(action: str, name: str, label: Any) -> Any:
            if action not in offered:
                return None
            return lambda value: format_html(
                '<a href="{}" data-dialog>{}</a>',
                self.url_of_action(record, offered[action], **{name: value}),
                label,
            )

        lead = [
            page.facts_panel(record, button("comment", "key", _("Comment"))),
            page.options_panel(record, button("weigh", "option", _("Weigh anew"))),
        ]
        return context | {"first_tab": _("Overview"), "lead_tables": lead}

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        return [one for one in super().get_buttons(request, record) if one.action not in _BESIDE]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Keepers prepare and submit, approvers approve; others are offered nothing."""
        offered: set[str] = set()
        if record.status in (RenewalStatus.DRAFT, RenewalStatus.SUBMITTED):
            if may_keep_contracts(request.user):
                offered |= {"submit", "return", "withdraw"}
                offered |= set(PREPARING) if record.status == RenewalStatus.DRAFT else set()
            if may_approve_contracts(request.user):
                offered |= {"approve", "return"}
        return {name: form for name, form in self.action_forms.items() if name in offered}
