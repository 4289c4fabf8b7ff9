"""When things happen in a year of the company: by hour, weekday and pay day, in the Buen Fin and at
Christmas, and in the nights when something is changed."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

ZONES = {"MX": ZoneInfo("America/Mexico_City"), "CO": ZoneInfo("America/Bogota")}
DAYS = 365  # how far back the world's incidents go
_BY_WEEKDAY = (1.15, 1.0, 0.95, 1.0, 1.2, 0.55, 0.4)  # Monday first
_QUINCENA, _AFTER_QUINCENA = 2.2, 1.35  # as many as on another day
_BUEN_FIN, _HOT_SALE, _CHRISTMAS_TRADE = 2.3, 1.4, 1.3
_QUIET = 0.4  # at Christmas, New Year and in Holy Week
_HOLIDAY = 0.6

# Hours as people call and write, and as machines notice.
_OF_PEOPLE = (1, 1, 0, 0, 0, 1, 4, 9, 16, 21, 22, 20, 18, 15, 15, 16, 17, 17, 15, 12, 9, 6, 4, 2)
_OF_MACHINES = (5, 4, 4, 3, 3, 4, 6, 8, 10, 12, 13, 13, 12, 10, 9, 9, 10, 11, 12, 12, 10, 8, 7, 6)
# What a story's rhythm makes of the hours, where it does.
_HOURS_OF = {
    "maintenance": (4, 9, 10, 8, 4, 2, 1, *[0] * 16, 1),
    "night": (5, 7, 8, 9, 10, 9, 7, 3, *[0] * 15, 2),
    "morning": (*[0] * 6, 6, 14, 18, 12, 6, 3, *[0] * 12),
}


def pay_days(year: int, month: int) -> frozenset[date]:
    """The 15th and the last day of a month; the Friday before, where that is a weekend."""
    days = (date(year, month, 15), date(year, month, monthrange(year, month)[1]))
    return frozenset(day - timedelta(days=max(0, day.weekday() - 4)) for day in days)


@cache
def buen_fin(year: int) -> frozenset[date]:
    """Mexico's days of sales: from the Friday before the third Monday of November to that Monday,
    in whose honour offices are closed."""
    monday = _nth_monday(year, 11, 3)
    return frozenset(monday - timedelta(days=n) for n in range(4))


@cache
def holidays(year: int, country: str) -> frozenset[date]:
    """The days on which offices are closed; only the best known."""
    both = {date(year, 1, 1), date(year, 5, 1), date(year, 12, 25)}
    good_friday = _easter(year) - timedelta(days=2)
    both |= {good_friday, good_friday - timedelta(days=1)}
    if country == "CO":
        return frozenset(both | {date(year, 7, 20), date(year, 8, 7), date(year, 12, 8)})
    return frozenset(
        both
        | {date(year, 9, 16), _nth_monday(year, 2, 1), _nth_monday(year, 3, 3)}
        | {_nth_monday(year, 11, 3)}
    )


def weight_of(day: date, rhythm: str = "", country: str = "MX") -> float:
    """How likely something happens on a day; 1 is an ordinary Tuesday."""
    usual = _BY_WEEKDAY[day.weekday()] * _season(day, country)
    is_pay_day = day in pay_days(day.year, day.month)
    is_day_after = day - timedelta(days=1) in pay_days(day.year, day.month)
    match rhythm:
        case "quincena":
            return 12.0 if is_pay_day else 1.5 if is_day_after else 0.15 * usual
        case "retail":
            return 12.0 if day in buen_fin(day.year) else usual
        case "maintenance":
            return 5.0 if day.weekday() == 1 else 0.2 if day.weekday() == 2 else 0.02
        case "month_end":
            return 6.0 if day.day <= 3 or day.day >= 29 else 0.15 * usual
    return usual * (_QUINCENA if is_pay_day else _AFTER_QUINCENA if is_day_after else 1.0)


def draw_moment(
    rng: Random, base: datetime, country: str, *, rhythm: str = "", is_machine: bool = False
) -> datetime:
    """A moment of the year before the base."""
    zone = ZONES[country]
    days, weights = _days(base, country, rhythm)
    hours = _HOURS_OF.get(rhythm, _OF_MACHINES if is_machine else _OF_PEOPLE)
    while True:
        day = rng.choices(days, cum_weights=weights)[0]
        at = time(rng.choices(range(24), hours)[0], rng.randrange(60), rng.randrange(60))
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if moment <= base - timedelta(minutes=5):  # the base may lie in the middle of its day
            return moment


@cache
def _days(base: datetime, country: str, rhythm: str) -> tuple[Sequence[date], Sequence[float]]:
    """The days of the year before the base, and their weights as they add up."""
    today = base.astimezone(ZONES[country]).date()
    days = [today - timedelta(days=n) for n in range(DAYS)]
    return days, list(accumulate(weight_of(day, rhythm, country) for day in days))


def _season(day: date, country: str) -> float:
    if (day.month, day.day) in {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1), (1, 2)}:
        return _QUIET
    if day in buen_fin(day.year) and country == "MX":
        return _BUEN_FIN
    if day in holidays(day.year, country):
        return _QUIET if day.month in (3, 4) and day.weekday() in (3, 4) else _HOLIDAY
    if day.month == 12 and day.day <= 23:
        return _CHRISTMAS_TRADE
    return _HOT_SALE if day.month == 5 and day.day >= 25 else 1.0


def _nth_monday(year: int, month: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (n - 1))


def _easter(year: int) -> date:
    """The Gregorian Easter Sunday, by the anonymous algorithm (Meeus, Astronomical Algorithms)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    leap = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * leap) // 451
    month, day = divmod(h + leap - 7 * m + 114, 31)
    return date(year, month, day + 1)
