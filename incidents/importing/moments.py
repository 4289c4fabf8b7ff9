"""What a moment in a log means: day first or ISO, in the zone of whoever exported it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?\Z", re.ASCII
)
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?\Z", re.ASCII
)  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """An instant, whether its source tells seconds, and what was odd about it."""

    at: datetime
    is_exact: bool
    odd: str = ""


@lru_cache(maxsize=8192)
def moment(text: str, zone: ZoneInfo) -> Moment:
    """ValueError where the text is none."""
    if found := _DAY_FIRST.match(text):
        day, month, year = found[1], found[2], found[3]
    elif found := _ISO.match(text):
        year, month, day = found[1], found[2], found[3]
    else:
        raise ValueError("no moment such as 31/1/2026 18:05")
    local = datetime(  # noqa: DTZ001 -- the zone follows, after what it makes of this was looked at
        int(year), int(month), int(day), int(found[4]), int(found[5]), int(found[6] or 0)
    )
    at = local.replace(tzinfo=zone).astimezone(UTC)
    odd = ""
    if at.astimezone(zone).replace(tzinfo=None) != local:
        odd = "did not exist in this zone: the clocks were put forward"
    elif local.replace(tzinfo=zone, fold=1).astimezone(UTC) != at:
        odd = "happened twice in this zone; the first one is taken"
    return Moment(at, found[6] is not None, odd)
