"""Contracts in the portal. Those who see names only see a name, and no history, here as in the
API."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel, ScopedModelAdmin
from core.errors import Refused
from core.showing import link
from records.download import attachment_response
from vendors import contract_page, services
from vendors.calendar import page as calendar_page
from vendors.contract_forms import CONTRACT_ACTIONS
from vendors.contract_lists import ContractList, decision_cell, status_badge, with_next_decision
from vendors.contract_workflow import CONTRACT_WORKFLOW, DECIDABLE
from vendors.credits.clause_forms import BESIDE, CLAUSE_ACTIONS
from vendors.credits.page import clauses_panel, contract_claims
from vendors.credits.permissions import may_keep_claims
from vendors.enums import ContractStatus, Uplift
from vendors.models import Contract, ContractDocument
from vendors.money import written
from vendors.obligations.page import contract_obligations
from vendors.permissions import (
    may_approve_contracts,
    may_keep_contracts,
    may_read_about_vendors,
)
from vendors.renewals.forms import PrepareRenewalForm
from vendors.renewals.page import contract_panel
from vendors.wording import in_words

_FACTS = (
    *("number", "title", "kind", "vendor", "entity", "counterparty"),
    *("currency", "total_value", "annual_value", "uplift", "uplift_percent", "uplift_index"),
    *("governing_law", "starts_on", "initial_term", "renewal", "renewal_term"),
    *("notice", "internal_lead", "business_days_of", "on_business_days"),
    *("owner", "budget_owner"),
)
_CALENDAR = "vendors_contract_calendar"
_LATER = ("title", "owner", "budget_owner")
_APPROVING = {"pass_legal", "approve", "return"}
_DRAFTING = {"answer_clauses", "plan_payments"}


@admin.register(Contract)
class ContractAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.draft_contract)
    change_with = staticmethod(services.edit_contract)
    workflow = CONTRACT_WORKFLOW
    action_forms = {
        **CONTRACT_ACTIONS,
        PrepareRenewalForm.action: PrepareRenewalForm,
        **CLAUSE_ACTIONS,
    }
    list_class = ContractList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "number", "title", "vendor__name")
    ordering = ("-pk",)
    fields = _FACTS
    autocomplete_fields = ("vendor", "owner", "budget_owner")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("vendor", "entity", "owner__person", "budget_owner__person")
        return with_next_decision(super().get_queryset(request).select_related(*related))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if not _reads(request):
            return ("title",)
        return _FACTS if obj is None or obj.status == ContractStatus.DRAFT else _LATER

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status != ContractStatus.ENDED

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and "owner" in form.base_fields:
            form.base_fields["owner"].initial = request.user.pk
            form.base_fields["on_business_days"].initial = True
        return form

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        header = {"reference": record.reference, "title": record.title, "badges": []}
        if _reads(request):
            header["badges"] = [status_badge(record)]
            header["facts"] = [
                (_("vendor"), link(record.vendor)),
                (_("decide until"), decision_cell(record)),
                (_("total value"), written(record.total_value, record.currency)),
            ]
        return header

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        if not _reads(request):
            return [(_("title"), record.title)]
        budget_owner = record.budget_owner
        return [
            (_("number"), record.number),
            (pgettext_lazy("contract", "type"), record.get_kind_display()),
            (_("our company"), str(record.entity)),
            (_("the vendor's company"), record.counterparty),
            (_("value a year"), written(record.annual_value, record.currency)),
            (_("price rises"), _uplift(record)),
            (_("governing law"), record.governing_law),
            (_("starts on"), record.starts_on),
            (_("initial term"), in_words(record.initial_term)),
            (_("renewal"), _renewal(record)),
            (_("notice"), in_words(record.notice)),
            (_("internal lead"), in_words(record.internal_lead)),
            (pgettext_lazy("contract", "owner"), record.owner.get_full_name()),
            (_("budget owner"), budget_owner and budget_owner.get_full_name()),
            (_("signed on"), record.signed_on),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        if not _reads(request):
            return []
        others = [
            contract_panel(record, request.user),
            clauses_panel(record, self._credit_button(request, record)),
            contract_claims(record, request.user),
            contract_obligations(record, request.user),
        ]
        own = contract_page.panels(record, lambda one: self.url_of(record, "document", str(one.pk)))
        return [*(panel for panel in others if panel), *own]

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """What is done by a clause stands beside it."""
        return [one for one in super().get_buttons(request, record) if one.action not in BESIDE]

    def _credit_button(self, request: HttpRequest, record: Any) -> Any:
        """Makes the links beside a clause; None for those who are offered nothing there."""
        offered = self.get_action_forms(request, record)

        def button(action: str, label: Any, clause: str) -> Any:
            if action not in offered:
                return None
            url = self.url_of_action(record, offered[action], clause=clause)
            return format_html('<a href="{}" data-dialog>{}</a>', url, label)

        return button if BESIDE & set(offered) else None

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        if not _reads(request):
            return context | {"history_url": "", "talk": None}
        lead = [contract_page.terms_panel(record)]
        return context | {"first_tab": _("Overview"), "lead_tables": lead}

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Keepers and approvers are offered what is theirs; others nothing."""
        offered: set[str] = set()
        if may_keep_contracts(request.user):
            offered |= set(self.action_forms) - _APPROVING | {"return"}
        if may_approve_contracts(request.user):
            offered |= _APPROVING
        if record.status != ContractStatus.DRAFT:
            offered -= _DRAFTING
        if record.status not in DECIDABLE:
            offered.discard(PrepareRenewalForm.action)
        if record.status == ContractStatus.ENDED:
            offered = set()
        offered.discard("draft_claim")
        if record.activated_on is not None and may_keep_claims(request.user):
            offered.add("draft_claim")
        return {name: form for name, form in self.action_forms.items() if name in offered}

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not _reads(request):
            raise Http404
        return super().history_view(request, object_id, extra_context)

    # --- Documents ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.document_view)
        address = "<int:object_id>/documents/<int:file_id>/"
        own = [
            path("calendar/", self.admin_site.admin_view(self.calendar_view), name=_CALENDAR),
            path(address, view, name="vendors_contract_document"),
        ]
        return [*own, *super().get_urls()]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        return calendar_page.page(self.admin_site, request)

    def document_view(self, request: HttpRequest, object_id: int, file_id: int) -> HttpResponse:
        """A document of a contract that one reads, always as a download."""
        record = self.get_object(request, str(object_id))
        seen = ContractDocument.objects.visible_to(request.user)
        try:
            return attachment_response(seen.filter(contract=record, pk=file_id).first())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.url_of(record))


def _reads(request: HttpRequest) -> bool:
    return may_read_about_vendors(request.user)


def _renewal(record: Contract) -> str:
    told = str(record.get_renewal_display())
    return f"{told} ({in_words(record.renewal_term)})" if record.renewal_term else told


def _uplift(record: Contract) -> str:
    told = [str(record.get_uplift_display())]
    if record.uplift == Uplift.INDEX:
        told.append(record.uplift_index)
    if record.uplift_percent is not None:
        told.append(f"{record.uplift_percent.normalize():f} %")
    return " · ".join(told)
