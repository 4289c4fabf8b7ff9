"""Clock profiles by the real road."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sla.clock_profile_services import add_clock_profile
from sla.models import ClockProfile


def a_clock_profile(**facts: Any) -> ClockProfile:
    """One for tomorrow, for every incident unless said otherwise."""
    usual = {"starts_at": timezone.now() + timedelta(days=1), "reason": "agreed with the bank"}
    return add_clock_profile(actor=None, **usual | facts)
