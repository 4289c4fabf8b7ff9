"""Evidence packs in the portal and as REST: who sees them, what they say, what can be done."""

import io
import re

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import OutboxEntry
from evidence import services
from evidence.models import EvidencePack
from tests.evidence.pack_world import ENDS, STARTS, ask, bytes_of, verify_here, world

__all__ = ["world"]

LIST = "/evidence/evidencepack/"
API = "/api/v1/evidence-packs/"
SEED = "00112233445566778899aabbccddeeff"
OTHERS = ("agent_l1", "service_manager", "admin", "hr_partner", "approver", "norole")


@pytest.fixture
def pack(world):
    """One that the auditor asked for, ready."""
    return services.build_pack(ask(world, actor=world.cast.auditor))


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_list_shows_packs_to_auditor_and_security_only(pack, world, client_of):
    for name in ("auditor", "security_admin"):
        assert pack.reference in text_of(client_of(world.cast[name]).get(LIST))
    for name in OTHERS:
        client = client_of(world.cast[name])
        response = client.get(LIST)
        assert response.status_code == 403 or pack.reference not in text_of(response)
        for address in ("change/", "history/", "file/", "progress/", "action/draw/"):
            assert client.get(f"{LIST}{pack.pk}/{address}").status_code in (403, 404), address


def test_the_list_asks_as_many_questions_for_one_as_for_three(pack, world, client_of):
    client = client_of(world.cast.auditor)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    for _n in range(2):
        ask(world, actor=world.cast.security_admin)
    with CaptureQueriesContext(connection) as three:
        client.get(LIST)
    assert len(one) == len(three)


def test_a_pack_is_asked_for_with_the_quarter_that_ended_last(world, client_of):
    client = client_of(world.cast.auditor)
    page = text_of(client.get(f"{LIST}add/"))
    assert "TEST-1 · Hiring (People hired)" in page
    given = {
        "control": "TEST-1:hires", "starts_on": STARTS, "ends_on": ENDS,
        "zone": "America/Mexico_City",
    }  # fmt: skip
    response = client.post(f"{LIST}add/", given, follow=True)
    pack = EvidencePack.objects.get()
    assert pack.reference in text_of(response)
    assert (pack.population, pack.asker, pack.state) == ("hires", world.cast.auditor, "requested")
    assert pack.job.kind == "evidence.pack"
    assert "Freezing the population" in text_of(response)
    progress = client.get(f"{LIST}{pack.pk}/progress/").json()
    assert progress == {"is_busy": True, "has_failed": False, "done": 0, "total": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"control": "TEST-1:others"},
        {"control": ""},
        {"ends_on": "2025-01-01"},
        {"starts_on": "yesterday"},
        {"zone": "Mars/Olympus"},
        {"starts_on": "1850-01-01"},
    ],
)
def test_what_is_wrong_is_said_on_the_form(world, client_of, wrong):
    given = {
        "control": "TEST-1:hires", "starts_on": "2026-01-01", "ends_on": "2026-04-01",
        "zone": "America/Mexico_City",
    }  # fmt: skip
    response = client_of(world.cast.auditor).post(f"{LIST}add/", given | wrong)
    assert response.status_code in (200, 400)
    assert not EvidencePack.objects.exists()


def test_the_page_says_counts_hash_and_how_to_verify(pack, world, client_of):
    page = text_of(client_of(world.cast.auditor).get(f"{LIST}{pack.pk}/change/"))
    assert pack.population_sha256 in page
    assert "Withheld: the asker may not see them" in page
    assert f"python3 verify.py {pack.filename}" in page
    assert "Now a sample can be drawn" in page


def test_a_sample_is_drawn_replaced_and_added_to_in_the_dialogs(pack, world, client_of):
    client = client_of(world.cast.auditor)
    dialog = text_of(client.get(f"{LIST}{pack.pk}/action/draw/"))
    assert pack.population_sha256 in dialog
    wrong = client.post(f"{LIST}{pack.pk}/action/draw/", {"size": "3", "seed": "no"})
    assert (wrong.status_code, "hexadecimal digits" in text_of(wrong)) == (400, True)
    client.post(f"{LIST}{pack.pk}/action/draw/", {"size": "3", "seed": SEED})
    pack.refresh_from_db()
    assert (pack.seed, pack.state, pack.picks.count()) == (SEED, "frozen", 3)
    assert client.get(f"{LIST}{pack.pk}/action/draw/").status_code == 404
    services.build_pack(pack)
    first = pack.picks.order_by("pk").first()
    given = {"identity": first.identity, "reason": "its file is lost"}
    client.post(f"{LIST}{pack.pk}/action/replace/", given)
    pack.refresh_from_db()
    services.build_pack(pack)
    drawn = set(pack.picks.values_list("identity", flat=True))
    other = next(p.employee_number for p in world.people if p.employee_number not in drawn)
    client.post(f"{LIST}{pack.pk}/action/choose/", {"identity": other, "reason": "the newest"})
    page = text_of(client.get(f"{LIST}{pack.pk}/change/"))
    assert f"instead of {first.identity}: its file is lost" in page
    assert "Chosen by judgement" in page
    assert SEED in page


