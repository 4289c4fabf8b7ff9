"""What the clocks of underpinning contracts say before a contract with their vendor is renewed."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.enums import AgreementKind, ClockState
from sla.models import Agreement, LifeClock
from vendors.renewals.facts import NOT_KNOWN, Fact, told

PERIOD = timedelta(days=365)
MOST_ROWS = 50
"""So many breaches, the latest, are kept with the decision; the figures count all of them."""


def breach_segments(contract: Any, *, on: date) -> Fact:
    """How the times agreed with the vendor were kept in the year before a day, and each breach.
    Clocks belong to the moment at which they stopped. Two queries."""
    agreements = Agreement.objects.filter(kind=AgreementKind.UC, vendor=contract.vendor_id)
    end = timezone.make_aware(datetime.combine(on, time.max))
    stopped = LifeClock.objects.filter(
        agreement__in=agreements.order_by().values("pk"),
        stopped_at__gt=end - PERIOD,
        stopped_at__lte=end,
    )
    figures = stopped.aggregate(
        met=Count("pk", filter=Q(state=ClockState.MET)),
        breached=Count("pk", filter=Q(state=ClockState.BREACHED)),
    )
    n = figures["met"] + figures["breached"]
    if not n:
        return NOT_KNOWN
    breaches = stopped.filter(state=ClockState.BREACHED).select_related("agreement")
    value = {**figures, "n": n, "since": str(on - PERIOD), "until": str(on)}
    sentence = _("%(breached)s of %(n)s agreed times were breached in the year to %(until)s.")
    rows = [_row(clock) for clock in breaches.order_by("-stopped_at", "-pk")[:MOST_ROWS]]
    return Fact(value, told(sentence, value), rows)


def _row(clock: LifeClock) -> dict[str, Any]:
    return {
        "life": clock.life_id,
        "name": clock.agreement.name,
        "path": f"/sla/agreement/{clock.agreement_id}/change/",
        "metric": clock.metric,
        "priority": clock.priority,
        "target_seconds": int(clock.target.total_seconds()),
        "used_seconds": int(clock.elapsed_before.total_seconds()),
        "started_at": clock.started_at.isoformat(),
        "stopped_at": clock.stopped_at and clock.stopped_at.isoformat(),
    }
