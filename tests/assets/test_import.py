"""From a file to assets: what is foreseen, what is written, by whom, and once only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assets import services
from assets.enums import ImportStatus
from assets.importing.resource import AssetResource
from assets.models import Asset, AssetImport
from core.errors import NotAllowed, Refused, ValidationError
from records.jobs import run_next_job
from records.models import CardNumberFinding
from tests.assets.devices import a_hand_out
from tests.assets.sheet_files import HEADINGS, a_row, csv_file, given, xlsx_file
from tests.factories import a_vendor, an_asset

pytestmark = pytest.mark.django_db

LIFE_OF_AN_IMPORT = {
    ("checking", "discard"): "discarded",
    ("checked", "discard"): "discarded",
    ("checked", "confirm"): "running",
    ("running", "resume"): "running",
}


def upload(actor, *rows, name="assets.csv", **how):
    return services.upload_assets(actor=actor, file=given(csv_file(*rows, **how), name))


def outcomes(asset_import):
    return list(asset_import.rows.order_by("line").values_list("line", "outcome"))


def errors(asset_import):
    rows = asset_import.rows.order_by("line").values_list("line", "errors")
    return {line: dict(wrong) for line, wrong in rows if wrong}


def run(asset_import, actor):
    services.confirm_import(asset_import, actor=actor)
    run_next_job()
    asset_import.refresh_from_db()
    assert (asset_import.job.state, asset_import.job.error) == ("done", "")
    return asset_import


def test_the_table_is_what_the_specification_says():
    from assets.workflow import IMPORT_WORKFLOW

    found = {
        (status, move.action): target
        for status in ImportStatus.values
        for move in IMPORT_WORKFLOW
        if (target := IMPORT_WORKFLOW.target(status, move.action))
    }
    assert found == LIFE_OF_AN_IMPORT


def test_the_check_foresees_everything_and_writes_nothing(cast, refuses):
    known = an_asset(cast, name="known", manufacturer="Dell")
    same = an_asset(cast, name="same")
    before = Asset.objects.order_by("pk").last().pk
    asset_import = upload(
        cast.service_owner,
        [*a_row("new"), "Acme"],
        [*a_row("known", pci_scope="out"), "HP"],
        [*a_row("same"), ""],
        [*a_row("wrong", asset_class="laptap", data_residency=""), ""],
        headings=[*HEADINGS, "manufacturer"],
    )
    assert asset_import.status == "checked"
    assert outcomes(asset_import) == [
        (2, "create"), (3, "change"), (4, "unchanged"), (5, "refused"),
    ]  # fmt: skip
    changed = asset_import.rows.get(line=3)
    assert changed.changes == [
        ["pci_scope", "In scope", "Out of scope"],
        ["manufacturer", "Dell", "HP"],
    ]
    assert (changed.asset, changed.seen_version) == (known, known.version)
    assert set(errors(asset_import)[5]) == {"asset_class", "data_residency"}
    assert Asset.objects.order_by("pk").last().pk == before
    assert same.version == 1
    with connection.cursor() as cursor:  # not even a number was taken
        cursor.execute("SELECT last_value FROM assets_asset_id_seq")
        assert cursor.fetchone()[0] == before


def test_what_was_confirmed_is_written_by_the_services(cast):
    known = an_asset(cast, name="known")
    asset_import = upload(
        cast.service_owner,
        a_row("new"),
        a_row("known", pci_scope="out"),
        a_row("bad", pci_scope="?"),
    )
    asset_import = run(asset_import, cast.service_owner)
    assert asset_import.status == "finished"
    assert outcomes(asset_import) == [(2, "created"), (3, "changed"), (4, "refused")]
    known.refresh_from_db()
    assert (known.pci_scope, known.version) == ("out", 2)
    for asset, action in ((Asset.objects.get(name="new"), "asset.add"), (known, "asset.edit")):
        line = asset.history.latest("history_id")
        told = (line.history_actor, line.history_action, line.history_channel)
        assert told == ("service_owner", action, "import")
        assert line.history_change_reason == "assets.csv"


def test_a_second_import_of_the_same_file_changes_nothing(cast):
    run(upload(cast.service_owner, a_row("new")), cast.service_owner)
    again = upload(cast.service_owner, a_row("new"))
    assert outcomes(again) == [(2, "unchanged")]
    with pytest.raises(Refused, match="no row"):
        services.confirm_import(again, actor=cast.service_owner)


def test_a_file_given_twice_is_kept_once_and_checked_anew(cast):
    first = upload(cast.service_owner, a_row("new"))
    an_asset(cast, name="new", pci_scope="out")
    again = upload(cast.service_owner, a_row("new"))
    assert again == first
    assert outcomes(again) == [(2, "change")]
    other = upload(cast.peer, a_row("new"))
    assert other != first


def test_rows_about_the_same_asset_are_told_apart_by_line(cast):
    known = an_asset(cast, name="known")
    asset_import = upload(
        cast.service_owner,
        ["", *a_row("twin"), "S1"],
        ["", *a_row("twin"), "S2"],
        ["", *a_row("other"), "s1"],
        [known.reference, *a_row("renamed"), "S3"],
        ["", *a_row("known", pci_scope="out"), "S4"],
        headings=["reference", *HEADINGS, "serial_number"],
    )
    assert errors(asset_import) == {
        3: {"name": "Line 2 says the same already."},
        4: {"serial_number": "Line 2 says the same already."},
        6: {"name": "Line 5 says the same already."},
    }


def test_an_asset_is_renamed_by_its_reference(cast):
    known = an_asset(cast, name="known")
    row = [known.reference.lower(), *a_row("renamed")]
    run(upload(cast.service_owner, row, headings=["reference", *HEADINGS]), cast.service_owner)
    known.refresh_from_db()
    assert known.name == "renamed"


def test_columns_that_are_not_there_stay_as_they_are_and_empty_cells_clear(cast):
    vendor = a_vendor()
    known = an_asset(cast, name="known", vendor=vendor, purpose="ledger", location="Querétaro")
    headings = ["name", "purpose", "lifecycle"]
    run(upload(cast.service_owner, ["known", "", ""], headings=headings), cast.service_owner)
    known.refresh_from_db()
    assert (known.purpose, known.location, known.vendor) == ("", "Querétaro", vendor)
    assert known.lifecycle == "live"


def test_a_new_asset_needs_its_columns(cast):
    asset_import = upload(cast.service_owner, ["new"], headings=["name"])
    needed = {"asset_class", "pci_scope", "data_residency", "owner_team"}
    assert set(errors(asset_import)[2]) == needed


def test_hidden_rows_are_as_if_they_were_not_there(cast):
    """service_owner reads Mexico: the reference of a Colombian asset is no asset to them, neither
    is a vendor or a team of elsewhere."""
    hidden = an_asset(cast, name="hidden", owner_team=cast.wallet_co)
    asset_import = upload(
        cast.service_owner,
        [hidden.reference, *a_row("x")],
        ["AST-999999", *a_row("y")],
        ["", *a_row("z", owner_team="wallet-co")],
        headings=["reference", *HEADINGS],
    )
    assert errors(asset_import) == {
        2: {"reference": "There is no such asset."},
        3: {"reference": "There is no such asset."},
        4: {"owner_team": "There is no “wallet-co”."},
    }


def test_a_name_and_a_number_that_another_asset_has_are_taken(cast):
    """Also where that asset is out of sight: that there is one cannot be kept secret."""
    an_asset(cast, name="hidden", serial_number="HID-1", owner_team=cast.wallet_co)
    an_asset(cast, name="seen", serial_number="SEEN-1")
    asset_import = upload(
        cast.service_owner,
        [*a_row("hidden"), ""],
        [*a_row("x"), "hid-1"],
        [*a_row("y"), "seen-1"],
        [*a_row("seen"), "seen-1"],
        headings=[*HEADINGS, "serial_number"],
    )
    assert {line: set(wrong) for line, wrong in errors(asset_import).items()} == {
        2: {"name"},
        3: {"serial_number"},
        4: {"serial_number"},
    }


def test_nobody_writes_for_another_team(cast):
    an_asset(cast, name="theirs", owner_team=cast.payments_l1)
    asset_import = upload(
        cast.service_owner,
        a_row("mine", owner_team="payments-l1"),
        a_row("theirs", owner_team="payments-l1", pci_scope="out"),
        a_row("theirs", owner_team="core-platform"),
    )
    assert [outcome for _line, outcome in outcomes(asset_import)] == ["refused"] * 3
    assert {*errors(asset_import)[2].values()} == {
        "only the owner team and administrators may do this"
    }


@pytest.mark.parametrize("who", ["agent_l1", "auditor", "approver", "norole", "vendor_manager"])
def test_only_those_who_write_assets_import_them(cast, refuses, who):
    with refuses(NotAllowed):
        upload(cast[who], a_row("new"))


def test_an_import_is_its_givers_alone(cast):
    mine = upload(cast.service_owner, a_row("new"))
    assert set(AssetImport.objects.visible_to(cast.service_owner)) == {mine}
    for who in ("peer", "admin", "auditor", "norole"):
        assert not AssetImport.objects.visible_to(cast[who]).exists()
    with pytest.raises(AssetImport.DoesNotExist):
        services.confirm_import(mine, actor=cast.peer)


def test_what_changed_since_the_check_is_not_overwritten(cast):
    known = an_asset(cast, name="known")
    asset_import = upload(
        cast.service_owner, a_row("known", pci_scope="out"), a_row("new"), a_row("third")
    )
    services.edit_asset(known, actor=cast.service_owner, location="Querétaro")
    an_asset(cast, name="new", pci_scope="out")
    asset_import = run(asset_import, cast.service_owner)
    assert outcomes(asset_import) == [(2, "refused"), (3, "refused"), (4, "created")]
    wrong = errors(asset_import)
    assert "changed this record meanwhile" in wrong[2][""]
    assert "was made since the file was checked" in wrong[3][""]


def test_what_is_refused_at_the_last_moment_stops_no_other_row(cast, monkeypatch):
    """Somebody takes the name after the batch was looked up: then its rows go one by one."""
    known = an_asset(cast, name="known")
    asset_import = upload(
        cast.service_owner, a_row("new"), a_row("known", pci_scope="out"), a_row("third")
    )
    an_asset(cast, name="new", owner_team=cast.wallet_co)
    prepare = AssetResource.prepare

    def too_early(self, *args, **how):
        prepare(self, *args, **how)
        del self._taken["name", "new"]

    monkeypatch.setattr(AssetResource, "prepare", too_early)
    asset_import = run(asset_import, cast.service_owner)
    assert outcomes(asset_import) == [(2, "refused"), (3, "changed"), (4, "created")]
    assert set(errors(asset_import)[2]) == {"name"}
    assert Asset.objects.get(name="third").history.count() == 1
    known.refresh_from_db()
    assert known.version == 2


def test_a_role_that_ended_ends_the_writing(cast):
    from people.services import end_grant

    asset_import = upload(cast.service_owner, a_row("new"))
    services.confirm_import(asset_import, actor=cast.service_owner)
    for grant in cast.service_owner.grants.all():
        end_grant(grant, actor=cast.security_admin, reason="left")
    run_next_job()
    assert outcomes(asset_import) == [(2, "refused")]
    assert not Asset.objects.filter(name="new").exists()


def test_a_device_in_hand_is_not_retired_by_a_file(cast):
    device = a_hand_out(cast).asset
    asset_import = upload(
        cast.service_owner, [device.name, "retired"], headings=["name", "lifecycle"]
    )
    assert "take it back first" in errors(asset_import)[2]["lifecycle"]


def test_errors_are_in_the_givers_language_whoever_checks(cast):
    cast.service_owner.language = "es-mx"
    cast.service_owner.save()
    with translation.override("en"):
        asset_import = upload(cast.service_owner, a_row("x", owner_team="nadie"))
    with translation.override("es-mx"):
        wanted = translation.gettext("There is no “%s”.") % "nadie"
    assert errors(asset_import)[2]["owner_team"] == wanted


def test_card_numbers_are_kept_nowhere(cast):
    asset_import = upload(cast.service_owner, a_row("4111 1111 1111 1111"), a_row("plain"))
    run(asset_import, cast.service_owner)
    assert "4111 1111 1111 1111" not in str(asset_import.rows.get(line=2).cells)
    assert CardNumberFinding.objects.exists()
    assert not Asset.objects.filter(name__contains="4111 1111").exists()


def test_a_discarded_file_leaves_nothing(cast):
    asset_import = upload(cast.service_owner, a_row("new"))
    asset_import = services.discard_import(asset_import, actor=cast.service_owner)
    assert (asset_import.status, asset_import.rows.count()) == ("discarded", 0)
    with pytest.raises(Refused):
        services.confirm_import(asset_import, actor=cast.service_owner)


def test_xlsx_does_the_same(cast):
    file = given(xlsx_file(a_row("new"), a_row("=1+1")), "assets.xlsx")
    asset_import = services.upload_assets(actor=cast.service_owner, file=file)
    assert outcomes(asset_import) == [(2, "create"), (3, "refused")]
    assert "formula" in errors(asset_import)[3]["name"]


def test_a_bad_file_is_refused_by_its_field(cast, refuses):
    with refuses(ValidationError, "file"):
        services.upload_assets(actor=cast.service_owner, file=given(b"serial\n1\n"))
    assert not AssetImport.objects.exists()


def test_the_queries_for_a_row_do_not_grow_with_the_file(cast):
    for n in range(6):
        an_asset(cast, name=f"known {n}")
    upload(cast.service_owner, a_row("first of all"))
    counts = []
    for size in (1, 5):
        rows = [a_row(f"asset {size} {n}") for n in range(size)]
        rows += [a_row(f"known {n + size}", pci_scope="out") for n in range(size - 4)]
        rows += [a_row("known 0", pci_scope="connected")]
        with CaptureQueriesContext(connection) as seen:
            upload(cast.service_owner, *rows)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_queries_of_the_writing_do_not_grow_with_the_file(cast):
    for n in range(6):
        an_asset(cast, name=f"known {n}")
    counts = []
    for size in (1, 5):
        rows = [a_row(f"asset {size} {n}") for n in range(size)]
        rows += [a_row(f"known {size - 1 - n}", pci_scope="out") for n in range(size)]
        asset_import = upload(cast.service_owner, *rows)
        services.confirm_import(asset_import, actor=cast.service_owner)
        with CaptureQueriesContext(connection) as seen:
            run_next_job()
        counts.append(len(seen))
        Asset.objects.filter(name__startswith="known").update(pci_scope="in")
    assert counts[0] == counts[1]
