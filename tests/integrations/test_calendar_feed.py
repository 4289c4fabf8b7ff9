"""Subscribed calendars: what a program gets that has the address, and who gets nothing."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from integrations import calendar_feed
from integrations.ratelimit import TokenBuckets
from people.services import (
    disable_account,
    mint_calendar_key,
    remove_from_team,
    revoke_calendar_key,
)
from tests.factories import a_change

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _full_buckets(monkeypatch):
    """Of a clock that stands still: a slow machine must not fill them again."""
    monkeypatch.setattr(calendar_feed, "_BUCKETS", TokenBuckets(clock=lambda: 0.0))


@pytest.fixture
def address():
    """`address(cast.requester)`: the path of a new calendar of that person."""

    def made(user, team=None):
        _key, secret = mint_calendar_key(user, actor=user, team=team)
        return f"/calendar/{secret}.ics"

    return made


def read(path):
    answer = Client().get(path)
    assert answer.status_code == 200, answer.content
    return answer, icalendar.Calendar.from_ical(answer.content)


def references(path):
    _answer, calendar = read(path)
    return {str(event["summary"]).split()[0] for event in calendar.walk("VEVENT")}


def abroad(cast):
    return {
        "actor": None,
        "requester": cast.outsider,
        "builder": None,
        "implementer": None,
        "team": cast.wallet_co,
        "services": [],
    }


# --- What is in it -------------------------------------------------------------------------------


def test_one_sees_what_one_plays_a_part_in_and_nothing_else(cast, address):
    own = a_change(cast)
    a_change(cast, requester=cast.service_manager, builder=None, implementer=None)
    foreign = a_change(cast, **abroad(cast))
    found = {name: references(address(cast[name])) for name in ("requester", "outsider", "norole")}
    assert found == {
        "requester": {own.reference},
        "outsider": {foreign.reference},
        "norole": set(),
    }


def test_a_team_sees_its_changes(cast, address):
    first = a_change(cast)
    second = a_change(cast, requester=cast.service_manager, builder=None, implementer=None)
    a_change(cast, **abroad(cast))
    path = address(cast.requester, cast.core_platform)
    assert references(path) == {first.reference, second.reference}


def test_an_event_says_title_reference_window_and_link_and_no_more(cast, address, settings):
    settings.SITE_URL = "https://itsm.example.com"
    start = timezone.now().replace(microsecond=0) + DAY
    title = "Renew, restart; \\ and the rest of a title that is longer than a line of a file may be"
    change = a_change(cast, title=title, planned_start_at=start, planned_end_at=start + HOUR)
    answer, calendar = read(address(cast.requester))
    (event,) = calendar.walk("VEVENT")
    assert set(event) == {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE", "TRANSP", "URL")
    }
    assert event["uid"] == f"{change.reference.lower()}@itsm.example.com"
    assert event["summary"] == f"{change.reference} {title}"
    assert (event["dtstart"].dt, event["dtend"].dt) == (start, start + HOUR)
    assert event["dtstart"].dt.utcoffset() == timedelta(0)
    assert event["url"] == f"https://itsm.example.com/changes/change/{change.pk}/change/"
    assert (event["status"], event["sequence"]) == ("TENTATIVE", change.version)
    text = answer.content.decode()
    assert change.reason not in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("awaiting_approval", "TENTATIVE"),
        ("scheduled", "CONFIRMED"),
        ("closed", "CONFIRMED"),
        ("cancelled", "CANCELLED"),
        ("rejected", "CANCELLED"),
    ],
)
def test_the_status_is_told_in_the_words_of_the_standard(cast, address, status, standing):
    a_change(cast, status)
    _answer, calendar = read(address(cast.requester))
    (event,) = calendar.walk("VEVENT")
    assert event["status"] == standing


def test_a_move_keeps_the_uid_and_raises_the_sequence(cast, address):
    change = a_change(cast)
    path = address(cast.requester)
    (before,) = read(path)[1].walk("VEVENT")
    start, end = change.window
    services.reschedule_change(
        change,
        actor=cast.requester,
        planned_start_at=start + DAY,
        planned_end_at=end + DAY,
        note="The bank moved its own window.",
    )
    (after,) = read(path)[1].walk("VEVENT")
    assert (after["uid"], after["sequence"] > before["sequence"]) == (before["uid"], True)
    assert after["dtstart"].dt - before["dtstart"].dt == DAY


def test_tasks_are_in_the_calendar_of_who_does_them(cast, address):
    change = a_change(cast, "assessing", implementer=None)
    services.plan_task(
        change,
        actor=cast.requester,
        title="Replace it",
        planned_start_at=change.planned_start_at,
        planned_end_at=change.planned_end_at,
        assignee=cast.implementer,
    )
    _answer, calendar = read(address(cast.implementer))
    titles = {str(event["summary"]) for event in calendar.walk("VEVENT")}
    assert titles == {f"{change.reference} Replace it", f"{change.reference} {change.title}"}
    assert references(address(cast.peer)) == set()


def test_an_hour_that_is_twice_is_one_moment(cast, address, time_machine):
    """The border puts its clocks back on 7 November 2027, Mexico City never does."""
    time_machine.move_to(datetime(2027, 11, 1, tzinfo=UTC))
    start = datetime(2027, 11, 7, 9, 30, tzinfo=UTC)  # the second half past one in Tijuana
    a_change(cast, planned_start_at=start, planned_end_at=start + HOUR)
    cast.requester.time_zone = "America/Tijuana"
    cast.requester.save()
    (event,) = read(address(cast.requester))[1].walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt - event["dtstart"].dt) == (start, HOUR)


def test_only_some_months_are_in_it(cast, address):
    now = timezone.now()
    for days in (-40, 5, 200):
        at = now + days * DAY
        a_change(cast, planned_start_at=at, planned_end_at=at + HOUR)
    assert len(references(address(cast.requester))) == 1


# --- Whom it is refused to -----------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["x" * 43, "x" * 20, "../../etc/passwd", "x" * 4000])
def test_what_is_no_key_is_404(db, secret):
    assert Client().get(f"/calendar/{secret}.ics").status_code in (302, 404)


def test_a_revoked_key_and_one_that_was_replaced_are_404(cast, address):
    first = address(cast.requester)
    second = address(cast.requester)
    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]
    key = cast.requester.calendar_keys.get(revoked_at=None)
    revoke_calendar_key(key, actor=cast.requester)
    assert Client().get(second).status_code == 404


def test_a_disabled_account_has_no_calendar(cast, address):
    path = address(cast.requester)
    disable_account(cast.requester, actor=cast.security_admin, reason="Left the company.")
    assert Client().get(path).status_code == 404


def test_who_leaves_a_team_loses_its_calendar(cast, address):
    path = address(cast.requester, cast.core_platform)
    assert Client().get(path).status_code == 200
    remove_from_team(
        cast.requester.person, cast.core_platform, actor=cast.admin, reason="Another team."
    )
    assert Client().get(path).status_code == 404


def test_it_is_read_and_nothing_else(cast, address):
    path = address(cast.requester)
    assert [Client().post(path).status_code, Client().put(path).status_code] == [405, 405]
    assert Client().head(path).status_code == 200


# --- How often -----------------------------------------------------------------------------------


def test_who_asks_again_is_told_that_nothing_is_new(cast, address):
    change = a_change(cast)
    path = address(cast.requester)
    answer, _calendar = read(path)
    again = {"if-none-match": answer["ETag"]}
    same = Client().get(path, headers=again)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", answer["ETag"])
    since = {"if-modified-since": answer["Last-Modified"]}
    assert Client().get(path, headers=since).status_code == 304
    assert "max-age=300" in answer["Cache-Control"]
    services.edit_change(change, actor=cast.requester, title="Renew both certificates")
    assert Client().get(path, headers=again).status_code == 200


def test_who_asks_too_often_is_told_to_wait(cast, address):
    path = address(cast.requester)
    codes = [Client().get(path).status_code for _n in range(calendar_feed.PER_MINUTE + 1)]
    assert (codes[:-1], codes[-1]) == ([200] * calendar_feed.PER_MINUTE, 429)
    other = address(cast.implementer)
    assert Client().get(other).status_code == 200


def test_it_costs_the_same_for_one_and_for_many(cast, address):
    a_change(cast)
    path = address(cast.requester)
    Client().get(path)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            Client().get(path)
        return len([q for q in seen if "UPDATE" not in q["sql"]])

    one = queries()
    for _n in range(4):
        a_change(cast)
    assert queries() == one


def test_the_key_is_in_no_log_line():
    from itsm.logs import mask_hook_keys

    event = {"request": "GET /calendar/tH1sIsAS3cretK3y.ics?x=1"}
    assert mask_hook_keys(None, "", event) == {"request": "GET /calendar/…?x=1"}
    page = {"request": "GET /changes/change/calendar/feed/?start=2027-01-01"}
    assert mask_hook_keys(None, "", page) == page
