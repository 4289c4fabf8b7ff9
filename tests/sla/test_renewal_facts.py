"""What the clocks of underpinning contracts say before a contract is renewed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from sla.enums import AgreementKind, ClockState, Metric
from sla.models import Life, LifeClock
from sla.renewal_facts import breach_segments
from tests.factories import a_vendor
from tests.sla.agreeing import HOUR, in_force
from tests.vendors.contracts import a_contract
from vendors.renewals.facts import FACTS, read_facts

ON = date(2026, 6, 30)


def a_clock(version, state, day):
    at = datetime(*day, 12, tzinfo=UTC)
    return LifeClock.objects.create(
        life=Life.objects.create(),
        agreement=version.agreement,
        agreement_version=version,
        metric=Metric.RESOLVE,
        priority=1,
        target=4 * HOUR,
        state=state,
        started_at=at - 6 * HOUR,
        stopped_at=at,
        elapsed_before=6 * HOUR,
        reached_at=[at - 2 * HOUR] * 4,
    )


@pytest.fixture
def contract(cast):
    return a_contract(cast)


@pytest.fixture
def version(cast, approver, contract):
    return in_force(cast, approver, "uc", kind=AgreementKind.UC, vendor=contract.vendor)


def test_breaches_of_the_vendor_are_counted_over_a_year(cast, approver, contract, version):
    other = in_force(cast, approver, "o", kind=AgreementKind.UC, vendor=a_vendor(name="Other"))
    a_clock(other, ClockState.BREACHED, (2026, 6, 1))
    a_clock(version, ClockState.MET, (2026, 6, 30))
    late = a_clock(version, ClockState.BREACHED, (2025, 7, 1))
    a_clock(version, ClockState.DROPPED, (2026, 6, 1))
    a_clock(version, ClockState.BREACHED, (2025, 6, 29))
    a_clock(version, ClockState.BREACHED, (2026, 7, 2))
    found = breach_segments(contract, on=ON)
    assert found.value == {
        "met": 1,
        "breached": 1,
        "n": 2,
        "since": str(ON - timedelta(days=365)),
        "until": "2026-06-30",
    }
    assert [row["life"] for row in found.rows] == [late.life_id]
    assert (found.rows[0]["target_seconds"], found.rows[0]["used_seconds"]) == (14_400, 21_600)
    with translation.override("en"):
        said = "1 of 2 agreed times were breached in the year to 2026-06-30."
        assert (found.known, str(found.sentence)) == (True, said)


def test_nothing_measured_is_not_known(contract, version):
    found = breach_segments(contract, on=ON)
    assert (found.known, found.value, found.rows) == (False, {}, ())


def test_every_registered_fact_is_read(contract):
    assert list(read_facts(contract, on=ON)) == [key for key, _source in FACTS]
    assert "breaches" in FACTS


def test_two_queries(contract, version, django_assert_num_queries):
    a_clock(version, ClockState.BREACHED, (2026, 6, 1))
    a_clock(version, ClockState.BREACHED, (2026, 6, 2))
    with django_assert_num_queries(2):
        breach_segments(contract, on=ON)
