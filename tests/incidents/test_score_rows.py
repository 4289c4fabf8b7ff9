"""What stands behind a figure of the monthly score: as many rows as it says, and nobody else's."""

from datetime import UTC, datetime

import pytest

from incidents.services import freeze_score
from tests.incidents.test_scores import AFTER, MONTH, in_colombia, one

pytestmark = pytest.mark.django_db
PAGE = "/mandate/rows/"
ASKED = {"month": "2026-09", "metric": "detect", "place": "payments-l1"}


def shown(answer):
    return [row[0] for row in answer.context["table"]["rows"]]


@pytest.fixture
def three(cast):
    """Two within the target and one too late, beside one of Colombia, one of August, a drill."""
    found = [one(cast, seconds) for seconds in (10, 20, 90)]
    one(cast, 50, service=in_colombia(cast))
    one(cast, at=datetime(2026, 9, 1, 5, tzinfo=UTC))
    one(cast, 999, is_drill=True)
    return found


def test_the_rows_are_those_that_the_figure_counts(cast, client_of, three):
    answer = client_of(cast.service_manager).get(PAGE, ASKED)
    assert answer.context["told"].startswith("2 of 3 within the target: 66.7")
    listed = shown(answer)
    assert [i.reference in cell for i, cell in zip(three[::-1], listed, strict=True)] == [True] * 3
    (too_late,) = shown(client_of(cast.service_manager).get(PAGE, ASKED | {"verdict": "missed"}))
    assert three[2].reference in too_late
    met = shown(client_of(cast.service_manager).get(PAGE, ASKED | {"verdict": "met"}))
    assert len(met) == 2


def test_a_row_leads_to_what_explains_it(cast, client_of, three):
    browser = client_of(cast.service_manager)
    page = browser.get(PAGE, ASKED).content.decode()
    address = f"/explain/{three[0].life_id}/1-5-10/detect/0/"
    leads = [part for part in page.split('"') if part.endswith("/detect/0/")]
    assert len(leads) == 3
    assert any(str(three[0].life_id) in lead for lead in leads), address
    assert {browser.get(lead).status_code for lead in leads} == {200}


def test_pages_follow_each_other_without_loss(cast, client_of, three, monkeypatch):
    monkeypatch.setattr("itsm.mandate_rows.SHOWN", 2)
    browser = client_of(cast.service_manager)
    first = browser.get(PAGE, ASKED)
    second = browser.get(PAGE + first.context["next"])
    assert (len(shown(first)), len(shown(second)), second.context["next"]) == (2, 1, "")
    assert not set(shown(first)) & set(shown(second))


def test_of_a_frozen_month_it_says_when(cast, client_of, three):
    freeze_score(MONTH, actor=None, now=AFTER)
    page = client_of(cast.service_manager).get(PAGE, ASKED).content.decode()
    assert "The figure was frozen" in page


def test_the_score_leads_to_its_rows(cast, client_of, three):
    page = client_of(cast.service_manager).get("/mandate/", {"month": "2026-09"}).content.decode()
    assert "/mandate/rows/?month=2026-09&amp;metric=detect&amp;place=payments-l1" in page


def test_queries_do_not_grow_with_the_rows(cast, client_of, three, django_assert_num_queries):
    browser = client_of(cast.service_manager)
    asked = ASKED | {"verdict": "missed"}
    browser.get(PAGE, asked)
    with django_assert_num_queries(QUERIES):
        browser.get(PAGE, asked)
    with django_assert_num_queries(QUERIES):
        browser.get(PAGE, ASKED)


QUERIES = 13


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "2026-13"},
        {"month": "0001-01"},
        {"metric": "sleep"},
        {"place": "wallet-co"},
        {"place": ""},
        {"verdict": "perhaps"},
        {"before": "yesterday,1"},
        {"before": "2026-09-01T00:00:00+00:00,x"},
        {"before": "2026-99-01T00:00:00+00:00,1"},
    ],
)
def test_what_makes_no_sense_is_told(cast, client_of, three, wrong):
    answer = client_of(cast.service_manager).get(PAGE, ASKED | wrong)
    assert answer.status_code == 400
    assert answer.context["table"] is None


@pytest.mark.parametrize("who", ["norole", "admin"])
def test_who_sees_no_incidents_sees_no_rows(cast, client_of, three, who):
    assert client_of(cast[who]).get(PAGE, ASKED).status_code == 403
