"""The list of certifications."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList
from core.showing import badge, shown
from people.growth.enums import CertificationStatus
from people.growth.filters import CertificationFilters
from people.models import Certification

TONES = {
    CertificationStatus.CLAIMED: "blue",
    CertificationStatus.VERIFIED: "green",
    CertificationStatus.REJECTED: "red",
}
_SOON = timedelta(days=60)


def status_badge(row: Certification) -> Any:
    return badge(row.get_status_display(), TONES[CertificationStatus(row.status)])


def expiry_cell(row: Certification) -> Any:
    """The last day; coloured where it is near or past."""
    day, today = row.expires_on, timezone.localdate()
    if day is None:
        return pgettext_lazy("certification", "Does not expire")
    if row.status == CertificationStatus.REJECTED:
        return shown(day)
    if day < today:
        return badge(_("Expired %(day)s") % {"day": shown(day)}, "red")
    return badge(shown(day), "orange") if day - today <= _SOON else shown(day)


class CertificationList(RecordList):
    filterset = CertificationFilters
    main_filters = ("status", "team")
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("name", leads_to_record=True, phone="title"),
        Column("holder", show=lambda row: row.holder.full_name, phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column("expires_on", show=expiry_cell, export=lambda row: row.expires_on, phone="meta"),
        Column("issuer"),
        Column("number", is_default=False),
        Column("issued_on", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("holder")
