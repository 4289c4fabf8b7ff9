"""The audit trail speaks words: no table, no event and no action is shown by its code."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from audit.context import Channel
from audit.models import LedgerEntry
from audit.naming import title_of_action
from audit.services import record_event
from people.services import create_account, mint_token
from tests.factories import an_incident
from tests.ledger import seal_here

ROOT = Path(__file__).resolve().parents[2]
A_CODE = re.compile(r"\b[a-z]+[._][a-z_.]*[a-z]\b")


def codes():
    """Every action and event that our code writes by name."""
    found = set()
    for name in settings.OUR_APPS:
        for path in (ROOT / name).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    found |= set(_codes_of(node))
    return found


def _codes_of(call):
    named = getattr(call.func, "id", getattr(call.func, "attr", ""))
    given = [k.value for k in call.keywords if k.arg == "action"]
    given += call.args[:1] if named == "record_event" else []
    for node in given:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            yield node.value


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_action_has_a_name(code):
    assert not A_CODE.search(str(title_of_action(code, "U")))


def test_there_are_codes_to_name():
    assert {"incident.open", "token.mint", "login", "role.grant"} <= codes() | {"login"}
    assert len(codes()) > 30


def test_tasks_commands_and_what_nobody_named_are_told_too():
    ours = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    for code in (*ours, "command.demo_data", "job.demo.fill", "nobody.knows"):
        assert str(title_of_action(code, "U")) not in ("", code)
    assert str(title_of_action("incident.resolve")) == "Resolve the incident"
    assert str(title_of_action("job.demo.fill")) == "Fill the demo world"


def test_the_list_and_its_entries_show_no_codes(cast, client_of):
    incident = an_incident(cast)
    create_account(actor=cast.admin, username="newcomer", email="n@example.com")
    mint_token(cast.agent_l1, actor=cast.agent_l1, name="x", scopes=["read"])
    record_event("login.failed", given="nobody")
    seal_here()
    browser = client_of(cast.auditor)
    page = browser.get("/audit/ledgerentry/").content.decode()
    assert incident.reference or page
    for code in ("people_user", "people_apitoken", "incident.open", "token.mint", "login.failed"):
        assert f">{code}<" not in page
    assert "API token made" in page
    entry = LedgerEntry.objects.filter(relation="event:token.mint").latest("pk")
    record = browser.get(f"/audit/ledgerentry/{entry.pk}/change/").content.decode()
    assert "<h1>token.mint" not in record
    assert ">event:token.mint<" not in record


@pytest.mark.parametrize("language", ["en", "es-mx"])
def test_the_doors_have_names(language):
    with translation.override(language):
        assert all(str(label) != code for code, label in Channel.choices)
