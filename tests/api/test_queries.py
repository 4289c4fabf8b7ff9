"""How many statements an endpoint takes: the same for one row and for three."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.models import Alert, AlertEvent, AlertSource
from records.models import Job, SavedView
from sla.client_services import add_client
from tests.factories import a_service, a_vendor, an_asset, an_incident

pytestmark = pytest.mark.django_db

# Token, three for the scope, the rows; clients prefetch once.
STATEMENTS = {
    "incidents": 3,
    "services": 3,
    "assets": 3,
    "vendors": 3,
    "clients": 4,
    "teams": 3,
    "users": 3,
    "attachments": 3,
    "alerts": 3,
    "alert-sources": 3,
    "alert-events": 3,
    "jobs": 3,
    "messages": 3,
    "saved-views": 3,
}
_TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def statements_of(ask: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code in (200, 201), answer.json()
    return sum(not query["sql"].startswith(_TRANSACTION) for query in captured.captured_queries)


def add_a_row_of_everything(cast: Any, number: int) -> None:
    from django.utils import timezone

    from incidents.services import attach_to_incident, comment_on_incident

    incident = an_incident(
        cast,
        "in_progress",
        vendor=a_vendor(manager=cast.vendor_manager),
        assets=[an_asset(cast), an_asset(cast)],
        client=add_client(
            actor=None, slug=f"c{number}", name=f"C{number}", country="MX",
            contacts=[{"name": "Eva", "phone": "1"}],
        ),
    )  # fmt: skip
    comment_on_incident(incident, actor=cast.agent_l1, text="a")
    data = f"row {number}\n".encode()
    attach_to_incident(incident, actor=cast.agent_l1, name="a.txt", data=data)
    source = AlertSource.objects.create(
        name=f"S{number}", kind="alertmanager", default_service=a_service(cast)
    )
    AlertEvent.objects.create(source=source, payload={}, sha256="0" * 64)
    now = timezone.now()
    Alert.objects.create(
        incident=incident, source=source, fingerprint="f", name="Down", state="firing",
        starts_at=now, last_received_at=now, first_event=1, last_event=1,
    )  # fmt: skip
    Job.objects.create(kind="demo", created_by=cast.agent_l1)
    SavedView.objects.create(owner=cast.agent_l1, list_name="incidents", name=f"V{number}")


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_list_takes_the_same_statements_for_one_row_and_three(
    cast: Any, api_of: Any, name: str
) -> None:
    who = cast.admin if name in ("alert-sources", "alert-events") else cast.agent_l1
    api = api_of(who)
    api.get("/api/v1/")  # notes the token's use, once a minute
    found = []
    for number in range(3):
        add_a_row_of_everything(cast, number)
        if number in (0, 2):
            found.append(statements_of(lambda: api.get(f"/api/v1/{name}/")))
    assert found == [STATEMENTS[name]] * 2


def test_creating_takes_at_most_twelve_statements(cast: Any, agent: Any) -> None:
    service = a_service(cast)
    agent.get("/api/v1/")
    body = {"title": "SPEI is slow", "description": "*since noon*", "service": service.reference}
    assert statements_of(lambda: agent.post("/api/v1/incidents/", body)) <= 10


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("", 3),
        ("transitions/", 3),
        ("clocks/", 5),
        ("marks/", 4),
        ("comments/", 4),
        ("links/", 5),
    ],
)
def test_reading_one_takes_few(cast: Any, agent: Any, path: str, statements: int) -> None:
    incident = an_incident(cast, "in_progress", assets=[an_asset(cast), an_asset(cast)])
    agent.get("/api/v1/")
    url = f"/api/v1/incidents/{incident.reference}/{path}"
    assert statements_of(lambda: agent.get(url)) == statements


def test_a_change_takes_few(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    agent.get("/api/v1/")
    url = f"/api/v1/incidents/{incident.reference}/"
    headers = {"if-match": '"1"'}
    assert statements_of(lambda: agent.patch(url, {"title": "b"}, headers=headers)) <= 12