def test_a_sample_is_a_get_away_from_nothing(pack, world, client_of):
    client_of(world.cast.auditor).get(f"{LIST}{pack.pk}/action/draw/?size=3")
    assert not pack.picks.exists()


def test_the_file_is_what_was_built_and_taking_it_is_on_record(pack, world, client_of):
    response = client_of(world.cast.auditor).get(f"{LIST}{pack.pk}/file/")
    data = b"".join(response.streaming_content)
    assert verify_here(data)[0] == 0
    assert response["Content-Disposition"] == f'attachment; filename="{pack.filename}"'
    assert OutboxEntry.objects.filter(relation="event:evidence_pack.download").count() == 1


def test_a_pack_that_is_not_ready_gives_no_file(world, client_of, api_of):
    pack = ask(world, actor=world.cast.auditor)
    response = client_of(world.cast.auditor).get(f"{LIST}{pack.pk}/file/", follow=True)
    assert "the pack is not ready yet" in text_of(response)
    assert api_of(world.cast.auditor).get(f"{API}{pack.reference}/file/").status_code == 409


def test_rest_asks_draws_and_downloads(world, api_of):
    api = api_of(world.cast.auditor)
    given = {"control": "TEST-1", "starts_on": "2026-01-01", "ends_on": "2026-04-01"}
    made = api.post(API, given)
    assert (made.status_code, made.json()["state"]) == (201, "requested")
    pack = EvidencePack.objects.get()
    services.build_pack(services.freeze_pack(pack))
    told = api.get(f"{API}{pack.reference}/").json()
    assert (told["population_count"], told["counts"]["exported"], told["state"]) == (
        10,
        10,
        "built",
    )
    drawn = api.post(f"{API}{pack.reference}/sample/", {"action": "draw", "size": 2, "seed": SEED})
    assert (drawn.status_code, len(drawn.json())) == (200, 2)
    pack.refresh_from_db()
    services.build_pack(pack)
    file = api.get(f"{API}{pack.reference}/file/")
    assert verify_here(b"".join(file.streaming_content))[0] == 0
    again = api.post(f"{API}{pack.reference}/sample/", {"action": "draw", "size": 2})
    assert (again.status_code, "drawn already" in str(again.json())) == (409, True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "draw"},
        {"action": "draw", "size": 0},
        {"action": "draw", "size": 11},
        {"action": "draw", "size": 2, "seed": "no"},
        {"action": "replace", "item": "E001"},
        {"action": "replace", "item": "nobody", "reason": "x"},
        {"action": "choose", "item": "E001", "reason": " "},
        {"action": "draw", "size": 2, "other": 1},
    ],
)
def test_rest_says_what_is_wrong_with_a_sample(pack, world, api_of, body):
    response = api_of(world.cast.auditor).post(f"{API}{pack.reference}/sample/", body)
    assert response.status_code == 400
    assert not pack.picks.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"control": "NONE"},
        {"zone": "Mars/Olympus"},
        {"starts_on": "x"},
        {"ends_on": "2020-01-01"},
        {"population": "x"},
        {"seed": SEED},
    ],
)
def test_rest_says_what_is_wrong_with_a_pack(world, api_of, body):
    given = {"control": "TEST-1", "starts_on": "2026-01-01", "ends_on": "2026-04-01"} | body
    response = api_of(world.cast.auditor).post(API, given if body else {})
    assert response.status_code == 400
    assert not EvidencePack.objects.exists()


def test_rest_proves_that_an_older_checkpoint_is_continued(pack, world, api_of, tmp_path):
    api = api_of(world.cast.auditor)
    for size in ("", "x", "0", "99999999", "-1"):
        assert api.get(f"{API}{pack.reference}/consistency/?size={size}").status_code == 400
    proof = api.get(f"{API}{pack.reference}/consistency/?size=5").json()
    assert (proof["old_size"], proof["new_size"]) == (5, pack.ledger_size)
    assert 0 < len(proof["hashes"]) <= 2 * pack.ledger_size.bit_length()


def test_whoever_may_not_see_packs_finds_none_by_rest(pack, world, api_of):
    for name in OTHERS:
        api = api_of(world.cast[name])
        assert api.get(API).json()["results"] == []
        for part in ("", "file/", "sample/", "consistency/?size=5", "history/"):
            assert api.get(f"{API}{pack.reference}/{part}").status_code == 404
        assert api.post(API, {}).status_code == 403


def test_the_page_is_in_the_readers_language(pack, world, client_of):
    type(world.cast.auditor).objects.filter(pk=world.cast.auditor.pk).update(language="es-mx")
    assert client_of(world.cast.auditor).get(f"{LIST}{pack.pk}/change/").status_code == 200


def test_a_file_that_was_altered_where_it_lies_is_not_built_from(world):
    from core.errors import Refused

    pack = ask(world)
    storage = storages["default"]
    with storage.open(pack.frozen_file) as file:
        data = bytearray(file.read())
    data[60] ^= 1
    storage.delete(pack.frozen_file)
    storage.save(pack.frozen_file, io.BytesIO(bytes(data)))
    with pytest.raises(Refused):
        bytes_of(pack)
