"""Quality in the browser: two reviewers are calibrated blind on a phone; a review is disputed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from people.models import CalibrationRating, QualityDispute
from tests.cast import assemble_cast
from tests.people.calibrated import a_calibration
from tests.people.reviewed import KEYS, a_revealed_review

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def address(live_server, record):
    meta = record._meta
    return f"{live_server.url}/{meta.app_label}/{meta.model_name}/{record.pk}/change/"


def press(page, action):
    page.locator(f"a[href*='/action/{action}/']").first.click()
    return page.get_by_role("dialog")


def send(dialog):
    dialog.locator("button[type=submit]").last.click()
    expect(dialog).to_have_count(0)


def serious(page):
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def rate(page, *marks):
    """The piece that is next."""
    dialog = press(page, "rate")
    for key, mark in zip(KEYS, marks, strict=True):
        dialog.locator(f"[name=rating_{key}][value='{mark}']").check()
    dialog.locator(f"[name=quote_{KEYS[0]}]").fill("Because of line 4")
    return dialog


def test_two_reviewers_are_calibrated_blind_on_a_phone(visit, live_server):
    cast = assemble_cast()
    calibration = a_calibration(cast, pieces=2)
    url = address(live_server, calibration)

    one = visit("agent_l2", width=390)
    one.goto(url)
    for _piece in range(2):
        dialog = rate(one, 4, 5, 1, "none")
        assert serious(one) == []
        assert one.evaluate("document.documentElement.scrollWidth") <= 390
        send(dialog)
    expect(one.get_by_text("Because of line 4").first).to_be_visible()
    expect(one.get_by_text("How far they agree")).to_have_count(0)

    other = visit("team_lead")
    other.goto(url)
    expect(other.get_by_text("Because of line 4")).to_have_count(0)
    dialog = press(other, "rate")
    dialog.locator("button[type=submit]").last.click()  # nothing is rated: nothing is sent
    expect(dialog).to_be_visible()
    assert CalibrationRating.objects.filter(rater__user=cast.team_lead).count() == 0
    other.goto(url)
    for _piece in range(2):
        send(rate(other, 3, 5, 1, "2"))
    expect(other.get_by_text("How far they agree")).to_be_visible()
    expect(other.get_by_text("Because of line 4").first).to_be_visible()
    assert serious(other) == []

    dialog = press(other, "close")
    dialog.locator("[name=summary]").fill("Ten minutes are in time")
    send(dialog)
    one.goto(url)
    expect(one.get_by_text("Ten minutes are in time")).to_be_visible()


def test_a_rating_is_disputed_by_whose_work_it_is(visit, live_server):
    cast = assemble_cast()
    review = a_revealed_review(cast, 3, 5, 1, None)
    page = visit("agent_l1", width=390)
    page.goto(address(live_server, review))
    expect(page.get_by_text("Sound work")).to_be_visible()
    dialog = press(page, "dispute")
    dialog.locator("[name=criterion]").select_option(KEYS[0])
    dialog.locator("[name=proposed]").fill("4")
    dialog.locator("[name=reason]").fill("The client was told by telephone")
    send(dialog)
    dispute = QualityDispute.objects.get()
    lead = visit("team_lead")
    lead.goto(address(live_server, dispute))
    expect(lead.get_by_text("The client was told by telephone")).to_be_visible()
    assert serious(lead) == []
    send(press(lead, "concede"))
    dispute.refresh_from_db()
    assert dispute.rating.counted == 4
