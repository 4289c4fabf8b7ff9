"""Budgets, invoices, rates of exchange and savings in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Panel, ScopedModelAdmin
from core.showing import link
from vendors import services
from vendors.importing.invoices import InvoiceFile
from vendors.importing.page import ImportPage
from vendors.importing.rates import RateFile
from vendors.models import Budget, FxRate, Invoice, Saving
from vendors.money import written
from vendors.opex import page
from vendors.opex.enums import BudgetStatus, EntryKind, SavingStatus
from vendors.opex.forms import BUDGET_ACTIONS, SAVING_ACTIONS
from vendors.opex.lists import (
    BudgetList,
    InvoiceList,
    RateList,
    SavingList,
    kind_badge,
    status_badge,
)
from vendors.opex.permissions import (
    may_approve_budgets,
    may_keep_budgets,
    may_keep_savings,
    may_verify_savings,
    reaches,
)
from vendors.opex.workflow import BUDGET_WORKFLOW, SAVING_WORKFLOW


@admin.register(Budget)
class BudgetAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.draft_budget)
    change_with = staticmethod(services.edit_budget)
    workflow = BUDGET_WORKFLOW
    action_forms = BUDGET_ACTIONS
    list_class = BudgetList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "title")
    ordering = ("-pk",)
    fields = ("title", "entity", "year", "currency")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("entity", "drafted_by__person", "approved_by__person", "replaces")
        return super().get_queryset(request).select_related(*related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else ("title",)

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == BudgetStatus.DRAFT

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [status_badge(record)],
            "facts": [(_("our company"), str(record.entity)), (_("year"), str(record.year))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        figures = page.Figures(record)
        approver = record.approved_by
        return [
            (_("version of the budget"), record.number),
            (_("replaces"), record.replaces and link(record.replaces)),
            (_("currency"), record.currency),
            (_("drafted by"), record.drafted_by.get_full_name()),
            (_("approved by"), approver and approver.get_full_name()),
            (_("approved at"), record.approved_at),
            *((kind.label, written(figures.year(kind), record.currency)) for kind in EntryKind),
        ]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return page.panels(record, request.GET)

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        figures = page.Figures(record)
        return super().page_context(request, record) | {
            "first_tab": _("Overview"),
            "lead_note": page.note(record, figures),
            "lead_tables": page.lead_tables(record, figures),
        }

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """Keepers and approvers are offered what is theirs; others nothing."""
        offered: set[str] = set()
        if may_keep_budgets(request.user):
            offered |= {"submit", "return", "plan", "forecast", "comment"}
        if may_approve_budgets(request.user):
            offered |= {"approve", "return", "lock"}
        offered -= {"plan"} if record.status != BudgetStatus.DRAFT else set()
        if reaches(request.user, "add_invoice", record.entity.country):
            offered.add("post")
        if record.status != BudgetStatus.APPROVED:
            offered -= {"forecast", "comment", "post"}
        if record.status == BudgetStatus.LOCKED:
            offered = set()
        return {name: form for name, form in self.action_forms.items() if name in offered}


@admin.register(Invoice)
class InvoiceAdmin(ImportPage, ScopedModelAdmin):
    import_reader = InvoiceFile
    import_title = _("Import invoices")
    create_with = staticmethod(services.record_invoice)
    list_class = InvoiceList
    record_template = "people/facts.html"
    search_fields = ("=reference", "number", "vendor__name")
    ordering = ("-pk",)
    autocomplete_fields = ("vendor", "contract")
    fields = (
        *("kind", "number", "vendor", "entity", "contract", "currency", "amount", "issued_on"),
        *("cost_centre", "category"),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("vendor", "entity", "contract", "recorded_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.number,
            "badges": [kind_badge(record)],
            "facts": [(_("amount"), written(record.amount, record.currency))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        who = record.recorded_by
        return [
            (_("vendor"), link(record.vendor)),
            (_("our company"), str(record.entity)),
            (_("contract"), record.contract and link(record.contract)),
            (_("issued on"), record.issued_on),
            (_("cost centre"), record.cost_centre),
            (_("category"), record.get_category_display()),
            (_("recorded by"), who and who.get_full_name()),
            (_("recorded at"), record.recorded_at),
        ]


@admin.register(FxRate)
class FxRateAdmin(ImportPage, ScopedModelAdmin):
    import_reader = RateFile
    import_title = _("Import rates of exchange")
    create_with = staticmethod(services.record_rate)
    list_class = RateList
    record_template = "people/facts.html"
    ordering = ("-pk",)
    fields = ("on", "base", "quote", "rate", "source")

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {"reference": f"{record.base}/{record.quote}", "title": record.source, "badges": []}

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        return [
            (_("day"), record.on),
            (_("rate"), f"{record.rate.normalize():f}"),
            (_("source"), record.source),
            (_("recorded at"), record.recorded_at),
        ]


@admin.register(Saving)
class SavingAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.propose_saving)
    change_with = staticmethod(services.edit_saving)
    workflow = SAVING_WORKFLOW
    action_forms = SAVING_ACTIONS
    list_class = SavingList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "title")
    ordering = ("-pk",)
    autocomplete_fields = ("vendor",)
    fields = ("title", "hypothesis", "entity", "vendor", "currency", "expected")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("entity", "vendor", "owner__person", "verified_by__person")
        return super().get_queryset(request).select_related(*related)

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status in (SavingStatus.HYPOTHESIS, SavingStatus.IN_PROGRESS)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [status_badge(record)],
            "facts": [(_("expected a year"), written(record.expected, record.currency))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        who = record.verified_by
        return [
            (_("hypothesis"), record.hypothesis),
            (_("our company"), str(record.entity)),
            (_("vendor"), record.vendor and link(record.vendor)),
            (pgettext_lazy("saving", "owner"), record.owner.get_full_name()),
            (_("verified a year"), written(record.verified, record.currency)),
            (_("evidence"), record.evidence),
            (_("verified by"), who and who.get_full_name()),
        ]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        offered = {"start"} if may_keep_savings(request.user) else set()
        offered |= {"verify", "reject"} if may_verify_savings(request.user) else set()
        if record.verified_by_id is not None:
            offered = set()
        return {name: form for name, form in self.action_forms.items() if name in offered}
