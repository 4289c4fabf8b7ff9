"""An agent's day: open an incident, work it, close it; in Spanish, on a phone, by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from incidents.models import Incident
from tests.cast import assemble_cast
from tests.factories import a_service, an_incident
from tests.ledger import seal_here

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIST = "/incidents/incident/"
SPANISH_TABS = ["Gestión", "Relojes", "En conjunto", "Diagnóstico", "Alertas"]


def _act(page, button, **answers):
    """Press an action's button, answer its dialog, wait until it is done."""
    page.get_by_role("group").get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    for name, value in answers.items():
        field = dialog.locator(f"[name={name}]")
        field.select_option(value) if field.evaluate("e => e.tagName") == "SELECT" else field.fill(
            value
        )
    dialog.locator("button[type=submit]").click()
    dialog.wait_for(state="hidden")
    page.wait_for_load_state()


def test_an_agent_opens_works_and_closes_an_incident(visit, live_server):
    cast = assemble_cast()
    service = a_service(cast, name="SPEI transfers")
    page = visit("agent_l1")
    page.get_by_role("link", name="Incidents", exact=True).click()
    page.get_by_role("link", name="New incident").click()
    page.get_by_label("Title").fill("Transfers time out")
    page.get_by_label("Service").select_option(str(service.pk))
    page.get_by_label("Impact").select_option("1")
    page.get_by_label("Urgency").select_option("1")
    assert page.locator("[data-priority]").inner_text() == "P1 Critical"
    page.get_by_role("button", name="Save").click()
    page.get_by_text("was added").wait_for()

    _act(page, "Start work")
    page.get_by_text("In progress", exact=True).first.wait_for()
    page.locator("#comment_text").fill("Calling the **switch**.")
    page.get_by_role("button", name="Add internal note").click()
    page.locator("strong", has_text="switch").wait_for()

    _act(page, "Resolve", resolution_code="fixed", resolution="Restarted the link.")
    page.get_by_text("Resolved", exact=True).first.wait_for()
    _act(page, "Close")
    page.get_by_text("Closed", exact=True).first.wait_for()

    page.get_by_role("link", name="History").click()
    assert page.get_by_text("Resolve the incident").is_visible()
    incident = Incident.objects.get()
    assert (incident.status, incident.owner.username) == ("closed", "agent_l1")


def test_what_a_dialog_refuses_stays_in_the_dialog(visit, live_server):
    incident = an_incident(assemble_cast(), "in_progress")
    page = visit("agent_l1")
    page.goto(f"{live_server.url}{LIST}{incident.pk}/change/")
    page.get_by_role("button", name="Resolve", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("button[type=submit]").click()
    dialog.get_by_role("alert").first.wait_for()
    page.keyboard.press("Escape")
    assert dialog.is_hidden()
    incident.refresh_from_db()
    assert incident.status == "in_progress"


def test_the_clocks_count_by_the_servers_time(visit, live_server):
    incident = an_incident(assemble_cast())
    page = visit("agent_l1", timezone_id="Asia/Tokyo")
    page.clock.set_fixed_time("2001-01-01T00:00:00Z")
    page.goto(f"{live_server.url}{LIST}{incident.pk}/change/")
    running = page.locator(".record-header .clock-running .clock-time").first
    minutes, seconds = running.inner_text().split(":")
    assert int(minutes) * 60 + int(seconds) < 60
    before = running.inner_text()
    page.wait_for_timeout(2_100)
    assert running.inner_text() != before


def test_spanish_is_spoken_to_those_who_chose_it(visit, live_server):
    cast = assemble_cast()
    an_incident(cast, "in_progress", title="Transferencias detenidas", owner=cast.agent_l1)
    cast.agent_l1.__class__.objects.filter(pk=cast.agent_l1.pk).update(language="es-mx")
    page = visit("agent_l1")
    assert page.locator("html").get_attribute("lang") == "es-mx"
    assert page.get_by_role("heading", name="Lo más urgente").is_visible()
    page.get_by_role("link", name="Incidentes", exact=True).click()
    assert page.locator("h1").inner_text() == "Incidentes"
    headings = [text.strip() for text in page.locator("thead th").all_inner_texts() if text.strip()]
    assert headings[:5] == ["Referencia", "Título", "Estado", "Prioridad ↑", "Servicio"]
    page.get_by_role("link", name="Transferencias detenidas").click()
    page.wait_for_url("**/change/")
    page.get_by_text("En atención", exact=True).first.wait_for()
    tabs = [text.split("\n")[0].strip() for text in page.get_by_role("tab").all_inner_texts()]
    assert [" ".join(tab.split()[:3]) for tab in tabs] == SPANISH_TABS
    page.get_by_role("button", name="Resolver", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("button[type=submit]").click()
    dialog.get_by_text("Este campo es requerido.").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, live_server, scheme):
    incident = an_incident(assemble_cast(), "in_progress", description="text")
    page = visit(color_scheme=scheme)
    found = {"sign-in": _serious(page)}
    page = visit("agent_l1", color_scheme=scheme)
    for at in ("/", LIST, f"{LIST}add/", f"{LIST}{incident.pk}/change/", "/account/"):
        found[at] = _serious_at(page, live_server, at)
    for at in (f"{LIST}{incident.pk}/history/", "/people/roles/"):
        found[at] = _serious_at(page, live_server, at)
    page.goto(f"{live_server.url}{LIST}{incident.pk}/change/")
    page.get_by_role("button", name="Resolve", exact=True).click()
    page.get_by_role("dialog").wait_for()
    found["dialog"] = _serious(page)
    seal_here()
    page = visit("security_admin", color_scheme=scheme)
    for at in ("/people/user/", "/audit/ledgerentry/"):
        found[at] = _serious_at(page, live_server, at)
    assert {at: what for at, what in found.items() if what} == {}


def _serious_at(page, live_server, at):
    page.goto(f"{live_server.url}{at}")
    page.wait_for_timeout(300)
    return _serious(page)


def _serious(page):
    violations = Axe().run(page).response["violations"]
    return [
        (v["id"], node["target"], node["failureSummary"][:300])
        for v in violations
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"][:3]
    ]


def test_nothing_is_wider_than_a_phone(visit, live_server):
    incident = an_incident(assemble_cast(), "in_progress", title="Unusuallylongword" * 8)
    page = visit("agent_l1", width=390)
    wide = []
    one = f"{LIST}{incident.pk}"
    paths = ("/", LIST, f"{LIST}add/", f"{one}/change/", f"{one}/history/", "/account/")
    for at in (*paths, "/people/team/"):
        page.goto(f"{live_server.url}{at}")
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(at)
    assert wide == []


def test_the_keyboard_reaches_the_actions(visit, live_server):
    incident = an_incident(assemble_cast())
    page = visit("agent_l1")
    page.goto(f"{live_server.url}{LIST}{incident.pk}/change/")
    page.get_by_role("button", name="Start work").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Work").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Clocks").get_attribute("aria-selected") == "true"
