"""Scorecards and their models as REST: public names, bad input, who reads and who writes."""

from decimal import Decimal

import pytest

from tests.factories import a_vendor, an_incident
from tests.vendors.scores import a_model, a_scorecard
from vendors import services
from vendors.models import Scorecard
from vendors.scorecards.sources import row_of

pytestmark = pytest.mark.django_db
MODELS, CARDS = "/api/v1/score-models/", "/api/v1/scorecards/"


def take(api, url, action, **data):
    return api.post(f"{url}transitions/", {"action": action, **data})


@pytest.fixture
def card(cast):
    a_model(cast, reports={}, opinion={"source": "survey", "floor": 1, "target": 5})
    return a_scorecard(a_vendor(name="Nube", country="MX"))


def test_a_model_is_drafted_filled_and_put_in_force_by_another(cast, api_of):
    manager = api_of(cast.vendor_manager)
    made = manager.post(MODELS, {"title": "Vendors 2027"})
    assert made.status_code == 201, made.json()
    url = f"{MODELS}{made.json()['reference']}/"
    assert {kpi["key"] for kpi in made.json()["kpis"]} >= {"availability", "change_success"}
    told = {"source": "manual", "key": "reports", "named": "Reports", "unit": "percent"}
    told |= {"weight": "20", "floor": "0", "target": "100"}
    answer = take(manager, url, "set_kpi", **told)
    assert answer.status_code == 200, answer.json()
    assert manager.get(url).json()["kpis"][-1]["title"] == "Reports"
    for wrong in ({"weight": "0"}, {"floor": "100"}, {"unit": "moons"}, {"weight": "x"}):
        assert take(manager, url, "set_kpi", **told | wrong).status_code == 400, wrong
    assert take(manager, url, "activate").status_code in (403, 409)
    activated = take(api_of(cast.service_manager), url, "activate")
    assert (activated.status_code, activated.json()["status"]) == (200, "active")
    version = manager.get(url)["ETag"]
    edited = manager.patch(url, {"title": "Other"}, headers={"If-Match": version})
    assert edited.status_code == 409


def test_a_scorecard_is_read_and_filled(cast, api_of, card):
    manager, url = api_of(cast.vendor_manager), f"{CARDS}{card.reference}/"
    figure = {"kpi": "reports", "value": "80", "evidence": "page 3"}
    assert take(manager, url, "figure", **figure).status_code == 200
    assert take(api_of(cast.service_manager), url, "mark", kpi="opinion", mark=4).status_code == 200
    shown = manager.get(url).json()
    assert (shown["score"], shown["period"], shown["starts_on"]) == ("77.50", "month", "2026-10-01")
    assert [(line["key"], line["worth"]) for line in shown["lines"]] == [
        ("reports", "80.00"),
        ("opinion", "75.00"),
    ]
    locked = take(manager, url, "lock")
    assert (locked.status_code, locked.json()["status"]) == (200, "locked")
    assert len(locked.json()["digest"]) == 64
    assert take(manager, url, "figure", **figure).status_code == 409


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("mark", {"kpi": "opinion", "mark": 6}),
        ("mark", {"kpi": "opinion", "mark": "x"}),
        ("mark", {"kpi": "reports", "mark": 3}),
        ("figure", {"kpi": "reports", "value": "NaN", "evidence": "x"}),
        ("figure", {"kpi": "reports", "value": "1e30", "evidence": "x"}),
        ("figure", {"kpi": "reports", "value": "1", "evidence": " "}),
        ("figure", {"kpi": "nothing", "value": "1", "evidence": "x"}),
    ],
)
def test_bad_figures_change_nothing(cast, api_of, card, action, data):
    answer = take(api_of(cast.vendor_manager), f"{CARDS}{card.reference}/", action, **data)
    assert answer.status_code == 400, answer.json()
    card.refresh_from_db()
    assert card.score is None


def test_lists_are_filtered_and_ordered(cast, api_of, card):
    manager = api_of(cast.vendor_manager)
    for query, count in (
        ({"vendor": card.vendor.reference}, 1),
        ({"period": "quarter"}, 0),
        ({"status": "open", "ordering": "-score"}, 1),
    ):
        assert len(manager.get(CARDS, query).json()["results"]) == count, query
    assert manager.get(CARDS, {"period": "week"}).status_code == 400


def test_rows_behind_figures_are_those_that_the_reader_sees(cast, api_of, card):
    incident = an_incident(cast)
    line = card.lines.get(kpi__key="reports")
    line.rows = [row_of(incident, "35 min", incident.reference)]
    line.save()
    url = f"{CARDS}{card.reference}/rows/"
    assert api_of(cast.service_manager).get(url).json() == [
        {"key": "reports", "reference": incident.reference, "said": "35 min"}
    ]
    assert api_of(cast.finance).get(url).json() == []


def test_others_neither_read_nor_write(cast, api_of, card):
    url = f"{CARDS}{card.reference}/"
    for who in (cast.agent_l1, cast.outsider, cast.norole):
        assert api_of(who).get(url).status_code in (403, 404)
        assert take(api_of(who), url, "lock").status_code in (403, 404)
    assert take(api_of(cast.auditor), url, "lock").status_code == 403
    assert Scorecard.objects.get().status == "open"


def test_history_tells_each_figure(cast, api_of, card):
    services.give_figure(
        card, actor=cast.vendor_manager, kpi="reports", value=Decimal(80), evidence="page 3"
    )
    told = api_of(cast.auditor).get(f"{CARDS}{card.reference}/history/").json()
    assert any("80" in str(entry) for entry in told)


def test_the_sheet_is_a_pdf_for_those_who_see_the_scorecard(cast, api_of, card):
    url = f"{CARDS}{card.reference}/sheet/"
    answer = api_of(cast.vendor_manager).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert api_of(cast.agent_l1).get(url).status_code in (403, 404)
