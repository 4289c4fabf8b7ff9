"""Whatever somebody types into the address bar or a form: never a 500, never executed."""

import json
from pathlib import Path

import pytest
from django.contrib import admin

from incidents.models import Incident
from tests.factories import a_service, an_incident

LIST = "/incidents/incident/"
NAUGHTY = Path(__file__).parents[3] / "shared/data/09_bad_input/blns/blns.json"
WORST = [
    "\x00",
    "a\x00b",
    "'; DROP TABLE incidents_incident; --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "%s %(x)s %",
    "a & | ! ( : * <->",
    '"unbalanced',
    "\ud83d",
    "🏳️‍🌈" * 50,
    "x" * 5_000,
    "word " * 2_000,
    "\u202etxet",
    "-1",
    "99999999999999999999999",
    "١٢٣",
    "²",
    "None",
    "../../etc/passwd",
]


@pytest.fixture
def browser(cast, client_of):
    an_incident(cast)
    return client_of(cast.agent_l1)


def test_full_text_search_survives_every_naughty_string(cast, rf):
    incidents = admin.site.get_model_admin(Incident)
    request = rf.get(LIST)
    request.user = cast.agent_l1
    rows = Incident.objects.visible_to(cast.agent_l1)
    for words in _strings():
        text = words.encode("utf-8", "replace").decode()
        list(incidents.get_search_results(request, rows, text)[0][:1])


@pytest.mark.parametrize("page", [LIST, "/assets/asset/"])
def test_search_survives_everything(browser, page):
    for words in WORST:
        answer = browser.get(page, {"search": words.encode("utf-8", "replace").decode()})
        assert answer.status_code == 200, words
        assert b"<script>alert" not in answer.content, words


FILTERS = ["tab", "status", "priority", "service", "team", "owner", "channel", "columns", "view"]
FILTERS += ["opened_at__gte", "opened_at__lt", "ordering", "cursor", "is_open", "search", "q", "p"]


@pytest.mark.parametrize("name", FILTERS)
def test_filters_survive_everything(browser, name):
    assert browser.get(LIST, {name: ""}).status_code == 200
    for value in WORST:
        answer = browser.get(LIST, {name: value.encode("utf-8", "replace").decode()})
        assert answer.status_code in (200, 302, 400), value
        assert b"<script>alert" not in answer.content, value


@pytest.mark.parametrize(
    "key",
    [
        "0",
        "-1",
        "99999999999999999999",
        "abc",
        "1%00",
        "1'--",
        "%F0%9F%92%A9",
        "1/../2",
        "INC-000001",
    ],
)
@pytest.mark.parametrize("page", ["change/", "history/", "action/start/", "files/1/"])
def test_ids_survive_everything(browser, key, page):
    assert browser.get(f"{LIST}{key}/{page}").status_code == 404


@pytest.mark.parametrize("parameter", ["_to_field", "_popup", "_changelist_filters", "x", "title"])
def test_parameters_of_the_form_survive_everything(browser, parameter):
    for value in WORST:
        text = value.encode("utf-8", "replace").decode()
        assert browser.get(f"{LIST}add/", {parameter: text}).status_code in (200, 400), value


def test_autocomplete_survives_everything(browser):
    for term in WORST:
        query = {
            "app_label": "incidents",
            "model_name": "incident",
            "field_name": "client",
            "term": term.encode("utf-8", "replace").decode(),
        }
        assert browser.get("/autocomplete/", query).status_code == 200, term
    for wrong in ({}, {"app_label": "x"}, {"app_label": "people", "model_name": "user"}):
        assert browser.get("/autocomplete/", wrong).status_code in (403, 404)


def test_titles_are_kept_exactly_or_refused(cast, browser):
    service = a_service(cast)
    for title in WORST:
        text = title.encode("utf-8", "replace").decode()
        answer = browser.post(
            f"{LIST}add/",
            {"title": text, "service": service.pk, "impact": 2, "urgency": 2, "channel": "chat"},
        )
        if answer.status_code == 302:
            stored = Incident.objects.order_by("-pk").first()
            assert stored.title == text.strip() or "•" in stored.title or "*" in stored.title
        else:
            assert answer.status_code == 200
            assert "title" in answer.context["adminform"].form.errors, text


@pytest.mark.parametrize(
    "field", ["service", "impact", "urgency", "channel", "client", "assets", "description"]
)
def test_choices_that_are_none_are_refused(cast, browser, field):
    service = a_service(cast)
    before = Incident.objects.count()
    facts = {"title": "x", "service": service.pk, "impact": 2, "urgency": 2, "channel": "chat"}
    for value in ("\x00", "999999999999999999999", "nonsense"):
        if field == "description" and value != "\x00":
            continue
        answer = browser.post(f"{LIST}add/", facts | {field: value})
        assert answer.status_code == 200, value
        assert field in answer.context["adminform"].form.errors, value
    assert Incident.objects.count() == before


def test_dialogs_survive_everything(cast, browser):
    incident = an_incident(cast)
    for text in WORST:
        value = text.encode("utf-8", "replace").decode()
        for action, names in {
            "assign": ("team", "owner", "tier", "note"),
            "mark": ("kind", "at", "latest_at", "precision"),
            "link": ("kind", "target"),
            "comment": ("text",),
        }.items():
            answer = browser.post(
                f"{LIST}{incident.pk}/action/{action}/", dict.fromkeys(names, value)
            )
            assert answer.status_code in (302, 400, 403, 409), (action, text)


def _strings():
    if not NAUGHTY.exists():
        return WORST
    return [*WORST, *json.loads(NAUGHTY.read_text())]
