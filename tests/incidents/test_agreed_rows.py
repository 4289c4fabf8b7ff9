"""What stands behind a share on a client's page: as many rows as it says, and nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.services import grant_role
from tests.factories import an_incident
from tests.incidents.asking import a_request
from tests.sla.agreeing import in_force
from tests.sla.feedback import a_client

pytestmark = pytest.mark.django_db
PAGE = "/agreed/gold/"
QUERIES = 12


@pytest.fixture
def asked():
    month = f"{timezone.localtime():%Y-%m}"
    return {"agreement": "gold-times", "metric": "resolve", "month": month}


@pytest.fixture
def served(cast):
    """Four hours to resolve at P1: two incidents in time, one request too late, one still late, and
    one late that only Colombia sees."""
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    cover = type(cast.team_lead).objects.get(pk=cast.team_lead.pk)
    client = a_client("gold", name="Gold Pagos")
    in_force(cast, cover, "gold-times", client=client)
    met = [an_incident(cast, "resolved", client=client, impact=1, urgency=1) for _n in range(2)]
    late = {"client": client, "priority": 1, "at": timezone.now() - timedelta(hours=6)}
    running = a_request(cast, title="A late terminal", **late)
    away = a_request(cast, actor=cast.outsider, team=cast.wallet_co, title="Far away wish")
    type(away).objects.filter(pk=away.pk).update(client=client)
    return client, met, running


def shown(answer):
    return [row[0] for row in answer.context["table"]["rows"]]


def test_the_rows_are_those_that_the_figure_counts(cast, client_of, served, asked):
    _client, met, running = served
    browser = client_of(cast.agent_l1)
    answer = browser.get(PAGE, asked)
    assert answer.context["told"].startswith("2 of 2 met: 100.0 %. Running late: 1.")
    listed = " ".join(shown(answer))
    assert [row.reference in listed for row in (*met, running)] == [True] * 3
    assert len(shown(answer)) == 3
    assert "Far away wish" not in answer.content.decode()
    assert len(shown(browser.get(PAGE, asked | {"verdict": "met"}))) == 2
    assert shown(browser.get(PAGE, asked | {"verdict": "breached"})) == []
    (late,) = shown(browser.get(PAGE, asked | {"verdict": "late"}))
    assert running.reference in late


def test_nothing_runs_late_in_a_month_that_is_over(cast, client_of, served, asked):
    answer = client_of(cast.agent_l1).get(PAGE, asked | {"month": "2025-01", "verdict": "late"})
    assert shown(answer) == []
    assert answer.context["told"] == "Nothing was measured."


def test_a_row_leads_to_what_explains_it(cast, client_of, served, asked):
    browser = client_of(cast.agent_l1)
    page = browser.get(PAGE, asked).content.decode()
    leads = [part for part in page.split('"') if part.endswith("/gold-times/resolve/0/")]
    assert len(leads) == 3
    assert {browser.get(lead).status_code for lead in leads} == {200}


def test_pages_follow_each_other_without_loss(cast, client_of, served, asked, monkeypatch):
    monkeypatch.setattr("itsm.agreed_rows.SHOWN", 2)
    browser = client_of(cast.agent_l1)
    first = browser.get(PAGE, asked)
    second = browser.get(PAGE + first.context["next"])
    assert (len(shown(first)), len(shown(second)), second.context["next"]) == (2, 1, "")
    assert not set(shown(first)) & set(shown(second))


def test_the_page_of_the_client_leads_to_the_rows(cast, client_of, served, asked):
    client, _met, _running = served
    page = client_of(cast.agent_l1).get(f"/sla/client/{client.pk}/change/").content.decode()
    lead = "/agreed/gold/?agreement=gold-times&amp;metric=resolve&amp;month="
    assert lead + asked["month"] in page


def test_queries_do_not_grow_with_the_rows(
    cast, client_of, served, asked, django_assert_num_queries
):
    browser = client_of(cast.agent_l1)
    browser.get(PAGE, asked)
    with django_assert_num_queries(QUERIES):
        browser.get(PAGE, asked | {"verdict": "late"})
    with django_assert_num_queries(QUERIES):
        browser.get(PAGE, asked)


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "2026-13"},
        {"month": "0001-01"},
        {"metric": "sleep"},
        {"agreement": "silver-times"},
        {"agreement": "\x00"},
        {"verdict": "perhaps"},
        {"before": "yesterday,1"},
        {"before": "2026-09-01T00:00:00+00:00,x"},
    ],
)
def test_what_makes_no_sense_is_told(cast, client_of, served, asked, wrong):
    answer = client_of(cast.agent_l1).get(PAGE, asked | wrong)
    assert answer.status_code == 400
    assert answer.context["table"] is None


@pytest.mark.parametrize("client", ["silver", "%00"])
def test_a_client_that_is_not_there_is_not_found(cast, client_of, served, asked, client):
    assert client_of(cast.agent_l1).get(f"/agreed/{client}/", asked).status_code == 404


def test_who_sees_no_agreements_finds_nothing(cast, client_of, served, asked):
    assert client_of(cast.norole).get(PAGE, asked).status_code == 404
