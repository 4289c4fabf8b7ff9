"""The audit trail as people explore it: by record, person, action, request; in words; as a file."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.context import acting
from audit.models import LedgerEntry
from audit.services import record_event
from core.lists import RecordList
from incidents import services
from people.models import Team
from records import exports
from tests.factories import an_incident
from tests.ledger import seal_here

LIST = "/audit/ledgerentry/"
EXPORT = f"{LIST}list/export/"


@pytest.fixture
def auditor(cast, client_of):
    return client_of(cast.auditor)


@pytest.fixture
def incident(cast):
    made = an_incident(cast, title="Pagos caídos")
    services.edit_incident(made, actor=cast.agent_l1, title="Pagos lentos")
    with acting(actor=cast.admin, action="team.edit", request_id="req-1", reason="=1+1"):
        Team.objects.filter(pk=cast.core_platform.pk).update(name="Núcleo")
    with connection.cursor() as cursor:  # past the portal
        cursor.execute("UPDATE people_team SET name = 'X' WHERE id = %s", [cast.wallet_co.pk])
    record_event("probe", actor=cast.admin, key="k", detail="x")
    seal_here()
    return made


def found(browser, **asked):
    page: RecordList = browser.get(LIST, asked).context["list"]
    assert not page.query.problems
    return page.page.rows


def test_by_record(auditor, incident):
    rows = found(auditor, record=incident.reference)
    assert [row.action for row in rows] == ["incident.edit", "incident.open"]
    assert found(auditor, record=f"incidents_incident:{incident.pk}") == rows


def test_by_person_action_request_and_without_signature(auditor, incident, cast):
    assert {row.actor for row in found(auditor, actor="agent_l1")} == {"agent_l1"}
    assert [row.key for row in found(auditor, action="team.edit", relation="people_team")] == [
        str(cast.core_platform.pk)
    ]
    assert [row.action for row in found(auditor, request="req-1")] == ["team.edit"]
    assert [row.key for row in found(auditor, unsigned="true", relation="people_team")] == [
        str(cast.wallet_co.pk)
    ]
    assert "event:probe" in {row.relation for row in found(auditor, relation="event")}
    assert {row.operation for row in found(auditor, relation="event")} == {"E"}


@pytest.mark.parametrize("asked", ["INC-999999", "nonsense:1", "people_apitoken_x:1", "\ud800"])
def test_a_record_that_is_not_there_is_said_to_be_none(auditor, incident, asked):
    answer = auditor.get(LIST, {"record": asked.encode("utf-8", "replace").decode()})
    assert answer.status_code == 200
    assert answer.context["list"].query.problems


def test_a_reference_out_of_sight_leads_to_nothing(cast, client_of, incident):
    outsider = client_of(cast.outsider)
    answer = outsider.get(LIST, {"record": incident.reference})
    assert answer.context["list"].query.problems
    rows = found(outsider, record=f"incidents_incident:{incident.pk}")
    assert rows == []


def test_actions_to_choose_from_are_those_that_were_done(auditor, incident):
    page = auditor.get(LIST).context["list"]
    labels = page.filters()["action"].labels()
    assert {"incident.open", "incident.edit", "team.edit"} <= set(labels)
    assert "change.vote" not in labels


def test_an_entry_tells_old_and_new_values_in_words(auditor, incident, cast):
    entry = LedgerEntry.objects.get(action="incident.edit")
    html = auditor.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "Pagos caídos" in html
    assert "Pagos lentos" in html
    assert incident.reference in html
    assert bytes(entry.hash).hex() in html


def test_related_records_are_named_where_the_reader_sees_them(auditor, cast, incident):
    entry = LedgerEntry.objects.get(action="incident.open", relation="incidents_incident")
    html = auditor.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert str(incident.service) in html


def test_an_entry_of_columns_that_are_gone_still_opens(auditor, incident):
    entry = LedgerEntry.objects.get(action="incident.edit")
    was = {**entry.before, "gone_column": "older", "service_id": "not a number"}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_ledgerentry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE audit_ledgerentry SET before = %s WHERE index = %s",
            [json.dumps(was), entry.pk],
        )
    html = auditor.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "gone_column" in html
    assert "not a number" in html


def test_an_entry_costs_the_same_whatever_it_holds(auditor, cast, incident):
    def queries(entry):
        with CaptureQueriesContext(connection) as asked:
            auditor.get(f"{LIST}{entry.pk}/change/")
        return len(asked)

    event = LedgerEntry.objects.get(relation="event:probe")
    queries(event)
    opened = LedgerEntry.objects.get(action="incident.open", relation="incidents_incident")
    assert queries(opened) <= queries(event) + 12


# --- As a file ----------------------------------------------------------------------------------


def content(answer):
    return b"".join(answer.streaming_content).decode()


def test_csv_is_written_by_the_database_and_holds_no_formula(auditor, cast, incident):
    with acting(actor=cast.admin, action="=cmd|x"):
        Team.objects.filter(pk=cast.core_platform.pk).update(name="Otra")
    seal_here()
    text = content(auditor.post(EXPORT, {"form": "csv", "address": "?relation=people_team"}))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    newest = rows[0]
    assert newest["action"] == "'=cmd|x"
    assert json.loads(newest["after"])["name"] == "Otra"
    assert newest["at"].endswith("Z")
    assert {row["relation"] for row in rows} == {"people_team"}


def test_json_lines_hold_every_character(auditor, cast, incident):
    odd = 'a "quoted" \\ back\nslash \u2028 ñ \x01 \x02'
    with acting(actor=cast.admin, action="team.edit"):
        Team.objects.filter(pk=cast.core_platform.pk).update(name=odd)
    seal_here()
    text = content(auditor.post(EXPORT, {"form": "jsonl", "address": "?relation=people_team"}))
    lines = [json.loads(line) for line in text.split("\n") if line]
    assert lines[0]["after"]["name"] == odd
    assert len(lines) == LedgerEntry.objects.filter(relation="people_team").count()


def test_an_export_holds_what_its_reader_sees(cast, client_of, incident):
    text = content(client_of(cast.team_lead).post(EXPORT, {"form": "jsonl", "address": "?"}))
    actors = {json.loads(line)["actor"] for line in text.split("\n") if line}
    assert cast.admin.username not in actors
    assert actors


def test_values_of_confidential_rows_stay_where_they_are(auditor, incident):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_ledgerentry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE audit_ledgerentry SET restricted = true WHERE relation = 'incidents_incident'"
        )
    entry = LedgerEntry.objects.get(action="incident.edit")
    for form in ("csv", "jsonl"):
        told = content(auditor.post(EXPORT, {"form": form, "address": "?"}))
        assert "Pagos caídos" not in told
        assert "Pagos lentos" not in told
    assert "Pagos caídos" not in auditor.get(f"{LIST}{entry.pk}/change/").content.decode()


def test_a_workbook_has_a_limit_that_is_said(auditor, incident, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_ROWS", 2)
    answer = auditor.post(EXPORT, {"form": "xlsx", "address": "?"}, follow=True)
    assert "Excel takes at most" in answer.content.decode()
