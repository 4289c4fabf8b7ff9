"""The vendor's page shows its incidents: attributed to it or asked of it, of what one sees."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import services
from incidents.models import Incident
from incidents.vendor_incidents import vendor_incidents_panel
from tests.factories import a_vendor, an_incident

pytestmark = pytest.mark.django_db


def told(panel: Any) -> list[tuple[str, str]]:
    return [
        (re.sub(r"<.*?>", "", str(row[0])), re.sub(r"<.*?>", "", str(row[-1])))
        for row in panel.context["rows"]
    ]


def attributed(cast: Any, vendor: Any, status: str = "in_progress") -> Incident:
    incident = an_incident(cast, status)
    Incident.objects.filter(pk=incident.pk).update(vendor=vendor)
    return incident


def test_open_ones_stand_first_then_the_newest(cast: Any, client_of: Any) -> None:
    vendor, other = a_vendor(), a_vendor()
    first = attributed(cast, vendor)
    closed = attributed(cast, vendor, "closed")
    called = an_incident(cast, "in_progress")
    services.wait_for_vendor(called, actor=cast.agent_l1, vendor=vendor, note="Is it down?")
    Incident.objects.filter(pk=called.pk).update(vendor=other)
    hidden = attributed(cast, other)
    panel = vendor_incidents_panel(vendor, cast.agent_l1)
    assert told(panel) == [
        (called.reference, "Called on"),
        (first.reference, "Attributed"),
        (closed.reference, "Attributed"),
    ]
    page = client_of(cast.agent_l1).get(f"/vendors/vendor/{vendor.pk}/change/").content.decode()
    assert f"/incidents/incident/?vendor={vendor.reference}" in page
    assert hidden.reference not in page


def test_only_what_one_sees(cast: Any) -> None:
    vendor = a_vendor()
    attributed(cast, vendor)
    panel = vendor_incidents_panel(vendor, cast.outsider)
    assert panel is not None
    assert panel.context["rows"] == []
    assert vendor_incidents_panel(vendor, cast.norole) is None


def test_as_many_questions_for_many_incidents(cast: Any) -> None:
    vendor = a_vendor()
    attributed(cast, vendor)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            vendor_incidents_panel(vendor, cast.agent_l1)
        return len(asked)

    questions()
    few = questions()
    for _nth in range(2):
        attributed(cast, vendor)
    assert questions() == few
