"""Quiet hours in the person's zone: over midnight, and when the clocks are changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.quiet import end_of_quiet

MEXICO, TIJUANA = ZoneInfo("America/Mexico_City"), ZoneInfo("America/Tijuana")

# zone, quiet from, until, now (UTC), the end (UTC) or None
CASES = {
    "in the night": (MEXICO, "22:00", "07:00", "2026-03-02T08:00", "2026-03-02T13:00"),
    "before midnight": (MEXICO, "22:00", "07:00", "2026-03-02T04:30", "2026-03-02T13:00"),
    "as it begins": (MEXICO, "22:00", "07:00", "2026-03-02T04:00", "2026-03-02T13:00"),
    "as it ends": (MEXICO, "22:00", "07:00", "2026-03-02T13:00", None),
    "by day": (MEXICO, "22:00", "07:00", "2026-03-02T18:00", None),
    "a siesta": (MEXICO, "14:00", "16:00", "2026-03-02T21:00", "2026-03-02T22:00"),
    "after a siesta": (MEXICO, "14:00", "16:00", "2026-03-02T22:00", None),
    # Tijuana, 8 March 2026: 02:00 PST (-8) becomes 03:00 PDT (-7).
    "a short night": (TIJUANA, "22:00", "07:00", "2026-03-08T08:00", "2026-03-08T14:00"),
    "an end that is skipped": (TIJUANA, "22:00", "02:30", "2026-03-08T09:00", "2026-03-08T10:30"),
    # Tijuana, 1 November 2026: 02:00 PDT (-7) becomes 01:00 PST (-8).
    "a long night": (TIJUANA, "22:00", "07:00", "2026-11-01T08:00", "2026-11-01T15:00"),
    "an end that comes twice": (TIJUANA, "22:00", "01:30", "2026-11-01T08:45", "2026-11-01T09:30"),
    "a start that comes twice": (TIJUANA, "01:30", "06:00", "2026-11-01T08:40", "2026-11-01T14:00"),
}


@pytest.mark.parametrize("case", CASES)
def test_quiet_hours_end_when_the_person_would_say_so(case):
    zone, quiet_from, quiet_until, now, end = CASES[case]
    found = end_of_quiet(
        datetime.fromisoformat(now).replace(tzinfo=UTC),
        zone,
        time.fromisoformat(quiet_from),
        time.fromisoformat(quiet_until),
    )
    assert found == (end and datetime.fromisoformat(end).replace(tzinfo=UTC))


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from(["America/Tijuana", "America/Bogota", "Europe/Madrid", "Asia/Kolkata"]),
    st.times(),
    st.times(),
)
def test_quiet_hours_end_within_a_day(minutes, zone, quiet_from, quiet_until):
    now, zone = datetime(2025, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes), ZoneInfo(zone)
    end = end_of_quiet(now, zone, quiet_from, quiet_until)
    if end is not None:
        assert now < end <= now + timedelta(hours=26)
