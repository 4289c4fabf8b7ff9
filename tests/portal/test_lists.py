"""Lists: what an address asks for, pages, tabs, rows alone, many records at once."""

import itertools
import re
import zoneinfo
from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.lists.admin import HasList
from core.lists.controls import label_of
from core.showing import shown
from incidents import services
from tests.factories import a_service, an_incident
from tests.ledger import seal_here

LIST = "/incidents/incident/"


def _colombian(cast):
    return {"support_team": cast.wallet_co, "owner_team": cast.wallet_co, "countries": ["CO"]}


def rows_of(answer):
    return [row.reference for row in answer.context["list"].page.rows]


@pytest.fixture
def browser(cast, client_of):
    return client_of(cast.agent_l1)


# --- What an address asks for -------------------------------------------------------------------


def test_one_lands_on_what_is_open_the_most_pressing_first(cast, browser):
    low = an_incident(cast, impact=3, urgency=3)
    high = an_incident(cast, impact=1, urgency=1)
    an_incident(cast, "resolved")

    assert rows_of(browser.get(LIST)) == [high.reference, low.reference]


def test_whoever_searches_looks_through_everything(cast, browser):
    over = an_incident(cast, "resolved", title="Conciliación detenida")
    an_incident(cast, title="Otra cosa")

    assert rows_of(browser.get(LIST, {"search": "conciliacion"})) == [over.reference]


def test_the_address_is_that_of_the_api(cast, browser):
    service = a_service(cast)
    wanted = an_incident(cast, service=service, impact=1, urgency=1)
    an_incident(cast, service=service)
    asked = {"service": service.reference, "priority": wanted.priority, "is_open": "true"}

    assert rows_of(browser.get(LIST, asked)) == [wanted.reference]


def test_several_choices_of_a_filter_are_any_of_them(cast, browser):
    new, started = an_incident(cast), an_incident(cast, "in_progress")
    an_incident(cast, "resolved")

    for address in (f"{LIST}?status=new,in_progress", f"{LIST}?status=new&status=in_progress"):
        assert set(rows_of(browser.get(address))) == {new.reference, started.reference}


def test_days_begin_at_the_readers_midnight(cast, browser):
    incident = an_incident(cast)
    day = incident.opened_at.astimezone(_zone(cast.agent_l1)).date()

    assert rows_of(browser.get(LIST, {"opened_at__gte": day.isoformat()})) == [incident.reference]
    assert rows_of(browser.get(LIST, {"opened_at__lt": day.isoformat()})) == []


def _zone(user):
    return zoneinfo.ZoneInfo(user.time_zone)


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "all"},
        {"status": "bogus"},
        {"service": "SVC-999999"},
        {"ordering": "title"},
        {"tab": "bogus"},
        {"cursor": "bogus"},
        {"columns": "password"},
        {"opened_at__gte": "yesterday"},
    ],
    ids=str,
)
def test_what_is_not_understood_is_left_out_and_told(cast, browser, asked):
    incident = an_incident(cast)

    answer = browser.get(LIST, asked)

    assert rows_of(answer) == [incident.reference]
    assert 'role="alert"' in answer.content.decode()
    (problem,) = answer.context["list"].query.problems
    assert next(iter(asked)) in problem or "cursor" in asked


def test_hidden_records_are_no_filter(cast, browser):
    theirs = a_service(cast, name="Suyo", **_colombian(cast))

    answer = browser.get(LIST, {"service": theirs.reference})

    assert answer.context["list"].query.problems
    assert "Suyo" not in answer.content.decode()


def test_columns_are_chosen_and_kept_in_the_lists_own_order(cast, browser):
    an_incident(cast)

    answer = browser.get(LIST, {"columns": "title,channel,reference"})

    shown = [column.name for column, *_rest in answer.context["list"].headings()]
    assert shown == ["reference", "title", "channel"]


def test_most_people_find_vendors_by_name_only(cast, client_of):
    answer = client_of(cast.agent_l1).get("/vendors/vendor/", {"columns": "name,tier"})

    assert [name for name, _label, _shown in answer.context["list"].column_choices()] == [
        "reference",
        "name",
    ]
    assert answer.context["list"].filters() == {}


# --- Pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordering", ["priority", "-priority", "reference", "-opened_at"])
def test_pages_hold_every_row_once_there_and_back(cast, browser, ordering, monkeypatch):
    monkeypatch.setattr("incidents.lists.IncidentList.limit", 2)
    expected = {
        an_incident(cast, impact=impact, urgency=impact).reference for impact in (1, 2, 3, 3, 3, 2)
    }
    answer = browser.get(LIST, {"ordering": ordering})
    forth = [rows_of(answer)]
    while answer.context["list"].page.next:
        answer = browser.get(LIST + answer.context["list"].next_address)
        forth.append(rows_of(answer))
    back = [rows_of(answer)]
    while answer.context["list"].page.previous:
        answer = browser.get(LIST + answer.context["list"].previous_address)
        back.append(rows_of(answer))

    assert sorted(itertools.chain(*forth)) == sorted(expected)
    assert back[::-1] == forth


# --- Tabs ---------------------------------------------------------------------------------------


def test_tabs_count_what_they_hold(cast, browser):
    services.assign_incident(an_incident(cast), actor=cast.agent_l1, owner=cast.agent_l1)
    an_incident(cast, impact=1, urgency=1)
    an_incident(cast, "closed")

    tabs = {str(label): count for label, _url, _chosen, count in _list(browser).tab_links()}

    assert tabs == {
        "Open": "2",
        "Mine": "1",
        "Nobody's in my teams": "1",
        "P1 and P2": "1",
        "Asked of my teams": "",
        "Asks for help": "",
        "Over": "",
        "All": "",
    }


