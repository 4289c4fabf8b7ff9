"""The list of contracts. Most people see names only, here as in the API."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.lists import Column, RecordList
from core.palette import in_names
from core.showing import NOTHING, badge, shown
from vendors.contract_filters import ContractFilters
from vendors.enums import ContractStatus
from vendors.models import Contract, ContractTerm
from vendors.money import written
from vendors.permissions import may_read_about_vendors

TONES = {
    ContractStatus.LEGAL_REVIEW: "blue",
    ContractStatus.APPROVAL: "blue",
    ContractStatus.SIGNED: "green",
    ContractStatus.ACTIVE: "green",
    ContractStatus.IN_NOTICE_WINDOW: "orange",
    ContractStatus.RENEWING: "green",
    ContractStatus.RENEGOTIATING: "yellow",
    ContractStatus.TERMINATING: "red",
}
ORDERINGS = {
    "reference": ("pk",),
    "title": ("title", "pk"),
    "starts_on": ("starts_on", "pk"),
}
SOON = timedelta(days=30)


def with_next_decision(rows: Any) -> Any:
    """With `next_decision_on`, the day by which something has to be decided next."""
    open_terms = ContractTerm.objects.unsettled().filter(
        contract=OuterRef("pk"),
        contract__activated_on__lte=F("notice_on"),
        ends_on__gte=timezone.localdate(),
    )
    day = open_terms.order_by("number").values("decision_deadline_on")[:1]
    return rows.annotate(next_decision_on=Subquery(day))


def status_badge(contract: Contract) -> Any:
    return badge(contract.get_status_display(), TONES.get(ContractStatus(contract.status), ""))


def decision_cell(contract: Any) -> Any:
    """The day; coloured when it is near or past."""
    day = contract.next_decision_on
    if day is None:
        return NOTHING
    today = timezone.localdate()
    if day < today:
        return badge(shown(day), "red")
    return badge(shown(day), "orange") if day - today <= SOON else shown(day)


class ContractList(RecordList):
    filterset = ContractFilters
    main_filters = ("status", "vendor")
    orderings = ORDERINGS
    search_hint = _("Number, title or vendor")
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", ordering="title", leads_to_record=True, phone="title"),
        Column("number"),
        Column("vendor", phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column(
            "next_decision_on",
            _("decide until"),
            show=decision_cell,
            export=lambda row: row.next_decision_on,
            phone="meta",
        ),
        Column(
            "total_value",
            show=lambda row: written(row.total_value, row.currency),
            export=lambda row: row.total_value,
        ),
        Column("currency", is_default=False),
        Column("starts_on", ordering="starts_on"),
        Column("renewal"),
        Column("owner", show=lambda row: row.owner.get_full_name()),
    )

    def columns_for(self) -> tuple[Column, ...]:
        return self.columns if may_read_about_vendors(self.user) else self.columns[:2]

    def filters(self) -> Mapping[str, Any]:
        return super().filters() if may_read_about_vendors(self.user) else {}

    def searched(self, rows: Any, words: str) -> Any:
        if may_read_about_vendors(self.user):
            return super().searched(rows, words)
        return in_names(rows, words.split(), ("reference", "title"))

    def prepared(self, rows: Any) -> Any:
        return with_next_decision(rows.select_related("vendor", "owner__person"))
