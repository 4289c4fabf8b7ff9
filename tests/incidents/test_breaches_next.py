"""The list of incidents in the order in which what is agreed runs out."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sla.models import Life
from tests.factories import an_incident

API = "/api/v1/incidents/"


@pytest.fixture
def incidents(cast):
    """Five: due in 3, 1, 2 hours, and two of which nothing runs out."""
    found = [an_incident(cast) for _n in range(5)]
    for incident, hours in zip(found, (3, 1, 2), strict=False):
        at = timezone.now() + timedelta(hours=hours)
        Life.objects.filter(incident=incident).update(breaches_at=at)
    return [incident.reference for incident in found]


def pages_of(api, ordering):
    url, found = f"{API}?ordering={ordering}&limit=2", []
    while url:
        answer = api.get(url)
        assert answer.status_code == 200
        found.append([row["reference"] for row in answer.data["results"]])
        url = answer.data["next"]
    return found, answer.data["previous"]


@pytest.mark.parametrize(
    ("ordering", "order"), [("breaches_at", (1, 2, 0, 3, 4)), ("-breaches_at", (4, 3, 0, 2, 1))]
)
def test_pages_lead_from_what_runs_out_to_what_does_not(cast, api_of, incidents, ordering, order):
    expected = [incidents[n] for n in order]

    pages, previous = pages_of(api_of(cast.agent_l1), ordering)

    assert pages == [expected[:2], expected[2:4], expected[4:]]
    back = api_of(cast.agent_l1).get(previous).data["results"]
    assert [row["reference"] for row in back] == expected[2:4]


def test_a_place_without_a_value_belongs_to_its_own_order(cast, api_of, incidents):
    api = api_of(cast.agent_l1)
    cursor = api.get(f"{API}?ordering=breaches_at&limit=4").data["next"].partition("cursor=")[2]

    assert api.get(f"{API}?ordering=opened_at&cursor={cursor}").status_code == 400


def test_the_list_is_sorted_by_its_column(cast, client_of, incidents):
    asked = {"tab": "all", "ordering": "breaches_at", "columns": "reference,breaches_at"}
    page = client_of(cast.agent_l1).get("/incidents/incident/", asked).context["list"]

    assert [row.reference for row in page.page.rows] == [incidents[n] for n in (1, 2, 0, 3, 4)]
    assert not page.query.problems


def test_it_costs_the_same_for_few_and_for_many(cast, client_of, incidents):
    browser = client_of(cast.agent_l1)
    asked = {"tab": "all", "ordering": "breaches_at", "columns": "reference,breaches_at"}
    browser.get("/incidents/incident/", asked)

    asked_of_it = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as found:
            browser.get("/incidents/incident/", asked)
        asked_of_it.append(len(found))
        for _n in range(3):
            an_incident(cast)

    assert asked_of_it[0] == asked_of_it[1]
