"""The calendar: what it shows to whom, in whose time zone, at what cost, and what it refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from tests.changes.test_freezes import a_freeze
from tests.factories import a_change, a_service

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALENDAR = "/changes/change/calendar/"
FEED = f"{CALENDAR}feed/"
NOON = datetime(2027, 6, 16, 18, tzinfo=UTC)  # a Wednesday, noon in Mexico City


def planned(cast, at=NOON, **given):
    given.setdefault("planned_start_at", at)
    given.setdefault("planned_end_at", at + HOUR)
    return a_change(cast, given.pop("status", "draft"), **given)


def feed(browser, **asked):
    asked = {"start": "2027-06-01", "end": "2027-07-01"} | asked
    return browser.get(FEED, asked)


def shown(browser, kind="change", **asked):
    answer = feed(browser, **asked)
    assert answer.status_code == 200, answer.content
    return {event["reference"] for event in answer.json()["events"] if event["kind"] == kind}


# --- Who sees what -------------------------------------------------------------------------------


def test_everybody_sees_the_changes_that_are_theirs_to_see(cast, client_of):
    own = planned(cast)
    with_them = planned(cast, services=[a_service(cast, support_team=cast.payments_l2)])
    abroad = {"team": cast.wallet_co, "services": [], "builder": None, "implementer": None}
    elsewhere = planned(cast, actor=None, requester=cast.outsider, **abroad)
    a_freeze(cast, starts_at=NOON, ends_at=NOON + HOUR)
    every = {own.reference, with_them.reference, elsewhere.reference}
    seen = {
        name: shown(client_of(cast[name]))
        for name in ("auditor", "requester", "agent_l2", "service_manager")
    }
    assert seen["auditor"] == every
    assert elsewhere.reference not in seen["requester"] | seen["service_manager"]
    assert seen["agent_l2"] == {with_them.reference}


@pytest.mark.parametrize("name", ["norole", "admin", "hr_partner"])
def test_who_sees_no_changes_has_no_calendar(cast, client_of, name):
    change = planned(cast)
    browser = client_of(cast[name])
    assert {browser.get(CALENDAR).status_code, feed(browser).status_code} == {403}
    assert browser.get(f"/changes/change/{change.pk}/peek/").status_code in (403, 404)


def test_what_is_hidden_has_no_facts(cast, client_of):
    change = planned(cast)
    asked = {"headers": {"X-Dialog": "1"}}
    at = f"/changes/change/{change.pk}/peek/"
    assert client_of(cast.outsider).get(at, **asked).status_code == 404
    page = client_of(cast.requester).get(at, **asked)
    assert "12:00 – 13:00 CST" in page.content.decode()
    assert client_of(cast.requester).get(at).status_code == 302


def test_a_row_of_the_timeline_names_only_services_that_one_sees(cast, client_of):
    colombian = a_service(cast, name="Wallet", countries=["CO"], owner_team=cast.wallet_co)
    colombian.support_team = cast.wallet_co
    colombian.save()
    mexican = a_service(cast, name="SPEI")
    change = planned(cast, services=[mexican], actor=cast.requester)
    change.affected_services.create(service=colombian)
    rows = feed(client_of(cast.requester), rows="service").json()["rows"]
    assert [row["title"] for row in rows] == ["SPEI"]
    rows = feed(client_of(cast.requester), rows="team").json()["rows"]
    assert [row["id"] for row in rows] == ["core-platform"]


# --- What it tells -------------------------------------------------------------------------------


def test_moments_are_of_the_clock_on_the_persons_wall(cast, client_of):
    planned(cast)
    browser = client_of(cast.requester)
    (event,) = feed(browser).json()["events"]
    assert (event["start"], event["end"]) == ("2027-06-16T12:00:00", "2027-06-16T13:00:00")
    cast.requester.time_zone = "America/Tijuana"  # in summer an hour behind Mexico City
    cast.requester.save()
    (event,) = feed(browser).json()["events"]
    assert event["start"] == "2027-06-16T11:00:00"
    assert "America/Tijuana" in browser.get(CALENDAR).content.decode()


def test_a_month_begins_at_midnight_of_the_person_also_across_a_clock_change(cast, client_of):
    """The border puts its clocks back on 7 November 2027: that Sunday has 25 hours."""
    last = datetime(2027, 11, 8, 7, 30, tzinfo=UTC)  # 23:30 on that Sunday in Tijuana
    planned(cast, last, planned_end_at=last + HOUR / 4)
    browser = client_of(cast.requester)
    sunday = {"start": "2027-11-07", "end": "2027-11-08"}
    assert shown(browser, **sunday) == set()  # in Mexico City it is Monday
    cast.requester.time_zone = "America/Tijuana"
    cast.requester.save()
    assert len(shown(browser, **sunday)) == 1


def test_what_only_touches_the_span_is_outside(cast, client_of):
    browser = client_of(cast.requester)
    day = datetime(2027, 6, 16, 6, tzinfo=UTC)  # midnight in Mexico City
    before = planned(cast, day - HOUR)
    inside = planned(cast, day - HOUR, planned_end_at=day + HOUR)
    planned(cast, day + DAY)
    a_change(cast, planned_start_at=None, planned_end_at=None)
    asked = {"start": "2027-06-16", "end": "2027-06-17"}
    assert shown(browser, **asked) == {inside.reference}
    assert before.reference in shown(browser)


def test_freezes_are_bands_with_name_and_effect(cast, client_of):
    a_freeze(cast, starts_at=NOON, ends_at=NOON + DAY, mode="extra_approval")
    a_freeze(cast, name="Draft", starts_at=NOON, ends_at=NOON + DAY, is_active=False)
    (event,) = feed(client_of(cast.requester)).json()["events"]
    told = {name: event[name] for name in ("kind", "title", "state", "tone", "days")}
    assert told == {
        "kind": "freeze",
        "title": "Buen Fin",
        "state": "Asks for the senior final approval",
        "tone": "orange",
        "days": ["2027-06-16", "2027-06-18"],
    }


def test_only_who_may_move_it_is_offered_to(cast, client_of):
    change = planned(cast)
    offered = {}
    for name in ("requester", "implementer", "service_manager", "auditor", "peer"):
        found = feed(client_of(cast[name])).json()["events"]
        offered[name] = ["move" in event for event in found]
    assert offered == {
        "requester": [True],
        "implementer": [True],
        "service_manager": [True],
        "auditor": [False],
        "peer": [False],
    }
    services.cancel_change(change, actor=cast.requester, note="Not needed.")
    assert shown(client_of(cast.requester)) == set()
    (event,) = feed(client_of(cast.requester), status="cancelled").json()["events"]
    assert ("move" in event, event["isOver"]) == (False, True)


def test_filters_narrow_the_changes(cast, client_of):
    service = a_service(cast)
    wanted = planned(cast, services=[service])
    planned(cast, status="submitted", builder=cast.service_manager)
    planned(cast, type="emergency")
    browser = client_of(cast.service_manager)
    found = {
        "service": shown(browser, service=service.reference),
        "status": len(shown(browser, status="submitted,draft")),
        "type": len(shown(browser, type="emergency")),
        "team": len(shown(browser, team="core-platform")),
        "mine": len(shown(browser, mine="true")),
    }
    assert found == {"service": {wanted.reference}, "status": 3, "type": 1, "team": 3, "mine": 1}


# --- What it refuses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "", "end": "2027-07-01"},
        {"start": "yesterday"},
        {"start": "2027-06-31"},
        {"start": "2027-07-01", "end": "2027-06-01"},
        {"start": "2027-06-01", "end": "2027-06-01"},
        {"start": "2027-06-01", "end": "2027-08-03"},
        {"start": "0001-01-01", "end": "0001-01-02"},
        {"start": "9999-12-30", "end": "9999-12-31"},
        {"start": "2027-06-01T00:00:00+99:00"},
        {"start": "\x00"},
        {"rows": "colour"},
        {"status": "gone"},
        {"service": "SVC-999999"},
        {"mine": "perhaps"},
        {"colour": "red"},
    ],
)
def test_a_question_that_makes_no_sense_is_a_400(cast, client_of, asked):
    answer = feed(client_of(cast.requester), **asked)
    assert (answer.status_code, bool(answer.json()["detail"])) == (400, True)


def test_two_months_may_be_asked_for(cast, client_of):
    asked = {"start": "2027-06-01", "end": "2027-08-02"}
    assert feed(client_of(cast.requester), **asked).status_code == 200


def test_the_page_leaves_out_what_it_does_not_understand(cast, client_of):
    page = client_of(cast.requester).get(
        CALENDAR, {"status": "gone", "view": "year", "rows": "x", "type": "normal"}
    )
    text = page.content.decode()
    assert (page.status_code, 'data-query="type=normal"' in text) == (200, True)
    assert "Choose from" in text


# --- What it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", ["", "service", "team"])
def test_it_costs_the_same_for_one_and_for_many(cast, client_of, rows):
    planned(cast)
    a_freeze(cast, starts_at=NOON, ends_at=NOON + HOUR)
    browser = client_of(cast.requester)
    feed(browser)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert feed(browser, rows=rows).status_code == 200
        return len(seen)

    one = queries()
    for n in range(4):
        planned(cast, NOON + n * HOUR)
        a_freeze(cast, name=f"Freeze {n}", starts_at=NOON, ends_at=NOON + HOUR)
    assert queries() == one


def test_the_window_is_found_by_its_index(cast, client_of):
    from changes.models import Change

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Change.objects.order_by().planned_between(NOON, NOON + DAY).explain()
    assert "changes_change_window" in plan


def test_events_of_the_past_say_how_they_ended(cast, client_of):
    change = a_change(cast, "closed")
    day = timezone.localtime(change.planned_start_at).date()
    asked = {"start": f"{day - DAY}", "end": f"{day + 2 * DAY}"}
    (event,) = feed(client_of(cast.requester), **asked).json()["events"]
    assert (event["state"], event["isOver"], "move" in event) == ("Successful", True, False)
