"""The list of decisions about renewals."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.lists import Column, RecordList
from core.showing import badge, link
from vendors.models import RenewalDecision
from vendors.renewals.enums import RenewalStatus
from vendors.renewals.filters import RenewalFilters

TONES = {
    RenewalStatus.SUBMITTED: "blue",
    RenewalStatus.APPROVED: "green",
}


def status_badge(decision: RenewalDecision) -> Any:
    return badge(decision.get_status_display(), TONES.get(RenewalStatus(decision.status), ""))


class RenewalList(RecordList):
    filterset = RenewalFilters
    orderings = {"reference": ("pk",), "decide_until": ("term__decision_deadline_on", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column(
            "contract",
            _("contract"),
            show=lambda row: row.term.contract.title,
            leads_to_record=True,
            phone="title",
        ),
        Column("vendor", _("vendor"), show=lambda row: link(row.term.contract.vendor)),
        Column("status", show=status_badge, phone="meta"),
        Column("option", phone="meta"),
        Column(
            "decide_until",
            _("decide until"),
            show=lambda row: row.term.decision_deadline_on,
            ordering="decide_until",
            phone="meta",
        ),
        Column("decided_by", show=lambda row: row.decided_by.get_full_name()),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("term__contract__vendor", "decided_by__person")
