"""A pack is asked for, frozen once, drawn from once and built; whoever may not, does not."""

import hashlib
import json
import random
from datetime import UTC, date, datetime

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from audit.context import acting
from audit.models import LedgerEntry, OutboxEntry
from core.errors import NotAllowed, Refused, ValidationError
from evidence import services
from evidence.models import EvidencePack, SamplePick
from evidence.packs import freezing, readiness
from evidence.packs.counting import Counts
from evidence.populations import POPULATIONS
from people.models import Person
from records.jobs import run_next_job
from records.models import Job
from tests.cast import assemble_cast
from tests.evidence.pack_world import (
    ADDRESS,
    ENDS,
    HIRED,
    HIRES,
    STARTS,
    ask,
    bytes_of,
    hire,
    members_of,
    sign_here,
    verify_here,
    world,
)

__all__ = ["world"]

SEED = "00112233445566778899aabbccddeeff"
ASKED = {"control": "TEST-1", "starts_on": STARTS, "ends_on": ENDS}


def draw(pack, **given):
    return services.draw_sample(pack, actor=None, **{"size": 5, "seed": SEED, **given})


def test_the_same_pack_is_the_same_bytes(world):
    pack = draw(ask(world), by_job=False)
    assert bytes_of(pack) == bytes_of(EvidencePack.objects.get())


def test_a_pack_without_a_sample_has_the_population_and_no_item(world):
    files = members_of(bytes_of(ask(world)))
    assert [name for name in files if name.startswith("items/")] == []
    assert "sample.json" not in files
    assert len(files["population.jsonl"].splitlines()) == 10


def test_the_population_stays_frozen_whatever_happens_meanwhile(world):
    pack = ask(world)
    hire(world.cast, 3, first=60)
    with acting(actor=world.cast.admin):
        Person.objects.filter(pk=world.people[1].pk).update(job_title="clerk of the night")
    sign_here()
    draw(pack, by_job=False)
    pack.refresh_from_db()
    files = members_of(bytes_of(pack))
    assert hashlib.sha256(files["population.jsonl"]).hexdigest() == pack.population_sha256
    assert b"clerk of the night" not in b"".join(files.values())


def test_what_is_withheld_is_nowhere_and_counted(world):
    data = bytes_of(draw(ask(world), by_job=False))
    everything = b"".join(c for n, c in members_of(data).items() if n != "verify.py")
    assert ADDRESS.encode() not in everything
    assert b"Person 1" not in everything
    redaction = json.loads(members_of(data)["manifest.json"])["redaction"]["withheld_values"]
    assert redaction["after.full_name"] == 5
    assert redaction["context.address"] >= 10
    assert verify_here(data)[0] == 0


def test_what_the_asker_does_not_see_is_counted_as_withheld(world):
    actor = world.cast.auditor
    full = ask(world, actor=actor)
    assert full.facts["counts"]["withheld_by_permission"] == 0
    narrow = EvidencePack.objects.create(
        control="TEST-1", population="hires", starts_on=STARTS, ends_on=ENDS,
        asker=world.cast.norole,
    )  # fmt: skip
    services.freeze_pack(narrow)
    narrow.refresh_from_db()
    counts = narrow.facts["counts"]
    assert (counts["exported"], counts["withheld_by_permission"]) == (0, 10)
    assert counts["total"] == sum(v for k, v in counts.items() if k != "total")
    assert verify_here(bytes_of(narrow))[0] == 0


def test_rows_told_after_the_fact_are_labelled(world):
    files = members_of(bytes_of(ask(world)))
    rows = [json.loads(line) for line in files["population.jsonl"].splitlines()]
    assert {(row["told_late"], row["told_by"]) for row in rows} == {(True, "import")}
    assert json.loads(files["manifest.json"])["population"]["told_late"] == 10


def test_the_state_is_that_of_the_periods_end(world):
    """One was renamed after the quarter: the record has both versions and the state before."""
    pack = ask(world)
    draw(pack, size=10, by_job=False)
    files = members_of(bytes_of(EvidencePack.objects.get()))
    record = json.loads(files["items/E001/record.json"])
    person = record["rows"][0]
    assert [version["sequence"] for version in person["versions"]] == [1, 2]
    assert person["state"]["job_title"] == "guard"
    assert person["versions"][1]["after"] == {"job_title": "guard at night", "version": 2}


