"""How the search over everything finds services and assets: by reference and by name."""

from assets.models import Asset, Service, ServiceDependency
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
SERVICE_DEPENDENCIES = RecordSource(
    model=ServiceDependency,
    icon="account_tree",
    prefix="DEP",
    search=lambda rows, words: in_names(rows, words, ("service__name", "vendor__name")),
    prepare=lambda rows: rows.select_related("service", "vendor"),
    title=lambda one: f"{one.service.name} · {one.vendor.name}",
    detail=lambda one: one.supplies,
)
