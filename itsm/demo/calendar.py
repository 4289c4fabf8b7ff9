"""When things happen: more on working days and by day, most around the quincena, when wages are
paid and everybody looks at the balance."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONES = {"MX": ZoneInfo("America/Mexico_City"), "CO": ZoneInfo("America/Bogota")}
DAYS = 120  # how far back the world's incidents go
_BY_WEEKDAY = (1.15, 1.0, 0.95, 1.0, 1.2, 0.5, 0.35)  # Monday first
_BY_HOUR = (2, 1, 1, 1, 1, 2, 3, 6, 9, 12, 13, 13, 11, 10, 9, 9, 9, 9, 8, 7, 6, 5, 4, 3)
_QUINCENA = 2.4  # as many on a pay day as on another
_STORY_OF_QUINCENA = 12.0  # and for what only its load brings about


def pay_days(year: int, month: int) -> frozenset[date]:
    """The 15th and the last day of a month; the Friday before, where that is a weekend."""
    days = (date(year, month, 15), date(year, month, monthrange(year, month)[1]))
    return frozenset(day - timedelta(days=max(0, day.weekday() - 4)) for day in days)


def weight_of(day: date, *, of_quincena: bool) -> float:
    """How likely something happens on a day; 1 is an ordinary Tuesday."""
    is_pay_day = day in pay_days(day.year, day.month)
    usual = _BY_WEEKDAY[day.weekday()]
    if of_quincena:
        return _STORY_OF_QUINCENA if is_pay_day else 0.2 * usual
    return usual * (_QUINCENA if is_pay_day else 1.0)


def draw_moment(
    rng: Random, base: datetime, country: str, *, not_after: timedelta, of_quincena: bool
) -> datetime:
    """A moment in the last 120 days, at least `not_after` before the base."""
    zone = ZONES[country]
    first, latest = base - timedelta(days=DAYS), base - not_after
    days = [
        (first + timedelta(days=n)).astimezone(zone).date()
        for n in range((latest - first) // timedelta(days=1) + 1)
    ]
    weights = [weight_of(day, of_quincena=of_quincena) for day in days]
    day = rng.choices(days, weights)[0]
    hour = rng.choices(range(24), _BY_HOUR)[0]
    at = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), zone)
    return min(at.astimezone(UTC), latest)