def test_segregation_exceptions_gaps_and_the_second_source_are_there(world):
    files = members_of(bytes_of(ask(world, actor=world.cast.auditor)))
    odd = [person.employee_number for person in world.people if person.pk % 2]
    [rule] = json.loads(files["sod_report.json"])["rules"]
    assert [breach["id"] for breach in rule["breaches"]] == odd
    [report] = json.loads(files["exceptions.json"])["reports"]
    assert [one["reference"] for one in report["found"]] == ["EMP-1"]
    assert json.loads(files["reconciliation.json"])["second_source"]["count"] == 7
    assert json.loads(files["gaps.json"])["first"] == "E001"


def test_counts_that_do_not_add_up_stop_the_build():
    Counts(10, 4, 1, 0, 5).refuse_gap()
    with pytest.raises(Refused, match="do not add up"):
        Counts(10, 4, 0, 0, 5).refuse_gap()


def test_a_row_that_falls_between_the_queries_stops_the_build(world, monkeypatch):
    from dataclasses import replace

    broken = replace(HIRES, everything=lambda: Person.objects.filter(pk__in=[world.people[0].pk]))
    monkeypatch.setitem(POPULATIONS._entries, "hires", broken)
    with pytest.raises(Refused, match="do not add up"):
        ask(world)


def test_nothing_is_packed_before_it_is_sealed_and_signed(world):
    hire(world.cast, 1, first=70, at=HIRED)
    pack = services.request_pack(
        actor=None, control="TEST-1", starts_on=date(2026, 1, 1), ends_on=date(2090, 1, 1),
        by_job=False,
    )  # fmt: skip
    with pytest.raises(Refused, match="sealer has not come as far"):
        services.freeze_pack(pack)
    from tests.ledger import seal_here

    seal_here()
    with pytest.raises(Refused, match="signer has not come as far"):
        services.freeze_pack(pack)
    sign_here()
    assert services.freeze_pack(pack).population_count == Person.objects.count()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"control": "NONE"}, "control"),
        ({"population": "others"}, "population"),
        ({"ends_on": STARTS}, "ends_on"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../etc"}, "zone"),
        ({"starts_on": date(1900, 1, 1)}, "starts_on"),
    ],
)
def test_what_cannot_be_asked_is_said_by_field(world, given, field):
    with pytest.raises(ValidationError) as error:
        services.request_pack(actor=world.cast.auditor, **{**ASKED, **given})
    assert list(error.value.message_dict) == [field]
    assert not EvidencePack.objects.exists()


def test_only_who_may_asks_draws_and_replaces(world, refuses):
    pack = ask(world)
    for name in ("agent_l1", "admin", "service_manager", "norole"):
        with refuses(NotAllowed):
            services.request_pack(actor=world.cast[name], **ASKED)
        with refuses(NotAllowed):
            services.draw_sample(pack, actor=world.cast[name], size=1)


def test_a_sample_is_drawn_once(world, refuses):
    pack = draw(ask(world), by_job=False)
    services.build_pack(pack)
    with refuses(Refused, "drawn already"):
        draw(pack)
    assert pack.picks.count() == 5


@pytest.mark.parametrize("size", [0, 11, -1])
def test_a_sample_has_between_one_and_all(world, refuses, size):
    pack = ask(world)
    with refuses(ValidationError):
        draw(pack, size=size)


@pytest.mark.parametrize("seed", ["xyz", "00", "0" * 130, "123"])
def test_a_seed_that_is_none_is_refused(world, refuses, seed):
    pack = ask(world)
    with refuses(ValidationError):
        draw(pack, seed=seed)


def test_nothing_is_drawn_before_the_population_is_frozen(world, refuses):
    pack = services.request_pack(actor=world.cast.auditor, **ASKED)
    with refuses(Refused, "not frozen yet"):
        draw(pack)


