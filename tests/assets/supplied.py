"""Dependencies of services on vendors for tests."""

from typing import Any

from assets import services
from assets.models import ServiceDependency
from tests.factories import a_service, a_vendor


def a_dependency_on_a_vendor(cast: Any, **given: Any) -> ServiceDependency:
    """A critical one that cannot be replaced within weeks, stated by vendor_manager."""
    facts: dict[str, Any] = {
        "supplies": "Card switching",
        "criticality": "critical",
        "substitutability": "months",
    }
    facts |= given
    facts.setdefault("service", given.get("service") or a_service(cast))
    facts.setdefault("vendor", given.get("vendor") or a_vendor())
    return services.add_service_dependency(actor=cast.vendor_manager, **facts)
