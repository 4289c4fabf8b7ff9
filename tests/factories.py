"""Records for tests, made by the real road: through the services, never past them."""

from itertools import count
from typing import Any

from assets.enums import AssetClass, Criticality, PciScope, ServiceTier
from assets.models import Asset, Service
from incidents import services
from incidents.enums import Status
from incidents.models import Incident
from vendors.enums import VendorTier
from vendors.models import Vendor

_numbers = count(1)


def a_service(cast: Any, **given: Any) -> Service:
    """A service of payments-l1 in Mexico, owned by core-platform."""
    number = next(_numbers)
    facts = {
        "name": f"SPEI transfers {number}",
        "label": f"spei-{number}",
        "tier": ServiceTier.TIER_1,
        "criticality": Criticality.CRITICAL,
        "owner_team": cast.core_platform,
        "support_team": cast.payments_l1,
        "countries": ["MX"],
    }
    return Service.objects.create(**facts | given)


def an_asset(cast: Any, **given: Any) -> Asset:
    """A live production database in PCI DSS scope."""
    facts = {
        "name": f"ledger-db-{next(_numbers)}",
        "asset_class": AssetClass.DATABASE,
        "pci_scope": PciScope.IN_SCOPE,
        "data_residency": "MX",
        "owner_team": cast.core_platform,
    }
    return Asset.objects.create(**facts | given)


def a_vendor(**given: Any) -> Vendor:
    """An active Mexican vendor."""
    facts = {"name": f"Switch {next(_numbers)}", "tier": VendorTier.STRATEGIC, "country": "MX"}
    return Vendor.objects.create(**facts | given)


def an_incident(cast: Any, status: str = Status.NEW, **given: Any) -> Incident:
    """An incident that agent_l1 opened and that walked to `status` by the workflow."""
    actor = given.pop("actor", cast.agent_l1)
    given.setdefault("title", "Transfers are slow")
    if "service" not in given:
        given["service"] = a_service(cast)
    incident = services.open_incident(actor=actor, **given)
    for step in _ROADS[Status(status)]:
        incident = step(incident, actor)
    return incident


def _start(incident: Incident, actor: Any) -> Incident:
    return services.start_incident(incident, actor=actor)


def _wait_for_vendor(incident: Incident, actor: Any) -> Incident:
    return services.wait_for_vendor(incident, actor=actor, vendor=a_vendor(), note="asked them")


def _resolve(incident: Incident, actor: Any) -> Incident:
    return services.resolve_incident(
        incident, actor=actor, resolution_code="fixed", resolution="Restarted the switch link."
    )


_ROADS: dict[Status, list[Any]] = {
    Status.NEW: [],
    Status.TRIAGED: [lambda i, a: services.triage_incident(i, actor=a)],
    Status.IN_PROGRESS: [_start],
    Status.PENDING_CUSTOMER: [
        _start,
        lambda i, a: services.wait_for_customer(i, actor=a, note="asked them"),
    ],
    Status.PENDING_VENDOR: [_start, _wait_for_vendor],
    Status.PENDING_CHANGE: [
        _start,
        lambda i, a: services.wait_for_change(i, actor=a, note="needs a change"),
    ],
    Status.RESOLVED: [_start, _resolve],
    Status.CLOSED: [_start, _resolve, lambda i, a: services.close_incident(i, actor=a)],
    Status.CANCELLED: [lambda i, a: services.cancel_incident(i, actor=a, note="no incident")],
}
