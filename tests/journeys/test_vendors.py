"""A vendor in a real browser: from last month's outage to the decision about its contract."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.cast import assemble_cast
from tests.factories import a_vendor
from tests.journeys.test_incident import _serious
from tests.vendors.contracts import a_contract
from tests.vendors.credits import a_clause, a_running_contract, facts_of_clause, last_month
from tests.vendors.scores import a_model, a_scorecard
from tests.vendors.test_score_sources import outage
from vendors import services
from vendors.models import CreditClaim, RenewalDecision, ServiceReview
from vendors.scorecards.periods import Period

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def cast(visit):
    return assemble_cast()


@pytest.fixture
def contract(cast):
    """Of a vendor that was down for a day last month; its term ends in 200 days."""
    month = Period("month", last_month())
    vendor = a_vendor(name="Red de Pagos", tier="tactical", country="MX")
    outage(cast, vendor, month.begins_at + timedelta(days=9), 24 * 60)
    starts_on = timezone.localdate() - timedelta(days=165)
    terms = {"starts_on": starts_on, "initial_term": "P365D", "renewal_term": "P365D"}
    contract = a_running_contract(cast, vendor=vendor, **terms)
    a_clause(cast, contract, **facts_of_clause(valid_from=starts_on))
    a_model(cast, availability={"source": "computed", "title": "", "floor": 95, "target": 100})
    a_scorecard(vendor, month, timezone.now())
    return contract


def url_of(live_server, record):
    meta = record._meta
    return f"{live_server.url}/{meta.app_label}/{meta.model_name}/{record.pk}/change/"


def dialog_of(page, action, **answers):
    """Open the dialog of an action beside whatever it is about, answer and send it."""
    opened = page.locator(f"a[href*='/action/{action}/']").first
    if not opened.is_visible():
        page.locator("summary", has_text="M").last.click()  # More, Más
    opened.click()
    dialog = page.get_by_role("dialog")
    for name, value in answers.items():
        field = dialog.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    dialog.locator("button[type=submit]").last.click()
    expect(dialog).to_have_count(0)


def test_from_a_breach_to_the_renewal(visit, live_server, cast, contract):
    page = visit("vendor_manager")
    page.goto(url_of(live_server, contract.vendor))
    page.get_by_role("tab", name="Operación").click()
    expect(page.locator("#incidents")).to_contain_text("INC-")

    page.goto(url_of(live_server, contract))
    page.get_by_role("tab", name="Créditos").first.click()
    dialog_of(page, "draft_claim", month=str(last_month()))
    claim = CreditClaim.objects.get()
    page.goto(url_of(live_server, claim))
    expect(page.locator(".record-header")).to_contain_text("25,000.00 MXN")
    due_on = str(timezone.localdate() + timedelta(days=15))
    dialog_of(page, "send", sent_to="Ana, Red de Pagos", due_on=due_on)
    expect(page.locator(".record-header")).to_contain_text("Enviad")

    card = contract.vendor.scorecards.get()
    page.goto(url_of(live_server, card))
    page.get_by_text("96.77").first.wait_for()
    page.get_by_role("tab", name="Revisiones de servicio").click()
    page.get_by_role("button", name="Planear una revisión de servicio").click()
    page.locator("[name=place]").fill("Sala 4")
    begins = timezone.localtime(
        timezone.now(), ZoneInfo(cast.vendor_manager.time_zone)
    ) - timedelta(hours=1)
    page.locator("[name=planned_at]").fill(begins.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=_save]").click()
    page.wait_for_url("**/vendors/servicereview/*/change/**")
    review = ServiceReview.objects.get()
    dialog_of(page, "add_attendee", name="Ana Ruiz", role="Ejecutiva de cuenta")
    dialog_of(page, "hold")

    writing = visit("finance")
    writing.goto(url_of(live_server, review))
    dialog_of(writing, "minute", minutes="Entregan el análisis de causa el viernes.")
    services.tell_attendance(review, actor=cast.finance, there=review.attendees.all())
    page.goto(url_of(live_server, review))
    dialog_of(page, "close")
    card.refresh_from_db()
    assert card.status == "locked"
    for language in ("es", "en"):
        with page.expect_download() as taken:
            page.locator(f"a[href*='minutes-{language}']").first.click()
        assert taken.value.path().read_bytes().startswith(b"%PDF")

    page.goto(url_of(live_server, contract))
    dialog_of(page, "prepare_renewal")
    decision = RenewalDecision.objects.get()
    known = dict(decision.facts.values_list("key", "is_known"))
    assert known["scorecard"]
    assert known["credits_owed"]
    services.edit_renewal(
        decision,
        actor=cast.vendor_manager,
        option="renegotiate",
        reason="Una caída de un día.",
        alternatives="Dos más caras.",
    )
    for key in [key for key, is_known in known.items() if not is_known]:
        services.comment_on_fact(decision, actor=cast.vendor_manager, key=key, comment="No hay.")
    page.goto(url_of(live_server, decision))
    dialog_of(page, "submit")

    deciding = visit("finance")
    deciding.goto(url_of(live_server, decision))
    dialog_of(deciding, "approve")
    contract.refresh_from_db()
    assert contract.status == "renegotiating"


def test_nobody_approves_their_own_contract(visit, live_server, cast):
    contract = a_contract(cast, "legal_review", owner=cast.approver)
    page = visit("approver")
    page.goto(url_of(live_server, contract))
    refused = page.locator("[aria-disabled=true]", has_text="legal").first
    expect(refused).to_be_visible()
    page.goto(f"{live_server.url}/vendors/contract/{contract.pk}/action/pass_legal/")
    assert "of your own" in page.content() or "propio" in page.content()
    contract.refresh_from_db()
    assert contract.status == "legal_review"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_about_vendors(visit, live_server, cast, contract, scheme):
    page = visit("vendor_manager", color_scheme=scheme)
    found = {}
    for path in ("/vendors/contract/calendar/", "/vendors/obligationtask/"):
        page.goto(f"{live_server.url}{path}")
        found[path] = _serious(page)
    page.goto(url_of(live_server, contract.vendor))
    for tab in page.get_by_role("tab").all():
        tab.click()
        found[tab.inner_text()] = _serious(page)
    page = visit("vendor_manager", width=390, color_scheme=scheme)
    page.goto(f"{live_server.url}/vendors/contract/calendar/")
    found["calendar on a phone"] = _serious(page)
    assert not any(found.values()), found
