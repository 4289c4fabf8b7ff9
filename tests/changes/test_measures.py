"""The measures of changes: what they count, for whom, and at what cost."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from changes import services
from changes.enums import Risk
from changes.measures import (
    Period,
    Tally,
    change_failure_rate,
    freeze_adherence,
    last_twelve_months,
    percent_of,
)
from changes.measuring import measure
from changes.models import Change
from incidents.services import edit_incident
from tests.changes.test_freezes import a_freeze
from tests.factories import a_change, a_service, an_incident

pytestmark = pytest.mark.django_db
PAGE = "/changes/measures/"


# --- Formulas ------------------------------------------------------------------------------------


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_and_its_rest_are_a_hundred(one, other):
    whole = one + other
    if whole:
        assert percent_of(one, whole) + percent_of(other, whole) == pytest.approx(100)
        assert freeze_adherence(one, whole) == pytest.approx(percent_of(other, whole))
    else:
        assert percent_of(0, 0) is None


def test_of_nothing_there_is_no_share():
    assert (change_failure_rate(0, 0), freeze_adherence(0, 0), Tally().failure_rate) == (
        None,
        None,
        None,
    )
    with pytest.raises(ValueError, match="no share"):
        percent_of(2, 1)


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)))
def test_twelve_months_are_twelve_and_end_today(today):
    period = last_twelve_months(today)
    months = period.months()
    assert (len(months), period.last, months[-1]) == (12, today, today.replace(day=1))
    parts = [period.within(month) for month in months]
    assert parts[0].first == period.first
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(parts))


# --- Counting ------------------------------------------------------------------------------------


def closed(cast, outcome="successful", risk=Risk.LOW, **given_):
    change = a_change(cast, "reviewing", risk=risk, **given_)
    return services.close_change(change, actor=cast.requester, outcome=outcome, review="Fine")


@pytest.fixture
def today(cast):
    day = timezone.localdate()
    return Period(day - timedelta(days=1), day + timedelta(days=1))


def test_what_failed_was_backed_out_or_caused_an_incident_counts_as_failed(cast, today):
    service = a_service(cast)
    closed(cast, services=[service])
    closed(cast, "failed", services=[service])
    blamed = closed(cast, services=[service])
    a_change(cast, "verifying", services=[service])  # not closed yet
    edit_incident(an_incident(cast, service=service), actor=None, caused_by_change=blamed)
    found = measure(today, cast.service_manager)
    assert (found.total.n, found.total.failed, found.total.wrong) == (3, 2, 1)
    assert found.total.failure_rate == pytest.approx(200 / 3)
    assert [(t.key, t.n) for t in found.services] == [(str(service.pk), 3)]
    assert [(t.key, t.n) for t in found.teams] == [(str(cast.core_platform.pk), 3)]
    assert [(t.key, t.n, t.failed) for t in found.risks if t.n] == [("low", 3, 2)]
    assert {step.kind: step.n for step in found.steps} == {"peer": 3, "service_owner": 3}


def test_lead_time_is_from_raised_to_done(cast, today):
    change = closed(cast)
    Change.objects.filter(pk=change.pk).update(raised_at=change.actual_end_at - timedelta(hours=30))
    found = measure(today, cast.service_manager)
    assert found.total.lead == pytest.approx(30 * 3600)
    assert found.total.lead_high == pytest.approx(30 * 3600)


def test_months_are_those_of_the_reader(cast):
    change = closed(cast)
    at = datetime(2026, 2, 1, 3, tzinfo=ZoneInfo("UTC"))  # still January in Mexico
    Change.objects.filter(pk=change.pk).update(ended_at=at)
    period = Period(date(2026, 1, 1), date(2026, 2, 28))
    with timezone.override("America/Mexico_City"):
        here = [(t.key, t.n) for t in measure(period, cast.service_manager).months]
    with timezone.override("UTC"):
        there = [(t.key, t.n) for t in measure(period, cast.service_manager).months]
    assert (here, there) == (
        [("2026-01-01", 1), ("2026-02-01", 0)],
        [("2026-01-01", 0), ("2026-02-01", 1)],
    )


def test_work_inside_a_freeze_that_blocks_does_not_adhere(cast, today):
    closed(cast)
    inside = closed(cast)
    hour = timedelta(hours=1)
    at = inside.actual_start_at
    a_freeze(
        cast,
        services=list(inside.services.all()),
        starts_at=at - hour,
        ends_at=at + hour,
    )
    found = measure(today, cast.service_manager)
    assert (found.worked, found.entered, found.adherence) == (2, 1, 50)


def test_the_risk_is_compared_with_the_outcome(cast, today):
    closed(cast, "failed", Risk.HIGH)
    closed(cast, "successful", Risk.HIGH)
    found = measure(today, cast.service_manager)
    assert {(row.level, row.n, row.wrong) for row in found.calibration} == {
        ("low", 0, 0),
        ("medium", 0, 0),
        ("high", 2, 1),
    }
    assert found.brier == pytest.approx((0.7**2 + 0.3**2) / 2)


def test_only_what_the_reader_sees_is_counted(cast, today):
    service = a_service(cast)
    change = closed(cast, services=[service])
    edit_incident(an_incident(cast, service=service), actor=None, caused_by_change=change)
    assert measure(today, cast.service_manager).total.failed == 1
    assert measure(today, cast.outsider).total.n == 0
    assert measure(today, cast.norole).total.n == 0
    board = measure(today, cast.implementer).total  # plays a part
    assert board.n == 1
    assert measure(today, cast.service_manager, cast.payments_l1).total.n == 0
    assert measure(today, cast.service_manager, cast.core_platform).total.n == 1


# --- The page and the API ------------------------------------------------------------------------


def test_the_page_leads_to_the_rows_behind_it(cast, client_of):
    service = a_service(cast)
    closed(cast, "failed", services=[service], title="The one that failed")
    closed(cast, services=[service], title="The one that went well")
    browser = client_of(cast.service_manager)
    text = browser.get(PAGE).content.decode()
    for told in ("Change failure rate by month", "50.0 %", "n = 2, too few", "What the risk"):
        assert told in text, told
    rows = browser.get("/changes/change/?tab=over&status=closed&has_failed=true").content.decode()
    assert "The one that failed" in rows
    assert "The one that went well" not in rows
    inside = browser.get("/changes/change/?tab=over&entered_freeze=true")
    assert "The one that" not in inside.content.decode()


WRONG = {
    "no day": {"from": "yesterday"},
    "the wrong way round": {"from": "2026-03-01", "to": "2026-02-01"},
    "too long": {"from": "2001-01-01", "to": "2026-02-01"},
    "long ago": {"from": "0001-01-01"},
    "no team": {"team": "nobody"},
    "another country's team": {"team": "wallet-co"},
    "a NUL": {"team": "\x00"},
}


@pytest.mark.parametrize("asked", WRONG.values(), ids=WRONG)
def test_wrong_questions_are_told_and_answered_by_nothing_else(cast, client_of, api_of, asked):
    assert client_of(cast.service_manager).get(PAGE, asked).status_code == 400
    answer = api_of(cast.service_manager).get("/api/v1/changes/measures/", asked)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} <= {"from", "to", "team"}


def test_the_api_tells_the_same(cast, api_of):
    closed(cast, "failed")
    api = api_of(cast.service_manager)
    told = api.get("/api/v1/changes/measures/").json()
    assert told["total"]["change_failure_rate"] == 100
    assert (told["total"]["n"], len(told["by_month"]), told["by_risk"][2]["n"]) == (1, 12, 1)
    assert [row["risk"] for row in told["calibration"]] == ["low", "medium", "high"]
    assert api.get("/api/v1/changes/measures/?months=3").status_code == 400
    assert api_of(cast.norole).get("/api/v1/changes/measures/").status_code == 403


def test_the_page_costs_the_same_for_one_and_for_three(cast, client_of):
    browser = client_of(cast.service_manager)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(PAGE).status_code == 200
        return len(seen)

    closed(cast)
    cost()
    one = cost()
    closed(cast, "failed")
    closed(cast, risk=Risk.MEDIUM)
    assert cost() == one


def test_who_sees_no_changes_has_no_page(cast, client_of):
    assert client_of(cast.norole).get(PAGE).status_code == 403


@pytest.mark.parametrize("name", ["service_manager", "auditor"])
def test_home_tells_of_it(cast, client_of, name):
    assert "Deployed otherwise than approved" in client_of(cast[name]).get("/").content.decode()
