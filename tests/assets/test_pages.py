"""Pages of services, assets, devices in hand and imports in the portal."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets import services
from assets.importing.columns import COLUMNS
from assets.importing.sheets import read_sheet
from assets.models import Asset, AssetImport, HandOut
from assets.services import add_dependency
from records.jobs import run_next_job
from tests.assets.devices import a_device, a_hand_out
from tests.assets.sheet_files import HEADINGS, a_row, csv_file
from tests.assets.test_import import upload
from tests.factories import a_service, an_asset, an_incident

pytestmark = pytest.mark.django_db

IMPORTS = "/assets/assetimport/"


def page_of(record):
    return f"/assets/{record._meta.model_name}/{record.pk}/change/"


def panel(answer, slug):
    return next(p for p in answer.context["panels"] if p.slug == slug)


def queries(browser, page):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(page).status_code == 200
    return len(seen)


def an_estate(cast):
    service, app, database = a_service(cast), an_asset(cast), an_asset(cast)
    since = timezone.localdate() - timedelta(days=1)  # begun in every time zone
    add_dependency(actor=None, service=service, needs=app, kind="uses", starts_on=since)
    add_dependency(actor=None, asset=app, needs=database, kind="runs_on", starts_on=since)
    return service, app, database


# --- What depends on what ------------------------------------------------------------------------


def test_a_page_draws_what_depends_on_what_and_says_the_same_in_words(cast, client_of):
    service, app, database = an_estate(cast)
    text = client_of(cast.agent_l1).get(page_of(app)).content.decode()
    assert text.count("<svg width=") == 1
    for other in (service, database):
        assert f'<a href="{page_of(other)}" class="box' in text
        assert f'<li><a href="{page_of(other)}">{other.name}</a>' in text


def test_nothing_on_a_page_tells_of_what_is_out_of_sight(cast, client_of):
    mine = an_asset(cast, asset_class="laptop")
    hidden = an_asset(cast, name="secret-of-bogota", owner_team=cast.wallet_co)
    add_dependency(actor=None, asset=mine, needs=hidden, kind="uses")
    add_dependency(actor=None, asset=hidden, needs=mine, kind="uses")
    answer = client_of(cast.agent_l1).get(page_of(mine))
    assert "secret-of-bogota" not in answer.content.decode()
    assert answer.context["picture"]["picture"].is_empty
    assert [p.count for p in answer.context["panels"] if p.slug in ("needs", "needed")] == [0, 0]


def test_a_service_shows_its_open_work_and_what_carries_it(cast, client_of):
    service, app, database = an_estate(cast)
    other = a_service(cast)
    since = timezone.localdate() - timedelta(days=1)
    add_dependency(actor=None, service=other, needs=database, kind="uses", starts_on=since)
    incident = an_incident(cast, service=service, assets=[app], title="Slow transfers")
    an_incident(cast, status="cancelled", service=service, title="Nothing at all")
    answer = client_of(cast.agent_l1).get(page_of(service))
    assert [row[1] for row in panel(answer, "open-work").context["rows"]] == [incident.title]
    carriers = [
        (str(row[0]).split(">")[1].split("<")[0], row[4], row[5])
        for row in panel(answer, "carriers").context["rows"]
    ]
    assert sorted(carriers) == sorted([(app.name, 1, 1), (database.name, 2, "–")])


def test_who_sees_no_incidents_is_told_of_none(cast, client_of):
    service, *_ = an_estate(cast)
    an_incident(cast, service=service)
    answer = client_of(cast.admin).get(page_of(service))
    assert "open-work" not in [p.slug for p in answer.context["panels"]]
    assert {box.open_work for box in answer.context["picture"]["picture"].boxes} == {0}


@pytest.mark.parametrize("of", [0, 1])
def test_a_page_costs_the_same_for_little_and_for_much(cast, client_of, of):
    record = an_estate(cast)[of]
    side = "service" if of == 0 else "asset"
    an_incident(cast, **({"service": record} if of == 0 else {"assets": [record]}))
    browser = client_of(cast.service_owner)
    browser.get(page_of(record))
    few = queries(browser, page_of(record))
    for _ in range(4):
        below = an_asset(cast)
        add_dependency(actor=None, **{side: record}, needs=below, kind="connects_to")
        add_dependency(actor=None, service=a_service(cast), needs=below, kind="uses")
        an_incident(cast, **({"service": record} if of == 0 else {"assets": [record]}))
    assert queries(browser, page_of(record)) == few


# --- Devices -------------------------------------------------------------------------------------


def test_a_device_goes_out_and_comes_back_by_dialogs(cast, client_of):
    device = a_device(cast)
    owner, holder = client_of(cast.service_owner), client_of(cast.agent_l1)
    page = f"/assets/asset/{device.pk}/action"
    assert (
        owner.post(f"{page}/check_out/", {"holder": "agent_l1", "note": "bag"}).status_code == 302
    )
    hand_out = HandOut.objects.get()
    own = f"/assets/handout/{hand_out.pk}/action"
    asked = holder.get(f"{own}/accept/").content.decode()
    assert device.name in asked
    assert holder.post(f"{own}/accept/", {}).status_code == 400, "not without agreeing"
    assert holder.post(f"{own}/accept/", {"agreed": "on"}).status_code == 302
    assert owner.post(f"{page}/check_in/", {"condition": "worn"}).status_code == 302
    hand_out.refresh_from_db()
    assert (hand_out.status, hand_out.condition) == ("returned", "worn")


def test_a_device_that_is_out_cannot_be_handed_out_again(cast, client_of):
    device = a_hand_out(cast).asset
    page = f"/assets/asset/{device.pk}/action/check_out/"
    answer = client_of(cast.service_owner).post(page, {"holder": "peer"})
    assert answer.status_code == 409
    assert HandOut.objects.count() == 1


def test_everybody_has_a_page_of_their_devices_also_without_a_role(cast, client_of):
    mine = a_hand_out(cast, holder=cast.norole, actor=cast.admin)
    other = a_hand_out(cast)
    browser = client_of(cast.norole)
    text = browser.get("/assets/handout/mine/").content.decode()
    assert mine.asset.name in text
    assert other.asset.name not in text
    assert f"/assets/handout/{mine.pk}/action/accept/" in text
    assert browser.get(page_of(mine)).status_code == 200
    assert browser.get(page_of(other)).status_code == 404
    assert browser.get(page_of(mine.asset)).status_code in (403, 404)
    assert page_of(mine.asset) not in browser.get(page_of(mine)).content.decode()
    post = browser.post(f"/assets/handout/{mine.pk}/action/accept/", {"agreed": "on"})
    assert post.status_code == 302


def test_only_the_holder_is_offered_an_answer(cast, client_of):
    hand_out = a_hand_out(cast)
    for who, status in (("service_owner", 404), ("agent_l2", 404), ("agent_l1", 200)):
        page = f"/assets/handout/{hand_out.pk}/action/accept/"
        assert client_of(cast[who]).get(page).status_code == status
    shown = client_of(cast.service_owner).get(page_of(hand_out.asset)).context["main_buttons"]
    assert [button.action for button in shown] == ["check_in", "edit"]


def test_one_page_for_one_device_and_for_three(cast, client_of):
    browser = client_of(cast.agent_l1)
    a_hand_out(cast)
    browser.get("/assets/handout/mine/")
    one = queries(browser, "/assets/handout/mine/")
    a_hand_out(cast)
    services.decline_asset(a_hand_out(cast), actor=cast.agent_l1, note="no")
    assert queries(browser, "/assets/handout/mine/") == one


def test_a_list_of_hand_outs_shows_those_one_may_see(cast, client_of):
    seen, hidden = a_hand_out(cast), a_hand_out(cast, owner_team=cast.wallet_co, actor=None)
    text = client_of(cast.service_owner).get("/assets/handout/").content.decode()
    assert seen.asset.name in text
    assert hidden.asset.name not in text


# --- The form ------------------------------------------------------------------------------------

NEW = {
    "name": "hsm-9",
    "asset_class": "hsm",
    "owner_team": "",
    "lifecycle": "live",
    "environment": "production",
    "pci_scope": "in",
    "data_residency": "MX",
    "serial_number": " ab  12 ",
    "hostname": "HSM-9.mx.example",
    "ip_address": "10.0.0.9",
    "end_of_life_on": "2031-12-31",
}


def test_an_asset_is_added_with_what_is_known_of_it(cast, client_of):
    facts = NEW | {"owner_team": cast.core_platform.pk}
    client_of(cast.service_owner).post("/assets/asset/add/", facts)
    asset = Asset.objects.get(name="hsm-9")
    told = (asset.serial_number, asset.hostname, asset.ip_address, str(asset.end_of_life_on))
    assert told == ("AB 12", "hsm-9.mx.example", "10.0.0.9", "2031-12-31")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("serial_number", "taken-1"),
        ("hostname", "not a host"),
        ("hostname", "-a"),
        ("ip_address", "10.0.0.999"),
        ("end_of_life_on", "0027-01-01"),
        ("warranty_until", "2999-01-01"),
        ("asset_class", ""),
        ("name", ""),
    ],
)
def test_a_form_says_which_field_is_wrong(cast, client_of, field, value):
    an_asset(cast, serial_number="TAKEN-1")
    facts = NEW | {"owner_team": cast.core_platform.pk, field: value}
    answer = client_of(cast.service_owner).post("/assets/asset/add/", facts)
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Asset.objects.filter(name="hsm-9").exists()


def test_two_assets_without_a_serial_number_are_no_twins(cast, client_of):
    browser = client_of(cast.service_owner)
    for name in ("a", "b"):
        facts = NEW | {"owner_team": cast.core_platform.pk, "name": name, "serial_number": ""}
        browser.post("/assets/asset/add/", facts)
    assert Asset.objects.filter(serial_number=None).count() == 2


# --- Imports -------------------------------------------------------------------------------------


def test_a_file_is_given_looked_at_and_imported(cast, client_of):
    browser = client_of(cast.service_owner)
    file = SimpleUploadedFile("assets.csv", csv_file(a_row("new"), a_row("bad", pci_scope="?")))
    answer = browser.post(f"{IMPORTS}add/", {"file": file})
    asset_import = AssetImport.objects.get()
    page = f"{IMPORTS}{asset_import.pk}/"
    assert answer["Location"] == f"{page}change/"
    text = browser.get(f"{page}change/").content.decode()
    assert "is none of" in text
    assert browser.post(f"{page}action/confirm/").status_code == 302
    assert browser.get(f"{page}progress/").json()["is_busy"] is True
    run_next_job()
    assert browser.get(f"{page}progress/").json()["is_busy"] is False
    assert Asset.objects.filter(name="new").exists()
    assert "Created" in browser.get(f"{page}change/?rows=created").content.decode()
    report = browser.get(f"{page}report.csv").content.decode("utf-8-sig")
    assert report.splitlines()[1].startswith('3,"PCI DSS scope:')


def test_a_file_that_cannot_be_read_is_told_at_its_field(cast, client_of):
    file = SimpleUploadedFile("assets.csv", b"who,what\n1,2\n")
    answer = client_of(cast.service_owner).post(f"{IMPORTS}add/", {"file": file})
    assert "not known" in str(answer.context["adminform"].form.errors["file"])
    assert not AssetImport.objects.exists()


@pytest.mark.parametrize("who", ["agent_l1", "auditor", "norole", "approver"])
def test_imports_are_for_those_who_write_assets(cast, client_of, who):
    mine = upload(cast.service_owner, a_row("new"))
    browser = client_of(cast[who])
    pages = ("", "add/", "template.xlsx", f"{mine.pk}/change/", f"{mine.pk}/report.csv")
    assert {browser.get(IMPORTS + page).status_code for page in pages} <= {403, 404}


def test_a_colleagues_import_is_not_there(cast, client_of):
    mine = upload(cast.service_owner, a_row("new"))
    browser = client_of(cast.peer)
    parts = ("change/", "report.csv", "progress/", "action/confirm/", "history/")
    assert {browser.get(f"{IMPORTS}{mine.pk}/{part}").status_code for part in parts} == {404}
    assert mine.name not in browser.get(IMPORTS).content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "es-mx"])
def test_the_template_has_the_columns_that_the_import_takes(cast, client_of, kind, language):
    cast.service_owner.language = language
    cast.service_owner.save()
    answer = client_of(cast.service_owner).get(f"{IMPORTS}template.{kind}")
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        book.worksheets[0].append(["x"] * len(COLUMNS))
        out = io.BytesIO()
        book.save(out)
        assert len(book.worksheets[0].data_validations.dataValidation) >= 6
        data = out.getvalue()
    else:
        data = answer.content + b",".join([b"x"] * len(COLUMNS))
    sheet = read_sheet(f"assets.{kind}", data)
    assert sheet.columns == [column.code for column in COLUMNS]


def test_rows_are_shown_fifty_at_a_time_for_the_same_number_of_queries(cast, client_of):
    browser = client_of(cast.service_owner)
    few = upload(cast.service_owner, a_row("one"))
    many = upload(cast.service_owner, *[a_row(f"asset {n}") for n in range(60)])
    pages = [f"{IMPORTS}{i.pk}/change/?rows=all" for i in (few, many)]
    browser.get(pages[0])
    assert len({queries(browser, page) for page in pages}) == 1
    text = browser.get(pages[1]).content.decode()
    assert text.count('class="headline"') == 50
    assert "after=51" in text
    later = browser.get(f"{pages[1]}&after=51").content.decode()
    assert later.count('class="headline"') == 10


@pytest.mark.parametrize(
    "query", ["rows=nothing", "after=x", "after=99999999999", "rows=", "after=-1"]
)
def test_whatever_the_address_says_there_is_a_page(cast, client_of, query):
    mine = upload(cast.service_owner, a_row("new"))
    page = f"{IMPORTS}{mine.pk}/change/?{query}"
    assert client_of(cast.service_owner).get(page).status_code == 200


def test_columns_of_lists_that_no_import_takes_are_named(cast, client_of):
    headings = [*HEADINGS, "Holder", "Titular"]
    with pytest.raises(Exception, match="not known"):
        upload(
            cast.service_owner, [*a_row("new"), "", ""], headings=[*HEADINGS, "Titular de X", ""]
        )
    asset_import = upload(cast.service_owner, [*a_row("new"), "Laura"], headings=headings[:-1])
    assert asset_import.left_out == ["Holder"]
    page = f"{IMPORTS}{asset_import.pk}/change/"
    assert "Holder" in client_of(cast.service_owner).get(page).content.decode()
