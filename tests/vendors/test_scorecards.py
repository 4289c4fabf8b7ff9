"""Scorecards: what they are measured by, who says what, when they stop moving."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed, Refused, ValidationError
from tests.factories import a_vendor
from tests.vendors.scores import AFTER, OCTOBER, a_model, a_scorecard, set_kpi
from vendors import services
from vendors.models import Scorecard, ScoreKpi, ScoreLine, ScoreModel
from vendors.scorecards.content import digest_of, text_of
from vendors.scorecards.enums import CardStatus, ModelStatus
from vendors.scorecards.periods import Period, period_of, union
from vendors.scorecards.sources import KPIS
from vendors.scorecards.workflow import SCORE_MODEL_WORKFLOW, SCORECARD_WORKFLOW

pytestmark = pytest.mark.django_db

LIFE_OF_A_MODEL = {
    ("draft", "set_kpi"): "draft",
    ("draft", "remove_kpi"): "draft",
    ("draft", "activate"): "active",
}
LIFE_OF_A_CARD = {
    **{("open", action): "open" for action in ("measure", "mark", "figure", "quote")},
    ("open", "lock"): "locked",
}


@pytest.fixture
def vendor(cast):
    return a_vendor(name="Nube", country="MX")


@pytest.mark.parametrize(
    ("workflow", "statuses", "life"),
    [
        (SCORE_MODEL_WORKFLOW, ModelStatus, LIFE_OF_A_MODEL),
        (SCORECARD_WORKFLOW, CardStatus, LIFE_OF_A_CARD),
    ],
)
def test_the_tables_say_what_happens_and_nothing_else(workflow, statuses, life):
    actions = {move.action for move in workflow}
    for status, action in product(statuses.values, actions):
        assert workflow.target(status, action) == life.get((status, action))


# --- Models ---------------------------------------------------------------------------------------


def test_the_first_model_has_every_figure_that_can_be_worked_out(cast):
    model = services.draft_score_model(actor=cast.vendor_manager, title="First")
    assert set(model.kpis.values_list("key", flat=True)) == {key for key, _one in KPIS}
    assert {
        *("availability", "incidents_caused", "agreed_times", "response_time", "restore_time"),
        *("change_success", "cost_variance"),
    } <= set(model.kpis.values_list("key", flat=True))


def test_the_next_model_begins_as_the_one_in_force(cast):
    a_model(cast, reports={"weight": 7}, speed={"floor": 9, "target": 1, "unit": "hours"})
    new = services.draft_score_model(actor=cast.vendor_manager, title="Next")
    assert new.number == 2
    assert list(new.kpis.order_by("pk").values_list("key", "weight", "floor", "target")) == [
        ("reports", Decimal("7.00"), Decimal(0), Decimal(100)),
        ("speed", Decimal("10.00"), Decimal(9), Decimal(1)),
    ]
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        services.draft_score_model(actor=cast.vendor_manager, title="Another")


def test_another_than_its_drafter_puts_a_model_in_force(cast):
    model = services.draft_score_model(actor=cast.vendor_manager, title="First")
    for who in (cast.vendor_manager, cast.auditor):
        with pytest.raises(NotAllowed):
            services.activate_score_model(model, actor=who)
    services.activate_score_model(model, actor=cast.finance)
    services.draft_score_model(actor=cast.vendor_manager, title="Second")
    second = ScoreModel.objects.get(number=2)
    services.activate_score_model(second, actor=cast.service_manager)
    statuses = dict(ScoreModel.objects.values_list("number", "status"))
    assert statuses == {1: "retired", 2: "active"}
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        third = ScoreModel(title="x", number=3, drafted_by=cast.finance, status="retired")
        third.approved_by, third.approved_at = cast.finance, AFTER
        third.save()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"source": "computed"}, "key"),
        ({"title": " "}, "title"),
        ({"floor": 5, "target": 5}, "__all__"),
        ({"weight": 0}, "weight"),
        ({"weight": 101}, "weight"),
    ],
)
def test_figures_that_are_none_are_refused(cast, facts, field):
    model = a_model(cast, active=False)
    with pytest.raises(ValidationError) as refused:
        set_kpi(model, cast, "new", **facts)
    assert field in refused.value.message_dict
    assert model.kpis.count() == 1


def test_a_model_in_force_stays_as_it_is(cast):
    model = a_model(cast)
    with pytest.raises(Refused):
        set_kpi(model, cast, "reports", weight=3)
    for change in ({"weight": 3}, {"key": "x"}, {"floor": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ScoreKpi.objects.filter(model=model).update(**change)
    for change in ({"title": "x"}, {"status": "draft"}, {"number": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ScoreModel.objects.filter(pk=model.pk).update(**change)


# --- Scorecards -----------------------------------------------------------------------------------


def test_without_a_model_in_force_nothing_is_opened(cast, vendor):
    a_model(cast, active=False)
    assert services.keep_scorecards(AFTER) == 0
    assert not Scorecard.objects.exists()


def test_every_night_the_running_and_the_last_periods_are_measured_once_each(cast, vendor):
    a_model(cast)
    services.keep_scorecards(AFTER)
    found = set(Scorecard.objects.filter(vendor=vendor).values_list("period", "starts_on"))
    assert found == {
        ("month", date(2026, 10, 1)),
        ("month", date(2026, 11, 1)),
        ("quarter", date(2026, 7, 1)),
        ("quarter", date(2026, 10, 1)),
    }
    before = ScoreLine.history.count()
    services.keep_scorecards(AFTER + timedelta(days=1))
    assert Scorecard.objects.filter(vendor=vendor).count() == 4
    assert ScoreLine.history.count() == before


def test_prospects_and_those_who_left_have_no_scorecard(cast):
    a_model(cast)
    other = a_vendor(name="Later", status="prospect", engaged_on=None)
    services.keep_scorecards(AFTER)
    assert not Scorecard.objects.filter(vendor=other).exists()


def test_what_is_not_known_leaves_its_weight_to_the_others(cast, vendor):
    a_model(cast, reports={"weight": 30}, opinion={"source": "survey", "floor": 1, "target": 5})
    card = a_scorecard(vendor)
    assert (card.score, card.confidence) == (None, Decimal(0))
    card = services.give_figure(
        card, actor=cast.vendor_manager, kpi="reports", value=Decimal(80), evidence="page 3"
    )
    assert (card.score, card.confidence) == (Decimal(80), Decimal(75))
    card = services.give_mark(card, actor=cast.team_lead, kpi="opinion", mark=1)
    assert (card.score, card.confidence) == (Decimal(60), Decimal(75))  # one mark says little
    line = card.lines.get(kpi__key="opinion")
    assert (line.value, line.n, line.worth) == (Decimal(1), 1, Decimal(0))


def test_a_mark_again_says_it_anew_and_the_figure_is_their_mean(cast, vendor):
    a_model(cast, opinion={"source": "survey", "floor": 1, "target": 5})
    card = a_scorecard(vendor)
    for who, mark in ((cast.team_lead, 2), (cast.finance, 5), (cast.team_lead, 4)):
        card = services.give_mark(card, actor=who, kpi="opinion", mark=mark)
    line = card.lines.get()
    assert (line.value, line.n, line.worth) == (Decimal("4.5"), 2, Decimal("87.5"))
    services.measure_scorecard(card, actor=cast.vendor_manager)
    line.refresh_from_db()
    assert line.value == Decimal("4.5")


@pytest.mark.parametrize("mark", [0, 6])
def test_marks_out_of_range_are_refused(cast, vendor, mark):
    a_model(cast, opinion={"source": "survey", "floor": 1, "target": 5})
    card = a_scorecard(vendor)
    with pytest.raises(ValidationError):
        services.give_mark(card, actor=cast.finance, kpi="opinion", mark=mark)
    assert not card.marks.exists()


def test_each_figure_is_given_in_its_own_way(cast, vendor):
    a_model(cast, opinion={"source": "survey", "floor": 1, "target": 5}, reports={})
    card = a_scorecard(vendor)
    with pytest.raises(ValidationError):
        services.give_mark(card, actor=cast.finance, kpi="reports", mark=3)
    with pytest.raises(ValidationError):
        services.give_figure(
            card, actor=cast.vendor_manager, kpi="opinion", value=Decimal(3), evidence="x"
        )
    with pytest.raises(ValidationError, match="how you know"):
        services.give_figure(
            card, actor=cast.vendor_manager, kpi="reports", value=Decimal(3), evidence=" "
        )


@pytest.mark.parametrize("who", ["agent_l1", "outsider", "admin", "auditor", "approver"])
def test_others_write_nothing(cast, vendor, who):
    a_model(cast, opinion={"source": "survey", "floor": 1, "target": 5}, reports={})
    card = a_scorecard(vendor)
    actor = getattr(cast, who)
    for write in (
        lambda: services.give_mark(card, actor=actor, kpi="opinion", mark=3),
        lambda: services.quote_vendor(card, actor=actor, comment="x"),
        lambda: services.measure_scorecard(card, actor=actor),
        lambda: services.lock_scorecard(card, actor=actor),
    ):
        with pytest.raises((NotAllowed, Scorecard.DoesNotExist)):
            write()


def test_a_locked_scorecard_says_the_same_for_good(cast, vendor):
    a_model(cast, reports={})
    card = a_scorecard(vendor)
    with pytest.raises(Refused, match="nothing is known"):
        services.lock_scorecard(card, actor=cast.vendor_manager)
    figure = {"kpi": "reports", "value": Decimal(80), "evidence": "page 3"}
    card = services.give_figure(card, actor=cast.vendor_manager, **figure)
    card = services.quote_vendor(card, actor=cast.vendor_manager, comment="We improved.")
    card = services.lock_scorecard(card, actor=cast.vendor_manager)
    assert card.digest == digest_of(card)
    assert json.loads(text_of(card))["lines"][0]["value"] == "80.0000"
    with pytest.raises(Refused):
        services.give_figure(card, actor=cast.vendor_manager, **figure)
    assert services.measure_period(OCTOBER, AFTER) == 0
    for change in ({"score": 99}, {"status": "open"}, {"digest": "x"}, {"comment": "y"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Scorecard.objects.filter(pk=card.pk).update(**change)
    for write in (
        lambda: card.lines.update(value=99),
        lambda: card.lines.all().delete(),
        lambda: Scorecard.objects.filter(pk=card.pk).delete(),
    ):
        with pytest.raises((IntegrityError, Exception)), transaction.atomic():
            write()
    assert card.lines.get().value == Decimal(80)


def test_a_period_that_runs_is_not_locked(cast, vendor):
    a_model(cast, reports={})
    with time_machine.travel(AFTER, tick=False):
        card = a_scorecard(vendor, period_of(AFTER.date(), "month"), AFTER)
        card = services.give_figure(
            card, actor=cast.vendor_manager, kpi="reports", value=Decimal(80), evidence="x"
        )
        with pytest.raises(Refused, match="not ended"):
            services.lock_scorecard(card, actor=cast.vendor_manager)


def test_an_open_scorecard_keeps_the_model_it_was_opened_with(cast, vendor):
    first = a_model(cast, reports={})
    card = a_scorecard(vendor)
    new = services.draft_score_model(actor=cast.vendor_manager, title="Next")
    set_kpi(new, cast, "other")
    services.activate_score_model(new, actor=cast.finance)
    services.measure_period(OCTOBER, AFTER)
    card.refresh_from_db()
    assert card.model == first
    assert list(card.lines.values_list("kpi__key", flat=True)) == ["reports"]


def test_measuring_costs_the_same_for_one_vendor_and_the_sources_for_all(cast, vendor):
    services.activate_score_model(
        services.draft_score_model(actor=cast.vendor_manager, title="All"), actor=cast.finance
    )
    counts = []
    for more in (1, 3):
        for number in range(more):
            a_vendor(name=f"V{more}-{number}", country="MX")
        with CaptureQueriesContext(connection) as seen:
            measured = services.measure_period(OCTOBER, AFTER)
        told = [q["sql"] for q in seen if "sla_lifeclock" in q["sql"]]
        counts.append((measured, len(told)))
    assert counts[0][1] == counts[1][1] == 3
    assert counts[1][0] == counts[0][0] + 3


def test_overlapping_outages_count_once():
    def at(hour):
        return datetime(2026, 10, 1, hour, tzinfo=UTC)

    spans = [(at(1), at(3)), (at(2), at(4)), (at(6), at(7)), (at(2), at(3))]
    assert union(spans) == timedelta(hours=4)
    assert union([]) == timedelta(0)


@pytest.mark.parametrize(
    ("day", "kind", "first", "after"),
    [
        (date(2026, 12, 31), "month", date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 12, 31), "quarter", date(2026, 10, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), "quarter", date(2026, 1, 1), date(2026, 4, 1)),
        (date(2028, 2, 29), "month", date(2028, 2, 1), date(2028, 3, 1)),
    ],
)
def test_periods_are_calendar_months_and_quarters(day, kind, first, after):
    period = period_of(day, kind)
    assert period == Period(kind, first)
    assert period.after == after
    assert period_of(period.previous.first, kind).after == first
