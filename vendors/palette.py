"""How the search over everything finds vendors: by reference and by name."""

from core.palette import RecordSource, in_names
from vendors.models import Vendor

VENDORS = RecordSource(
    model=Vendor,
    icon="handshake",
    prefix="VND",
    search=lambda rows, words: in_names(rows, words, ("name",)),
    detail=lambda vendor: f"{vendor.get_tier_display()} · {vendor.get_country_display()}",
)
