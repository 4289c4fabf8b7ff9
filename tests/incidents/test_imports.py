"""Incidents from ServiceNow's log: their past replayed, what was odd told by line, never twice."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit.models import OutboxEntry
from incidents.importing.servicenow_file import OPTIONAL, REQUIRED
from incidents.models import Incident, IncidentSource
from people.models import Team, User
from sla.life_services import lay_segments
from sla.models import Life, LifeEvent, Mark, Segment
from vendors.models import Vendor

SAMPLE = Path(settings.BASE_DIR).parent / "shared" / "data" / "uci_incidents_sample.csv"
HOSTILE = SAMPLE.parent / "09_bad_input" / "blns" / "blns.json"
COLUMNS = (*REQUIRED, *OPTIONAL)
FACTS = {
    "priority": "3 - Moderate",
    "impact": "2 - Medium",
    "urgency": "2 - Medium",
    "opened_at": "29/2/2016 08:00",
    "contact_type": "Phone",
    "assignment_group": "Group 1",
    "category": "Category 26",
    "subcategory": "Subcategory 175",
    "closed_code": "code 6",
    "resolved_by": "Resolved by 71",
}


def line(number, update, state, at, **facts):
    told = {"number": number, "sys_mod_count": str(update), "incident_state": state}
    told |= {"sys_updated_at": at}
    return [(FACTS | told | facts).get(column, "?") for column in COLUMNS]


LIFE = [
    line("INC1", 0, "New", "29/2/2016 08:05"),
    line("INC1", 1, "Active", "29/2/2016 09:00", assignment_group="Group 2"),
    line("INC1", 2, "Awaiting User Info", "29/2/2016 10:00", assignment_group="Group 2"),
    line("INC1", 3, "Active", "29/2/2016 12:00", assignment_group="Group 2"),
    line(
        *("INC1", 4, "Awaiting Vendor", "29/2/2016 13:00"),
        assignment_group="Group 2",
        vendor="Vendor 3",
    ),
    line("INC1", 5, "Resolved", "1/3/2016 13:00", assignment_group="Group 2"),
    line("INC1", 6, "Active", "1/3/2016 14:00", assignment_group="Group 2", reopen_count="1"),
    line(
        *("INC1", 7, "Resolved", "1/3/2016 15:00"),
        assignment_group="Group 2",
        reopen_count="1",
    ),
    line(
        *("INC1", 8, "Closed", "6/3/2016 15:00"),
        assignment_group="Group 2",
        reopen_count="1",
        resolved_at="1/3/2016 15:00",
        closed_at="6/3/2016 15:00",
    ),
]


@pytest.fixture
def bring_in(tmp_path, cast):
    """Imports lines and gives what it said and its report by line; a refusal is raised."""

    def run(*lines, columns=COLUMNS, raw=None, **options):
        file, report = tmp_path / "log.csv", tmp_path / "report.csv"
        if raw is not None:
            file.write_bytes(raw)
        else:
            with file.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([columns, *lines])
        out = StringIO()
        facts = {"kind": "incident", "format": "servicenow", "report": report} | options
        try:
            call_command("import_records", file, stdout=out, **facts)
        finally:
            run.report = _rows(report)
        return out.getvalue()

    return run


def _rows(report):
    if not report.exists():
        return []
    with report.open(encoding="utf-8", newline="") as file:
        return [(int(r["line"]), r["column"], r["what"]) for r in csv.DictReader(file)]


def everything():
    models = (Incident, IncidentSource, Life, LifeEvent, Mark, Segment, Team, Vendor, User)
    return {model.__name__: model.objects.count() for model in (*models, OutboxEntry)}


def the_incident(key="INC1"):
    return IncidentSource.objects.get(system="servicenow", key=key).incident


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_life_is_replayed_from_its_updates(bring_in):
    bring_in(*LIFE)
    incident = the_incident()
    assert bring_in.report == []
    assert (incident.status, incident.title, incident.priority) == (
        "closed",
        "Category 26, Subcategory 175",
        3,
    )
    assert (incident.opened_at, incident.resolved_at, incident.closed_at) == (
        utc(2016, 2, 29, 8),
        utc(2016, 3, 1, 15),
        utc(2016, 3, 6, 15),
    )
    one, two = (Team.objects.get(slug=f"imported-group-{n}") for n in (1, 2))
    vendor = Vendor.objects.get(name="Vendor 3")
    held = incident.life.segments.values_list("started_at", "holder", "team", "vendor")
    assert list(held) == [
        (utc(2016, 2, 29, 8), "team", one.pk, None),
        (utc(2016, 2, 29, 9), "team", two.pk, None),
        (utc(2016, 2, 29, 10), "customer", None, None),
        (utc(2016, 2, 29, 12), "team", two.pk, None),
        (utc(2016, 2, 29, 13), "vendor", None, vendor.pk),
        (utc(2016, 3, 1, 13), "none", None, None),
        (utc(2016, 3, 1, 14), "team", two.pk, None),
        (utc(2016, 3, 1, 15), "none", None, None),
    ]


def test_marks_say_that_a_log_to_the_minute_is_an_estimate_and_where_it_stands(bring_in):
    bring_in(*LIFE)
    told = the_incident().life.marks.values_list("kind", "at", "precision", "superseded_at")
    assert [(kind, at, how) for kind, at, how, gone in told if gone is None] == [
        ("detected", utc(2016, 2, 29, 8), "estimated"),
        ("acknowledged", utc(2016, 2, 29, 9), "estimated"),
        ("mitigated", utc(2016, 3, 1, 15), "estimated"),
        ("resolved", utc(2016, 3, 1, 15), "estimated"),
    ]
    assert [kind for kind, *_rest, gone in told if gone] == ["mitigated", "resolved"]
    assert Mark.objects.filter(kind="acknowledged").get().evidence == "servicenow INC1, update 1"


def test_a_second_run_changes_nothing(bring_in):
    bring_in(*LIFE)
    before = everything()
    assert "1  imported before, the same" in bring_in(*LIFE)
    assert everything() == before


def test_a_file_that_says_something_else_of_what_is_here_is_told_and_leaves_it(bring_in):
    bring_in(*LIFE[:-1])
    before = everything()
    bring_in(*LIFE)
    assert everything() == before
    assert bring_in.report == [(2, "", "imported before, and this file tells something else")]


def test_a_dry_run_reports_and_writes_nothing(bring_in):
    before = everything()
    said = bring_in(*LIFE, line("INC2", 3, "Active", "1/3/2016 10:00"), dry_run=True)
    assert "nothing was written" in said
    assert bring_in.report == [(11, "sys_mod_count", "the log begins late")]
    assert everything() == before


def test_one_that_was_killed_goes_on_where_it_was(bring_in, monkeypatch):
    monkeypatch.setattr("records.importing.running.BATCH", 2)
    lines = [line(f"INC{n}", 0, "New", "1/3/2016 10:00") for n in range(1, 8)]
    written = []

    def killed(*args, **kwargs):
        written.append(1)
        if len(written) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("itsm.management.commands.import_records._Bar.__call__", killed)
        with pytest.raises(KeyboardInterrupt):
            bring_in(*lines)
    assert IncidentSource.objects.count() == 6
    said = bring_in(*lines)
    assert "1  imported\n" in said
    assert "6  imported before, the same" in said
    assert IncidentSource.objects.count() == 7


def test_oddities_are_told_by_line_with_what_was_done(bring_in):
    bring_in(
        line("INC1", 0, "New", "1/3/2016 10:00", assignment_group="?"),
        line("INC1", 1, "-100", "1/3/2016 11:00"),
        line("INC1", 4, "Active", "1/3/2016 10:30", priority="?", contact_type="Fax"),
    )
    assert bring_in.report == [
        (3, "incident_state", "the state is not known"),
        (4, "sys_mod_count", "updates are missing in the log"),
        (4, "sys_updated_at", "before the update that went before it"),
        (4, "priority", "there is no such priority"),
        (4, "contact_type", "this channel is not known"),
        (2, "assigned_to", "nobody here has this user name"),
    ]
    assert the_incident().status == "triaged"


def test_what_a_line_cannot_mean_keeps_its_incident_out_and_no_other(bring_in):
    bad = {
        "INC2": line("INC2", 0, "Sleeping", "1/3/2016 10:00"),
        "INC3": line("INC3", 0, "New", "31/2/2016 10:00"),
        "INC4": line("INC4", 0, "New", "?"),
        "INC5": line("INC5", "many", "New", "1/3/2016 10:00"),
        "INC6": line("INC6", 0, "New", "1/3/2216 10:00"),
        "INC7": line("INC7", 0, "New", "1/3/2016 10:00", category="a\x07b"),
        "INC8": line("INC8", 0, "New", "1/3/2016 10:00", category="x" * 20_001),
        "INC9": line("INC9", 0, "New", "1/3/2016 10:00")[:-1],
    }
    with pytest.raises(CommandError, match="8 refused"):
        bring_in(*LIFE, *bad.values())
    assert [number for number, _column, _what in bring_in.report] == list(range(11, 19))
    assert list(IncidentSource.objects.values_list("key", flat=True)) == ["INC1"]


def test_lines_of_a_number_that_are_not_together_are_refused(bring_in):
    other = line("INC2", 0, "New", "1/3/2016 10:00")
    with pytest.raises(CommandError, match="2 refused"):
        bring_in(LIFE[0], other, LIFE[1])
    assert list(IncidentSource.objects.values_list("key", flat=True)) == ["INC2"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "lacks the columns"),
        (b"a,b,c\n1,2,3\n", "lacks the columns number"),
        (b"PK\x03\x04\x00\x00", "zero byte"),
        (",".join([*REQUIRED, "number"]).encode() + b"\n", "twice"),
        (",".join(REQUIRED).encode() + b"\n", "no lines"),
        (",".join(REQUIRED).encode() + b"\nINC1,Nu\xe9vo,0,?,?,?\n", "not UTF-8"),
        (",".join(REQUIRED).encode() + b'\nINC1,"New\n', "no CSV"),
        (b"\xff\xfe" + ",".join(REQUIRED).encode("utf-16-le"), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_log_is_refused_whole(bring_in, raw, said):
    before = everything()
    with pytest.raises(CommandError, match=said):
        bring_in(raw=raw)
    assert everything() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"country": "XX"}, "--country XX"),
        ({"service": "nothing"}, "--service nothing"),
        ({"team": "nobody"}, "--team nobody"),
        ({"username": "nobody"}, "--as nobody"),
    ],
)
def test_an_option_that_names_nothing_is_refused(bring_in, options, said):
    before = everything()
    with pytest.raises(CommandError, match=said):
        bring_in(*LIFE, **options)
    assert everything() == before


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path, db):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_records", tmp_path / "no", kind="incident", format="servicenow")


def test_what_the_options_name_is_used_instead_of_something_new(bring_in, cast):
    teams = Team.objects.count()
    bring_in(
        line("INC1", 0, "Active", "1/3/2016 10:00", assignment_group="Payments L1")[:],
        line("INC2", 0, "New", "1/3/2016 10:00", assignment_group="?"),
        team="payments-l2",
    )
    assert the_incident("INC1").team == cast.payments_l1
    assert the_incident("INC2").team == cast.payments_l2
    assert the_incident("INC2").life.segments.get().holder == "none"
    assert Team.objects.count() == teams


def test_a_resolver_who_is_here_owns_the_work_and_nobody_gets_an_account(bring_in, cast):
    accounts = User.objects.count()
    bring_in(
        line("INC1", 0, "Active", "1/3/2016 10:00", assigned_to="agent_l1"),
        line("INC2", 0, "Active", "1/3/2016 10:00", assigned_to="Resolver 7"),
    )
    assert (the_incident("INC1").status, the_incident("INC1").owner) == (
        "in_progress",
        cast.agent_l1,
    )
    assert (the_incident("INC2").status, the_incident("INC2").owner) == ("triaged", None)
    assert User.objects.count() == accounts


def test_moments_are_read_in_the_zone_that_is_given(bring_in):
    bring_in(
        line("INC1", 0, "New", "27/3/2016 02:30", opened_at="26/3/2016 23:00"),
        zone=ZoneInfo("Europe/Madrid"),
    )
    assert the_incident().opened_at == utc(2016, 3, 26, 22)
    told = (2, "sys_updated_at", "did not exist in this zone: the clocks were put forward")
    assert bring_in.report == [told]


def test_cells_are_text_whatever_they_say_and_the_report_runs_nothing(bring_in, tmp_path):
    hostile = "=cmd|' /C calc'!A0"
    bring_in(line("INC1", 0, "New", "1/3/2016 10:00", contact_type=hostile, category="<b>x</b>"))
    assert "<b>x</b>" not in the_incident().description
    with (tmp_path / "report.csv").open(newline="") as file:
        assert {row["value"][0] for row in csv.DictReader(file)} == {"'"}


def test_card_numbers_are_masked_and_noted(bring_in):
    bring_in(line("INC1", 0, "New", "1/3/2016 10:00", category="4111 1111 1111 1111"))
    incident = the_incident()
    assert "4111 1111 1111 1111" not in incident.title + incident.description
    assert bring_in.report == [(2, "", "a card number stood in its texts")]


def test_the_history_says_that_it_was_an_import_and_of_which_file(bring_in):
    bring_in(*LIFE)
    row = Incident.history.get(id=the_incident().pk)
    assert (row.history_channel, row.history_action, row.history_change_reason) == (
        "import",
        "incident.import",
        "log.csv",
    )


def test_people_see_of_an_import_what_they_see_of_its_teams(bring_in, cast):
    bring_in(*LIFE)
    seen = {
        name: Incident.objects.visible_to(cast[name]).count()
        for name in ("agent_l1", "outsider", "norole")
    }
    assert seen == {"agent_l1": 1, "outsider": 0, "norole": 0}
    assert IncidentSource.objects.visible_to(cast.outsider).count() == 0
    assert IncidentSource.objects.visible_to(cast.agent_l1).count() == 1


def test_the_database_refuses_a_number_twice(bring_in):
    bring_in(*LIFE)
    statement = (
        "INSERT INTO incidents_incidentsource (system, key, fingerprint, imported_at, incident_id)"
        " SELECT system, key, '', now(), incident_id FROM incidents_incidentsource"
    )
    with (
        pytest.raises(IntegrityError, match="incidents_incidentsource_once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_endings_in_any_order_are_such_as_the_database_keeps(bring_in):
    states = ("Resolved", "Closed", "Canceled", "Active")
    keys = []
    for a in states:
        for b in states:
            for c in states:
                keys.append((f"INC-{a}-{b}-{c}", (a, b, c)))
    lines = [
        line(key, place, state, f"1/3/2016 1{place}:00")
        for key, walk in keys
        for place, state in enumerate(walk)
    ]
    bring_in(*lines)
    ends = {"Resolved": "resolved", "Closed": "closed", "Canceled": "cancelled"}
    found = dict(IncidentSource.objects.values_list("key", "incident__status"))
    assert found == {key: ends.get(walk[-1], "triaged") for key, walk in keys}


@pytest.mark.skipif(not HOSTILE.exists(), reason="the hostile strings are not here")
def test_hostile_strings_are_kept_as_text_or_refused_by_line(bring_in):
    words = [w for w in json.loads(HOSTILE.read_text()) if "\0" not in w]
    lines = [
        line(f"INC{n}", 0, "New", "1/3/2016 10:00", category=word, assignment_group=word)
        for n, word in enumerate(words)
    ]
    try:
        bring_in(*lines)
    except CommandError as error:
        assert "refused" in str(error)
    refused = {n for n, _column, what in bring_in.report if "nobody can see" in what}
    assert IncidentSource.objects.count() == len(words) - len(refused)
    assert len(refused) < 20


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not here")
def test_the_sample_comes_in_whole_and_its_segments_are_what_its_events_say(tmp_path, cast):
    call_command("import_records", SAMPLE, kind="incident", format="servicenow", stdout=StringIO())
    assert IncidentSource.objects.count() == 323
    assert set(Incident.objects.values_list("status", flat=True)) == {"closed"}
    assert LifeEvent.objects.filter(kind="reopened").count() == 8
    before = list(Segment.objects.order_by("pk").values_list("pk", flat=True))
    for life in Life.objects.filter(segments__isnull=False).distinct()[:60]:
        lay_segments(life)
    assert list(Segment.objects.order_by("pk").values_list("pk", flat=True)) == before
