"""Exit plans: drafted with their steps, approved by others, replaced, exercised every year."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.period import Period
from notifications.models import Message
from tests.factories import a_vendor
from tests.vendors.contracts import a_contract
from tests.vendors.leaving import STEPS, an_exit_plan, exercised, in_days, what_it_says
from vendors import services
from vendors.exit_plans.workflow import EXIT_PLAN_WORKFLOW
from vendors.models import ExitExercise, ExitPlan, ExitStep

pytestmark = pytest.mark.django_db
LIFE_OF_AN_EXIT_PLAN = {("draft", "approve"): "approved", ("approved", "replace"): "replaced"}


@pytest.fixture
def vendor():
    return a_vendor(name="Nube", country="MX")


def test_the_table_is_the_life_of_an_exit_plan():
    statuses = [status for status, _label in ExitPlan._meta.get_field("status").choices]
    actions = {move.action for move in EXIT_PLAN_WORKFLOW}
    found = {(s, a): EXIT_PLAN_WORKFLOW.target(s, a) for s in statuses for a in actions}
    assert {move: to for move, to in found.items() if to} == LIFE_OF_AN_EXIT_PLAN


# --- Drafting -------------------------------------------------------------------------------------


def test_a_plan_has_its_steps_in_order_and_needs_the_sum_of_their_days(cast, vendor):
    plan = an_exit_plan(cast, vendor)
    assert (plan.reference[:4], plan.number, plan.status) == ("EXP-", 1, "draft")
    assert plan.owner == cast.vendor_manager
    assert [(one.position, one.text, one.days) for one in plan.steps.all()] == [
        (place, *step) for place, step in enumerate(STEPS, 1)
    ]
    assert ExitPlan.objects.with_days().get(pk=plan.pk).days_needed == 85
    plan = services.set_exit_steps(
        plan, actor=cast.vendor_manager, steps=[{"text": "Go", "days": 5}]
    )
    assert list(plan.steps.values_list("position", "text", "days")) == [(1, "Go", 5)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"cost": Decimal("-1")}, "zero or more"),
        ({"cost": Decimal("1.001")}, "as fine as this|decimal places"),
        ({"currency": ""}, "which currency"),
        ({"currency": "XAU"}, "no currency"),
        ({"status": "approved"}, "cannot be edited"),
        ({"number": 7}, "cannot be edited"),
    ],
)
def test_what_does_not_fit_is_not_drafted(cast, vendor, refuses, facts, words):
    plan = an_exit_plan(cast, vendor)
    with refuses(ValidationError, words):
        services.edit_exit_plan(plan, actor=cast.vendor_manager, **facts)


@pytest.mark.parametrize("days", [0, -3, 3651])
def test_a_step_takes_some_days(cast, vendor, refuses, days):
    plan = an_exit_plan(cast, vendor)
    with refuses(ValidationError):
        services.set_exit_steps(
            plan, actor=cast.vendor_manager, steps=[{"text": "x", "days": days}]
        )


def test_the_contract_is_one_with_the_vendor(cast, vendor, refuses):
    contract = a_contract(cast, vendor=vendor)
    plan = an_exit_plan(cast, vendor, contract=contract)
    assert (plan.contract, plan.number) == (contract, 1)
    other = a_vendor()
    with refuses(ValidationError, "another vendor"):
        an_exit_plan(cast, other, contract=contract)
    with pytest.raises(DatabaseError, match="same vendor"), transaction.atomic():
        ExitPlan.objects.filter(pk=an_exit_plan(cast, vendor).pk).update(
            contract=a_contract(cast, vendor=a_vendor())
        )


def test_one_draft_of_a_vendor_at_a_time(cast, vendor, refuses):
    an_exit_plan(cast, vendor)
    with refuses(Refused, "drafted already"):
        an_exit_plan(cast, vendor)
    an_exit_plan(cast, vendor, contract=a_contract(cast, vendor=vendor))


def test_only_who_keeps_plans_of_the_country_writes_them(cast, vendor, refuses):
    plan = an_exit_plan(cast, vendor)
    other, abroad = a_vendor(), a_vendor(country="CO")
    for who in (cast.finance, cast.auditor, cast.approver2, cast.agent_l1):
        with refuses(NotAllowed):
            services.draft_exit_plan(actor=who, vendor=other, **what_it_says())
    for who in (cast.finance, cast.auditor, cast.approver2):
        with refuses(NotAllowed):
            services.edit_exit_plan(plan, actor=who, alternative="Mine")
    with refuses(ExitPlan.DoesNotExist):
        services.edit_exit_plan(plan, actor=cast.agent_l1, alternative="Mine")
    with refuses(NotAllowed):
        services.draft_exit_plan(actor=cast.vendor_manager, vendor=abroad, **what_it_says())


# --- Approving ------------------------------------------------------------------------------------


def test_somebody_else_approves_it_and_it_stays(cast, vendor, refuses):
    plan = an_exit_plan(cast, vendor, status="approved")
    assert (plan.status, plan.approved_by) == ("approved", cast.approver2)
    assert plan.exercise_due_on is not None
    assert plan.exercise_due_on > in_days(360)
    with refuses(Refused, "stays as it is"):
        services.edit_exit_plan(plan, actor=cast.vendor_manager, alternative="Other")
    with refuses(Refused, "stays as it is"):
        services.set_exit_steps(plan, actor=cast.vendor_manager, steps=[])
    with pytest.raises(DatabaseError, match="approved stays"), transaction.atomic():
        ExitPlan.objects.filter(pk=plan.pk).update(cost=1)
    with pytest.raises(DatabaseError, match="approved stays"), transaction.atomic():
        ExitStep.objects.filter(plan=plan).update(days=1)
    with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic():
        ExitPlan.objects.filter(pk=plan.pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"leaves_when": ""}, "triggers"),
        ({"data_return": ""}, "return and deletion"),
        ({"alternative": ""}, "alternative"),
        ({"cost": None}, "cost"),
        ({"steps": ()}, "no steps"),
    ],
)
def test_what_does_not_say_all_is_not_approved(cast, vendor, refuses, facts, words):
    plan = an_exit_plan(cast, vendor, **facts)
    with refuses(Refused, words):
        services.approve_exit_plan(plan, actor=cast.approver2)


def test_nobody_approves_a_plan_of_their_own(cast, vendor, refuses):
    own = an_exit_plan(cast, vendor, owner=cast.approver2)
    with refuses(Refused, "of your own"):
        services.approve_exit_plan(own, actor=cast.approver2)
    with refuses((NotAllowed, Refused)):
        services.approve_exit_plan(own, actor=cast.vendor_manager)
    facts = {"approved_at": timezone.now(), "exercise_due_on": in_days(365), "status": "approved"}
    for who in (own.drafted_by, own.owner):
        with pytest.raises(DatabaseError, match="approved_by_another"), transaction.atomic():
            ExitPlan.objects.filter(pk=own.pk).update(approved_by=who, **facts)


def test_the_next_version_begins_with_what_is_in_force_and_replaces_it(cast, vendor):
    first = exercised(cast, an_exit_plan(cast, vendor, status="approved"))
    second = services.draft_exit_plan(
        actor=cast.vendor_manager, vendor=vendor, alternative="Another switch"
    )
    assert (second.number, second.cost, second.alternative) == (
        *(2, first.cost),
        "Another switch",
    )
    assert second.steps.count() == 3
    second = services.approve_exit_plan(second, actor=cast.approver2)
    first.refresh_from_db()
    assert (first.status, first.replaced_on) == ("replaced", timezone.localdate())
    assert second.exercise_due_on == first.exercise_due_on
    assert (second.exercised_on, second.exercise_result) == (timezone.localdate(), "worked")
    assert list(ExitPlan.objects.approved()) == [second]


# --- Exercising -----------------------------------------------------------------------------------


def test_an_exercise_is_recorded_once_a_day_and_the_next_is_due_a_year_later(cast, vendor, refuses):
    plan = an_exit_plan(cast, vendor, status="approved")
    with time_machine.travel(datetime(2026, 3, 1, 18, tzinfo=UTC), tick=False):
        plan = services.exercise_exit_plan(
            plan,
            actor=cast.vendor_manager,
            kind="real",
            result="with_gaps",
            findings="The keys took two days",
            exercised_on=date(2026, 2, 28),
        )
        assert plan.exercise_due_on == date(2027, 2, 28)
        with refuses(ValidationError, "that day or later"):
            exercised(cast, plan, exercised_on=date(2026, 2, 28))
        with refuses(ValidationError, "not come yet"):
            exercised(cast, plan, exercised_on=date(2026, 3, 2))
    one = plan.exercises.get()
    assert (one.kind, one.result, one.recorded_by) == ("real", "with_gaps", cast.vendor_manager)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExitExercise.objects.update(result="worked")


@pytest.mark.parametrize("result", ["with_gaps", "failed"])
def test_what_lacked_is_said(cast, vendor, refuses, result):
    plan = an_exit_plan(cast, vendor, status="approved")
    with refuses(ValidationError, "Say what lacked"):
        exercised(cast, plan, result=result, findings=" ")


def test_only_the_plan_in_force_is_exercised_and_only_by_keepers(cast, vendor, refuses):
    draft = an_exit_plan(cast, vendor)
    with refuses(Refused, "in force"):
        exercised(cast, draft)
    with pytest.raises(DatabaseError, match="in force"), transaction.atomic():
        ExitExercise.objects.create(
            plan=draft,
            kind="real",
            result="worked",
            exercised_on=in_days(0),
            recorded_by=cast.vendor_manager,
        )
    plan = services.approve_exit_plan(draft, actor=cast.approver2)
    for who in (cast.approver2, cast.finance, cast.auditor):
        with refuses(NotAllowed):
            services.exercise_exit_plan(plan, actor=who, kind="real", result="worked")


def test_a_plan_is_tested_while_its_exercise_is_current_and_did_not_fail(cast, vendor):
    plan = an_exit_plan(cast, vendor, status="approved")
    today = timezone.localdate()
    assert not ExitPlan.objects.tested(today).exists()
    exercised(cast, plan)
    assert ExitPlan.objects.tested(today).get() == plan
    assert not ExitPlan.objects.tested(today + timedelta(days=367)).exists()
    other = an_exit_plan(cast, a_vendor(), status="approved")
    exercised(cast, other, result="failed", findings="No keys")
    assert ExitPlan.objects.tested(today).get() == plan


def test_the_owner_hears_once_that_the_exercise_is_late(cast, vendor):
    plan = an_exit_plan(cast, vendor, status="approved")
    an_exit_plan(cast, a_vendor(tier="tactical"), status="approved")
    now = timezone.now()
    assert services.keep_exit_plans(now) == 0
    later = now + timedelta(days=370)
    assert [services.keep_exit_plans(later) for _nth in range(2)] == [1, 1]
    found = Message.objects.filter(kind="exit_plan_to_exercise")
    assert {(one.recipient_id, one.reference) for one in found} == {
        (cast.vendor_manager.pk, plan.reference)
    }
    assert found.count() == len({one.channel for one in found})


def test_a_late_exercise_is_an_exception_of_the_period(cast, vendor):
    plan = an_exit_plan(cast, vendor, status="approved")
    tactical = an_exit_plan(cast, a_vendor(tier="tactical"), status="approved")
    report = EXCEPTION_REPORTS["exit_plans_not_exercised"]
    period = Period(in_days(-30), in_days(2))
    assert list(report.find(period, cast.auditor)) == []
    ExitPlan.objects.filter(pk__in=[plan.pk, tactical.pk]).update(exercise_due_on=in_days(-1))
    assert [one.reference for one in report.find(period, cast.auditor)] == [plan.reference]
    assert list(report.find(period, cast.agent_l1)) == []
