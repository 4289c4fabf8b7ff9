"""Creating and changing incidents: versions, refused fields, other people's records."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import OutboxEntry
from incidents.models import Incident
from tests.api.test_problems import assert_problem
from tests.factories import a_service, a_vendor, an_asset, an_incident

pytestmark = pytest.mark.django_db

URL = "/api/v1/incidents/"


def etag(version: int) -> dict[str, str]:
    return {"if-match": f'"{version}"'}


def stored(incident: Incident) -> dict[str, Any]:
    return Incident.objects.filter(pk=incident.pk).values().get()


def test_creating_answers_with_the_record_and_its_address(cast: Any, agent: Any) -> None:
    service, asset, vendor = a_service(cast), an_asset(cast), a_vendor()
    started = timezone.now() - timedelta(minutes=5)
    answer = agent.post(
        URL,
        {
            "title": "SPEI is slow",
            "description": "since *noon*",
            "service": service.reference,
            "assets": [asset.reference, asset.reference],
            "vendor": vendor.reference,
            "impact": 1,
            "urgency": 1,
            "started_at": started.isoformat(),
        },
    )
    body = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"http://testserver{URL}{body['reference']}/"
    assert answer["ETag"] == '"1"'
    assert (body["priority"], body["status"], body["channel"]) == (1, "new", "api")
    assert (body["assets"], body["vendor"]) == ([asset.reference], vendor.reference)
    assert agent.get(answer["Location"]).json() == body
    marks = agent.get(f"{answer['Location']}marks/").json()
    assert [mark["kind"] for mark in marks] == ["started", "detected"]


@pytest.mark.parametrize("missing", ["title", "service"])
def test_what_is_needed_is_named(agent: Any, service: Any, missing: str) -> None:
    body = {"title": "a", "service": service.reference}
    del body[missing]
    told = assert_problem(agent.post(URL, body), 400, "invalid")
    assert [(e["field"], e["code"]) for e in told["errors"]] == [(missing, "required")]
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "field",
    [
        *("reference", "status", "priority", "resolution", "resolved_at", "closed_at", "version"),
        *("opened_at", "opened_by", "life", "search", "alert_key", "id", "description_html"),
        *("colour", "__class__"),
    ],
)
def test_what_cannot_be_set_is_refused_by_name(
    cast: Any, agent: Any, service: Any, field: str
) -> None:
    body = {"title": "a", "service": service.reference, field: "1"}
    told = assert_problem(agent.post(URL, body), 400, "invalid")
    assert [(e["field"], e["code"]) for e in told["errors"]] == [(field, "not_writable")]
    incident = an_incident(cast)
    before = stored(incident)
    answer = agent.patch(f"{URL}{incident.reference}/", {field: "1"}, headers=etag(1))
    assert_problem(answer, 400, "invalid")
    assert stored(incident) == before


@pytest.mark.parametrize("field", ["team", "owner", "started_at"])
def test_what_actions_change_is_no_edit(cast: Any, agent: Any, field: str) -> None:
    incident = an_incident(cast)
    answer = agent.patch(f"{URL}{incident.reference}/", {field: "payments-l2"}, headers=etag(1))
    assert_problem(answer, 400, "invalid")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " \t\n"),
        ("title", "a" * 201),
        ("title", "a" * 2**20),
        ("title", None),
        ("title", 5),
        ("title", True),
        ("title", ["a"]),
        ("title", {"a": "b"}),
        ("description", "a" * 100_001),
        ("description", None),
        ("impact", 0),
        ("impact", 4),
        ("impact", 9999999999999999999),
        ("impact", -1),
        ("impact", 1.5),
        ("impact", True),
        ("impact", None),
        ("impact", [1]),
        ("urgency", {"a": 1}),
        ("channel", "pigeon"),
        ("tier", ""),
        ("service", "SVC-999999"),
        ("service", 1),
        ("service", None),
        ("service", ["SVC-000001"]),
        ("service", "a" * 10_000),
        ("client", "nobody"),
        ("vendor", "VND-999999"),
        ("owner", "norole"),
        ("team", "no-such-team"),
        ("team", "wallet-co"),
        ("assets", "AST-000001"),
        ("assets", ["AST-999999"]),
        ("assets", [1]),
        ("assets", [["AST-000001"]]),
        ("assets", {"a": 1}),
        ("assets", ["AST-000001"] * 201),
        ("started_at", "yesterday"),
        ("started_at", "0000-00-00T00:00:00Z"),
        ("started_at", "0001-01-01T00:00:00+14:00"),
        ("started_at", "9999-12-31T23:59:59-14:00"),
        ("started_at", "99999-01-01T00:00:00Z"),
        ("started_at", "2026-02-30T00:00:00Z"),
        ("started_at", 99999999999999999999),
        ("started_at", True),
        ("detected_at", "2999-01-01T00:00:00Z"),
    ],
)
def test_bad_values_are_refused_by_name(agent: Any, service: Any, field: str, value: Any) -> None:
    body = {"title": "a", "service": service.reference, field: value}
    told = assert_problem(agent.post(URL, body), 400, "invalid")
    # The service speaks of the moment, whichever field it came in.
    assert {error["field"].split(".")[0] for error in told["errors"]} <= {field, "at"}
    assert not Incident.objects.exists()


def test_text_is_given_back_as_it_came(agent: Any, service: Any) -> None:
    text = "  <script>alert(1)</script> \r\n\t“ñ” \u202e \U0001f600 'OR 1=1-- %s {{7*7}} "
    answer = agent.post(URL, {"title": text, "description": text, "service": service.reference})
    body = agent.get(answer["Location"]).json()
    assert (body["title"], body["description"]) == (text, text)
    assert "<script" not in body["description_html"]


def test_card_numbers_are_masked(agent: Any, service: Any) -> None:
    body = {"title": "card 4111 1111 1111 1111 fails", "service": service.reference}
    answer = agent.post(URL, body)
    assert "4111 1111 1111 1111" not in answer.content.decode()
    assert not OutboxEntry.objects.filter(after__icontains="4111 1111 1111 1111").exists()


def test_a_change_needs_the_version_it_was_made_on(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    url = f"{URL}{incident.reference}/"
    before = stored(incident)
    for given, status, code in [
        ({}, 428, "version-required"),
        ({"if-match": "*"}, 428, "version-required"),
        ({"if-match": " * "}, 428, "version-required"),
        ({"if-match": '"2"'}, 412, "stale"),
        ({"if-match": "1"}, 412, "stale"),
        ({"if-match": '"1", "2"'}, 412, "stale"),
        ({"if-match": '"01"'}, 412, "stale"),
        ({"if-match": '"٣"'.encode().decode("latin-1")}, 412, "stale"),
        ({"if-match": '"' + "9" * 8000 + '"'}, 412, "stale"),
        ({"if-match": ""}, 412, "stale"),
    ]:
        assert_problem(agent.patch(url, {"title": "b"}, headers=given), status, code)
    assert stored(incident) == before
    answer = agent.patch(url, {"title": "b"}, headers={"if-match": '"1"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json()["title"] == "b"
    answer = agent.patch(url, {"title": "c"}, headers={"if-match": 'W/"2"'})  # as gzip leaves it
    assert (answer.status_code, answer["ETag"]) == (200, '"3"')


def test_a_change_in_sql_counts_as_a_version(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    Incident.objects.filter(pk=incident.pk).update(title="by hand")
    answer = agent.patch(f"{URL}{incident.reference}/", {"title": "b"}, headers=etag(1))
    assert_problem(answer, 412, "stale")


def test_a_change_changes_what_it_names_and_nothing_else(cast: Any, agent: Any) -> None:
    asset = an_asset(cast)
    incident = an_incident(cast, description="before", assets=[asset])
    before = agent.get(f"{URL}{incident.reference}/").json()
    answer = agent.patch(
        f"{URL}{incident.reference}/", {"impact": 1, "urgency": 1}, headers=etag(1)
    )
    expected = {**before, "impact": 1, "urgency": 1, "priority": 1, "version": 2}
    assert answer.json() == expected
    answer = agent.patch(f"{URL}{incident.reference}/", {"assets": []}, headers=etag(2))
    assert answer.json()["assets"] == []


def test_who_sees_but_may_not_do_is_403(cast: Any, api_of: Any, service: Any) -> None:
    incident = an_incident(cast, service=service)
    before = stored(incident)
    for who in (cast.auditor, cast.requester, cast.approver):
        api = api_of(who)
        assert api.get(f"{URL}{incident.reference}/").status_code in (200, 404)
    api = api_of(cast.auditor)
    url = f"{URL}{incident.reference}/"
    assert api.get(url).status_code == 200
    body = {"title": "mine", "service": service.reference}
    for answer in (
        api.post(URL, body),
        api.patch(url, {"title": "b"}, headers=etag(1)),
        api.post(f"{url}transitions/", {"action": "triage"}),
        api.post(f"{url}comments/", {"text": "hello"}),
        api.post(f"{url}marks/", {"kind": "started", "at": timezone.now().isoformat()}),
        api.post(f"{url}links/", {"kind": "related", "target": incident.reference}),
    ):
        assert answer.status_code == 403, answer.json()
    assert stored(incident) == before
    assert Incident.objects.count() == 1


def test_a_reading_token_writes_nothing(cast: Any, api_of: Any, service: Any) -> None:
    incident = an_incident(cast)
    api = api_of(cast.agent_l1, scopes=["read"])
    assert api.get(f"{URL}{incident.reference}/").status_code == 200
    body = {"title": "mine", "service": service.reference}
    assert_problem(api.post(URL, body), 403, "token-scope")
    answer = api.patch(f"{URL}{incident.reference}/", {"title": "b"}, headers=etag(1))
    assert_problem(answer, 403, "token-scope")
    assert Incident.objects.get().title == incident.title


def test_nobody_writes_what_they_would_not_see(cast: Any, agent: Any) -> None:
    shared = a_service(cast, countries=["MX", "CO"], support_team=cast.wallet_co)
    answer = agent.post(URL, {"title": "gone", "service": shared.reference})
    assert_problem(answer, 403, "not-allowed")
    assert not Incident.objects.exists()


def test_the_browsers_session_needs_its_csrf_token(cast: Any, service: Any) -> None:
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.agent_l1)
    body = {"title": "a", "service": service.reference}
    answer = browser.post(URL, body, content_type="application/json")
    assert_problem(answer, 403, "csrf")
    assert not Incident.objects.exists()


def test_comments_are_internal_unless_said_otherwise(cast: Any, agent: Any) -> None:
    url = f"{URL}{an_incident(cast).reference}/comments/"
    first = agent.post(url, {"text": "we look"})
    second = agent.post(url, {"text": "we look into it", "is_internal": False})
    assert (first.status_code, second.status_code) == (201, 201)
    shown = [(row["text"], row["is_internal"], row["author"]) for row in agent.get(url).json()]
    assert shown == [("we look into it", False, "agent_l1"), ("we look", True, "agent_l1")]
    older = agent.get(url, {"before": second.json()["id"]}).json()
    assert [row["text"] for row in older] == ["we look"]
    assert_problem(agent.post(url, {"text": " "}), 400, "invalid")
    assert_problem(agent.post(url, {"text": "a", "author": "admin"}), 400, "invalid")


def test_a_mark_is_set_and_corrected(cast: Any, agent: Any) -> None:
    url = f"{URL}{an_incident(cast).reference}/marks/"
    early, late = (timezone.now() - timedelta(minutes=m) for m in (20, 10))
    for at in (early, late):
        answer = agent.post(url, {"kind": "started", "at": at.isoformat(), "evidence": "log"})
        assert answer.status_code == 201, answer.json()
    started = [mark for mark in answer.json() if mark["kind"] == "started"]
    assert [mark["superseded_at"] is None for mark in started] == [False, True]
    assert_problem(agent.post(url, {"kind": "begun", "at": late.isoformat()}), 400, "invalid")
    assert_problem(agent.post(url, {"kind": "started"}), 400, "invalid")
    future = (timezone.now() + timedelta(days=1)).isoformat()
    assert_problem(agent.post(url, {"kind": "mitigated", "at": future}), 400, "invalid")
    a_range = {"kind": "mitigated", "at": late.isoformat(), "precision": "range"}
    assert_problem(agent.post(url, a_range), 400, "invalid")


def test_links_show_only_what_one_may_see(cast: Any, agent: Any, api_of: Any) -> None:
    here, there = an_incident(cast), an_incident(cast)
    url = f"{URL}{here.reference}/links/"
    answer = agent.post(url, {"kind": "caused_by", "target": there.reference})
    assert answer.status_code == 201
    assert [(x["kind"], x["direction"], x["incident"]) for x in agent.get(url).json()] == [
        ("caused_by", "outward", there.reference)
    ]
    back = agent.get(f"{URL}{there.reference}/links/").json()
    assert [(x["direction"], x["incident"]) for x in back] == [("inward", here.reference)]
    Incident.objects.filter(pk=there.pk).update(team=cast.wallet_co)
    assert agent.get(url).json() == []
    again = agent.post(url, {"kind": "related", "target": there.reference})
    assert_problem(again, 400, "invalid")
    twice = agent.post(url, {"kind": "related", "target": here.reference})
    assert_problem(twice, 400, "invalid")


def test_the_timeline_tells_everything_newest_first(cast: Any, agent: Any) -> None:
    url = f"{URL}{an_incident(cast, 'in_progress').reference}/"
    agent.post(f"{url}comments/", {"text": "we look"})
    entries = agent.get(f"{url}timeline/").json()
    assert [entry["kind"] for entry in entries].count("comment") == 1
    assert {entry["kind"] for entry in entries} == {"comment", "mark", "status"}
    moments = [entry["at"] for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert len(agent.get(f"{url}timeline/", {"limit": 2}).json()) == 2


def test_clocks_are_durations(cast: Any, agent: Any) -> None:
    clocks = agent.get(f"{URL}{an_incident(cast).reference}/clocks/").json()
    assert [(c["metric"], c["target"]) for c in clocks] == [
        ("detect", "PT1M"),
        ("investigate", "PT5M"),
        ("remediate", "PT10M"),
    ]
    assert clocks[1]["state"] == "running"
