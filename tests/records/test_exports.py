"""Lists taken away as files: what is in them, what a spreadsheet makes of it, who may."""

import csv
import io
import json
import zoneinfo
from datetime import datetime

import pytest
from django.contrib import admin
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import OutboxEntry
from core.errors import NotAllowed
from incidents.lists import IncidentList
from incidents.models import Incident
from records import exports, jobs
from records.models import Job
from records.tables import TableFormat, safe_cell
from tests.factories import an_incident

LIST = "/incidents/incident/"
EXPORT = f"{LIST}list/export/"


@pytest.fixture
def manager(cast, client_of):
    return client_of(cast.service_manager)


def table_of(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_a_csv_holds_what_is_shown_in_its_order(cast, manager):
    low = an_incident(cast, impact=3, urgency=3, title="Baja")
    high = an_incident(cast, impact=1, urgency=1, title="Alta")
    an_incident(cast, "closed")

    answer = manager.post(EXPORT, {"form": "csv", "address": "?tab=open&columns=reference,title"})

    assert answer["Content-Type"].startswith("text/csv")
    rows = table_of(answer)
    assert [list(row.values()) for row in rows] == [
        [high.reference, "Alta"],
        [low.reference, "Baja"],
    ]


def test_moments_are_told_in_the_readers_zone_which_is_named(cast, manager):
    incident = an_incident(cast)

    (row,) = table_of(
        manager.post(EXPORT, {"form": "csv", "address": "?columns=reference,opened_at"})
    )

    (heading,) = [name for name in row if cast.service_manager.time_zone in name]
    local = incident.opened_at.astimezone(zoneinfo.ZoneInfo(cast.service_manager.time_zone))
    assert row[heading] == local.strftime("%Y-%m-%d %H:%M:%S")


def test_an_xlsx_opens_and_holds_no_formula(cast, manager):
    an_incident(cast, title='=HYPERLINK("http://example.com","x")')

    answer = manager.post(EXPORT, {"form": "xlsx", "address": "?columns=reference,title"})

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cell = sheet["B2"]
    assert cell.data_type == "s"
    assert cell.value == '\'=HYPERLINK("http://example.com","x")'


def test_json_lines_name_each_value(cast, manager):
    incident = an_incident(cast, title='=1 "x" \\ ñ')

    answer = manager.post(
        EXPORT, {"form": "jsonl", "address": "?columns=reference,title,opened_at"}
    )

    (line,) = b"".join(answer.streaming_content).decode().splitlines()
    reference, title, opened_at = json.loads(line).values()
    assert (reference, title) == (incident.reference, incident.title)
    assert datetime.fromisoformat(opened_at)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_begins_as_a_formula(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", ["a=b", "", 5, -5, None, "INC-000001"])
def test_other_values_stay_as_they_are(value):
    assert safe_cell(value) == value


def test_each_export_is_on_record(cast, manager):
    an_incident(cast)

    manager.post(EXPORT, {"form": "csv", "address": "?priority=3"})

    entry = OutboxEntry.objects.get(relation="event:list.export")
    assert entry.context["name"] == "service_manager"
    assert entry.after["query"] == "priority=3"


def test_who_may_not_export_is_refused_and_nothing_is_told(cast, client_of):
    incident = an_incident(cast, title="Secreto")
    agent = client_of(cast.agent_l1)

    answer = agent.post(EXPORT, {"form": "csv", "address": "?"}, follow=True)

    assert "text/html" in answer["Content-Type"]
    assert "list/export" not in agent.get(LIST).content.decode()
    assert not OutboxEntry.objects.filter(relation="event:list.export").exists()
    page = IncidentList(admin.site.get_model_admin(Incident), cast.agent_l1)
    with pytest.raises(NotAllowed):
        exports.export_list(page, TableFormat.CSV, "")
    assert incident.pk


def test_an_export_holds_what_its_reader_sees(cast, client_of):
    an_incident(cast)

    answer = client_of(cast.finance).post(EXPORT, {"form": "csv", "address": "?"})

    assert table_of(answer) == []


@pytest.mark.parametrize(
    "given",
    [
        {"form": "pdf", "address": "?"},
        {"form": "csv", "address": "?status=bogus"},
        {"form": "csv", "address": "?nonsense=1"},
        {},
    ],
    ids=str,
)
def test_what_is_not_understood_is_not_exported(cast, manager, given):
    an_incident(cast)

    answer = manager.post(EXPORT, given)

    assert answer.status_code == 302
    assert not OutboxEntry.objects.filter(relation="event:list.export").exists()


def test_only_a_post_exports(manager):
    assert manager.get(EXPORT).status_code == 405


# --- Long ones ----------------------------------------------------------------------------------


@pytest.fixture
def long_export(cast, manager, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    for _ in range(3):
        an_incident(cast)
    answer = manager.post(EXPORT, {"form": "csv", "address": "?tab=open&columns=reference"})
    return answer, Job.objects.get()


def test_a_long_list_is_a_job_with_progress(long_export, manager):
    answer, job = long_export
    assert answer["Location"] == f"/records/job/{job.pk}/change/"

    jobs.run_next_job()

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert job.result["rows"] == 3
    assert len(table_of(manager.get(f"/records/job/{job.pk}/file/"))) == 3


def test_its_file_is_for_who_asked_only(long_export, cast, client_of):
    _answer, job = long_export
    jobs.run_next_job()

    for other in (cast.team_lead, cast.admin, cast.outsider):
        assert client_of(other).get(f"/records/job/{job.pk}/file/").status_code == 404


def test_it_fails_where_the_right_was_taken_away(long_export, cast):
    _answer, job = long_export
    cast.service_manager.grants.update(
        ends_at="2020-01-02T00:00:00Z", starts_at="2020-01-01T00:00:00Z"
    )

    jobs.run_next_job()

    job.refresh_from_db()
    assert job.result is None
    assert "right to export" in job.error


def test_files_are_forgotten_and_the_job_stays(long_export, manager):
    _answer, job = long_export
    jobs.run_next_job()

    assert exports.forget_exports(timezone.now()) == 1
    job.refresh_from_db()
    assert job.result == {"rows": 3}
    assert manager.get(f"/records/job/{job.pk}/file/").status_code == 404
