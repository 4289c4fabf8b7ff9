"""The OpenAPI document and its page."""

from typing import Any

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema(tmp_path_factory: Any) -> Any:
    import yaml

    file = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", file=str(file), validate=True, fail_on_warn=True)
    return yaml.safe_load(file.read_text())


def test_the_schema_is_valid_openapi_3_1(schema: Any) -> None:
    assert schema["openapi"] == "3.1.0"


def test_every_operation_tells_its_problems(schema: Any) -> None:
    expected = {
        "get": {"400", "401", "403", "404"},
        "post": {"400", "401", "403", "404", "409", "413", "415"},
        "patch": {"400", "401", "403", "404", "409", "413", "415"},
        "delete": {"401", "403", "404", "409"},
    }
    for path, operations in schema["paths"].items():
        if not path.startswith("/api/v1/"):
            continue
        for method, operation in operations.items():
            told = {code for code, answer in operation["responses"].items()
                    if "application/problem+json" in answer.get("content", {})}  # fmt: skip
            assert told >= expected[method], (path, method)


def test_writes_tell_the_headers_they_read(schema: Any) -> None:
    incident = schema["paths"]["/api/v1/incidents/{reference}/"]["patch"]
    headers = {p["name"]: p for p in incident["parameters"] if p["in"] == "header"}
    assert headers["If-Match"]["required"] is True
    listing = schema["paths"]["/api/v1/incidents/"]
    assert "Idempotency-Key" in [p["name"] for p in listing["post"]["parameters"]]
    names = {p["name"] for p in listing["get"]["parameters"]}
    assert {"cursor", "limit", "ordering", "count", "search", "status", "opened_at__gte"} <= names


def test_choices_are_enums(schema: Any) -> None:
    schemas = schema["components"]["schemas"]
    assert schemas["IncidentStatus"]["enum"][0] == "new"
    assert schemas["Problem"]["required"]


def test_the_schema_is_served_to_who_has_signed_in(agent: Any, client: Any) -> None:
    assert agent.get("/api/schema/", headers={"accept": "*/*"}).status_code == 200
    assert client.get("/api/schema/").status_code == 401


def test_the_page_needs_no_script_but_our_own(cast: Any, client: Any, client_of: Any) -> None:
    assert client.get("/api/docs/").status_code == 302
    answer = client_of(cast.agent_l1).get("/api/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "<script>" not in page
    script = client_of(cast.agent_l1).get("/api/docs/?script=")
    assert script.status_code == 200


def test_the_reference_page_names_every_resource() -> None:
    from pathlib import Path

    from django.conf import settings

    from itsm.api import router

    page = (Path(settings.BASE_DIR) / "docs/reference/api.md").read_text()
    missing = [prefix for prefix, _view, _name in router.registry if f"`{prefix}`" not in page]
    assert missing == []
