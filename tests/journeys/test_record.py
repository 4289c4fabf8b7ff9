"""The record page in a real browser: drafts, two editors, timeline, mentions, a wrong clock."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from incidents import services
from incidents.models import Incident
from sla.client_services import add_client
from tests.cast import assemble_cast
from tests.factories import an_incident
from tests.journeys.test_incident import _serious

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIST = "/incidents/incident/"


def _open(page, live_server, incident, query=""):
    page.goto(f"{live_server.url}{LIST}{incident.pk}/change/{query}")
    page.locator("[data-tabs] [aria-selected=true]").wait_for()


def _kept(page):
    return page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('itsm-draft:'))")


def test_a_lost_session_costs_nothing_that_was_typed(visit, live_server):
    cast = assemble_cast()
    incident = an_incident(cast, "in_progress")
    page = visit("agent_l1")
    _open(page, live_server, incident)
    page.keyboard.press("c")
    page.keyboard.type("A long finding")
    Session.objects.all().delete()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login/**")
    page.fill("[name=login]", "agent_l1")
    page.fill("[name=password]", "demo")
    page.click("button[type=submit]")
    page.wait_for_url(f"**{LIST}{incident.pk}/change/")
    page.get_by_text("Restored: you had not sent this.").wait_for()
    assert page.locator("#comment_text").input_value() == "A long finding"
    page.get_by_role("button", name="Add internal note").click()
    page.locator(".entry-comment.is-named", has_text="A long finding").wait_for()
    assert page.locator("#comment_text").input_value() == ""
    assert _kept(page) == []

    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Title").fill("Half a title")
    page.wait_for_timeout(600)
    _open(page, live_server, incident)
    page.get_by_role("link", name="Go on").click()
    page.get_by_text("Restored: you had not saved this.").wait_for()
    assert page.get_by_label("Title").input_value() == "Half a title"
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Your changes were saved.").wait_for()
    assert page.url.endswith("/change/")
    assert _kept(page) == []


def test_drafts_go_with_who_wrote_them_and_at_sign_out(visit, live_server):
    incident = an_incident(assemble_cast(), "in_progress")
    page = visit("agent_l1")
    _open(page, live_server, incident)
    page.locator("#comment_text").fill("mine")
    page.wait_for_timeout(600)
    assert len(_kept(page)) == 1
    page.evaluate(
        "const key = Object.keys(localStorage).find((k) => k.startsWith('itsm-draft:'));"
        "const old = { at: Date.now() - 8 * 864e5, fields: { text: 'old' } };"
        "localStorage.setItem(key.replace('comment', 'assign'), JSON.stringify(old));"
        "localStorage.setItem('itsm-draft:9999:incident-1-comment', JSON.stringify(old));"
    )
    _open(page, live_server, incident)
    assert len(_kept(page)) == 1, "neither old ones nor somebody else's"
    assert page.locator("#comment_text").input_value() == "mine"
    page.locator(".user-menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert _kept(page) == []


def test_two_editors_of_one_field_choose(visit, live_server):
    incident = an_incident(assemble_cast(), "in_progress", title="As it was")
    first, second = visit("agent_l1"), visit("agent_l2")
    for page in (first, second):
        _open_form(page, live_server, incident)
    _save(first, "Theirs")
    first.get_by_text("Your changes were saved.").wait_for()
    _save(second, "Mine")
    second.get_by_text("Changed by agent_l1 since you opened it").wait_for()
    assert second.get_by_label("Title", exact=False).first.is_visible()
    assert not _serious(second)
    second.locator("[name=keep-title][value=mine]").check()
    second.get_by_role("button", name="Save").click()
    second.get_by_text("Your changes were saved.").wait_for()
    incident.refresh_from_db()
    assert incident.title == "Mine"


def _open_form(page, live_server, incident):
    page.goto(f"{live_server.url}{LIST}{incident.pk}/change/?edit=1")


def _save(page, title):
    page.locator("[name=title]").fill(title)
    page.get_by_role("button", name="Save").click()


def test_a_dialog_over_an_older_page_says_so_and_goes_on_when_told(visit, live_server):
    cast = assemble_cast()
    incident = an_incident(cast, "in_progress")
    page = visit("agent_l1")
    _open(page, live_server, incident)
    services.assign_incident(incident, actor=cast.team_lead, owner=cast.agent_l2, note="yours")
    page.locator(".record-actions").get_by_role("button", name="Assign", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Changed by team_lead since you opened it").wait_for()
    dialog.locator("[name=owner]").select_option("agent_l1")
    dialog.get_by_role("button", name="Assign all the same").dblclick()
    dialog.wait_for(state="hidden")
    page.get_by_text("Done: Assign.").wait_for()
    incident.refresh_from_db()
    assert incident.owner.username == "agent_l1"


def test_whom_a_comment_reaches_cannot_be_mistaken(visit, live_server):
    cast = assemble_cast()
    client = add_client(actor=None, slug="oxxo", name="Oxxo", country="MX")
    incident = an_incident(cast, "in_progress", client=client)
    page = visit("agent_l1")
    _open(page, live_server, incident)
    text = page.locator("#comment_text")
    text.fill("Ask @agent_l")
    page.get_by_role("option", name="@agent_l2 Andrés Luna").wait_for()
    page.keyboard.press("Enter")
    assert text.input_value() == "Ask @agent_l2 "
    page.get_by_role("button", name="Preview").click()
    page.locator(".preview strong", has_text="@agent_l2").wait_for()
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("For Oxxo").click()
    page.get_by_role("button", name="Send to client…").click()
    confirm = page.get_by_role("dialog", name="Send to Oxxo?")
    confirm.wait_for()
    assert not incident.comments.exists()
    confirm.get_by_role("button", name="Go on writing").click()
    page.keyboard.press("Control+Enter")
    confirm.get_by_role("button", name="Send to Oxxo").click()
    page.locator(".entry .said-public").wait_for()
    assert [c.is_internal for c in incident.comments.all()] == [False]
    assert [w.user.username for w in incident.watchers.all()] == ["agent_l2"]


def test_the_timeline_narrows_goes_on_and_finds_a_single_entry(visit, live_server):
    cast = assemble_cast()
    incident = an_incident(cast, "in_progress")
    for n in range(70):
        services.comment_on_incident(incident, actor=cast.agent_l1, text=f"Comment {n}")
    first = incident.comments.order_by("pk").first()
    page = visit("agent_l1")
    _open(page, live_server, incident, f"#c-{first.pk}")
    page.locator(f"#c-{first.pk}.is-named").wait_for()
    assert page.locator(f"#c-{first.pk}").is_visible()
    page.locator(".kinds a", has_text="Marks").click()
    expect(page.locator(".entry-comment")).to_have_count(0)
    assert page.locator(".entry-mark").count() > 0
    _open(page, live_server, incident)
    assert page.locator(".entry-comment").count() == 0, "remembered"
    page.locator(".kinds a", has_text="All").click()
    page.locator(".entry-comment").first.wait_for()
    before = page.locator(".entry").count()
    page.get_by_role("link", name="Load older").click()
    page.locator(".entry").nth(before).wait_for()
    assert len(page.locator(".day").all()) == 1, "one day has one heading"


def test_a_clock_that_is_an_hour_wrong_changes_nothing(visit, live_server):
    cast = assemble_cast()
    incident = an_incident(cast, "in_progress")
    for hours in (-1, 1):
        page = visit("agent_l1")
        page.clock.install(time=incident.opened_at + timedelta(hours=hours))
        _open(page, live_server, incident)
        page.clock.run_for(20_000)
        ago = page.locator(".entry .ago").first.inner_text()
        assert re.fullmatch(r"\d+ s ago|1 min ago", ago), ago
        minutes, seconds = (
            page.locator(".record-header .clock-running .clock-time").first.inner_text().split(":")
        )
        assert int(minutes) * 60 + int(seconds) < 120


def test_a_phone_shows_reasons_on_a_touch_and_the_side_below(visit, live_server):
    cast = assemble_cast()
    incident = an_incident(cast, "closed")
    page = visit("agent_l1", width=390, has_touch=True)
    _open(page, live_server, incident)
    why = page.locator("#why-edit")
    assert not why.is_visible()
    page.get_by_role("button", name="Edit", exact=True).tap(force=True)
    assert why.is_visible()
    page.keyboard.press("Escape")
    assert not why.is_visible()
    timeline, side = (page.locator(part).bounding_box() for part in ("#timeline", ".record-side"))
    assert side["y"] > timeline["y"] + timeline["height"] - 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_full_record(visit, live_server, scheme):
    cast = assemble_cast()
    incident = an_incident(cast, "in_progress", description="# Title\n\n- a\n\n| a | b |\n|-|-|\n")
    services.comment_on_incident(incident, actor=cast.agent_l1, text="@agent_l2 `x`")
    services.comment_on_incident(incident, actor=cast.agent_l1, text="y", is_internal=False)
    services.override_priority(incident, actor=cast.team_lead, priority=1, reason="x")
    services.attach_to_incident(incident, actor=cast.agent_l1, name="a.txt", data=b"x")
    page = visit("team_lead", color_scheme=scheme)
    _open(page, live_server, incident)
    found = {"page": _serious(page)}
    page.mouse.wheel(0, 900)
    page.locator(".record-bar.is-shown > div").wait_for()
    found["scrolled"] = _serious(page)
    for button in ("Share", "Assign"):
        page.get_by_role("button", name=button, exact=True).first.click()
        page.get_by_role("dialog").wait_for()
        found[button] = _serious(page)
        page.keyboard.press("Escape")
    page.locator(".readers label").last.click()
    found["public"] = _serious(page)
    assert {at: what for at, what in found.items() if what} == {}
    assert Incident.objects.count() == 1
