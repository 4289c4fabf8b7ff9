"""The only writers of services, assets and the dependencies between them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Dependency, Service
from assets.ownership import may_write_for
from audit.context import acting
from core.errors import NotAllowed, Refused
from core.writing import hold, store
from records.services import mask_fields

SERVICE_FIELDS = frozenset(
    [
        "name",
        "label",
        "description",
        "tier",
        "criticality",
        "owner_team",
        "support_team",
        "countries",
        "rto",
        "rpo",
        "is_retired",
    ]
)
_ASSET_FACTS = frozenset(
    [
        "asset_class",
        "lifecycle",
        "environment",
        "pci_scope",
        "data_residency",
        "owner_team",
        "vendor",
        "warranty_until",
        "end_of_life_on",
        "ip_address",
    ]
)
_SERVICE_TEXTS = ("name", "label", "description")
_ASSET_TEXTS = (
    "name",
    "purpose",
    "manufacturer",
    "product",
    "release",
    "serial_number",
    "location",
    "hostname",
)
ASSET_FIELDS = frozenset([*_ASSET_FACTS, *_ASSET_TEXTS])


def add_service(*, actor: Any, **facts: Any) -> Service:
    """Add a service. Refused to those who neither administer the portal nor own it."""
    with transaction.atomic(), acting(actor=actor, action="service.add"):
        service = Service()
        _write(service, facts, "add", actor, SERVICE_FIELDS, _SERVICE_TEXTS)
    return service


def edit_service(
    service: Service, *, actor: Any, version: int | None = None, **changes: Any
) -> Service:
    """Correct a service. Stale when `version` is not the current one."""
    with transaction.atomic(), acting(actor=actor, action="service.edit"):
        row = hold(service, actor=actor, version=version)
        _write(row, changes, "change", actor, SERVICE_FIELDS, _SERVICE_TEXTS)
    return row


def add_asset(*, actor: Any, **facts: Any) -> Asset:
    """Add an asset. Refused to those who neither administer the portal nor own it."""
    with transaction.atomic(), acting(actor=actor, action="asset.add"):
        asset = Asset()
        _write(asset, tidied(facts), "add", actor, ASSET_FIELDS, _ASSET_TEXTS)
    return asset


def edit_asset(asset: Asset, *, actor: Any, version: int | None = None, **changes: Any) -> Asset:
    """Correct an asset. Stale when `version` is not the current one."""
    with transaction.atomic(), acting(actor=actor, action="asset.edit"):
        row = hold(asset, actor=actor, version=version)
        _write(row, tidied(changes), "change", actor, ASSET_FIELDS, _ASSET_TEXTS)
    return row


def add_assets(assets: Sequence[Asset], *, actor: Any) -> None:
    """Add many assets at once, which the caller has tidied and cleaned; all of them or none.

    Refused as by `add_asset`; IntegrityError where a name or a number is taken.
    """
    with transaction.atomic(), acting(actor=actor, action="asset.add"):
        _ready(assets, _ASSET_TEXTS, "add", actor)
        Asset.objects.bulk_create(assets)
        _stay_in_sight(assets, actor)


def edit_assets(assets: Sequence[Asset], fields: set[str], *, actor: Any) -> None:
    """Correct some fields of many assets at once; all of them or none. The caller holds the rows,
    may write for those who owned them before, and has tidied and cleaned them.

    Refused as by `edit_asset`; IntegrityError where a name or a number is taken.
    """
    with transaction.atomic(), acting(actor=actor, action="asset.edit"):
        _ready(assets, fields.intersection(_ASSET_TEXTS), "change", actor)
        Asset.objects.bulk_update(assets, sorted(fields))
        _stay_in_sight(assets, actor)


def _ready(assets: Sequence[Asset], texts: Iterable[str], verb: str, actor: Any) -> None:
    """Check the owners, mask card numbers."""
    table = Asset._meta.db_table
    for asset in assets:
        _require(actor, asset.owner_team_id, verb, "asset")
        told = {name: text for name in texts if (text := getattr(asset, name))}
        reference = asset.reference if asset.pk else ""
        for name, text in mask_fields(table, told, actor=actor, reference=reference).items():
            setattr(asset, name, text)


def _stay_in_sight(assets: Sequence[Asset], actor: Any) -> None:
    keys = {asset.pk for asset in assets}
    if actor and Asset.objects.visible_to(actor).filter(pk__in=keys).count() < len(keys):
        raise NotAllowed(_("you would no longer see this record"))


def tidied(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an asset as they are kept: serial numbers in capitals, host names without."""
    kept = dict(facts)
    if "serial_number" in kept:
        kept["serial_number"] = " ".join((kept["serial_number"] or "").upper().split()) or None
    if "hostname" in kept:
        kept["hostname"] = (kept["hostname"] or "").strip().lower()
    if "ip_address" in kept:
        kept["ip_address"] = kept["ip_address"] or None
    return kept


def add_dependency(
    *,
    actor: Any,
    needs: Asset,
    kind: str,
    service: Service | None = None,
    asset: Asset | None = None,
    starts_on: date | None = None,
) -> Dependency:
    """State that a service or an asset needs an asset, from today or another day.

    Refused to those who do not own the side that needs.
    """
    with transaction.atomic(), acting(actor=actor, action="dependency.add"):
        facts = {
            "service": service,
            "asset": asset,
            "needs": needs,
            "kind": kind,
            "starts_on": starts_on or timezone.localdate(),
        }
        dependency = Dependency()
        _require(actor, _owner_of(service or asset), "add", "dependency")
        store(dependency, facts, actor=actor, editable=frozenset(facts))
    return dependency


def end_dependency(dependency: Dependency, *, actor: Any, on: date | None = None) -> Dependency:
    """The dependency no longer counts from a day on. What was stays readable.

    Refused when it has ended already, and to those who do not own the side that needs.
    """
    with transaction.atomic(), acting(actor=actor, action="dependency.end"):
        row = hold(dependency, actor=actor)
        _require(actor, _owner_of(row.service or row.asset), "add", "dependency")
        if row.ends_on is not None:
            raise Refused(_("this dependency has ended already"))
        store(
            row,
            {"ends_on": on or timezone.localdate()},
            actor=actor,
            editable=frozenset({"ends_on"}),
        )
    return row


def _write(
    row: Service | Asset,
    changes: dict[str, Any],
    verb: str,
    actor: Any,
    editable: frozenset[str],
    texts: tuple[str, ...],
) -> None:
    """Check the owner before and after, mask card numbers, store."""
    model = row._meta.model_name or ""
    if row.pk:
        _require(actor, row.owner_team_id, verb, model)
    if not row.pk or "owner_team" in changes:
        _require(actor, getattr(changes.get("owner_team"), "pk", None), verb, model)
    told = {name: changes[name] for name in texts if changes.get(name)}
    reference = row.reference if row.pk else ""
    masked = mask_fields(row._meta.db_table, told, actor=actor, reference=reference)
    store(row, {**changes, **masked}, actor=actor, editable=editable)


def _require(actor: Any, team_id: int | None, verb: str, model: str) -> None:
    if not may_write_for(actor, team_id, verb, model):
        raise NotAllowed(_("only the owner team and administrators may do this"))


def _owner_of(record: Service | Asset | None) -> int | None:
    return record.owner_team_id if record else None
