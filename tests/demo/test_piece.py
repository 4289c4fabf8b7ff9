"""A piece of the demo world is all or nothing, and costs no statement for what is in between."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Refused
from incidents import services
from incidents.models import Incident
from itsm.demo.piece import in_one_piece
from tests.factories import an_incident

pytestmark = pytest.mark.django_db


def test_services_set_no_savepoints_inside(cast):
    incident = an_incident(cast)
    with CaptureQueriesContext(connection) as seen, in_one_piece():
        services.triage_incident(incident, actor=cast.agent_l1)
        services.start_incident(incident, actor=cast.agent_l1)
    statements = [query["sql"] for query in seen]
    assert sum(sql.startswith("SAVEPOINT") for sql in statements) == 1  # the test's own
    with CaptureQueriesContext(connection) as seen, transaction.atomic(), transaction.atomic():
        pass
    assert sum(query["sql"].startswith("SAVEPOINT") for query in seen) == 2


def test_a_refusal_undoes_all_of_it(cast):
    incident = an_incident(cast)
    with pytest.raises(Refused), in_one_piece():
        services.start_incident(incident, actor=cast.agent_l1)
        services.close_incident(incident, actor=cast.agent_l1)
    assert Incident.objects.get(pk=incident.pk).status == "new"
