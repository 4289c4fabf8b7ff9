"""Who agrees with whom."""

import pytest

from people.services import grant_role
from sla.models import Client


@pytest.fixture
def approver(cast):
    """Another service manager than the one who drafts."""
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    return type(cast.team_lead).objects.get(pk=cast.team_lead.pk)


@pytest.fixture
def tienda(db):
    return Client.objects.create(name="Tienda Uno", slug="tienda-uno", country="MX")
