"""Health, metrics, error pages, system checks and the audit trail."""

import json
from datetime import timedelta

import pytest
from django.contrib import admin
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone

from audit.models import LedgerEntry
from audit.roles import excess
from core.admin import ScopedModelAdmin
from itsm import health
from itsm.checks import settings_are_sound
from records.models import Job
from tests.factories import an_incident
from tests.ledger import seal_here


def test_alive_asks_nothing_of_the_database(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_names_every_part(client, db):
    with connection.cursor() as cursor:  # what the founding of the database has left
        cursor.execute("ALTER TABLE audit_outboxentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_outboxentry")
    answer = client.get("/readyz")
    named = ("database", "migrations", "broker", "work", "sealer", "signer")
    parts = dict.fromkeys(named, "ok") | {"rights": excess()}
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": parts}


def test_too_many_rights_are_told_and_refused_only_where_that_is_asked_for(client, db, settings):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert connection.settings_dict["USER"] in answer.json()["parts"]["rights"]
    settings.STRICT_RIGHTS = True
    assert client.get("/readyz").status_code == 503


def test_a_broker_that_is_down_makes_it_unready(client, db, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"].startswith("down")


def test_migrations_that_wait_make_it_unready(client, db, monkeypatch):
    monkeypatch.setitem(health.CHECKS, "migrations", lambda: "2 not applied")
    assert client.get("/readyz").status_code == 503


def test_work_that_waits_is_told_and_turns_nobody_away(client, cast):
    job = Job.objects.create(kind="x")
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(minutes=10))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["work"].startswith("late by 60")


def test_every_page_of_a_model_is_scoped_and_nothing_is_done_by_a_get():
    for model, page in admin.site._registry.items():
        assert isinstance(page, ScopedModelAdmin), model
        assert not page.actions
        assert not (*page.actions_list, *page.actions_row, *page.actions_detail), model


def test_metrics_are_for_whom_they_are_meant(client, db, settings):
    settings.METRICS_ALLOW, settings.METRICS_TOKEN = ["127.0.0.1"], "s3cret"
    assert client.get("/metrics").status_code == 200
    settings.METRICS_ALLOW = []
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer no"}).status_code == 403
    answer = client.get("/metrics", headers={"authorization": "Bearer s3cret"})
    assert b"django_http_requests_total" in answer.content
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403


def test_error_pages_have_our_look_and_the_number_to_quote(cast, client_of):
    answer = client_of(cast.agent_l1).get("/nowhere/")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()


def test_errors_under_the_api_are_problems(cast, client_of):
    answer = client_of(cast.agent_l1).get("/api/nowhere/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == 404


def test_a_form_without_its_token_is_refused(cast):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.agent_l1)
    incident = an_incident(cast)
    answer = browser.post(f"/incidents/incident/{incident.pk}/action/start/", {})
    incident.refresh_from_db()
    assert answer.status_code == 403
    assert "The form has expired" in answer.content.decode()
    assert incident.status == "new"


def test_signing_out_ends_at_the_sign_in_page(cast, client_of):
    browser = client_of(cast.agent_l1)
    assert browser.get("/logout/").status_code == 405
    assert browser.post("/logout/")["Location"] == "/accounts/login/"
    assert browser.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "page", ["/password_change/", "/search/?s=x", "/r/1/1/", "/auth/group/", "/incidents/"]
)
def test_pages_of_the_libraries_are_not_offered(cast, client_of, page):
    assert client_of(cast.admin).get(page).status_code in (302, 404)


def test_the_settings_of_the_tests_are_sound():
    assert [check for check in run_checks() if check.is_serious()] == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", "", "itsm.E001"),
        ("SECRET_KEY", "short", "itsm.E002"),
        ("ALLOWED_HOSTS", ["itsm.example.com"], "itsm.E003"),
        ("SITE_URL", "itsm.example.com", "itsm.E004"),
        ("DEFAULT_TIME_ZONE", "Mars/Olympus", "itsm.E005"),
        ("ALLOWED_HOSTS", ["*"], "itsm.W002"),
    ],
)
def test_bad_settings_are_told_by_id(settings, name, value, expected):
    settings.DEMO, settings.DEMO_ANYWHERE = True, False
    setattr(settings, name, value)
    assert expected in {check.id for check in settings_are_sound()}


def test_demo_mode_elsewhere_may_be_permitted(settings):
    settings.DEMO, settings.DEMO_ANYWHERE = True, True
    settings.ALLOWED_HOSTS = ["itsm.example.com"]
    assert "itsm.E003" not in {check.id for check in settings_are_sound()}


def test_the_audit_trail_shows_everybody_their_own_and_auditors_all(cast, client_of):
    incident = an_incident(cast)
    seal_here()
    opened = LedgerEntry.objects.filter(relation="incidents_incident", key=str(incident.pk)).get()
    page = f"/audit/ledgerentry/{opened.pk}/change/"
    answers = {
        who: client_of(cast[who]).get(page).status_code
        for who in ("auditor", "agent_l1", "agent_l2", "outsider", "norole")
    }
    assert answers == {
        "auditor": 200,
        "agent_l1": 200,
        "agent_l2": 404,
        "outsider": 404,
        "norole": 404,
    }


def test_the_audit_trail_is_ordered_by_id_and_filtered(cast, client_of):
    an_incident(cast)
    seal_here()
    browser = client_of(cast.auditor)

    def rows(**asked):
        return browser.get("/audit/ledgerentry/", asked).context["list"].page.rows

    assert {row.relation for row in rows(relation="incidents_incident")} == {"incidents_incident"}
    assert {row.context["name"] for row in rows(actor="agent_l1")} == {"agent_l1"}
    keys = [row.pk for row in rows()]
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_audit_trail_is_for_reading(cast, client_of, method):
    an_incident(cast)
    seal_here()
    entry = LedgerEntry.objects.order_by("-pk").first()
    browser = client_of(cast.auditor)
    answer = getattr(browser, method)(f"/audit/ledgerentry/{entry.pk}/change/")
    assert answer.status_code in (403, 405)
    assert browser.get("/audit/ledgerentry/add/").status_code == 403
