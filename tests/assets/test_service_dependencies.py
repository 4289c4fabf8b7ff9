"""On which vendors services depend: once at a time, under their contracts, as long as it lasts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assets import services
from assets.models import Service, ServiceDependency
from assets.supply.facts import read_dependency
from assets.supply.shares import herfindahl, level_of, shares
from assets.supply.workflow import SUPPLY_WORKFLOW
from core.errors import NotAllowed, Refused, ValidationError
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.period import Period
from tests.assets.supplied import a_dependency_on_a_vendor
from tests.factories import a_service, a_vendor
from tests.vendors.contracts import a_contract
from tests.vendors.leaving import an_exit_plan, exercised, in_days
from vendors.renewals.facts import FACTS

pytestmark = pytest.mark.django_db
LIFE_OF_A_DEPENDENCY = {("current", "review"): "current", ("current", "end"): "ended"}


@pytest.fixture
def vendor():
    return a_vendor(name="Nube", country="MX")


@pytest.fixture
def dependency(cast, vendor):
    return a_dependency_on_a_vendor(cast, vendor=vendor)


def test_the_table_is_the_life_of_a_dependency():
    actions = {move.action for move in SUPPLY_WORKFLOW}
    found = {(s, a): SUPPLY_WORKFLOW.target(s, a) for s in ("current", "ended") for a in actions}
    assert {move: to for move, to in found.items() if to} == LIFE_OF_A_DEPENDENCY


def test_what_a_vendor_supplies_is_stated_reviewed_and_ended(cast, vendor, dependency):
    assert (dependency.reference[:4], dependency.status) == ("DEP-", "current")
    row = services.review_service_dependency(
        dependency, actor=cast.vendor_manager, substitutability="weeks", note="Two offers"
    )
    assert (row.reviewed_by, row.substitutability) == (cast.vendor_manager, "weeks")
    row = services.edit_service_dependency(
        row, actor=cast.vendor_manager, other_alternatives="Our own people"
    )
    row = services.end_service_dependency(row, actor=cast.vendor_manager, on=in_days(1))
    assert (row.ends_on, row.status) == (in_days(1), "ended")
    again = a_dependency_on_a_vendor(cast, vendor=vendor, service=row.service, starts_on=in_days(1))
    assert list(ServiceDependency.objects.in_force(in_days(0))) == [row]
    assert list(ServiceDependency.objects.in_force(in_days(1))) == [again]


def test_a_service_depends_on_a_vendor_once_at_a_time(cast, vendor, dependency, refuses):
    with refuses(ValidationError, "already"):
        a_dependency_on_a_vendor(cast, vendor=vendor, service=dependency.service)
    services.end_service_dependency(dependency, actor=cast.vendor_manager, on=in_days(9))
    with refuses(ValidationError, "already"):
        a_dependency_on_a_vendor(
            cast, vendor=vendor, service=dependency.service, starts_on=in_days(8)
        )
    with pytest.raises(DatabaseError, match="once at a time"), transaction.atomic():
        ServiceDependency.objects.create(
            service=dependency.service,
            vendor=vendor,
            supplies="x",
            criticality="critical",
            substitutability="none",
            starts_on=in_days(8),
        )


def test_what_has_ended_stays(cast, dependency, refuses):
    row = services.end_service_dependency(dependency, actor=cast.vendor_manager, on=in_days(1))
    for act in (services.review_service_dependency, services.end_service_dependency):
        with refuses(Refused):
            act(row, actor=cast.vendor_manager)
    with refuses(Refused, "ended already"):
        services.edit_service_dependency(row, actor=cast.vendor_manager, supplies="Other")
    for broken in ({"supplies": "Other"}, {"ends_on": None}):
        with pytest.raises(DatabaseError, match="stated stays"), transaction.atomic():
            ServiceDependency.objects.filter(pk=row.pk).update(**broken)
    with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic():
        ServiceDependency.objects.filter(pk=row.pk)._raw_delete("default")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"supplies": " "}, "blank"),
        ({"criticality": "vital"}, "vital"),
        ({"substitutability": ""}, "blank"),
        ({"status": "ended"}, "cannot be edited"),
        ({"service": None}, "cannot be edited"),
    ],
)
def test_what_does_not_fit_is_not_written(cast, dependency, refuses, facts, words):
    with refuses(ValidationError, words):
        services.edit_service_dependency(dependency, actor=cast.vendor_manager, **facts)


def test_the_contract_and_the_alternative_fit_the_vendor(cast, vendor, dependency, refuses):
    manager, other = cast.vendor_manager, a_vendor()
    own, foreign = a_contract(cast, vendor=vendor), a_contract(cast, vendor=other)
    row = services.edit_service_dependency(
        dependency, actor=manager, contract=own, alternative=other
    )
    assert (row.contract, row.alternative) == (own, other)
    with refuses(ValidationError, "another vendor"):
        services.edit_service_dependency(row, actor=manager, contract=foreign)
    with refuses(ValidationError, "another vendor"):
        services.edit_service_dependency(row, actor=manager, alternative=vendor)
    with pytest.raises(DatabaseError, match="same vendor"), transaction.atomic():
        ServiceDependency.objects.filter(pk=row.pk).update(contract=foreign)


def test_only_who_keeps_dependencies_of_the_country_writes_them(cast, dependency, refuses):
    facts = {"supplies": "x", "criticality": "critical", "substitutability": "none"}
    abroad = a_vendor(country="CO")
    for who, vendor in (
        *((one, a_vendor()) for one in (cast.finance, cast.auditor, cast.approver2, cast.agent_l1)),
        (cast.vendor_manager, abroad),
    ):
        with refuses(NotAllowed):
            services.add_service_dependency(
                actor=who, vendor=vendor, service=dependency.service, **facts
            )
    for who in (cast.finance, cast.auditor, cast.approver2):
        with refuses((NotAllowed, Refused)):
            services.end_service_dependency(dependency, actor=who)
    with refuses(ServiceDependency.DoesNotExist):
        services.end_service_dependency(dependency, actor=cast.agent_l1)
    made = services.add_service_dependency(
        actor=cast.service_manager, vendor=a_vendor(), service=dependency.service, **facts
    )
    assert made.status == "current"


def test_who_sees_the_service_and_reads_about_the_vendor_sees_it(cast, dependency):
    abroad = a_dependency_on_a_vendor(cast)
    type(abroad.vendor).objects.filter(pk=abroad.vendor.pk).update(country="CO")
    far = a_dependency_on_a_vendor(cast)
    Service.objects.filter(pk=far.service.pk).update(countries=["CO"])

    def seen(who):
        return set(ServiceDependency.objects.visible_to(getattr(cast, who)))

    assert seen("vendor_manager") == {dependency, far}
    assert seen("auditor") == {dependency, abroad, far}
    assert seen("team_lead") == {dependency, abroad}
    assert seen("agent_l1") == seen("outsider") == seen("norole") == set()


def test_a_vendor_manager_sees_the_services_that_depend_on_own_vendors(cast, dependency):
    other = a_service(cast)
    assert list(Service.objects.visible_to(cast.vendor_manager)) == [dependency.service]
    assert other in Service.objects.visible_to(cast.service_manager)


# --- Risks ----------------------------------------------------------------------------------------


def test_a_risk_is_critical_hard_to_replace_and_without_a_tested_exit(cast, vendor, dependency):
    today, period = timezone.localdate(), Period(in_days(-30), in_days(2))
    report = EXCEPTION_REPORTS["single_vendor_risks"]
    for easy in ({"substitutability": "weeks"}, {"criticality": "important"}):
        a_dependency_on_a_vendor(cast, vendor=vendor, **easy)
    ended = a_dependency_on_a_vendor(cast, vendor=vendor, starts_on=in_days(-9))
    services.end_service_dependency(ended, actor=cast.vendor_manager, on=in_days(-1))

    def risks():
        return list(ServiceDependency.objects.at_risk(today))

    assert risks() == [dependency]
    assert [one.reference for one in report.find(period, cast.auditor)] == [dependency.reference]
    assert list(report.find(period, cast.agent_l1)) == []
    plan = an_exit_plan(cast, vendor, status="approved")
    assert risks() == [dependency]  # nobody has tried it
    exercised(cast, plan, kind="tabletop", result="worked")
    assert risks() == []
    assert list(report.find(period, cast.auditor)) == []
    later = today + timedelta(days=367)
    assert list(ServiceDependency.objects.at_risk(later).filter(pk=dependency.pk)) == [dependency]


def test_the_plan_of_another_contract_does_not_help(cast, vendor, dependency):
    today, contract = timezone.localdate(), a_contract(cast, vendor=vendor)
    plan = an_exit_plan(cast, vendor, status="approved", contract=contract)
    exercised(cast, plan)
    assert list(ServiceDependency.objects.at_risk(today)) == [dependency]
    services.edit_service_dependency(dependency, actor=cast.vendor_manager, contract=contract)
    assert list(ServiceDependency.objects.at_risk(today)) == []


# --- Shares ---------------------------------------------------------------------------------------


def test_the_index_of_known_markets():
    assert herfindahl(shares({"a": 1}).values()) == 10_000
    assert herfindahl(shares({"a": 1, "b": 1}).values()) == 5_000
    assert herfindahl(map(Decimal, (30, 30, 20, 20))) == 2_600
    assert herfindahl([]) is None
    assert [level_of(one) for one in (999, 1_000, 1_800, 1_801)] == [
        *("low", "moderate", "moderate"),
        "high",
    ]


@given(st.dictionaries(st.integers(), st.integers(min_value=-5, max_value=10**9), max_size=30))
def test_shares_add_up_and_the_index_keeps_its_bounds(amounts):
    found = shares(amounts)
    index = herfindahl(found.values())
    if not found:
        assert index is None
        return
    assert abs(sum(found.values()) - 100) < Decimal("0.0001")
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert index is not None
    assert 10_000 // len(found) - 1 <= index <= 10_000


# --- What a renewal has to know -------------------------------------------------------------------


def test_the_fact_of_a_renewal_tells_services_substitutes_and_the_exit(cast, vendor):
    contract, today = a_contract(cast, vendor=vendor), timezone.localdate()
    assert "dependency" in FACTS
    assert not read_dependency(contract, on=today).known
    row = a_dependency_on_a_vendor(cast, vendor=vendor)
    a_dependency_on_a_vendor(
        cast, vendor=vendor, criticality="supporting", substitutability="weeks"
    )
    a_dependency_on_a_vendor(cast)
    fact = read_dependency(contract, on=today)
    assert fact.value == {
        "services": {"critical": 1, "important": 0, "supporting": 1},
        "substitutes": {"in_place": 0, "weeks": 1, "months": 1, "none": 0},
        "exit_plan": None,
    }
    assert "There is no exit plan" in str(fact.sentence)
    plan = exercised(cast, an_exit_plan(cast, vendor, status="approved"))
    fact = read_dependency(contract, on=today)
    assert fact.value["exit_plan"] == {
        "reference": plan.reference,
        "days_needed": 85,
        "cost": {"amount": "250000.00", "currency": "MXN"},
        "exercised_on": str(today),
        "exercise_result": "worked",
        "exercise_due_on": str(plan.exercise_due_on),
    }
    assert f"{plan.reference} needs 85 days and 250000.00 MXN" in str(fact.sentence)
    assert [one["name"] for one in fact.rows][:2] == [plan.reference, row.reference]
