"""A small world for tests of evidence: some of everything that a population is made of."""

from itertools import count
from typing import Any

from django.db import connection

from audit.models import SignedCheckpoint
from audit.services import record_event
from people.services import create_account, grant_role, mint_token
from tests.changes.deployments import a_deployment
from tests.factories import a_change, a_service, an_asset, an_incident
from tests.ledger import seal_here

_numbers = count(1)


def a_world(cast: Any, many: int) -> None:
    """So many changes, deployments, incidents, assets, services, sign-ins and exports more."""
    for _nth in range(many):
        service = a_service(cast)
        an_asset(cast)
        a_change(cast, "closed", services=[service])
        a_change(cast, "reviewing", services=[service], is_significant=True)
        a_deployment()
        an_incident(cast, "closed", service=service)
        grant_role(
            create_account(actor=cast.security_admin, username=f"colleague-{next(_numbers)}",
                           email=f"colleague-{next(_numbers)}@example.com"),
            "agent", actor=cast.security_admin, reason="Test", country="MX",
        )  # fmt: skip
        mint_token(cast.agent_l1, actor=cast.agent_l1, name="script", scopes=["read"])
        SignedCheckpoint.objects.create(size=next(_numbers), root=b"root", note="note")
        with connection.cursor() as cursor:  # past the application
            cursor.execute("UPDATE people_team SET name = name || '!' WHERE slug = 'payments-l1'")
        record_event("login", actor=cast.agent_l1, key=str(cast.agent_l1.pk))
        record_event("list.export", actor=cast.auditor, key="changes.change")
    seal_here()
