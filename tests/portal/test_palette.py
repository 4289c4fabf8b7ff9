"""The search over everything: what it finds, for whom, and what it makes of nonsense."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core.palette import question_of
from incidents.models import Incident
from incidents.services import share_incident
from itsm import palette
from tests.factories import a_service, a_vendor, an_asset, an_incident

PAGE = "/palette/"


def _found(browser, words, **more):
    answer = browser.get(PAGE, {"q": words, **more})
    assert answer.status_code == 200
    return {group["title"]: group["hits"] for group in answer.json()["groups"]}


def _incidents(browser, words):
    hits = [hit for hits in _found(browser, words).values() for hit in hits]
    return {hit["reference"] for hit in hits if hit.get("url", "").startswith("/incidents/inc")}


@pytest.mark.parametrize(
    ("typed", "prefix", "number"),
    [
        ("INC-000042", "INC", 42),
        ("inc42", "INC", 42),
        ("inc 42", "INC", 42),
        ("Inc_42", "INC", 42),
        ("42", "", 42),
        ("#42", "", 42),
        ("000042", "", 42),
        ("  INC-1234567  ", "INC", 1_234_567),
        ("42 transfers", "", None),
        ("INC-", "", None),
        ("9" * 19, "", None),
        ("٤٢", "", None),  # digits, but not those of references
        ("", "", None),
    ],
)
def test_references_are_read_as_people_type_them(typed, prefix, number):
    question = question_of(typed)
    assert (question.prefix, question.number) == (prefix, number)


@given(st.text(max_size=400))
def test_whatever_is_typed_is_a_question(typed):
    question = question_of(typed)
    assert len(question.words) <= 8
    assert all(word and len(word) <= 40 and "\x00" not in word for word in question.words)


@pytest.mark.parametrize("how", ["{reference}", "inc{pk}", "INC {pk}", "{pk}", "#{pk}"])
def test_a_reference_finds_its_record(cast, client_of, how):
    incident = an_incident(cast, title="Transfers are slow")
    typed = how.format(reference=incident.reference, pk=incident.pk)
    (hit,) = [
        hit
        for hit in _found(client_of(cast.agent_l1), typed)["Reference"]
        if hit["reference"] == incident.reference
    ]
    assert hit["title"] == "Transfers are slow"
    assert hit["url"] == f"/incidents/incident/{incident.pk}/change/"


def test_a_bare_number_finds_every_kind_that_has_it(cast, client_of):
    service = a_service(cast)
    Incident.objects.filter(pk=service.pk).exists()
    found = _found(client_of(cast.agent_l1), str(service.pk))["Reference"]
    assert service.reference in {hit["reference"] for hit in found}


@pytest.mark.parametrize(
    "typed",
    ["conciliacion", "conciliación", "CONCILIACIÓN", "concilia", "conciliaci", "diaria conc"],
)
def test_words_are_found_with_accents_or_without_and_half_typed(cast, client_of, typed):
    incident = an_incident(cast, title="La conciliación diaria no cuadra")
    an_incident(cast, title="Another one")
    assert _incidents(client_of(cast.agent_l1), typed) == {incident.reference}


def test_words_are_found_where_the_text_lacks_the_accent(cast, client_of):
    incident = an_incident(cast, title="Falla de autorizacion en POS")
    assert _incidents(client_of(cast.agent_l1), "autorización") == {incident.reference}


def test_english_is_found_by_its_stems(cast, client_of):
    incident = an_incident(cast, title="Settlements are failing")
    assert _incidents(client_of(cast.agent_l1), "settlement fail") == {incident.reference}


def test_names_are_found_with_accents_or_without(cast, client_of):
    browser = client_of(cast.agent_l1)
    for typed in ("nunez", "Núñez", "alma nun", "agent_l1"):
        people = _found(browser, typed).get("People", [])
        assert [hit["title"] for hit in people] == ["Alma Núñez"], typed


def test_every_kind_of_record_is_found_by_its_name(cast, client_of):
    a_service(cast, name="Zeta clearing")
    an_asset(cast, name="zeta-db")
    a_vendor(name="Zeta Networks")
    found = _found(client_of(cast.service_manager), "zeta")
    assert {title: [hit["title"] for hit in hits] for title, hits in found.items()} == {
        "Services": ["Zeta clearing"],
        "Assets": ["zeta-db"],
        "Vendors": ["Zeta Networks"],
    }


def test_nobody_finds_what_they_may_not_see(cast, client_of):
    hidden = an_incident(cast, title="Secreto zafiro")
    shared = an_incident(cast, title="Otro zafiro")
    share_incident(shared, actor=cast.team_lead, user=cast.outsider, until=_tomorrow())
    seen = {
        who: _incidents(client_of(cast[who]), "zafiro")
        for who in ("agent_l1", "auditor", "outsider", "vendor_manager", "admin", "hr_partner")
    }
    everything = {hidden.reference, shared.reference}
    assert seen == {
        "agent_l1": everything,
        "auditor": everything,
        "outsider": {shared.reference},
        "vendor_manager": set(),
        "admin": set(),
        "hr_partner": set(),
    }
    for typed in (hidden.reference, f"inc{hidden.pk}"):
        assert "Reference" not in _found(client_of(cast.outsider), typed)


def _tomorrow():
    from datetime import timedelta

    from django.utils import timezone

    return timezone.now() + timedelta(days=1)


def test_no_role_finds_nothing_at_all(cast, client_of):
    an_incident(cast, title="Secreto zafiro")
    browser = client_of(cast.norole)
    for typed in ("", "zafiro", "account", "incidents", "42"):
        assert browser.get(PAGE, {"q": typed}).json()["groups"] == []


def test_whoever_is_not_signed_in_is_told_so(cast):
    answer = Client().get(PAGE, {"q": "zafiro"})
    assert answer.status_code == 401
    assert "groups" not in answer.json()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(cast, client_of, method):
    assert getattr(client_of(cast.agent_l1), method)(PAGE).status_code == 405


def test_pages_and_actions_are_those_that_one_may_open(cast, client_of):
    def offered(who, words, group):
        return [hit["title"] for hit in _found(client_of(cast[who]), words).get(group, [])]

    assert offered("agent_l1", "incid", "Pages") == ["Incidents", "My incidents"]
    assert offered("agent_l1", "new inc", "Actions") == ["New incident"]
    assert offered("auditor", "new", "Actions") == ["New audit request", "New evidence pack"]
    assert offered("admin", "incid", "Pages") == []
    assert offered("agent_l1", "audit trail", "Pages") == []
    assert offered("auditor", "audit trail", "Pages") == ["Audit trail"]
    assert offered("agent_l1", "accounts", "Pages") == []
    assert "Accounts" in offered("security_admin", "accounts", "Pages")
    assert offered("agent_l1", "spanish", "Actions") == ["Switch to Spanish"]


def test_spanish_finds_pages_by_both_names(cast, client_of):
    browser = client_of(cast.outsider)
    for typed in ("incidentes", "incidents"):
        assert "Incidentes" in [hit["title"] for hit in _found(browser, typed)["Páginas"]]


def test_what_was_opened_lately_is_named_anew_and_only_if_visible(cast, client_of):
    seen = an_incident(cast, title="Seen")
    service = a_service(cast, name="Zeta clearing")
    recent = (
        f"incidents.incident:{seen.pk},assets.service:{service.pk},incidents.incident:{seen.pk}"
    )

    def titles(who):
        found = _found(client_of(cast[who]), "", recent=recent)
        return [hit["title"] for hit in found.get("Recently opened", [])]

    assert titles("agent_l1") == ["Seen", "Zeta clearing"]
    assert titles("outsider") == []
    assert titles("admin") == ["Zeta clearing"]


HOSTILE = [
    "\x00",
    "INC-000042\x00",
    "' OR 1=1 --",
    "a & | ! :* ( <-> )",
    "\\",
    "%",
    "_",
    "<script>alert(1)</script>",
    "''::tsquery",
    "\u202egnp.exe",
    "💥" * 50,
    "x" * 10_000,
    "á" * 10_000,
    "a " * 5_000,
    "INC-" + "9" * 200,
    "99999999999999999",
    "-1",
    "ﬁ Ⅷ ١٢٣",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_nonsense_is_answered(cast, client_of, typed):
    an_incident(cast)
    browser = client_of(cast.agent_l1)
    assert browser.get(PAGE, {"q": typed}).status_code == 200
    assert browser.get(PAGE, {"recent": typed}).status_code == 200
    assert browser.get(PAGE, {"recent": f"incidents.incident:{typed}"}).status_code == 200


def test_an_underscore_is_no_wildcard(cast, client_of):
    a_vendor(name="Zeta Networks")
    browser = client_of(cast.agent_l1)
    assert "Vendors" in _found(browser, "zeta networks")
    assert "Vendors" not in _found(browser, "zeta_networks")


def test_it_costs_the_same_for_one_record_and_for_many(cast, client_of):
    browser = client_of(cast.agent_l1)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            _found(browser, "zafiro")
        return len(seen)

    an_incident(cast, title="Un zafiro")
    asked()
    one = asked()
    for _number in range(12):
        an_incident(cast, title="Otro zafiro")
    assert asked() == one
    assert len(_incidents(browser, "zafiro")) == palette.LIMIT


def test_what_takes_too_long_is_left_out_and_told(cast, client_of, monkeypatch):
    an_incident(cast, title="Un zafiro")
    monkeypatch.setattr(palette, "PATIENCE", 1)
    monkeypatch.setattr(
        "core.palette.RecordSource.by_words",
        lambda self, *asked: connection.cursor().execute("SELECT pg_sleep(1)"),
    )
    answer = client_of(cast.agent_l1).get(PAGE, {"q": "new inc"}).json()
    assert answer["is_complete"] is False
    assert json.dumps(answer["groups"]).count("New incident") == 1
    assert Incident.objects.count() == 1, "the transaction around it goes on"