def test_replacements_follow_the_rank_and_name_what_they_replace(world, refuses):
    pack = draw(ask(world), size=2, by_job=False)
    first = pack.picks.order_by("pk").first()
    with refuses(ValidationError):
        services.replace_item(pack, actor=None, identity=first.identity, reason=" ")
    new = services.replace_item(
        pack, actor=None, identity=first.identity, reason="its file is lost", by_job=False
    )
    assert (new.rank, new.stratum, new.replaces) == (first.rank + 1, first.stratum, first)
    with refuses(Refused, "replaced already"):
        services.replace_item(pack, actor=None, identity=first.identity, reason="again")
    services.replace_item(pack, actor=None, identity=new.identity, reason="too", by_job=False)
    with refuses(ValidationError):
        services.choose_item(pack, actor=None, identity="nobody", reason="x")
    with refuses(ValidationError):
        services.choose_item(pack, actor=None, identity=first.identity, reason="x")


def test_the_database_refuses_another_population_seed_or_pick(world):
    pack = draw(ask(world), by_job=False)
    other = services.request_pack(actor=None, **ASKED, by_job=False)
    statements = [
        f"UPDATE evidence_evidencepack SET population_sha256 = 'x' WHERE id = {pack.pk}",
        f"UPDATE evidence_evidencepack SET facts = '{{}}' WHERE id = {pack.pk}",
        f"UPDATE evidence_evidencepack SET seed = repeat('ab', 8) WHERE id = {pack.pk}",
        f"UPDATE evidence_evidencepack SET ends_on = '2026-05-01' WHERE id = {pack.pk}",
        f"UPDATE evidence_evidencepack SET asker_id = NULL, control = 'X' WHERE id = {pack.pk}",
        f"DELETE FROM evidence_evidencepack WHERE id = {pack.pk}",
        f"UPDATE evidence_evidencepack SET seed = 'abababab', sample_size = 1, drawn_at = now()"
        f" WHERE id = {other.pk}",
        f"UPDATE evidence_samplepick SET identity = 'X' WHERE pack_id = {pack.pk}",
        f"DELETE FROM evidence_samplepick WHERE pack_id = {pack.pk}",
    ]
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert SamplePick.objects.filter(pack=pack).count() == 5


def test_asking_drawing_and_downloading_are_on_record(world):
    actor = world.cast.auditor
    pack = ask(world, actor=actor)
    services.draw_sample(pack, actor=actor, size=2, by_job=False)
    pack.refresh_from_db()
    services.build_pack(pack)
    pack.refresh_from_db()
    services.hand_out_pack(pack, actor=actor).close()
    told = [(entry.context or {}).get("action") for entry in OutboxEntry.objects.order_by("pk")]
    for action in ("request", "draw", "download"):
        assert f"evidence_pack.{action}" in told
    download = OutboxEntry.objects.get(relation="event:evidence_pack.download")
    assert (download.key, download.after) == (pack.reference, {"sha256": pack.sha256})


def test_a_file_that_the_storage_has_lost_is_built_again_the_same(world):
    pack = services.build_pack(ask(world))
    storages["default"].delete(pack.file)
    with pytest.raises(Refused, match="is lost"):
        services.hand_out_pack(pack, actor=world.cast.auditor)
    row = EvidencePack.objects.get()
    assert row.state == "failed"
    services.retry_pack(row, actor=world.cast.auditor)
    again = services.build_pack(EvidencePack.objects.get())
    assert (again.state, again.sha256) == ("built", pack.sha256)


def test_the_command_writes_a_pack_that_verifies(world, tmp_path, capsys):
    out = tmp_path / "pack.zip"
    call_command(
        "evidence_pack", "--control", "TEST-1", "--from", "2026-01-01", "--to", "2026-04-01",
        "--sample", "4", "--seed", SEED, "--out", str(out),
    )  # fmt: skip
    said = capsys.readouterr().out
    pack = EvidencePack.objects.get()
    assert f"population  10 items, {pack.population_sha256}" in said
    assert said.index("population") < said.index("seed")
    assert pack.sha256 in said
    assert hashlib.sha256(out.read_bytes()).hexdigest() == pack.sha256
    assert verify_here(out.read_bytes())[0] == 0


@pytest.mark.parametrize(
    "more",
    [
        ["--control", "NONE"],
        ["--to", "2025-01-01"],
        ["--as", "nobody"],
        ["--sample", "99"],
        ["--seed", "zz", "--sample", "1"],
        ["--seed", SEED],
        ["--zone", "Mars/Olympus"],
    ],
)
def test_the_command_says_what_it_cannot_do(world, tmp_path, more):
    given = {
        "--control": "TEST-1", "--from": "2026-01-01", "--to": "2026-04-01",
        "--out": str(tmp_path / "x.zip"),
    }  # fmt: skip
    given |= dict(zip(more[::2], more[1::2], strict=True))
    with pytest.raises(CommandError):
        call_command("evidence_pack", *[part for pair in given.items() for part in pair])
    assert not (tmp_path / "x.zip").exists()


