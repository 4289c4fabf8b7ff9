"""Changes in a real browser: from the home page to the vote, and an amendment that voids it."""

import pytest
from playwright.sync_api import expect

from changes.models import Change
from tests.cast import assemble_cast
from tests.factories import a_change
from tests.journeys.test_incident import _serious

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIST = "/changes/change/"


def test_a_peer_votes_and_an_amendment_asks_again(visit, live_server):
    change = a_change(assemble_cast(), "awaiting_approval", risk="medium")
    page = visit("peer")
    page.get_by_role("link", name=change.reference).first.click()
    page.wait_for_url(f"**{LIST}{change.pk}/change/")
    page.locator("a.button", has_text="Vote").first.click()
    page.fill("[name=password]", "demo")  # a vote wants it confirmed
    page.keyboard.press("Enter")
    page.wait_for_url("**/action/vote/**")
    page.get_by_label("Reject").check()
    page.get_by_role("button", name="Vote", exact=True).click()
    page.get_by_text("Say why.").wait_for()
    page.get_by_label("Approve").check()
    page.get_by_role("button", name="Vote", exact=True).click()
    page.wait_for_url(f"**{LIST}{change.pk}/change/**")
    page.get_by_role("tab", name="Approval").click()
    step = page.locator(".approval-step").first
    expect(step).to_contain_text("Patricia Rosas Approve")

    page = visit("requester")
    page.goto(f"{live_server.url}{LIST}{change.pk}/change/")
    page.locator("summary", has_text="More").click()
    page.locator("a[href*='/action/amend/']").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=title]").fill("Renew both certificates")
    dialog.locator("[name=note]").fill("The second link has the same authority.")
    dialog.get_by_role("button", name="Show what would become of it").click()
    dialog.get_by_text("Renew both certificates").wait_for()
    dialog.get_by_role("button", name="Amend the change", exact=True).click()
    page.get_by_role("heading", name="Renew both certificates").wait_for()
    page.get_by_role("tab", name="Approval").click()
    expect(page.locator(".approval-round")).to_have_count(2)
    expect(page.locator(".approval-round").first).to_contain_text("Version 2")
    page.get_by_text("What differs from the version before").wait_for()
    assert Change.objects.get().status == "awaiting_approval"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_about_changes(visit, live_server, scheme):
    change = a_change(assemble_cast(), "awaiting_approval", risk="high")
    found = {}
    page = visit("peer", color_scheme=scheme)
    for name, address in (
        ("list", LIST),
        ("page", f"{LIST}{change.pk}/change/"),
        ("vote", f"{LIST}{change.pk}/action/vote/"),
    ):
        page.goto(f"{live_server.url}{address}")
        found[name] = _serious(page)
    page.goto(f"{live_server.url}{LIST}{change.pk}/change/")
    for tab in ("Approval", "Risk", "Tasks"):
        page.get_by_role("tab", name=tab).click()
        found[tab] = _serious(page)
    page = visit("requester", width=390, color_scheme=scheme)
    page.goto(f"{live_server.url}{LIST}add/")
    found["form on a phone"] = _serious(page)
    assert {at: what for at, what in found.items() if what} == {}
