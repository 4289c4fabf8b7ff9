"""What we run, to whom devices are handed out, and how assets are read in from files."""

from assets.models.estate import Asset, Dependency, Service
from assets.models.hand_outs import HandOut
from assets.models.imports import AssetImport, AssetImportRow
from assets.models.supply import ServiceDependency

__all__ = [
    "Asset",
    "AssetImport",
    "AssetImportRow",
    "Dependency",
    "HandOut",
    "Service",
    "ServiceDependency",
]
