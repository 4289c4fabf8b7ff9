"""Hostile text in every field and every filter: kept exactly, or refused as a 400; never a 500."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from incidents.models import Incident
from tests.factories import a_service, a_vendor, an_asset, an_incident

pytestmark = pytest.mark.django_db

_FILE = Path(settings.BASE_DIR).parent / "shared/data/09_bad_input/blns/blns.json"
# The worst of them stand here, for where the big list of naughty strings is not at hand.
WORST = [
    "undefined", "NULL", "\\", "'", "1;DROP TABLE users", "' OR 1=1 -- ", "%s%n%x", "{{7*7}}",
    "${7*7}", "<script>alert(0)</script>", "javascript:alert(1)", "\u202etest", "\ufeff", "\x7f",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤", "𠜎𠜱", "🏳0🌈", "../../etc/passwd", "=cmd|' /C calc'!A0", "\t\r\n",
    " ", "", "0x0", "NaN", "9" * 400, "\x00", "(((((", "& | ! <-> :*", '"unclosed',
]  # fmt: skip
STRINGS: list[str] = [*WORST, *(json.loads(_FILE.read_text()) if _FILE.exists() else [])]

SOME = [*WORST, *STRINGS[len(WORST) :: 8]]  # where each string costs several requests


def kept_or_refused(answer: Any, fields: dict[str, str]) -> None:
    body = answer.json()
    assert answer.status_code in (200, 201, 400), (answer.status_code, body, fields)
    if answer.status_code == 400:
        assert {error["field"] for error in body["errors"]} <= set(fields), (body, fields)
    else:
        assert {name: body[name] for name in fields} == fields


def test_every_string_as_an_incidents_text(agent: Any, service: Any) -> None:
    for text in STRINGS:
        fields = {"title": text, "description": text}
        answer = agent.post("/api/v1/incidents/", {**fields, "service": service.reference})
        kept_or_refused(answer, fields)
    assert Incident.objects.count() > len(STRINGS) * 0.8


def test_every_string_in_long_texts(cast: Any, agent: Any) -> None:
    """All of them together, apart from NUL, which no PostgreSQL text can hold."""
    text = "\n".join(string for string in STRINGS if "\x00" not in string)[:19_000]
    incident = an_incident(cast, "in_progress")
    url = f"/api/v1/incidents/{incident.reference}/"
    comment = agent.post(f"{url}comments/", {"text": text})
    assert (comment.status_code, comment.json()["text"]) == (201, text)
    for path in ("comments/", "timeline/"):
        assert agent.get(f"{url}{path}").json()[0]["text"] == text
    solved = {"action": "resolve", "resolution_code": "fixed", "resolution": text}
    answer = agent.post(f"{url}transitions/", solved)
    assert answer.status_code == 200, answer.json()
    # A form reads line ends and outer blanks as browsers send them.
    assert answer.json()["resolution"].splitlines() == text.strip().splitlines()


def test_every_string_as_a_name(cast: Any, api_of: Any) -> None:
    """In turn as the name of a service, an asset, a vendor and a client."""
    admin, manager = api_of(cast.admin), api_of(cast.vendor_manager)
    client = {"slug": "c", "name": "C", "country": "MX"}
    admin.post("/api/v1/clients/", client)
    records = [
        [admin, f"/api/v1/services/{a_service(cast).reference}/", 1],
        [admin, f"/api/v1/assets/{an_asset(cast).reference}/", 1],
        [manager, f"/api/v1/vendors/{a_vendor().reference}/", 1],
        [admin, "/api/v1/clients/c/", 1],
    ]
    for number, text in enumerate(SOME):
        record = records[number % len(records)]
        api, url, version = record
        answer = api.patch(url, {"name": text}, headers={"if-match": f'"{version}"'})
        kept_or_refused(answer, {"name": text})
        record[2] = answer.json().get("version", version)


def test_every_string_as_reference_choice_and_moment(cast: Any, agent: Any) -> None:
    choices = ["impact", "urgency", "tier", "channel"]
    fields = ["service", "client", "vendor", "team", "owner", "started_at", *choices]
    for text in SOME:
        body = {"title": "a", "assets": [text], **dict.fromkeys(fields, text)}
        answer = agent.post("/api/v1/incidents/", body)
        assert answer.status_code == 400, (answer.json(), text)
        named = {error["field"] for error in answer.json()["errors"]}
        assert named <= {"assets", "assets.0", *fields}, text
    assert not Incident.objects.exists()


@pytest.mark.parametrize("action", ["cancel", "assign", "share", "mark", "link", "wait_for_vendor"])
def test_every_string_as_an_answer_to_an_action(cast: Any, agent: Any, action: str) -> None:
    from incidents.forms import ACTIONS

    incident = an_incident(cast, "in_progress")
    url = f"/api/v1/incidents/{incident.reference}/transitions/"
    names = set(ACTIONS[action].base_fields) - {"note", "evidence"}
    for text in SOME[::4]:
        body = {"action": action, **dict.fromkeys(names, text)}
        answer = agent.post(url, body)
        assert answer.status_code in (400, 403), (answer.json(), text)
    assert Incident.objects.get().version == incident.version


def test_every_string_in_every_filter(agent: Any, service: Any, cast: Any) -> None:
    from incidents.filters import IncidentFilters

    an_incident(cast, service=service)
    paging = ("limit", "ordering", "cursor", "count")
    names = [*IncidentFilters.base_filters, *paging]
    for text in STRINGS:
        answer = agent.get("/api/v1/incidents/", {"search": text})
        assert answer.status_code in (200, 400), text
    for text in SOME:
        answer = agent.get("/api/v1/incidents/", dict.fromkeys(names, text))
        assert answer.status_code == 400, text
        answer = agent.get("/api/v1/incidents/", {text or "x": "1"})
        assert answer.status_code == 400, text
    for path in ("services", "assets", "vendors", "clients", "teams"):
        for text in WORST:
            answer = agent.get(f"/api/v1/{path}/", {"search": text})
            assert answer.status_code in (200, 400), (path, text)


def test_every_string_in_headers_and_addresses(cast: Any, agent: Any, service: Any) -> None:
    from urllib.parse import quote

    incident = an_incident(cast)
    url = f"/api/v1/incidents/{incident.reference}/"
    for text in SOME:
        header = text.encode().decode("latin-1").replace("\r", "").replace("\n", "")
        answer = agent.patch(url, {"title": "b"}, headers={"if-match": header})
        assert answer.status_code in (412, 428), text
        answer = agent.post(
            "/api/v1/incidents/",
            {"title": "a", "service": service.reference},
            headers={"idempotency-key": header},
        )
        assert answer.status_code in (201, 400, 409), (answer.json(), text)
        answer = agent.get(f"/api/v1/incidents/{quote(text, safe='')}/")
        assert answer.status_code in (200, 404), text


WEIRD_CURSORS = [
    {},
    {"o": "-reference", "b": False, "v": 1},
    {"o": "-reference", "b": False, "v": 1, "k": "1"},
    {"o": "-reference", "b": False, "v": 1, "k": True},
    {"o": "-reference", "b": False, "v": 1, "k": -1},
    {"o": "-reference", "b": False, "v": 1, "k": 2**63},
    {"o": "-reference", "b": 1, "v": 1, "k": 1},
    {"o": "reference", "b": False, "v": 1, "k": 1},
    {"o": "-reference", "b": False, "v": 1, "k": 1.5},
    {"o": ["-reference"], "b": False, "v": 1, "k": 1},
    [],
    "text",
    None,
]


@pytest.mark.parametrize("cursor", WEIRD_CURSORS)
def test_a_cursor_that_we_did_not_make_is_400(agent: Any, cursor: Any) -> None:
    import base64

    encoded = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()
    assert agent.get("/api/v1/incidents/", {"cursor": encoded}).status_code == 400


@pytest.mark.parametrize(
    "value",
    [None, 5, [], {}, "x", "2026-01-01T00:00:00", "99999-01-01", "2026-01-01T00:00:00Z\\u0000"],
)
def test_a_moment_in_a_cursor_must_be_one(agent: Any, value: Any) -> None:
    import base64

    cursor = {"o": "opened_at", "b": False, "v": value, "k": 1}
    encoded = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()
    answer = agent.get("/api/v1/incidents/", {"cursor": encoded, "ordering": "opened_at"})
    assert answer.status_code == 400


def test_a_priority_in_a_cursor_may_be_out_of_range(agent: Any) -> None:
    import base64

    for value in (10**30, -(10**30)):
        cursor = {"o": "priority", "b": False, "v": value, "k": 1}
        encoded = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()
        answer = agent.get("/api/v1/incidents/", {"cursor": encoded, "ordering": "priority"})
        assert answer.status_code in (200, 400)
