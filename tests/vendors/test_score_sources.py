"""The figures about vendors that are worked out from incidents, clocks, changes and spend."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from incidents import services as incidents
from incidents.vendor_figures import availability, incidents_caused
from tests.factories import a_vendor, an_incident
from tests.vendors.spend import a_budget, an_invoice, planned
from vendors import services
from vendors.scorecards.cost import cost_variance
from vendors.scorecards.periods import Period

pytestmark = pytest.mark.django_db
OCTOBER = Period("month", date(2026, 10, 1))
AFTER = datetime(2026, 11, 5, 12, tzinfo=UTC)


def outage(cast, vendor, start, minutes, **given):
    """An incident of high impact that the vendor caused, mitigated after so many minutes."""
    with time_machine.travel(start, tick=False):
        incident = an_incident(cast, "in_progress", **{"impact": 1, "vendor": vendor} | given)
    with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
        incidents.mark_incident(
            incident, actor=cast.agent_l1, kind="mitigated", at=start + timedelta(minutes=minutes)
        )
    return incident


def test_availability_is_what_outages_leave_of_the_period(cast):
    vendor, other = a_vendor(name="A"), a_vendor(name="B")
    day = datetime(2026, 10, 10, 12, tzinfo=UTC)
    outage(cast, vendor, day, 60)
    outage(cast, vendor, day + timedelta(minutes=30), 60)  # overlaps by half
    outage(cast, vendor, day + timedelta(days=2), 50, impact=2)  # no outage
    found = availability([vendor.pk, other.pk], OCTOBER, AFTER)
    whole = 31 * 24 * 60
    assert found[vendor.pk].value == 100 - Decimal(100 * 90) / whole
    assert [row["said"] for row in found[vendor.pk].rows] == ["60.0 min", "60.0 min"]
    assert (found[other.pk].value, list(found[other.pk].rows)) == (Decimal(100), [])


def test_an_outage_over_the_end_of_a_month_counts_in_both(cast):
    vendor = a_vendor(name="A")
    local_midnight = OCTOBER.ends_at
    outage(cast, vendor, local_midnight - timedelta(minutes=30), 90)
    november = Period("month", date(2026, 11, 1))
    at = november.ends_at + timedelta(days=1)
    assert availability([vendor.pk], OCTOBER, at)[vendor.pk].rows[0]["said"] == "30.0 min"
    assert availability([vendor.pk], november, at)[vendor.pk].rows[0]["said"] == "60.0 min"


def test_drills_are_counted_nowhere(cast):
    vendor = a_vendor(name="A")
    incident = outage(cast, vendor, datetime(2026, 10, 10, 12, tzinfo=UTC), 60)
    assert incidents_caused([vendor.pk], OCTOBER, AFTER)[vendor.pk].value == 1
    incident.is_drill = True
    type(incident).objects.filter(pk=incident.pk).update(is_drill=True)
    assert incidents_caused([vendor.pk], OCTOBER, AFTER)[vendor.pk].value == 0
    assert availability([vendor.pk], OCTOBER, AFTER)[vendor.pk].value == 100


def test_cost_is_told_against_the_plan_of_the_version_in_force(cast):
    vendor = a_vendor(tier="tactical", country="MX")
    budget = a_budget(cast, year=2026)
    planned(budget, cast, "1000.00", month=10, vendor=vendor)
    planned(budget, cast, "500.00", month=11, vendor=vendor)
    budget = services.submit_budget(budget, actor=cast.vendor_manager)
    assert cost_variance([vendor.pk], OCTOBER, AFTER) == {}  # nothing is planned before approval
    services.approve_budget(budget, actor=cast.finance)
    an_invoice(cast, vendor=vendor, amount=Decimal("1250.00"), issued_on=date(2026, 10, 5))
    found = cost_variance([vendor.pk], OCTOBER, AFTER)[vendor.pk]
    assert found.value == 25
    assert [row["said"] for row in found.rows] == ["2026-10-05 · 1250.00 MXN"]


def test_without_a_rate_of_exchange_the_cost_is_not_known(cast):
    vendor = a_vendor(tier="tactical", country="MX")
    budget = a_budget(cast, year=2026)
    planned(budget, cast, "1000.00", month=10, vendor=vendor)
    budget = services.submit_budget(budget, actor=cast.vendor_manager)
    services.approve_budget(budget, actor=cast.finance)
    an_invoice(
        cast,
        vendor=vendor,
        currency="USD",
        amount=Decimal("1250.00"),
        issued_on=date(2026, 10, 5),
    )
    assert cost_variance([vendor.pk], OCTOBER, AFTER) == {}
