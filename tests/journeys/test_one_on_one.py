"""A 1:1 on a phone: prepared by both, held, closed; a lost connection and an ended session cost no
word; nothing of it lies in the browser in the clear, and nothing at all after signing out."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session

from people.models import SealedEntry
from tests.cast import assemble_cast
from tests.people.one_on_ones import a_series

pytestmark = [pytest.mark.journey, pytest.mark.slow]
KEPT = "() => JSON.stringify(Object.entries(localStorage).filter(([k]) => k.startsWith('itsm-s')))"


def step(page, do):
    return page.locator(f'form[data-sealed-draft="{do}"]')


def opened(page, address):
    page.goto(address)
    page.wait_for_selector("[data-drafts-ready]")
    return page


def send(page, do):
    with page.expect_navigation():
        step(page, do).locator("button").click()
    page.wait_for_selector("[data-drafts-ready]")


def test_two_people_prepare_hold_and_close_a_1_1_on_a_phone(visit, live_server):
    cast = assemble_cast()
    series = a_series(cast)
    address = f"{live_server.url}/one-on-ones/{series.pk}/"

    agent = opened(visit("agent_l1", width=390), address)
    step(agent, "topic").locator("textarea").fill("Three weeks of nights")
    send(agent, "topic")
    assert agent.evaluate("document.documentElement.scrollWidth") <= 390
    violations = Axe().run(agent).response["violations"]
    assert [violation["id"] for violation in violations] == []

    lead = opened(visit("team_lead", width=390), address)
    lead.get_by_role("button", name="Begin").click()
    lead.wait_for_selector("[data-drafts-ready]")
    step(lead, "note").locator("textarea").fill("Somebody else takes the nights from May on")
    lead.wait_for_selector('form[data-sealed-draft="note"] [data-draft-state]:not([hidden])')
    assert "takes the nights" not in lead.evaluate(KEPT)  # ciphertext
    lead.context.set_offline(True)
    step(lead, "note").locator("button").click()
    step(lead, "note").get_by_text("There is no connection").wait_for()
    lead.context.set_offline(False)
    opened(lead, address)  # the page was lost, the text was not
    assert step(lead, "note").locator("textarea").input_value() == (
        "Somebody else takes the nights from May on"
    )
    send(lead, "note")
    lead.get_by_role("button", name="Tick", exact=True).click()
    lead.wait_for_selector("[data-drafts-ready]")
    lead.get_by_role("button", name="Close").click()
    lead.get_by_text("Earlier").wait_for()
    assert series.meetings.filter(status="closed").count() == 1

    opened(agent, address)
    agent.locator("summary", has_text=re.compile(r"\d{4}")).first.click()
    agent.get_by_text("Somebody else takes the nights from May on").wait_for()


def test_an_ended_session_costs_no_word_and_signing_out_leaves_nothing(visit, live_server):
    cast = assemble_cast()
    series = a_series(cast)
    address = f"{live_server.url}/one-on-ones/{series.pk}/"
    page = opened(visit("agent_l1", width=390), address)
    private = step(page, "private").locator("textarea")
    private.fill("Ask about the career path")
    page.wait_for_selector('form[data-sealed-draft="private"] [data-draft-state]:not([hidden])')
    Session.objects.all().delete()
    step(page, "private").locator("button").click()
    step(page, "private").get_by_text("Your session has ended").wait_for()
    assert not SealedEntry.objects.exists()

    page.goto(f"{live_server.url}/accounts/login/?next=/one-on-ones/{series.pk}/")
    page.fill("[name=login]", "agent_l1")
    page.fill("[name=password]", "demo")
    page.click("button[type=submit]")
    page.wait_for_selector("[data-drafts-ready]")
    assert private.input_value() == "Ask about the career path"
    send(page, "private")
    assert SealedEntry.objects.get().kind == "private"

    step(page, "topic").locator("textarea").fill("Not sent")
    page.wait_for_selector('form[data-sealed-draft="topic"] [data-draft-state]:not([hidden])')
    assert page.evaluate(KEPT) != "[]"
    page.locator("summary[aria-label*=menu]").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(KEPT) == "[]"
