"""The list of attestations."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.lists import Column, RecordList
from core.showing import badge, shown
from vendors.attestations.currency import REMINDED_AT
from vendors.attestations.enums import HELD, AttestationStatus
from vendors.attestations.filters import AttestationFilters
from vendors.models import Attestation

TONES = {
    AttestationStatus.RECEIVED: "blue",
    AttestationStatus.ACCEPTED: "green",
    AttestationStatus.WITH_GAPS: "orange",
    AttestationStatus.REJECTED: "red",
}


def status_badge(row: Attestation) -> Any:
    return badge(row.get_status_display(), TONES[AttestationStatus(row.status)])


def expiry_cell(row: Attestation) -> Any:
    """The last day; coloured where we rely on it and that is near or past."""
    day, today = row.expires_on, timezone.localdate()
    if row.superseded_by_id or row.status not in (*HELD, AttestationStatus.RECEIVED):
        return shown(day)
    if day < today:
        return badge(_("Expired %(day)s") % {"day": shown(day)}, "red")
    if day - today <= timedelta(days=REMINDED_AT[-1]):
        return badge(shown(day), "orange")
    return shown(day)


class AttestationList(RecordList):
    filterset = AttestationFilters
    main_filters = ("status", "kind")
    orderings = {"reference": ("pk",), "expires_on": ("expires_on", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("vendor", show=lambda row: row.vendor.name, leads_to_record=True, phone="title"),
        Column("kind", phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column(
            "expires_on",
            show=expiry_cell,
            export=lambda row: row.expires_on,
            ordering="expires_on",
            phone="meta",
        ),
        Column("assessor"),
        Column("opinion", is_default=False),
        Column("issued_on", is_default=False),
        Column("coverage", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("vendor")
