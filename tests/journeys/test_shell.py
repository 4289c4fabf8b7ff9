"""The frame in a real browser: search, keys, drawer, colours, language, the first five minutes."""

import re

import pytest
from playwright.sync_api import expect

from incidents.models import Incident
from people.models import User
from tests.cast import assemble_cast
from tests.factories import a_service, an_incident
from tests.journeys.test_incident import _serious

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIST = "/incidents/incident/"
FOCUS = "document.activeElement"


def _search(page, words):
    """Opens the search over everything, types, and waits for what is found."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search records").fill(words)
    page.locator("#palette [role=option]").first.wait_for()
    page.wait_for_timeout(300)


def test_the_search_is_worked_by_keyboard_alone(visit, live_server):
    cast = assemble_cast()
    incident = an_incident(cast, title="La conciliación no cuadra")
    other = an_incident(cast, title="Otra conciliación")
    page = visit("agent_l1")
    _search(page, "conciliacion")
    found = page.locator("[role=option] .hit-reference").all_inner_texts()
    assert found == [other.reference, incident.reference]
    field = page.get_by_role("combobox", name="Search records")
    first = field.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") != first
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LIST}{incident.pk}/change/")

    page.keyboard.press("Control+k")
    recent = page.get_by_role("group", name="Recently opened").get_by_role("option")
    recent.first.wait_for()
    assert incident.reference in recent.first.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#palette").is_hidden()


def test_enter_waits_for_the_answer_to_what_was_typed(visit, live_server):
    incident = an_incident(assemble_cast())
    page = visit("agent_l1")
    page.keyboard.press("Control+k")
    page.keyboard.type(f"inc{incident.pk}", delay=5)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LIST}{incident.pk}/change/")


def test_the_search_opens_a_new_tab_on_request(visit, live_server):
    incident = an_incident(assemble_cast())
    page = visit("agent_l1")
    _search(page, incident.reference)
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    opened.value.wait_for_url(f"**{LIST}{incident.pk}/change/")


def test_the_search_tells_of_nothing_found_and_of_failures(visit, live_server):
    assemble_cast()
    page = visit("agent_l1")
    page.keyboard.press("Control+k")
    page.keyboard.type("<b>zzz</b>")
    page.get_by_text("Nothing found for “<b>zzz</b>”").first.wait_for()
    page.route("**/palette/**", lambda route: route.abort())
    page.keyboard.type("x")
    page.get_by_text("The search did not answer").first.wait_for()
    page.unroute("**/palette/**")
    page.context.clear_cookies()
    page.keyboard.type("x")
    page.get_by_text("You are signed out").first.wait_for()


def test_an_action_of_the_search_is_done(visit, live_server):
    assemble_cast()
    page = visit("agent_l1")
    page.goto(f"{live_server.url}{LIST}?tab=over")
    _search(page, "spanish")
    page.keyboard.press("Enter")
    page.locator("html[lang='es-mx']").wait_for()
    assert page.url == f"{live_server.url}{LIST}?tab=over"
    assert User.objects.get(username="agent_l1").language == "es-mx"


def test_keys_lead_through_the_portal_but_not_while_one_writes(visit, live_server):
    a_service(assemble_cast())
    page = visit("agent_l1")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(f"**{LIST}")
    page.keyboard.press("/")
    assert page.evaluate(f"{FOCUS}.type") == "search"
    page.keyboard.type("gi?")
    assert page.evaluate(f"{FOCUS}.value") == "gi?"
    assert page.locator("#keys").is_hidden()
    page.evaluate(f"{FOCUS}.blur()")

    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    help_.wait_for()
    assert help_.get_by_text("Services", exact=True).is_visible()
    help_.get_by_label("Shortcuts of a single key on this device").uncheck()
    page.keyboard.press("Escape")
    for key in ("?", "g", "h"):
        page.keyboard.press(key)
    assert page.url == f"{live_server.url}{LIST}"
    assert help_.is_hidden()
    page.keyboard.press("Control+k")
    assert page.locator("#palette").is_visible()


def test_the_drawer_of_a_phone_keeps_the_focus_and_gives_it_back(visit, live_server):
    assemble_cast()
    page = visit("agent_l1", width=390)
    switch = page.get_by_role("button", name="Menu")
    assert not page.get_by_role("link", name="Services").is_visible()
    switch.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Menu").wait_for()
    inside = f"{FOCUS}.closest('#sidebar') !== null"
    for _step in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    for _step in range(3):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(inside)
    assert _serious(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate(f"{FOCUS}.hasAttribute('data-menu-open')")
    switch.click()
    page.get_by_role("link", name="Services", exact=True).click()
    page.wait_for_url("**/assets/service/")


def test_colours_and_the_menus_width_are_remembered(visit, live_server):
    assemble_cast()
    page = visit("agent_l1", color_scheme="light")
    is_dark = "document.documentElement.classList.contains('dark')"
    assert not page.evaluate(is_dark)
    page.locator(".user-menu > summary").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    assert page.evaluate(is_dark)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Narrow menu").click()
    page.goto(f"{live_server.url}/account/")
    assert page.evaluate(is_dark)
    assert page.locator("#sidebar").bounding_box()["width"] < 80
    page.get_by_role("link", name="Services", exact=True).click()
    page.wait_for_url("**/assets/service/")
    page.emulate_media(color_scheme="dark")
    page.locator(".user-menu > summary").click()
    page.get_by_role("button", name="Light", exact=True).click()
    assert not page.evaluate(is_dark), "one's own choice is stronger than the system's"
    page.get_by_role("button", name="System", exact=True).click()
    assert page.evaluate(is_dark)


def test_language_and_zone_change_on_the_page_one_is_on(visit, live_server):
    incident = an_incident(assemble_cast(), "in_progress")
    page = visit("agent_l1")
    at = f"{live_server.url}{LIST}{incident.pk}/change/"
    page.goto(at)
    page.locator(".user-menu > summary").click()
    page.get_by_role("button", name="Español (México)").click()
    page.locator("html[lang='es-mx']").wait_for()
    assert page.url.startswith(at)
    page.locator(".user-menu > summary").click()
    page.locator(".user-menu [name=time_zone]").select_option("America/Bogota")
    page.wait_for_load_state()
    assert page.url.startswith(at)
    page.wait_for_timeout(300)
    account = User.objects.get(username="agent_l1")
    assert (account.language, account.time_zone) == ("es-mx", "America/Bogota")


@pytest.mark.parametrize("language", ["en", "es-mx"])
def test_a_newcomer_is_led_through_the_first_five_minutes(visit, live_server, language):
    cast = assemble_cast()
    incident = an_incident(cast, actor=cast.team_lead, title="SPEI lento")
    User.objects.filter(username="agent_l1").update(language=language)
    page = visit("agent_l1")
    guide = page.locator("[data-guide]")
    guide.get_by_role("link", name=re.compile(incident.reference)).click()
    page.wait_for_url(f"**{LIST}{incident.pk}/change/")

    marked = page.locator(".guide-here")
    marked.first.wait_for()
    assert "start" in (marked.first.get_attribute("href") or "")
    guide.locator("[data-guide-show]").click()
    assert page.evaluate(f"{FOCUS}.classList.contains('guide-here')")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").locator("button[type=submit]").click()

    page.locator(".guide-step.is-done").wait_for()
    guide.locator("[data-guide-show]").click()
    page.keyboard.type("Checking the switch.")
    page.locator("form:has(:focus) button[type=submit]").first.click()

    expect(page.locator(".guide-step.is-done")).to_have_count(2)
    guide.locator("[data-guide-show]").click()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=resolution_code]").select_option("fixed")
    dialog.locator("[name=resolution]").fill("Restarted the link.")
    dialog.locator("button[type=submit]").click()

    expect(page.locator(".guide-step.is-done")).to_have_count(3)
    page.goto(live_server.url)
    assert guide.count() == 0
    incident.refresh_from_db()
    assert (incident.status, incident.owner.username) == ("resolved", "agent_l1")
    assert Incident.objects.count() == 1


def test_the_demo_signs_in_by_two_clicks(visit, live_server):
    page = visit()
    page.get_by_role("button", name=re.compile("^agent_l1")).click()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_what_the_frame_opens(visit, live_server, scheme):
    an_incident(assemble_cast(), title="Un zafiro")
    found = {}
    page = visit("agent_l1", color_scheme=scheme)
    found["guide"] = _serious(page)
    _search(page, "zafiro")
    found["search"] = _serious(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found["keys"] = _serious(page)
    page.keyboard.press("Escape")
    page.locator(".user-menu > summary").click()
    found["account menu"] = _serious(page)
    page.goto(f"{live_server.url}/nowhere/")
    found["error"] = _serious(page)
    page.goto(live_server.url)
    page.get_by_role("button", name="Narrow menu").click()
    found["rail"] = _serious(page)
    page = visit("agent_l1", width=390, color_scheme=scheme)
    _search(page, "zafiro")
    found["search on a phone"] = _serious(page)
    assert {at: what for at, what in found.items() if what} == {}


def test_the_first_words_are_there_within_a_second(visit, live_server):
    for _number in range(50):
        an_incident(assemble_cast())
    page = visit("agent_l1")
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    painted = []
    for _visit in range(3):  # The first one also waits for templates to be read.
        page.goto(f"{live_server.url}{LIST}")
        page.wait_for_timeout(300)
        painted.append(page.evaluate(paint))
    assert min(painted) < 1_000
