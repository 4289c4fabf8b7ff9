"""The calendar in a real browser: a freeze is seen, a drag into it is refused, elsewhere it is
asked for a reason and done."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from changes import services
from changes.models import Change
from tests.cast import assemble_cast
from tests.factories import a_change
from tests.journeys.test_incident import _serious

pytestmark = [pytest.mark.journey, pytest.mark.slow]
CALENDAR = "/changes/change/calendar/"
ZONE = ZoneInfo("America/Mexico_City")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def _monday():
    """The Monday after next, so that the whole week lies ahead."""
    today = timezone.now().astimezone(ZONE).date()
    return today + timedelta(days=14 - today.weekday())


def _at(day, hour):
    return datetime.combine(day, time(hour), ZONE)


def _world(cast):
    """A change on Monday at nine, a freeze on Wednesday; returns the Monday."""
    monday = _monday()
    a_change(
        cast,
        "awaiting_approval",
        planned_start_at=_at(monday, 9),
        planned_end_at=_at(monday, 11),
    )
    services.declare_freeze(
        actor=None,
        name="Buen Fin",
        mode="block",
        source="buen_fin",
        reason="The busiest days of the year.",
        starts_at=_at(monday + 2 * DAY, 0),
        ends_at=_at(monday + 3 * DAY, 0),
    )
    return monday


def _drag(page, event, days):
    """Drag an event so many columns of the week to the right."""
    box = event.bounding_box()
    column = page.locator(".ec-time-grid .ec-col-head").first.bounding_box()["width"]
    x, y = box["x"] + box["width"] / 2, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=4)
    page.mouse.move(x + days * column, y, steps=8)
    page.mouse.up()


def test_a_change_is_dragged_to_where_no_freeze_is(visit, live_server):
    monday = _world(assemble_cast())
    page = visit("requester")
    page.goto(f"{live_server.url}{CALENDAR}?view=week&day={monday}")
    expect(page.get_by_role("link", name="Buen Fin Blocks")).to_be_visible()
    event = page.locator(".ec-event.is-change")
    expect(event).to_have_count(1)
    expect(event).to_contain_text("09:00 – 11:00")
    where = event.bounding_box()

    _drag(page, event, 2)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("A freeze keeps it out: “Buen Fin”")
    expect(dialog.locator("form")).to_have_count(0)
    dialog.get_by_role("link", name="Close").click()
    expect(event).to_have_count(1)
    assert event.bounding_box() == where
    assert Change.objects.get().planned_start_at == _at(monday, 9)

    _drag(page, event, 3)
    expect(dialog).to_contain_text("The votes on the one before are void")
    dialog.get_by_role("link", name="Cancel").click()
    expect(event).to_have_count(1)
    assert event.bounding_box() == where

    _drag(page, event, 3)
    dialog.get_by_label("Reason").fill("The bank moved its own window.")
    dialog.get_by_role("button", name="Reschedule the change").click()
    expect(dialog).to_be_hidden()
    page.wait_for_function(
        "x => document.querySelector('.ec-event.is-change').getBoundingClientRect().x > x",
        arg=where["x"] + 50,
    )
    moved = Change.objects.get()
    assert moved.window == (_at(monday + 3 * DAY, 9), _at(monday + 3 * DAY, 11))
    assert moved.status == "awaiting_approval"

    # The same by keyboard: the facts, and from there the dialog.
    event.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("09:00 – 11:00 CST")
    dialog.get_by_role("link", name="Reschedule").click()
    expect(dialog.get_by_label("Planned start")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_about_the_calendar(visit, live_server, scheme):
    monday = _world(assemble_cast())
    found = {}
    page = visit("requester", color_scheme=scheme)
    for view in ("month", "week", "agenda", "timeline"):
        page.goto(f"{live_server.url}{CALENDAR}?view={view}&day={monday}")
        expect(page.locator(".ec-event.is-change")).to_have_count(1)
        found[view] = _serious(page)
    page.locator(".ec-event.is-change a").click()
    expect(page.get_by_role("dialog")).to_contain_text("planned window", ignore_case=True)
    found["facts"] = _serious(page)
    assert {at: what for at, what in found.items() if what} == {}


def test_a_phone_begins_with_the_agenda(visit, live_server):
    _world(assemble_cast())
    page = visit("requester", width=390)
    page.goto(f"{live_server.url}{CALENDAR}")
    expect(page.get_by_role("button", name="Agenda")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_crowded_day_leads_to_its_agenda(visit, live_server):
    cast, monday = assemble_cast(), _monday()
    for hour in range(8, 14):
        a_change(cast, planned_start_at=_at(monday, hour), planned_end_at=_at(monday, hour + 1))
    page = visit("requester")
    page.goto(f"{live_server.url}{CALENDAR}?view=month&day={monday}&mine=true")
    expect(page.locator(".ec-event.is-change")).to_have_count(3)
    page.get_by_role("link", name="+3 more").click()
    expect(page.get_by_role("button", name="Agenda")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".ec-event.is-change")).to_have_count(6)
    assert "mine=true" in page.url
