"""What scorecards cost beside all incidents: measuring a month of all vendors, and the page that
shows the vendors side by side with the way they came in two years."""

import time
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from audit.context import Channel, acting
from itsm.bench.report import LedgerFigure
from itsm.demo.founding import World
from vendors import services
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.periods import period_of

MONTHS, QUICK_MONTHS = 24, 3
COMPARED = "/vendors/scorecard/compare/?period=month"


def measure_scorecards(world: World, *, is_quick: bool = False) -> Iterator[LedgerFigure]:
    """Opens and measures the scorecards of two years, and the last month once more: what a night
    costs."""
    manager, other = world.users["vendor_manager"], world.users["service_manager"]
    with acting(channel=Channel.IMPORT, action="bench.load"):
        model = services.draft_score_model(actor=manager, title="Bench")
        services.activate_score_model(model, actor=other)
        period = period_of(timezone.localdate(), PeriodKind.MONTH)
        for _month in range(QUICK_MONTHS if is_quick else MONTHS):
            period = period.previous
            services.measure_period(period, period.ends_at + timedelta(days=1))
        last = period_of(timezone.localdate(), PeriodKind.MONTH).previous
        began = time.perf_counter()
        measured = services.measure_period(last, timezone.now())
        took = time.perf_counter() - began
    yield LedgerFigure(f"Measure a month of {measured} vendors", f"{took * 1000:.0f} ms")
