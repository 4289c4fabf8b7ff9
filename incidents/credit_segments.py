"""How long things stood still by vendors, for claims of service credits."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from incidents.vendor_figures import outages_of
from vendors.credits.sources import OUTAGES, Reading, register, segment_of
from vendors.scorecards.periods import Period


def register_credit_segments() -> None:
    """Called once, when the app is ready."""
    register(OUTAGES, _("Outages attributed to vendors"), read_outages)


def read_outages(vendor_id: int, period: Period, now: datetime) -> Reading:
    """The outages that availability is made of, as far as they lie in the month, the first begun
    first."""
    found = outages_of([vendor_id], period, now)[vendor_id]
    found.sort(key=lambda pair: (pair[1][0], pair[0].pk))
    segments = [segment_of(one, f"P{one.priority}", begin, end) for one, (begin, end) in found]
    return Reading(segments, len(segments))
