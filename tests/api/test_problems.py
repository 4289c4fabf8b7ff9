"""Every error is a problem, with the right status and nothing changed."""

from typing import Any

import pytest

from incidents.models import Incident

pytestmark = pytest.mark.django_db

MEMBERS = {"type", "title", "status", "detail", "errors", "reasons"}


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    body = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"urn:itsm:problem:{code}"), body
    assert answer["Content-Type"] == "application/problem+json"
    assert set(body) == MEMBERS
    assert body["status"] == status
    return body


def test_nobody_gets_in_without_a_token(client: Any) -> None:
    answer = client.get("/api/v1/incidents/")
    assert_problem(answer, 401, "not-authenticated")
    assert answer["WWW-Authenticate"].startswith("Token")


def test_an_unknown_token_is_401(client: Any) -> None:
    answer = client.get("/api/v1/incidents/", headers={"authorization": "Token itsm_pat_no"})
    assert_problem(answer, 401, "invalid-token")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/nothing/", "/api/v1/incidents/INC-000001/nothing/", "/api/v2/"]
)
def test_an_unknown_address_is_a_problem_too(agent: Any, client: Any, path: str) -> None:
    assert_problem(agent.get(path), 404, "not-found")
    assert_problem(agent.post(path, {}), 404, "not-found")
    assert_problem(client.get(path), 401, "not-authenticated")


def test_an_address_without_its_slash_says_so(agent: Any) -> None:
    body = assert_problem(agent.get("/api/v1/incidents"), 404, "not-found")
    assert body["detail"] == "Addresses end with a slash."


@pytest.mark.parametrize("method", ["put", "delete", "options"])
def test_methods_that_are_not_offered_are_405(agent: Any, method: str) -> None:
    for path in ("/api/v1/incidents/", "/api/v1/incidents/INC-000001/"):
        assert_problem(getattr(agent, method)(path), 405, "method-not-allowed")


def test_only_json_is_answered(agent: Any) -> None:
    answer = agent.get("/api/v1/incidents/", headers={"accept": "text/html"})
    assert_problem(answer, 406, "not-acceptable")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"],
)
def test_only_json_is_read(agent: Any, content_type: str) -> None:
    answer = agent.post("/api/v1/incidents/", b"title=a", content_type=content_type)
    assert_problem(answer, 415, "unsupported-media-type")


def test_a_form_of_a_signed_in_browser_is_not_read_either(cast: Any, client_of: Any) -> None:
    answer = client_of(cast.agent_l1).post("/api/v1/incidents/", {"title": "a"})
    assert_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"title": "cut',
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"title": "a"}',
        b'{"title": NaN}',
        b'{"title": Infinity}',
        b'{"title": 1e999}',
        b'{"title": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"title": ' + b"[" * 50 + b"]" * 50 + b"}",
    ],
)
def test_json_that_is_none_is_400(agent: Any, body: bytes) -> None:
    answer = agent.post("/api/v1/incidents/", body, content_type="application/json")
    assert_problem(answer, 400, "parse-error")


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800", "a\\udfffb"])
def test_what_no_text_column_can_hold_names_its_field(agent: Any, bad: str) -> None:
    body = f'{{"title": "{bad}"}}'
    answer = agent.post("/api/v1/incidents/", body, content_type="application/json")
    told = assert_problem(answer, 400, "invalid")
    assert [error["field"] for error in told["errors"]] == ["title"]
    body = f'{{"contacts": [{{"a{bad}": 1}}]}}'
    answer = agent.post("/api/v1/incidents/", body, content_type="application/json")
    told = assert_problem(answer, 400, "invalid")
    assert [error["field"] for error in told["errors"]] == ["contacts.0"]


def test_too_much_json_is_413(agent: Any) -> None:
    body = b'{"title": "' + b"a" * (2 * 2**20) + b'"}'
    answer = agent.post("/api/v1/incidents/", body, content_type="application/json")
    assert_problem(answer, 413, "too-large")


def test_a_repeated_member_counts_as_its_last(agent: Any, service: Any) -> None:
    body = f'{{"title": "first", "service": "{service.reference}", "title": "last"}}'
    answer = agent.post("/api/v1/incidents/", body, content_type="application/json")
    assert answer.json()["title"] == "last"


def test_a_charset_other_than_utf_8_is_not_guessed(agent: Any, service: Any) -> None:
    body = f'{{"title": "año", "service": "{service.reference}"}}'.encode("latin-1")
    answer = agent.post(
        "/api/v1/incidents/", body, content_type="application/json; charset=latin-1"
    )
    assert_problem(answer, 400, "parse-error")
    assert not Incident.objects.exists()


def test_problems_speak_the_readers_language(agent: Any) -> None:
    answer = agent.get("/api/v1/nothing/", headers={"accept-language": "es-MX"})
    assert answer["Content-Language"] == "es-mx"


def test_a_constraint_speaks_in_a_problem(agent: Any) -> None:
    from django.db import IntegrityError

    from core.api.problems import as_problem
    from people.models import RoleGrant

    class Diagnosed(Exception):
        class diag:
            constraint_name = "people_rolegrant_auditor_expires"

    error = IntegrityError("refused")
    error.__cause__ = Diagnosed()
    answer = as_problem(error, {})
    assert answer is not None
    assert answer.data["errors"] == [
        {"field": "", "code": "constraint", "detail": "An auditor's grant needs an end."}
    ]
    assert RoleGrant._meta.constraints
