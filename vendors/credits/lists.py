"""The list of claims."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.lists import Column, RecordList
from core.showing import badge, link
from vendors.credits.enums import ClaimStatus
from vendors.credits.filters import ClaimFilters
from vendors.credits.words import month_name
from vendors.models import CreditClaim
from vendors.money import written

TONES = {
    ClaimStatus.SENT: "blue",
    ClaimStatus.ACCEPTED: "yellow",
    ClaimStatus.DISPUTED: "red",
    ClaimStatus.CREDITED: "green",
}


def status_badge(claim: CreditClaim) -> Any:
    return badge(claim.get_status_display(), TONES.get(ClaimStatus(claim.status), ""))


class ClaimList(RecordList):
    filterset = ClaimFilters
    orderings = {"reference": ("pk",), "month": ("month", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column(
            "contract",
            _("contract"),
            show=lambda row: row.clause.contract.title,
            leads_to_record=True,
            phone="title",
        ),
        Column("vendor", _("vendor"), show=lambda row: link(row.clause.contract.vendor)),
        Column("clause", show=lambda row: row.clause.name),
        Column("month", ordering="month", show=lambda row: month_name(row.month), phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column(
            "amount",
            show=lambda row: written(row.amount, row.currency),
            export=lambda row: row.amount,
            phone="meta",
        ),
        Column(
            "accepted_amount",
            show=lambda row: written(row.accepted_amount, row.currency),
            export=lambda row: row.accepted_amount,
        ),
        Column("currency", is_default=False),
        Column("due_on"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("clause__contract__vendor")
