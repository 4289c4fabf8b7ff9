"""The pages of scorecards and their models, and the vendors side by side."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from tests.factories import a_vendor, an_incident
from tests.vendors.scores import AFTER, OCTOBER, a_model, a_scorecard
from vendors import services
from vendors.models import Scorecard
from vendors.scorecards.sources import row_of

pytestmark = pytest.mark.django_db
COMPARE = "/vendors/scorecard/compare/"
READERS = {"finance", "vendor_manager", "auditor", "service_manager", "approver"}


@pytest.fixture
def card(cast):
    a_model(cast, reports={}, opinion={"source": "survey", "floor": 1, "target": 5})
    card = a_scorecard(a_vendor(name="Nube", country="MX"))
    figure = {"kpi": "reports", "value": Decimal(80), "evidence": "page 3"}
    return services.give_figure(card, actor=cast.vendor_manager, **figure)


@pytest.mark.parametrize("who", [*sorted(READERS), "agent_l1", "outsider", "admin"])
def test_pages_open_for_those_who_judge_vendors(cast, client_of, card, who):
    browser = client_of(getattr(cast, who))
    paths = (
        "/vendors/scorecard/",
        f"/vendors/scorecard/{card.pk}/change/",
        f"/vendors/scoremodel/{card.model_id}/change/",
        COMPARE,
    )
    found = [browser.get(path).status_code for path in paths]
    if who in READERS:
        assert found == [200] * 4
    else:
        assert set(found) <= {403, 404}


def test_a_scorecard_shows_figures_pictures_and_what_they_were_made_of(cast, client_of, card):
    page = client_of(cast.vendor_manager).get(f"/vendors/scorecard/{card.pk}/change/")
    text = page.content.decode()
    assert "page 3" in text
    assert "80.0" in text
    assert '<svg class="trend"' in text
    assert "octubre" in text.lower() or "October" in text


def test_records_behind_a_figure_are_named_to_those_who_see_them(cast, client_of, card):
    incident = an_incident(cast)
    line = card.lines.get(kpi__key="reports")
    line.rows = [row_of(incident, "35 min", incident.reference)]
    line.save()
    url = f"/vendors/scorecard/{card.pk}/change/"
    assert incident.reference in client_of(cast.service_manager).get(url).content.decode()
    hidden = client_of(cast.finance).get(url).content.decode()
    assert incident.reference not in hidden
    assert "35 min" not in hidden


def test_buttons_are_those_that_the_figures_ask_for(cast, client_of, card):
    url = f"/vendors/scorecard/{card.pk}/change/"

    def offered(who):
        text = client_of(who).get(url).content.decode()
        words = ("measure", "mark", "figure", "quote", "lock")
        return {word for word in words if f"/action/{word}/" in text}

    assert offered(cast.vendor_manager) == {"measure", "mark", "figure", "quote", "lock"}
    assert offered(cast.service_manager) == {"mark"}
    assert offered(cast.auditor) == set()
    services.lock_scorecard(card, actor=cast.vendor_manager)
    assert offered(cast.vendor_manager) == set()


def test_vendors_stand_side_by_side_the_best_first(cast, client_of, card):
    other = a_vendor(name="Puente", country="MX")
    services.measure_period(OCTOBER, AFTER)
    second = Scorecard.objects.of(OCTOBER).get(vendor=other)
    services.give_figure(
        second, actor=cast.vendor_manager, kpi="reports", value=Decimal(95), evidence="x"
    )
    page = client_of(cast.vendor_manager).get(COMPARE, {"period": "month"}).content.decode()
    assert page.index("Puente") < page.index("Nube")
    for wrong in ({"period": "week"}, {"starts_on": "yesterday"}):
        assert client_of(cast.vendor_manager).get(COMPARE, wrong).status_code == 400
    empty = client_of(cast.vendor_manager).get(
        COMPARE, {"period": "month", "starts_on": "2019-05-05"}
    )
    assert empty.status_code == 200


def test_a_page_costs_the_same_for_many_vendors_as_for_one(cast, client_of, card):
    browser = client_of(cast.vendor_manager)

    def cost(path):
        browser.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(path).status_code == 200
        return len(seen)

    paths = [f"{COMPARE}?period=month", "/vendors/scorecard/"]
    before = [cost(path) for path in paths]
    for number in range(6):
        a_vendor(name=f"More {number}", country="MX")
    services.measure_period(OCTOBER, AFTER)
    services.measure_period(OCTOBER.previous, AFTER)
    assert [cost(path) for path in paths] == before


def test_the_vendor_s_page_shows_its_scores(cast, client_of, card):
    page = client_of(cast.vendor_manager).get(f"/vendors/vendor/{card.vendor_id}/change/")
    assert card.reference in page.content.decode()


def test_a_figure_of_few_cases_is_greyed(cast, client_of, card):
    services.give_mark(card, actor=cast.finance, kpi="opinion", mark=4)
    page = client_of(cast.vendor_manager).get(f"/vendors/scorecard/{card.pk}/change/")
    assert '<span class="quiet"' in page.content.decode()


def test_the_sheet_for_the_meeting_is_in_the_language_that_was_asked_for(cast, client_of, card):
    incident = an_incident(cast)
    line = card.lines.get(kpi__key="reports")
    line.rows = [row_of(incident, "35 min", incident.reference)]
    line.save()
    services.quote_vendor(card, actor=cast.vendor_manager, comment="#strong[We] improved")
    texts = {}
    for language in ("en", "es-mx"):
        url = f"/vendors/scorecard/{card.pk}/sheet-{language}.pdf"
        answer = client_of(cast.service_manager).get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        texts[language] = " ".join(
            page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages
        )
        assert incident.reference in texts[language]
        assert "#strong[We] improved" in texts[language]
    assert "What the vendor says" in texts["en"]
    assert "Lo que dice el proveedor" in texts["es-mx"]
    hidden = client_of(cast.finance).get(f"/vendors/scorecard/{card.pk}/sheet-en.pdf")
    assert incident.reference not in PdfReader(BytesIO(hidden.content)).pages[0].extract_text()
    for who, language, status in ((cast.finance, "fr", 404), (cast.agent_l1, "en", 404)):
        url = f"/vendors/scorecard/{card.pk}/sheet-{language}.pdf"
        assert client_of(who).get(url).status_code in (403, status)
