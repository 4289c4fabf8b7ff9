"""Addresses of lists, narrowed as the REST API is."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.dashboard import list_url
from incidents.enums import Priority
from incidents.models import Incident

LIST = "/incidents/incident/"


@pytest.mark.parametrize(
    ("filters", "url"),
    [
        ({}, LIST),
        ({"status": "new"}, f"{LIST}?status=new"),
        ({"is_open": True, "has_owner": False}, f"{LIST}?is_open=true&has_owner=false"),
        ({"priority": (Priority.P1, Priority.P2)}, f"{LIST}?priority=1,2"),
        ({"priority": Priority.P3}, f"{LIST}?priority=3"),
        (
            {"opened_at__gte": datetime(2026, 1, 31, 18, tzinfo=ZoneInfo("America/Mexico_City"))},
            f"{LIST}?opened_at__gte=2026-02-01T00:00:00Z",
        ),
        ({"team": "payments-l1&x=1"}, f"{LIST}?team=payments-l1%26x%3D1"),
    ],
)
def test_a_list_is_narrowed_by_the_parameters_of_the_api(filters, url):
    assert list_url(Incident, **filters) == url
