"""The monthly score: what it says of whom, that what was frozen stays, and its path of targets."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.context import Channel, acting
from incidents import services
from incidents.models import Incident, MonthlyScore, TargetStep
from incidents.scoring import live_scores, months_until, path_at, places_for, scores_for
from incidents.services import freeze_last_scores, freeze_score
from sla.models import Mark
from tests.factories import a_service, an_incident
from tests.incidents.missing import a_breach_reason, a_step

MONTH = date(2026, 9, 1)
AFTER = datetime(2026, 10, 5, 12, tzinfo=UTC)
MIDDLE = datetime(2026, 9, 15, 12, tzinfo=UTC)


def one(cast, detected_after=30, at=MIDDLE, **given):
    """An incident of the past, detected so many seconds after it began, and no more known."""
    with acting(channel=Channel.DEMO, at=at):
        incident = an_incident(cast, actor=None, at=at, **given)
    incident.life.marks.all()._raw_delete("default")
    for kind, seconds in (("started", 0), ("detected", detected_after)):
        moment = at + timedelta(seconds=seconds)
        Mark.objects.create(life=incident.life, kind=kind, at=moment, source="human")
    Incident.objects.filter(pk=incident.pk).update(
        status="resolved", resolved_at=at, resolution_code="fixed", resolution="x"
    )
    return incident


def in_colombia(cast):
    return a_service(cast, support_team=cast.wallet_co, countries=["CO"])


def told(score):
    return {(x.place, x.metric): (x.n, x.met, x.median.seconds, x.p90.seconds) for x in score.lines}


def test_it_tells_teams_countries_and_all_with_n_median_and_nine_in_ten(cast):
    for seconds in (10, 20, 90):
        one(cast, seconds)
    one(cast, 50, service=in_colombia(cast))
    one(cast, 999, is_drill=True)
    score = live_scores([MONTH], AFTER)[MONTH]
    assert told(score) == {
        ("", "detect"): (4, 3, 35, 78),
        ("MX", "detect"): (3, 2, 20, 76),
        ("CO", "detect"): (1, 1, 50, 50),
        ("payments-l1", "detect"): (3, 2, 20, 76),
        ("wallet-co", "detect"): (1, 1, 50, 50),
    }


def test_a_month_is_one_by_the_portals_clocks(cast):
    one(cast, at=datetime(2026, 9, 1, 5, tzinfo=UTC))  # still August in Mexico
    one(cast, at=datetime(2026, 10, 1, 5, tzinfo=UTC))  # still September there
    found = live_scores([date(2026, 8, 1), MONTH], AFTER)
    assert [told(found[month])["", "detect"][0] for month in found] == [1, 1]


def test_everybody_sees_the_places_that_they_see_whole(cast):
    one(cast)
    one(cast, service=in_colombia(cast))

    def seen(user):
        (score,) = scores_for(user, [MONTH], AFTER)
        return {line.place for line in score.lines}

    assert seen(cast.auditor) == {"", "MX", "CO", "payments-l1", "wallet-co"}
    assert seen(cast.outsider) <= {"CO", "wallet-co"}
    assert seen(cast.norole) == seen(cast.requester) == set()
    assert "wallet-co" not in seen(cast.agent_l1)


def test_what_was_frozen_stays_and_corrections_stand_beside_it(cast):
    incident = one(cast, 90)
    assert freeze_score(MONTH, actor=None, now=AFTER) == "frozen"
    assert freeze_score(MONTH, actor=None, now=AFTER + timedelta(days=1)) == "unchanged"
    Mark.objects.filter(life=incident.life, kind="detected").update(superseded_at=AFTER)
    Mark.objects.create(
        life=incident.life, kind="detected", at=MIDDLE + timedelta(seconds=40), source="human"
    )
    later = AFTER + timedelta(days=2)
    assert freeze_score(MONTH, actor=None, now=later) == "restated"
    (score,) = scores_for(cast.auditor, [MONTH], later)
    line = score.line("", "detect")
    assert (line.met, line.was.met, score.frozen_at, score.restated_at) == (1, 0, AFTER, later)
    assert [row.number for row in MonthlyScore.objects.order_by("number")] == [0, 1]


def test_a_reason_told_late_restates_the_month_too(cast):
    incident = one(cast, 90)
    freeze_score(MONTH, actor=None, now=AFTER)
    reason = a_breach_reason()
    services.explain_misses(incident, actor=cast.team_lead, metrics=["detect"], reason=reason)
    assert freeze_score(MONTH, actor=None, now=AFTER + timedelta(days=1)) == "restated"
    (score,) = scores_for(cast.auditor, [MONTH], AFTER)
    assert [(x.team, x.reason, x.count) for x in score.reasons] == [
        ("payments-l1", "late-alert", 1)
    ]


def test_no_month_is_frozen_before_a_day_after_its_end(cast):
    early = datetime(2026, 10, 1, 20, tzinfo=UTC)
    assert freeze_score(MONTH, actor=None, now=early) == "early"
    assert freeze_last_scores(AFTER) == dict.fromkeys(["2026-07", "2026-08", "2026-09"], "frozen")
    assert MonthlyScore.objects.count() == 3


def test_the_database_keeps_what_was_frozen(cast):
    freeze_score(MONTH, actor=None, now=AFTER)
    row = MonthlyScore.objects.get()
    assert row.digest == sha256(row.content.encode()).hexdigest()
    assert json.loads(row.content)["month"] == "2026-09"
    for work in (
        lambda: MonthlyScore.objects.update(content="{}"),
        lambda: MonthlyScore.objects.all().delete(),
        lambda: MonthlyScore.objects.create(
            month=MONTH, number=1, known_at=AFTER, content="{}", digest="0" * 64
        ),
    ):
        with pytest.raises(Error), transaction.atomic():
            work()


# --- The path -------------------------------------------------------------------------------------


def test_the_path_is_that_of_the_latest_step(db):
    a_step(share=70, month=date(2026, 7, 1))
    a_step(share=90, month=date(2026, 10, 1))
    steps = list(TargetStep.objects.all())
    shares = [path_at(month, steps).get("detect") for month in months_until(date(2026, 11, 1), 6)]
    assert [share and int(share) for share in shares] == [None, 70, 70, 70, 90, 90]


@pytest.mark.parametrize(
    "facts", [{"month": date(2026, 10, 2)}, {"share": 101}, {"metric": "cure"}, {"share": -1}]
)
def test_a_step_that_makes_no_sense_is_refused(db, facts):
    with pytest.raises(ValidationError):
        a_step(**facts)
    assert not TargetStep.objects.exists()


# --- The page, the file and the API ---------------------------------------------------------------


def test_the_page_shows_figures_path_and_places(cast, client_of):
    one(cast, 90)
    a_step(month=date(2026, 1, 1))
    html = client_of(cast.auditor).get("/mandate/", {"month": "2026-09"}).content.decode()
    assert ("90.0 %" in html, "September 2026" in html, "payments-l1" in html) == (True,) * 3
    assert client_of(cast.agent_l1).get("/mandate/").status_code == 200
    assert client_of(cast.norole).get("/mandate/").status_code == 403


@pytest.mark.parametrize("asked", [{"month": "soon"}, {"month": "0001-01"}, {"place": "hidden"}])
def test_what_cannot_be_asked_is_told_so(cast, client_of, asked):
    assert client_of(cast.agent_l1).get("/mandate/", asked).status_code == 400


def test_the_page_asks_the_same_for_one_team_and_for_three(
    cast, client_of, django_assert_num_queries
):
    browser = client_of(cast.auditor)
    one(cast)
    browser.get("/mandate/")
    with CaptureQueriesContext(connection) as once:
        browser.get("/mandate/")
    one(cast, service=in_colombia(cast))
    one(cast, service=a_service(cast, support_team=cast.payments_l2))
    with django_assert_num_queries(len(once)):
        browser.get("/mandate/")


def test_it_is_taken_away_as_csv(cast, client_of):
    one(cast, 90)
    answer = client_of(cast.auditor).get("/mandate/score.csv", {"month": "2026-09"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(r["country"], r["team"], r["n"], r["share"]) for r in rows} == {
        ("", "", "1", "0.0"),
        ("MX", "", "1", "0.0"),
        ("MX", "payments-l1", "1", "0.0"),
    }
    assert client_of(cast.agent_l1).get("/mandate/score.csv").status_code == 403


def test_by_api(cast, client_of):
    one(cast, 90)
    a_step(month=date(2026, 1, 1), share=90)
    url = "/api/v1/mandate-targets/score/"
    lines = client_of(cast.auditor).get(url, {"month": "2026-09"}).json()
    all_of_it = next(line for line in lines if not line["country"])
    told = {name: all_of_it[name] for name in ("month", "metric", "n", "share", "target", "median")}
    assert told == {
        "month": "2026-09",
        "metric": "detect",
        "n": 1,
        "share": 0.0,
        "target": 90.0,
        "median": "PT1M30S",
    }
    assert client_of(cast.auditor).get(url, {"month": "soon"}).status_code == 400


def test_places_are_those_that_one_sees_whole(cast):
    assert places_for(cast.auditor)[0] == ""
    assert "" not in places_for(cast.agent_l1)
    assert places_for(cast.norole) == []
