"""Devices in hand and what is known of an asset, over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Asset, HandOut
from tests.assets.devices import a_device, a_hand_out
from tests.factories import an_asset

pytestmark = pytest.mark.django_db


def test_an_asset_tells_who_has_it(cast, api_of):
    hand_out, database = a_hand_out(cast), an_asset(cast)
    api = api_of(cast.agent_l1)
    shown = api.get(f"/api/v1/assets/{hand_out.asset.reference}/").json()
    assert (shown["custody"], shown["holder"], shown["due_on"]) == ("offered", "agent_l1", None)
    shown = api.get(f"/api/v1/assets/{database.reference}/").json()
    assert (shown["custody"], shown["holder"]) == (None, None)


def test_a_device_goes_its_way_by_transitions(cast, api_of):
    device = a_device(cast)
    owner, holder = api_of(cast.service_owner), api_of(cast.agent_l1)
    page = f"/api/v1/assets/{device.reference}/transitions/"
    offered = {row["action"]: row["reasons"] for row in owner.get(page).json()}
    assert offered == {"check_out": []}
    answer = owner.post(page, {"action": "check_out", "holder": "agent_l1", "due_on": "2030-01-31"})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["custody"], answer.json()["due_on"]) == ("offered", "2030-01-31")
    assert owner.post(page, {"action": "accept", "agreed": True}).status_code == 403
    assert holder.post(page, {"action": "accept"}).status_code == 400
    assert holder.post(page, {"action": "accept", "agreed": True}).json()["custody"] == "held"
    assert holder.post(page, {"action": "check_in", "condition": "good"}).status_code == 403
    assert owner.post(page, {"action": "check_in", "condition": "good"}).json()["custody"] is None
    refused = owner.post(page, {"action": "check_in", "condition": "good"})
    assert (refused.status_code, bool(refused.json()["reasons"])) == (409, True)


def test_what_cannot_be_handed_out_says_why(cast, api_of):
    page = f"/api/v1/assets/{an_asset(cast).reference}/transitions/"
    api = api_of(cast.service_owner)
    assert [row["allowed"] for row in api.get(page).json()] == [False]
    refused = api.post(page, {"action": "check_out", "holder": "agent_l1"})
    assert (refused.status_code, refused.json()["reasons"]) == (
        409,
        ["only devices are handed out"],
    )
    assert not HandOut.objects.exists()


def test_who_has_no_role_answers_for_their_device(cast, api_of):
    hand_out = a_hand_out(cast, holder=cast.norole, actor=cast.admin)
    api, page = api_of(cast.norole), f"/api/v1/hand-outs/{hand_out.pk}/"
    assert [row["id"] for row in api.get("/api/v1/hand-outs/").json()["results"]] == [hand_out.pk]
    answer = api.post(f"{page}transitions/", {"action": "accept", "agreed": True})
    assert (answer.status_code, answer.json()["status"]) == (200, "held")
    assert hand_out.asset.reference in answer.json()["accepted_terms"]
    assert [line["action"] for line in api.get(f"{page}history/").json()] == [
        "asset.accept", "asset.check_out",
    ]  # fmt: skip
    assert api.get(f"/api/v1/assets/{hand_out.asset.reference}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("holder=agent_l1", ["held by agent"]),
        ("custody=offered", ["held by agent"]),
        ("custody=in_stock", ["free"]),
        ("custody=in_stock,offered", ["free", "held by agent"]),
        ("asset_class=laptop,token", ["free", "held by agent"]),
        ("lifecycle=retired", ["old"]),
        ("search=FREE-1", ["free"]),
        ("search=10.0.0.9", ["old"]),
        ("search=free lenovo", ["free"]),
    ],
)
def test_assets_are_narrowed(cast, api_of, query, found):
    a_hand_out(cast, name="held by agent")
    a_device(cast, name="free", serial_number="FREE-1", manufacturer="Lenovo")
    an_asset(cast, name="old", lifecycle="retired", ip_address="10.0.0.9")
    rows = api_of(cast.agent_l1).get(f"/api/v1/assets/?{query}").json()["results"]
    assert sorted(row["name"] for row in rows) == found


@pytest.mark.parametrize("query", ["holder=nobody", "custody=lost", "holder=norole"])
def test_what_is_not_there_cannot_be_asked_for(cast, api_of, query):
    assert api_of(cast.agent_l1).get(f"/api/v1/assets/?{query}").status_code == 400


def test_what_is_known_is_written_and_read(cast, api_of):
    facts = {
        "name": "laptop-77",
        "asset_class": "laptop",
        "pci_scope": "out",
        "data_residency": "MX",
        "owner_team": "core-platform",
        "serial_number": "pf-1",
        "hostname": "Laptop-77.MX.example",
        "ip_address": "10.1.2.3",
        "warranty_until": "2028-12-31",
        "product": "ThinkPad",
    }
    api = api_of(cast.service_owner)
    made = api.post("/api/v1/assets/", facts)
    assert made.status_code == 201
    told = made.json()
    assert {name: told[name] for name in facts} == facts | {
        "serial_number": "PF-1",
        "hostname": "laptop-77.mx.example",
    }
    page = f"/api/v1/assets/{told['reference']}/"
    wrong = api.patch(
        page, {"serial_number": "x" * 81, "ip_address": "1"}, headers={"if-match": made["ETag"]}
    )
    assert {error["field"] for error in wrong.json()["errors"]} == {"serial_number", "ip_address"}
    cleared = api.patch(
        page, {"serial_number": None, "warranty_until": None}, headers={"if-match": made["ETag"]}
    )
    assert (cleared.json()["serial_number"], cleared.json()["warranty_until"]) == (None, None)


def test_a_serial_number_that_is_taken_is_told_at_its_field(cast, api_of):
    an_asset(cast, serial_number="PF-1")
    asset = an_asset(cast)
    answer = api_of(cast.service_owner).patch(
        f"/api/v1/assets/{asset.reference}/",
        {"serial_number": "pf-1"},
        headers={"if-match": f'"{asset.version}"'},
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "serial_number"
    assert Asset.objects.filter(serial_number="PF-1").count() == 1


def test_lists_cost_the_same_for_one_and_for_three(cast, api_of):
    api, counts = api_of(cast.agent_l1), []
    for _ in range(3):
        a_hand_out(cast)
        counts.append([])
        for page in ("assets", "hand-outs"):
            with CaptureQueriesContext(connection) as seen:
                assert api.get(f"/api/v1/{page}/").status_code == 200
            counts[-1].append(len(seen))
    assert counts[1] == counts[2]
