"""The lists of budgets, invoices, rates of exchange and savings."""

from typing import Any

from core.lists import Column, RecordList
from core.showing import badge
from vendors.importing.page import import_link
from vendors.models import Budget, Invoice, Saving
from vendors.money import written
from vendors.opex.enums import BudgetStatus, InvoiceKind, SavingStatus
from vendors.opex.filters import BudgetFilters, InvoiceFilters, SavingFilters
from vendors.opex.permissions import may

_TONES = {
    BudgetStatus.SUBMITTED: "blue",
    BudgetStatus.APPROVED: "green",
    SavingStatus.IN_PROGRESS: "blue",
    SavingStatus.VERIFIED: "green",
    SavingStatus.REJECTED: "red",
    InvoiceKind.CREDIT_NOTE: "green",
}


def status_badge(row: Budget | Saving) -> Any:
    return badge(row.get_status_display(), _TONES.get(row.status, ""))


def kind_badge(row: Invoice) -> Any:
    return badge(row.get_kind_display(), _TONES.get(row.kind, ""))


class BudgetList(RecordList):
    filterset = BudgetFilters
    orderings = {"reference": ("pk",), "year": ("year", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("entity", phone="meta"),
        Column("year", ordering="year", show=lambda row: str(row.year), phone="meta"),
        Column("number"),
        Column("status", show=status_badge, phone="meta"),
        Column("currency"),
        Column("drafted_by", show=lambda row: row.drafted_by.get_full_name()),
        Column("approved_at", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("entity", "drafted_by__person")


class InvoiceList(RecordList):
    filterset = InvoiceFilters
    orderings = {"reference": ("pk",), "issued_on": ("issued_on", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("number", leads_to_record=True, phone="title"),
        Column("kind", show=kind_badge, phone="meta"),
        Column("vendor", phone="meta"),
        Column("entity"),
        Column("issued_on", ordering="issued_on", phone="meta"),
        Column(
            "amount",
            show=lambda row: written(row.amount, row.currency),
            export=lambda row: row.amount,
            phone="meta",
        ),
        Column("currency", is_default=False),
        Column("cost_centre"),
        Column("category"),
        Column("contract", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("vendor", "entity", "contract")

    def links(self) -> list[tuple[Any, str]]:
        return import_link("invoice") if may(self.user, "add_invoice") else []


class RateList(RecordList):
    orderings = {"on": ("on", "pk")}
    ordering = "-on"
    columns = (
        Column("on", ordering="on", leads_to_record=True, phone="title"),
        Column("base", phone="meta"),
        Column("quote", phone="meta"),
        Column("rate", show=lambda row: f"{row.rate.normalize():f}", phone="meta"),
        Column("source"),
    )

    def links(self) -> list[tuple[Any, str]]:
        return import_link("fxrate") if may(self.user, "add_fxrate") else []


class SavingList(RecordList):
    filterset = SavingFilters
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("status", show=status_badge, phone="meta"),
        Column("entity"),
        Column("vendor"),
        Column(
            "expected",
            show=lambda row: written(row.expected, row.currency),
            export=lambda row: row.expected,
        ),
        Column(
            "verified",
            show=lambda row: written(row.verified, row.currency),
            export=lambda row: row.verified,
        ),
        Column("owner", show=lambda row: row.owner.get_full_name()),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("entity", "vendor", "owner__person")
