"""The chair runs a meeting with five changes by the keyboard alone, and takes the minutes away."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from changes.models import Change, Meeting
from tests.cast import assemble_cast
from tests.changes.meetings import a_meeting, before_the_board
from tests.factories import vote
from tests.journeys.test_incident import _serious

pytestmark = [pytest.mark.journey, pytest.mark.slow]
TITLES = (
    "Renew the certificate",
    "Cambiar el conmutador del nodo 2",
    "Upgrade the database",
    "Mover los respaldos a Querétaro",
    "Raise the limit of the pool",
)


def test_the_chair_runs_a_meeting_by_keyboard_only(visit, live_server, tmp_path):
    cast = assemble_cast()
    changes = [before_the_board(cast, title=title) for title in TITLES]
    for change in changes[:4]:
        vote(change, cast.approver)
    meeting = a_meeting(cast)
    page = visit("cab_chair")
    page.goto(f"{live_server.url}/changes/meeting/{meeting.pk}/change/")
    press = page.keyboard.press
    press("o")  # enter
    page.wait_for_url("**/room/**")
    press("o")  # open
    side = page.locator(".room-side")
    expect(side).to_contain_text("2 of 2 needed take part")
    for number, change in enumerate(changes):
        title = page.locator(".dossier-head h2")
        expect(title).to_have_text(change.title)
        press("s")
        expect(page.locator("[data-timer]")).to_be_visible()
        if number < 3:
            press("a")
        elif number == 3:
            press("r")
        if number == 0:  # once a sitting
            page.wait_for_url("**/reauthenticate/**")
            page.keyboard.type("demo")
            press("Enter")
            page.wait_for_url("**/room/**say=approve**")
        if number < 3:
            expect(page.get_by_role("button", name="Cast my vote")).to_be_focused()
            press("Enter")
        elif number == 3:
            page.keyboard.type("The window is too short.")
            press("Control+Enter")
        if number < 4:
            page.wait_for_url("**/room/?item=**")
            expect(page.locator(".vote-own")).to_be_visible()
        press("e")
        expect(page.locator(".room-agenda .is-over")).to_have_count(number + 1)
        if number < 4:
            expect(title).to_have_text(changes[number + 1].title)
    press("x")
    page.get_by_role("dialog").get_by_role("button", name="Close the meeting").wait_for()
    press("Tab")  # from “Cancel”, where it is safe to begin
    press("Enter")
    page.wait_for_url("**/change/")
    press("s")
    page.get_by_role("dialog").get_by_role("button", name="Sign the minutes").wait_for()
    press("Tab")
    press("Enter")
    page.get_by_text("Signed by").first.wait_for()
    with page.expect_download() as download:
        press("p")
    download.value.save_as(tmp_path / "minutes.pdf")
    pages = PdfReader(io.BytesIO((tmp_path / "minutes.pdf").read_bytes())).pages
    text = "\n".join(sheet.extract_text() for sheet in pages)
    statuses = [Change.objects.get(pk=change.pk).status for change in changes]
    assert statuses == ["approved"] * 3 + ["awaiting_approval"] * 2
    for change in changes:
        assert change.reference in text
    assert [text.count(word) > 0 for word in ("Approved", "No decision", "Against", "For")] == [
        True
    ] * 4
    assert "The window is too short." in text
    assert Meeting.objects.get().status == "signed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_about_meetings(visit, live_server, scheme):
    cast = assemble_cast()
    change = before_the_board(cast)
    meeting = a_meeting(cast, "in_session")
    found = {}
    for width in (1360, 390):
        page = visit("cab_chair", width=width, color_scheme=scheme)
        for name, address in (
            ("list", "/changes/meeting/"),
            ("page", f"/changes/meeting/{meeting.pk}/change/"),
            ("room", f"/changes/meeting/{meeting.pk}/room/"),
            ("workbench", f"/changes/change/workbench/{change.pk}/"),
        ):
            page.goto(f"{live_server.url}{address}")
            found[name, width] = _serious(page)
    page.goto(f"{live_server.url}/changes/meeting/{meeting.pk}/room/")
    page.keyboard.press("s")
    page.locator("[data-timer]").wait_for()
    found["running"] = _serious(page)
    page.keyboard.press("x")
    page.get_by_role("dialog").get_by_role("button", name="Close the meeting").click()
    page.get_by_text("Not signed yet.").wait_for()
    found["minutes"] = _serious(page)
    assert {at: what for at, what in found.items() if what} == {}


def test_deciding_with_a_thumb(visit, live_server):
    """On a phone: from the mail's link over the sign-in to the last vote."""
    cast = assemble_cast()
    change = before_the_board(cast)
    page = visit("", width=390)
    page.goto(f"{live_server.url}/changes/change/workbench/{change.pk}/")
    page.fill("[name=login]", "approver")
    page.fill("[name=password]", "demo")
    page.click("button[type=submit]")
    page.wait_for_url(f"**/workbench/{change.pk}/")
    page.get_by_role("button", name="Approve").click()
    page.fill("[name=password]", "demo")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cast my vote").click()
    page.get_by_role("heading", name="Nothing awaits you").wait_for()
    assert change.versions.get().round.steps.get(kind="cab").votes.get().decision == "approve"
