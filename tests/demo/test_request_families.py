"""What belongs together among the requests of the demo world; told once, however often asked."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Request, RequestIncident, RequestLink
from itsm.demo import request_families as told
from tests.factories import a_service, an_incident
from tests.incidents.asking import a_request

pytestmark = pytest.mark.django_db


def test_requests_belong_together_and_ask_about_an_incident_once(cast: Any) -> None:
    service = a_service(cast)
    for title in (told._PART, *told._ASKING):
        a_request(cast, title=title, service=service)
    incident = an_incident(cast, service=service)
    world: Any = SimpleNamespace(
        users={"agent_l1": cast.agent_l1, "service_manager": cast.service_manager}
    )
    base = timezone.now() + timedelta(minutes=79)
    for new in (2, 0):
        assert told.tell_request_families(world, base) == new
        assert told.tell_what_requests_ask(world, base) == new
    kinds = RequestLink.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["child_of", "split_from"]
    asked = RequestIncident.objects.order_by("pk").values_list("incident", "kind")
    assert list(asked) == [(incident.pk, "about"), (incident.pk, "caused_by")]
    assert Request.objects.count() == 5
