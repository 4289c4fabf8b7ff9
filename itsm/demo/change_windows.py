"""When the changes of the demo world are planned, and when its offices are open."""

from datetime import date, datetime, time, timedelta

from itsm.demo.calendar import ZONES, buen_fin, pay_days
from itsm.demo.change_stories import ChangeStory

_ZONE = ZONES["MX"]
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_ON_PAYDAY = time(11)
# By slot: the weekday, from when on, and how long ago the last one must have ended.
_SLOTS = {
    "sunday": (6, time(1), 6 * _HOUR),
    "night": (1, time(23), 10 * _HOUR),
    "day": (2, time(11), 6 * _HOUR),
    "urgent": (3, time(19, 40), 45 * _HOUR),
}


def window_of(story: ChangeStory, base: datetime) -> tuple[datetime, datetime]:
    """The planned window: the usual maintenance hours of a week, no pay day and no season of
    sales. Where that is one, those of the past were earlier and those to come are later."""
    lasts = timedelta(hours=story.hours)
    if story.slot == "now":
        return base - _HOUR, base - _HOUR + lasts
    today = base.astimezone(_ZONE).date()
    if story.slot == "payday":
        day = _pay_day(today, story.weeks)
        return _at(day, _ON_PAYDAY), _at(day, _ON_PAYDAY) + lasts
    weekday, hour, margin = _SLOTS[story.slot]
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    if story.weeks < 0:
        while _at(day, hour) + lasts + margin > base:
            day -= _WEEK
        day += (story.weeks + 1) * _WEEK
    else:
        while _at(day, hour) < base + 12 * _HOUR:
            day += _WEEK
        day += (story.weeks - 1) * _WEEK
    while story.slot != "urgent" and _is_busy(day):
        day += -_WEEK if story.weeks < 0 else _WEEK
    return _at(day, hour), _at(day, hour) + lasts


def _pay_day(today: date, weeks: int) -> date:
    """The next pay day but today and tomorrow, or the last one some days ago: in its freeze."""
    step = _DAY if weeks > 0 else -_DAY
    day = today + 2 * step
    while day not in pay_days(day.year, day.month):
        day += step
    return day


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, _ZONE)


def _is_busy(day: date) -> bool:
    season = (day.month == 12 and day.day >= 18) or (day.month == 1 and day.day <= 2)
    return season or day in buen_fin(day.year) or day in pay_days(day.year, day.month)


def next_morning(moment: datetime, days: int) -> datetime:
    """Nine o'clock of the first working day so many days later."""
    day = moment.astimezone(_ZONE).date() + timedelta(days=days)
    while day.weekday() >= 5 and days:
        day += timedelta(days=1)
    return _at(day, time(9))


def office_hours(moment: datetime, *, weekdays: bool, forwards: bool = False) -> datetime:
    """The same moment if the office is open, else when it last was, or will be."""
    local = moment.astimezone(_ZONE)
    if forwards:
        return local if 9 <= local.hour < 20 else next_morning(local, 1) + local.minute * _MINUTE
    if local.hour >= 19:
        local = local.replace(hour=18)
    elif local.hour < 9:
        local = (local - timedelta(days=1)).replace(hour=17)
    while weekdays and local.weekday() >= 5:
        local = (local - timedelta(days=1)).replace(hour=17)
    return local
