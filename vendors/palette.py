"""How the search over everything finds vendors and contracts: by reference and by name."""

from core.palette import RecordSource, in_names
from vendors.models import Contract, Vendor

VENDORS = RecordSource(
    model=Vendor,
    icon="handshake",
    prefix="VND",
    search=lambda rows, words: in_names(rows, words, ("name",)),
    detail=lambda vendor: f"{vendor.get_tier_display()} · {vendor.get_country_display()}",
)

CONTRACTS = RecordSource(
    model=Contract,
    icon="description",
    prefix="CON",
    search=lambda rows, words: in_names(rows, words, ("title",)),
    prepare=lambda rows: rows.select_related("vendor"),
    title=lambda contract: contract.title,
    detail=lambda contract: str(contract.vendor),
)