def test_an_item_with_a_name_that_is_no_folder_gets_one_that_is():
    from evidence.packs.building import folder_name

    names = ["CHG-000001", "..", "a/b", "a_b", "á", "", "x" * 200, ".hidden", "a:b"]
    folders = [folder_name(name) for name in names]
    assert len(set(folders)) == len(names)
    assert folders[0] == "CHG-000001"
    assert all("/" not in one and not one.startswith(".") for one in folders)


@pytest.fixture
def real(transactional_db, request, settings, tmp_path, monkeypatch):
    """The same world with commits, as a worker finds it."""
    cast = assemble_cast()
    return world.__wrapped__(None, cast, settings, tmp_path, monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_a_worker_freezes_in_one_read_only_snapshot_and_builds(real, monkeypatch):
    seen = {}

    def looking(pack):
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            seen["isolation"] = cursor.fetchone()[0]
            cursor.execute("SHOW transaction_read_only")
            seen["read only"] = cursor.fetchone()[0]
        return {"reports": []}

    monkeypatch.setattr(freezing, "_exceptions", looking)
    pack = services.request_pack(actor=real.cast.auditor, **ASKED)
    sign_here()
    job = run_next_job()
    job.refresh_from_db()
    pack.refresh_from_db()
    assert seen == {"isolation": "repeatable read", "read only": "on"}
    assert (job.state, job.result) == ("done", {"pack": pack.reference, "sha256": pack.sha256})
    assert job.done == job.total > 0
    assert pack.state == "built"


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_taken_up_and_gives_the_same_bytes(real, monkeypatch):
    pack = services.request_pack(actor=real.cast.auditor, **ASKED)
    sign_here()
    once = iter([RuntimeError("killed")])
    whole = services.packs.build

    def dies(pack, **given):
        for error in once:
            raise error
        return whole(pack, **given)

    monkeypatch.setattr(services.packs, "build", dies)
    run_next_job()
    pack.refresh_from_db()
    frozen = pack.population_sha256
    assert (pack.state, bool(frozen)) == ("frozen", True)
    hire(real.cast, 2, first=80)  # what happens meanwhile is not in it
    sign_here()
    Job.objects.update(run_after=datetime(2020, 1, 1, tzinfo=UTC))
    run_next_job()
    pack.refresh_from_db()
    assert (pack.state, pack.population_sha256) == ("built", frozen)
    assert hashlib.sha256(bytes_of(pack)).hexdigest() == pack.sha256


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_is_told_on_the_pack_and_can_be_tried_again(real, monkeypatch):
    monkeypatch.setattr(readiness, "PATIENCE", 0)
    pack = services.request_pack(actor=real.cast.auditor, **{**ASKED, "ends_on": date(2090, 1, 1)})
    run_next_job()
    pack.refresh_from_db()
    assert (pack.state, "sealer" in pack.error) == ("failed", True)
    with pytest.raises(Refused):
        services.hand_out_pack(pack, actor=real.cast.auditor)
    services.retry_pack(pack, actor=real.cast.auditor)
    sign_here()
    run_next_job()
    pack.refresh_from_db()
    assert (pack.state, pack.error) == ("built", "")
    with pytest.raises(Refused):
        services.retry_pack(pack, actor=real.cast.auditor)


def test_any_order_of_the_frozen_rows_leads_to_the_same_sample(world):
    from evidence.sampling import drawn, ranked

    pack = draw(ask(world), by_job=False)
    rows = [json.loads(r) for r in members_of(bytes_of(pack))["population.jsonl"].splitlines()]
    random.Random(7).shuffle(rows)
    again = drawn(ranked(pack.population_sha256, SEED, [(r["id"], r["stratum"]) for r in rows]), 5)
    assert {one.id for one in again} == set(pack.picks.values_list("identity", flat=True))
    assert LedgerEntry.objects.filter(relation="evidence_samplepick").count() == 0
