"""A browser that runs no scripts: everything is still there, dialogs as pages of their own."""

import pytest

from incidents.models import Incident
from tests.cast import assemble_cast
from tests.factories import a_service

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_an_incident_is_opened_discussed_and_resolved_without_scripts(visit, live_server):
    cast = assemble_cast()
    service = a_service(cast, name="SPEI transfers")
    page = visit("agent_l1", java_script_enabled=False)
    page.goto(f"{live_server.url}/incidents/incident/add/")
    page.get_by_label("Title").fill("Transfers time out")
    page.get_by_label("Service").select_option(str(service.pk))
    page.get_by_role("button", name="Save").click()
    page.get_by_text("was added").wait_for()

    page.get_by_role("button", name="Start work").click()
    page.locator("#content button[type=submit]").click()
    page.get_by_text("In progress", exact=True).first.wait_for()

    page.locator("#comment_text").fill("Calling the switch.")
    page.get_by_role("button", name="Add internal note").click()
    page.locator(".entry-comment", has_text="Calling the switch.").wait_for()

    page.get_by_role("button", name="Resolve", exact=True).click()
    page.locator("[name=resolution_code]").select_option("fixed")
    page.locator("[name=resolution]").fill("Restarted the link.")
    page.locator("#content button[type=submit]").click()
    page.get_by_text("Resolved", exact=True).first.wait_for()

    incident = Incident.objects.get()
    assert (incident.status, incident.owner.username) == ("resolved", "agent_l1")


def test_nothing_covers_a_page_without_scripts_on_a_phone(visit, live_server):
    page = visit("agent_l1", width=390, java_script_enabled=False)
    page.get_by_role("link", name="My open incidents").click()
    page.locator(".user-menu > summary").click()
    page.get_by_role("link", name="My account").click()
    page.get_by_role("heading", name="Language and time zone").wait_for()
