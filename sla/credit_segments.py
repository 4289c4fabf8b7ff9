"""What vendors breached of the times agreed with them, for claims of service credits."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sla.enums import ClockState
from sla.lived_records import records_of
from sla.models import LifeClock
from sla.vendor_figures import stopped_clocks
from vendors.credits.sources import BREACHES, Reading, Segment, register, segment_of
from vendors.scorecards.periods import Period


def register_credit_segments() -> None:
    """Called once, when the app is ready."""
    register(BREACHES, _("Breached times of underpinning contracts"), read_breaches)


def read_breaches(vendor_id: int, period: Period, now: datetime) -> Reading:
    """The clocks of the vendor's underpinning contracts that stopped in the month too late, the
    first begun first; counted are those that were in time as well. One query, and one for each kind
    of record."""
    clocks = list(stopped_clocks([vendor_id], period).filter(stopped_at__lte=now))
    late = [clock for clock in clocks if clock.state == ClockState.BREACHED]
    records = records_of({clock.life_id for clock in late})
    late.sort(key=lambda clock: (clock.started_at, clock.pk))
    return Reading([_segment(clock, records.get(clock.life_id)) for clock in late], len(clocks))


def _segment(clock: LifeClock, record: Any) -> Segment:
    agreement = clock.agreement
    told = [agreement.name, clock.metric, f"P{clock.priority}" if clock.priority else ""]
    return segment_of(
        record or agreement,
        " · ".join(one for one in told if one),
        clock.started_at,
        clock.stopped_at or clock.started_at,  # such as stopped were asked for
        seconds=int(clock.elapsed_before.total_seconds()),
        target_seconds=int(clock.target.total_seconds()),
    )
