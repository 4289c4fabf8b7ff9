"""The home page in a real browser: cards that come later, pictures that lead on, accessibility."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from incidents import services
from tests.cast import assemble_cast
from tests.factories import an_incident

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def work(transactional_db):
    cast = assemble_cast()
    an_incident(cast, title="Nobody has taken this", impact=1, urgency=1)
    resolved = an_incident(cast, "resolved", title="Done")
    services.watch_incident(an_incident(cast, "in_progress"), actor=cast.team_lead)
    return resolved


def test_slow_cards_come_by_themselves_and_each_piece_opens_its_rows(visit, live_server, work):
    page = visit("team_lead")
    page.locator("[data-slug=mandate] .chart").first.wait_for()
    page.locator("[data-slug=services]").wait_for()
    assert page.locator("[data-fetch]").count() == 0
    page.locator("[data-slug=mandate] summary").first.click()
    assert page.locator("[data-slug=mandate] details[open] tbody tr").count() == 12
    page.locator("[data-slug=queue] a[aria-label*='P1']").click()
    page.wait_for_url(f"{live_server.url}/incidents/incident/?is_open=true&team=payments-l1&*")
    page.get_by_text("Nobody has taken this").first.wait_for()


def test_a_card_that_cannot_be_fetched_says_so_and_is_tried_again(visit, live_server, work):
    page = visit("agent_l1")
    page.locator("[data-slug=mandate]").wait_for()
    page.route("**/?card=mandate", lambda route: route.fulfill(status=503))
    page.reload()
    page.get_by_text("This card could not be fetched.").wait_for()
    page.unroute("**/?card=mandate")
    page.get_by_role("button", name="Try again").click()
    page.locator("[data-slug=mandate] .chart").first.wait_for()


def test_without_scripts_all_cards_are_one_link_away(visit, live_server, work):
    page = visit("agent_l1", java_script_enabled=False)
    page.get_by_role("link", name="Show all cards").click()
    page.locator("[data-slug=mandate] .chart").first.wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1360, "light")])
@pytest.mark.parametrize("who", ["team_lead", "auditor", "admin", "vendor_manager"])
def test_axe_finds_nothing_serious(visit, live_server, work, who, scheme, width):
    page = visit(who, width=width, color_scheme=scheme)
    page.goto(f"{live_server.url}/?all")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert serious == [], json.dumps(serious)[:2000]