def _list(browser, **asked):
    return browser.get(LIST, asked, headers={"accept-language": "en"}).context["list"]


# --- Rows alone, while one looks ----------------------------------------------------------------


def test_rows_alone_come_only_when_one_has_changed(cast, browser):
    incident = an_incident(cast)
    first = browser.get(LIST, headers={"x-rows": "1"})

    again = browser.get(LIST, headers={"x-rows": "1", "if-none-match": first["ETag"]})
    services.assign_incident(incident, actor=cast.agent_l1, owner=cast.agent_l1)
    changed = browser.get(LIST, headers={"x-rows": "1", "if-none-match": first["ETag"]})

    assert first.content.count(b"<tr") == 1
    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert b"<html" not in changed.content


@pytest.mark.parametrize("address", [LIST, "/audit/ledgerentry/", "/people/user/"])
def test_rows_cost_the_same_for_one_and_for_a_hundred(cast, client_of, address):
    browser = client_of(cast.auditor)
    an_incident(cast)
    seal_here()
    one = _queries(browser, address)
    for _ in range(99):
        an_incident(cast)
    seal_here()
    assert _queries(browser, address) == one


def _queries(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def test_suggestions_are_of_visible_records_only(cast, browser):
    ours = a_service(cast, name="Transferencias nuestras")
    a_service(cast, name="Transferencias suyas", **_colombian(cast))

    asked = {"filter": "service", "typed": "transferencias"}
    found = browser.get(f"{LIST}suggest/", asked).json()["found"]

    assert [one["key"] for one in found] == [ours.reference]
    assert browser.get(f"{LIST}suggest/", {"filter": "bogus"}).status_code == 404


# --- Many records at once -----------------------------------------------------------------------


def test_each_record_is_told_what_came_of_it(cast, browser):
    fine, over = an_incident(cast), an_incident(cast, "closed")
    given = {"ids": [fine.pk, over.pk], "confirmed": "1", "owner": "agent_l1"}

    answer = browser.post(f"{LIST}bulk/assign/", given)

    results = {record.reference: reasons for record, reasons in answer.context["results"]}
    assert results[fine.reference] == []
    assert results[over.reference] != []
    fine.refresh_from_db()
    over.refresh_from_db()
    assert fine.owner == cast.agent_l1
    assert over.status == "closed"


def test_it_asks_before_it_acts(cast, browser):
    incident = an_incident(cast)

    answer = browser.post(f"{LIST}bulk/assign/", {"ids": [incident.pk]})

    assert answer.context["form"].is_bound is False
    incident.refresh_from_db()
    assert incident.owner is None


def test_records_out_of_sight_are_left_out(cast, client_of):
    incident = an_incident(cast)

    answer = client_of(cast.outsider).post(
        f"{LIST}bulk/assign/", {"ids": [incident.pk], "confirmed": "1"}
    )

    assert incident.title not in answer.content.decode()
    assert answer.context["records"] == []


def test_who_only_reads_acts_on_nothing(cast, client_of):
    incident = an_incident(cast)
    auditor = client_of(cast.auditor)

    assert "bulk/assign" not in auditor.get(LIST).content.decode()
    answer = auditor.post(f"{LIST}bulk/assign/", {"ids": [incident.pk], "confirmed": "1"})
    assert answer.status_code == 404


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["9" * 40], ["٣"], ["\x00"], [], ["0"] * 250])
def test_strange_ids_do_nothing(browser, ids):
    answer = browser.post(f"{LIST}bulk/assign/", {"ids": ids, "confirmed": "1"})

    assert answer.status_code == 200
    assert answer.context["records"] == []


@pytest.mark.parametrize("action", ["resolve", "bogus", "comment"])
def test_only_what_the_list_offers_is_done_to_many(browser, action):
    assert browser.post(f"{LIST}bulk/{action}/", {}).status_code == 404
    assert browser.get(f"{LIST}bulk/assign/").status_code == 405


# --- How it looks -------------------------------------------------------------------------------


def test_no_label_is_executed(cast, browser):
    an_incident(cast, title='<script>alert("x")</script>')

    body = browser.get(LIST).content.decode()

    assert "<script>alert" not in body
    assert re.search(r"&lt;script&gt;", body)


def test_no_filter_shows_its_parameter_as_its_name():
    pages = [one for one in admin.site._registry.values() if isinstance(one, HasList)]
    lists = [one for one in pages if one.list_class.filterset]

    assert len(lists) > 10
    for one in lists:
        for name, asked in one.list_class.filterset.base_filters.items():
            with translation.override("es-mx"):
                assert label_of(name, asked, one.model).lower() != name, f"{one}: {name}"


def test_what_is_empty_can_be_left_out_on_a_phone(cast, browser):
    an_incident(cast)

    assert re.search(
        r'<td class="col-owner[^"]* is-empty">–</td>', browser.get(LIST).content.decode()
    )


@pytest.mark.parametrize(("language", "text"), [("en", "1 Mar 2026"), ("es-mx", "1 mar 2026")])
def test_a_day_is_written_like_the_day_of_a_moment(language, text):
    with translation.override(language):
        assert shown(date(2026, 3, 1)) == text


@pytest.mark.parametrize(
    "asked",
    [
        *("2026-02-30", "2026-99-99", "0001-01-01", "9999-12-31", "2026-02-30T00:00:00Z"),
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00", "yesterday"),
    ],
)
def test_a_day_that_does_not_exist_is_left_out(cast, browser, asked):
    incident = an_incident(cast)

    answer = browser.get(LIST, {"opened_at__gte": asked, "tab": "all"})

    assert answer.status_code == 200
    assert rows_of(answer) == [incident.reference]
    assert len(answer.context["list"].query.problems) == 1
