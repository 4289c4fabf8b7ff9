"""How the search over everything finds services and assets: by reference and by name."""

from assets.models import Asset, Service
from core.palette import RecordSource, in_names

SERVICES = RecordSource(
    model=Service,
    icon="hub",
    prefix="SVC",
    search=lambda rows, words: in_names(rows, words, ("name", "label")),
    detail=lambda service: f"{service.get_tier_display()} · {service.get_criticality_display()}",
)
ASSETS = RecordSource(
    model=Asset,
    icon="dns",
    prefix="AST",
    search=lambda rows, words: in_names(
        rows, words, ("name", "serial_number", "hostname", "product")
    ),
    detail=lambda asset: f"{asset.get_asset_class_display()} · {asset.get_lifecycle_display()}",
)
