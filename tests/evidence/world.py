"""A small world for tests of evidence: some of everything that a population is made of."""

from typing import Any

from audit.services import record_event
from tests.changes.deployments import a_deployment
from tests.factories import a_change, a_service, an_asset, an_incident


def a_world(cast: Any, many: int) -> None:
    """So many changes, deployments, incidents, assets, services, sign-ins and exports more."""
    for _nth in range(many):
        service = a_service(cast)
        an_asset(cast)
        a_change(cast, "closed", services=[service])
        a_change(cast, "reviewing", services=[service], is_significant=True)
        a_deployment()
        an_incident(cast, "closed", service=service)
        record_event("login", actor=cast.agent_l1, key=str(cast.agent_l1.pk))
        record_event("list.export", actor=cast.auditor, key="changes.change")
