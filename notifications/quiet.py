"""Quiet hours: when a person is not to be disturbed, in their own time zone. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def end_of_quiet(
    now: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time
) -> datetime | None:
    """When the quiet hours that `now` lies in are over, in UTC; None outside of them.

    They may pass midnight. Where clocks are changed, an hour that happens twice is quiet both
    times, and an end that does not happen is as long after midnight as if it did.
    """
    today = now.astimezone(zone).date()
    over_midnight = timedelta(days=quiet_until <= quiet_from)
    for day in (today - timedelta(days=1), today):
        begins = min(_instants(datetime.combine(day, quiet_from, zone)))
        ends = max(_instants(datetime.combine(day + over_midnight, quiet_until, zone)))
        if begins <= now < ends:
            return ends
    return None


def _instants(local: datetime) -> tuple[datetime, datetime]:
    """Both readings of a local time, as UTC: they differ only around a change of the clocks."""
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
