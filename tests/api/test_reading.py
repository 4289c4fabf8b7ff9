"""Lists and single records: scope, filters, search, order, pages, what a record looks like."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident
from incidents.services import share_incident
from people.services import grant_role
from tests.api.test_problems import assert_problem
from tests.factories import a_service, a_vendor, an_asset, an_incident

pytestmark = pytest.mark.django_db

URL = "/api/v1/incidents/"


def references(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [row["reference"] for row in answer.json()["results"]]


def told(incidents: list[Any]) -> list[str]:
    return [incident.reference for incident in incidents]


def test_an_incident_looks_like_this(cast: Any, agent: Any, service: Any) -> None:
    asset = an_asset(cast)
    incident = an_incident(
        cast, "resolved", title="SPEI <b>", description="*soon*", service=service, assets=[asset]
    )
    answer = agent.get(f"{URL}{incident.reference}/")
    body = answer.json()
    moments = {name: body.pop(name) for name in ("opened_at", "resolved_at")}
    assert all(moment.endswith("Z") for moment in moments.values())
    assert body == {
        "reference": incident.reference,
        "title": "SPEI <b>",
        "description": "*soon*",
        "description_html": "<p><em>soon</em></p>\n",
        "status": "resolved",
        "impact": 2,
        "urgency": 2,
        "priority": 3,
        "priority_reason": "",
        "service": service.reference,
        "team": "payments-l1",
        "owner": "agent_l1",
        "client": None,
        "vendor": None,
        "caused_by_change": None,
        "tier": "l1",
        "channel": "portal",
        "assets": [asset.reference],
        "resolution_code": "fixed",
        "resolution": "Restarted the switch link.",
        "is_drill": False,
        "opened_by": "agent_l1",
        "closed_at": None,
        "version": incident.version,
    }
    assert answer["ETag"] == f'"{incident.version}"'


def test_affected_assets_outside_the_scope_are_not_named(cast: Any, api_of: Any) -> None:
    ours, theirs = an_asset(cast), an_asset(cast, owner_team=cast.wallet_co)
    incident = an_incident(cast, actor=None, assets=[ours, theirs])
    share_incident(
        incident,
        actor=cast.team_lead,
        user=cast.outsider,
        until=timezone.now() + timedelta(hours=1),
    )
    both = [ours.reference, theirs.reference]
    address = f"/api/v1/incidents/{incident.reference}/"
    for who, named in {"agent_l1": both[:1], "outsider": both[1:], "auditor": both}.items():
        program = api_of(cast[who])
        assert program.get(address).json()["assets"] == named
        (row,) = program.get("/api/v1/incidents/").json()["results"]
        assert row["assets"] == named
    # Somebody to whom it is shown, and who sees no asset at all.
    grant_role(cast.norole, "requester", actor=None, reason="new", team=cast.core_platform)
    share_incident(
        incident,
        actor=cast.team_lead,
        user=cast.norole,
        until=timezone.now() + timedelta(hours=1),
    )
    assert api_of(cast.norole).get(address).json()["assets"] == []
    # An answer to a write names no more, and takes nothing away that was not shown.
    headers = {"if-match": f'"{incident.version}"'}
    answer = api_of(cast.agent_l1).patch(address, {"assets": []}, headers=headers)
    assert (answer.status_code, answer.json()["assets"]) == (200, [])
    assert api_of(cast.auditor).get(address).json()["assets"] == both[1:]


def test_what_one_may_not_see_does_not_exist(cast: Any, agent: Any, api_of: Any) -> None:
    colombian = a_service(
        cast, countries=["CO"], support_team=cast.wallet_co, owner_team=cast.wallet_co
    )
    hidden = an_incident(cast, actor=cast.outsider, service=colombian, title="oculto")
    mine = an_incident(cast, title="oculto")
    assert references(agent.get(URL)) == [mine.reference]
    assert references(agent.get(URL, {"search": "oculto"})) == [mine.reference]
    assert agent.get(URL, {"count": "exact"}).json()["count"] == 1
    unknown = agent.get(f"{URL}INC-999999/")
    for path in ("", "transitions/", "history/", "clocks/", "marks/", "timeline/"):
        assert_problem(agent.get(f"{URL}{hidden.reference}/{path}"), 404, "not-found")
    assert agent.get(f"{URL}{hidden.reference}/").json() == unknown.json()
    for who in (cast.norole, cast.hr_partner, cast.admin):
        answer = api_of(who).get(URL, {"count": "exact"})
        assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert references(api_of(cast.outsider).get(URL)) == [hidden.reference]


def test_a_hidden_record_filters_like_an_unknown_one(cast: Any, agent: Any) -> None:
    a_service(cast, name="Z", label="z", countries=["CO"], support_team=cast.wallet_co,
              owner_team=cast.wallet_co)  # fmt: skip
    hidden = a_service(
        cast, countries=["CO"], support_team=cast.wallet_co, owner_team=cast.wallet_co
    )
    answers = [agent.get(URL, {"service": ref}) for ref in (hidden.reference, "SVC-999999")]
    bodies = [assert_problem(answer, 400, "invalid") for answer in answers]
    assert bodies[0] == bodies[1]
    assert bodies[0]["errors"] == [
        {"field": "service", "code": "invalid", "detail": "There is no such record."}
    ]


def test_every_filter_narrows(cast: Any, agent: Any, service: Any) -> None:
    asset, vendor = an_asset(cast), a_vendor()
    waiting = an_incident(
        cast, "in_progress", service=service, impact=1, urgency=1, assets=[asset],
        vendor=vendor, channel="phone", tier="l2", title="Card authorisation fails",
    )  # fmt: skip
    resolved = an_incident(cast, "resolved", impact=3, urgency=3, title="Slow wallet")
    hour = timedelta(hours=1)
    before, after = ((timezone.now() + d).isoformat() for d in (-hour, hour))
    assert references(agent.get(URL)) == told([resolved, waiting])
    for query, expected in [
        ({"status": "in_progress"}, [waiting]),
        ({"status": "in_progress,resolved"}, [resolved, waiting]),
        ({"status": "new"}, []),
        ({"priority": "1"}, [waiting]),
        ({"priority": "1,5"}, [resolved, waiting]),
        ({"impact": "3"}, [resolved]),
        ({"urgency": "1"}, [waiting]),
        ({"tier": "l2"}, [waiting]),
        ({"channel": "phone"}, [waiting]),
        ({"service": service.reference}, [waiting]),
        ({"team": "payments-l1"}, [resolved, waiting]),
        ({"team": "payments-l2"}, []),
        ({"owner": "agent_l1"}, [resolved, waiting]),
        ({"owner": "agent_l2"}, []),
        ({"vendor": vendor.reference}, [waiting]),
        ({"asset": asset.reference}, [waiting]),
        ({"is_open": "true"}, [waiting]),
        ({"is_open": "false"}, [resolved]),
        ({"has_owner": "true"}, [resolved, waiting]),
        ({"has_owner": "false"}, []),
        ({"opened_at__gte": before, "opened_at__lt": after}, [resolved, waiting]),
        ({"opened_at__gte": after}, []),
        ({"resolved_at__gte": before}, [resolved]),
        ({"resolved_at__lt": before}, []),
        ({"search": "authorisation"}, [waiting]),
        ({"search": waiting.reference.lower()}, [waiting]),
        ({"status": "resolved", "priority": "1"}, []),
    ]:
        assert references(agent.get(URL, query)) == told(expected), query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("status__in=new", "status__in"),
        ("owner__password=x", "owner__password"),
        ("status=open", "status"),
        ("status=", "status"),
        ("status=new,", "status"),
        ("status=new&status=triaged", "status"),
        ("priority=9", "priority"),
        ("priority=99999999999999999999999", "priority"),
        ("is_open=yes", "is_open"),
        ("owner=", "owner"),
        ("owner=nobody%00", "owner"),
        ("opened_at__gte=yesterday", "opened_at__gte"),
        ("opened_at__gte=2026-01-31", "opened_at__gte"),
        ("opened_at__gte=2026-13-31T00:00:00Z", "opened_at__gte"),
        ("opened_at__gte=99999-01-31T00:00:00Z", "opened_at__gte"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=9999999999999999999", "limit"),
        ("ordering=title", "ordering"),
        ("ordering=--reference", "ordering"),
        ("ordering=owner__password", "ordering"),
        ("count=yes", "count"),
        ("cursor=", "cursor"),
        ("cursor=x", "cursor"),
        ("cursor=%F0%9F%98%80", "cursor"),
        ("search=%00", "search"),
        ("format=api", "format"),
    ],
)
def test_a_bad_parameter_is_named(agent: Any, query: str, field: str) -> None:
    body = assert_problem(agent.get(f"{URL}?{query}"), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == [field]


def test_every_bad_parameter_is_named_at_once(agent: Any) -> None:
    body = assert_problem(agent.get(f"{URL}?status=x&priority=x"), 400, "invalid")
    assert sorted(error["field"] for error in body["errors"]) == ["priority", "status"]


@pytest.mark.parametrize("path", ["INC-000001/", "INC-000001/marks/", "INC-000001/transitions/"])
def test_single_records_take_no_parameters(cast: Any, agent: Any, path: str) -> None:
    an_incident(cast)
    body = assert_problem(agent.get(f"{URL}{path}?status=new"), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["status"]


@pytest.mark.parametrize("column", ["reference", "-reference", "priority", "-priority",
                                    "opened_at", "-opened_at"])  # fmt: skip
def test_pages_hold_every_row_once_in_order(cast: Any, agent: Any, column: str) -> None:
    """Rows of equal priority or moment stand on several pages: the id decides between them."""
    service = a_service(cast)
    for impact in (1, 2, 2, 2, 3, 2, 2):
        an_incident(cast, service=service, impact=impact)
    opened = Incident.objects.earliest("pk").opened_at
    Incident.objects.update(opened_at=opened)
    whole = references(agent.get(URL, {"ordering": column}))
    assert len(set(whole)) == 7
    pages, url = [], f"{URL}?ordering={column}&limit=2&status=new"
    while url:
        page = agent.get(url).json()
        pages.append(page)
        url = page["next"]
    forwards = [row["reference"] for page in pages for row in page["results"]]
    assert forwards == whole
    backwards = pages[-1]["results"]
    url = pages[-1]["previous"]
    while url:
        page = agent.get(url).json()
        backwards = page["results"] + backwards
        url = page["previous"]
    assert [row["reference"] for row in backwards] == whole
    assert [len(page["results"]) for page in pages] == [2, 2, 2, 1]


def test_rows_that_arrive_while_one_pages_do_not_shift_the_pages(cast: Any, agent: Any) -> None:
    first = [an_incident(cast) for _ in range(3)]
    page = agent.get(URL, {"limit": 2}).json()
    an_incident(cast)
    rest = agent.get(page["next"])
    assert references(rest) == [first[0].reference]


def test_a_cursor_belongs_to_its_order(cast: Any, agent: Any) -> None:
    for _ in range(3):
        an_incident(cast)
    cursor = agent.get(URL, {"limit": 1}).json()["next"].split("cursor=")[1].split("&")[0]
    assert_problem(agent.get(f"{URL}?ordering=priority&cursor={cursor}"), 400, "invalid")


def test_the_last_page_of_nothing(agent: Any) -> None:
    assert agent.get(URL).json() == {"next": None, "previous": None, "results": []}


def test_history_pages_backwards(cast: Any, agent: Any) -> None:
    incident = an_incident(cast, "in_progress", title="first")
    lines = agent.get(f"{URL}{incident.reference}/history/").json()
    assert [line["action"] for line in lines] == ["incident.start", "incident.open"]
    assert lines[0]["changes"]["status"] == ["new", "in_progress"]
    assert lines[0]["actor"] == "agent_l1"
    one = agent.get(f"{URL}{incident.reference}/history/", {"limit": 1}).json()
    assert one == lines[:1]
    older = agent.get(f"{URL}{incident.reference}/history/", {"before": one[0]["id"]}).json()
    assert older == lines[1:]


def test_a_request_id_stands_in_the_history(cast: Any, agent: Any, service: Any) -> None:
    answer = agent.post(
        URL, {"title": "a", "service": service.reference}, headers={"x-request-id": "chain-0001"}
    )
    assert (answer.status_code, answer["X-Request-ID"]) == (201, "chain-0001"), answer.json()
    (line,) = agent.get(f"{URL}{answer.json()['reference']}/history/").json()
    assert (line["request_id"], line["channel"]) == ("chain-0001", "api")
