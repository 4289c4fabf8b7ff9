"""An agent works from a queue by keyboard: moves, selects, takes over, asks for the keys."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from incidents.models import Incident
from tests.cast import assemble_cast
from tests.factories import an_incident

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_an_agent_takes_work_from_the_queue_by_keyboard(visit, live_server):
    cast = assemble_cast()
    first, second = an_incident(cast), an_incident(cast)
    page = visit("agent_l1")
    page.goto(f"{live_server.url}/queues/?queue=unassigned")

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == second.reference
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first.reference
    page.keyboard.press("x")
    assert page.locator(".bulk-count").inner_text() == "1 selected"

    page.keyboard.press("?")
    keys = page.locator("dialog#keys")
    keys.get_by_text("Take over the selected rows, or this one").wait_for()
    page.keyboard.press("Escape")
    found = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in found] == []

    page.keyboard.press("m")
    page.get_by_role("button", name="Take over").click()
    page.get_by_text("1 record done.").wait_for()
    taken = Incident.objects.filter(owner__username="agent_l1")
    assert [incident.reference for incident in taken] == [first.reference]


def test_rows_follow_what_changes_and_keep_selection_and_focus(visit, live_server):
    cast = assemble_cast()
    incident = an_incident(cast)
    page = visit("agent_l1")
    page.goto(f"{live_server.url}/queues/?queue=unassigned")
    page.keyboard.press("j")
    page.keyboard.press("x")

    newer = an_incident(cast)
    page.evaluate("document.dispatchEvent(new CustomEvent('itsm:acted'))")
    page.get_by_text(newer.reference).wait_for()

    assert page.evaluate("document.activeElement.textContent") == incident.reference
    ticked = page.locator('input[name="ids"]:checked')
    assert ticked.evaluate_all("boxes => boxes.map(b => b.closest('tr').dataset.id)") == [
        f"incident-{incident.pk}"
    ]
    assert page.locator("[data-live-status]").inner_text() == "The list has new data."
