"""When a freeze or maintenance window is: its rule expanded to moments. Pure.

Rules are those of RFC 5545 (iCalendar) by days; the time of day is the window's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.calendars import DAY, LONGEST_CLOSURE, Roll, WorkingCalendar, moment_at

type Span = tuple[datetime, datetime]
"""A window's start and end, in UTC; the end is no longer part of it."""

MOST_OCCURRENCES = 5_000
LONGEST_WINDOW = timedelta(days=366)
YEARS = range(1970, 2200)
HORIZON = timedelta(days=36_525)
"""A hundred years after its first day a rule is not expanded any further."""


@dataclass(frozen=True)
class Dated:
    """A window that is once, between two moments."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        _must_be_moments(self.starts_at, self.ends_at)
        if self.ends_at <= self.starts_at:
            raise ValidationError(_("It ends before it starts."), code="order")


@dataclass(frozen=True)
class Recurring:
    """A window that is on many days.

    `rule` is RRULE text without DTSTART: `begins` is that, the first day it can be on and the
    time of day, both as clocks in the time zone `zone` show them. `lasts` is by these clocks too:
    from 22:00 for eight hours is until 06:00 also in the night in which they are put forward.
    Where a day is no business day of `calendar`, the window moves as `roll` says; COUNT and UNTIL
    are about the days before that.
    """

    rule: str
    begins: datetime
    lasts: timedelta
    zone: str
    roll: Roll = Roll.NONE
    calendar: WorkingCalendar | None = None

    def __post_init__(self) -> None:
        if self.roll != Roll.NONE and self.calendar is None:
            raise ValueError("business days are those of a calendar")
        if not timedelta(0) < self.lasts <= LONGEST_WINDOW:
            raise ValidationError(_("The duration is positive and at most 366 days."), code="lasts")
        if self.begins.year not in YEARS:
            raise ValidationError(
                _("A rule begins in a year from %(first)d to %(last)d."),
                code="begins",
                params={"first": YEARS[0], "last": YEARS[-1]},
            )
        zone_of(self.zone)
        read_rule(self.rule, self.begins, self.zone)


type Window = Dated | Recurring


def occurrences(window: Window, after: datetime, before: datetime) -> list[Span]:
    """The windows that have some part from `after` until just before `before`, whole and in order.

    ValueError for moments without time zone or in the wrong order, for more than
    `MOST_OCCURRENCES` windows, and beyond the `HORIZON`.
    """
    _must_be_moments(after, before)
    if before <= after:
        raise ValueError("the range ends before it starts")
    if isinstance(window, Dated):
        spans = {(window.starts_at.astimezone(UTC), window.ends_at.astimezone(UTC))}
    else:
        spans = set(_expanded(window, after, before))
    found = sorted(span for span in spans if span[0] < before and span[1] > after)
    if len(found) > MOST_OCCURRENCES:
        raise ValueError(f"these are more than {MOST_OCCURRENCES} windows")
    return found


def _expanded(window: Recurring, after: datetime, before: datetime) -> Iterator[Span]:
    """Every window that could touch the range, and a few around it."""
    zone = zone_of(window.zone)
    begins_at = moment_at(window.begins, zone)
    margin = window.lasts + LONGEST_CLOSURE + DAY  # however it is rolled, and whatever the offset
    if begins_at - before > margin:
        return
    if before - begins_at > HORIZON:
        raise ValueError(f"this is more than {HORIZON.days} days after the rule begins")
    rule = read_rule(window.rule, window.begins, window.zone)
    first = (max(after, begins_at) - margin).astimezone(zone).replace(tzinfo=None)
    last = (before + margin).astimezone(zone).replace(tzinfo=None)
    for clock in rule.between(first, last, inc=True):
        yield _span(window, clock, zone)


def _span(window: Recurring, clock: datetime, zone: ZoneInfo) -> Span:
    """A window from when clocks show `clock`, on the business day to which it is moved."""
    if window.calendar is not None:
        day = window.calendar.roll(clock.date(), window.roll)
        clock = datetime.combine(day, clock.time())
    start = moment_at(clock, zone)
    # what lies in a gap moves as a whole, so that it does not end before it starts
    shown = start.astimezone(zone).replace(tzinfo=None)
    return start, moment_at(shown + window.lasts, zone)


_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_PARTS = {
    "DAILY": _ALWAYS,
    "WEEKLY": _ALWAYS | {"BYDAY"},
    "MONTHLY": _ALWAYS | {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
    "YEARLY": _ALWAYS | {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"},
}
"""What a rule may consist of, by frequency. Hours and less are the window's own; what the RFC does
not define, and what makes the search for the next day long, is left out."""

_LIMITS = {
    "INTERVAL": (1, 100),
    "COUNT": (1, MOST_OCCURRENCES),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYSETPOS": (-366, 366),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
}
"""From where to where the numbers of a part go; 0 is never one."""

_WEEKDAY = "(MO|TU|WE|TH|FR|SA|SU)"
_WEEKDAYS = {
    "WEEKLY": re.compile(_WEEKDAY),
    "MONTHLY": re.compile(rf"([+-]?[1-5])?{_WEEKDAY}"),
    "YEARLY": re.compile(rf"([+-]?([1-9]|[1-4][0-9]|5[0-3]))?{_WEEKDAY}"),
}
_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
LONGEST_RULE = 200


@lru_cache(maxsize=256)
def read_rule(text: str, begins: datetime, zone: str) -> Any:
    """The rule that a text is, as dateutil expands it from the day and time it begins.

    ValidationError, in words for whoever wrote the text, where it is none, or not one of ours.
    """
    if begins.tzinfo is not None:
        raise ValueError("a rule begins when clocks show it, in no time zone")
    if len(text) > LONGEST_RULE:
        raise _refused(_("A rule has at most %(most)d characters."), most=LONGEST_RULE)
    parts = _parts_of(text.strip().upper().removeprefix("RRULE:"))
    until = parts.pop("UNTIL", None)
    try:
        rule = rrulestr(";".join("=".join(part) for part in parts.items()), dtstart=begins)
    except (ValueError, TypeError, KeyError) as error:
        raise _refused(_("This rule cannot be read.")) from error
    if until is not None:
        rule = rule.replace(until=_last_of(until, zone_of(zone)))
    if next(iter(rule), None) is None:
        raise _refused(_("By this rule the window is never."))
    return rule


def _parts_of(text: str) -> dict[str, str]:
    """A rule's parts by name, checked one by one."""
    pairs = [part.partition("=") for part in text.split(";") if part]
    parts = {name: value for name, _sign, value in pairs}
    if "FREQ" not in parts or len(parts) != len(pairs):
        raise _refused(_("A rule looks like FREQ=MONTHLY;BYMONTHDAY=15,-1, each part once."))
    frequency = parts["FREQ"]
    if frequency not in _PARTS:
        raise _refused(_("Windows are daily, weekly, monthly or yearly (DAILY to YEARLY)."))
    if foreign := sorted(set(parts) - _PARTS[frequency]):
        raise _refused(
            _("%(frequency)s rules have no %(parts)s."),
            parts=", ".join(foreign),
            frequency=frequency,
        )
    if "COUNT" in parts and "UNTIL" in parts:
        raise _refused(_("A rule ends by COUNT or by UNTIL, not by both."))
    for name, value in parts.items():
        if not _is_fine(name, value, frequency):
            raise _refused(_("%(name)s cannot be “%(value)s”."), name=name, value=value)
    return parts


def _is_fine(name: str, value: str, frequency: str) -> bool:
    if name == "BYDAY":
        return all(_WEEKDAYS[frequency].fullmatch(day) for day in value.split(","))
    if name == "WKST":
        return re.fullmatch(_WEEKDAY, value) is not None
    if name == "UNTIL":
        return _UNTIL.fullmatch(value) is not None
    if name in _LIMITS:
        least, most = _LIMITS[name]
        several = value.split(",") if name.startswith("BY") else [value]
        return all(
            re.fullmatch(r"[+-]?[0-9]{1,4}", n) and least <= int(n) <= most and int(n)
            for n in several
        )
    return True


def _last_of(until: str, zone: ZoneInfo) -> datetime:
    """The last moment of UNTIL as clocks show it: a day counts whole, a Z means UTC."""
    try:
        last = datetime.fromisoformat(until)
        last = last if "T" in until else last.replace(hour=23, minute=59, second=59)
        return last.astimezone(zone).replace(tzinfo=None) if last.tzinfo else last
    except (ValueError, OverflowError) as error:
        raise _refused(_("%(name)s cannot be “%(value)s”."), name="UNTIL", value=until) from error


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name in the IANA data base; ValidationError where it has none such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            _("“%(name)s” is no time zone."), code="zone", params={"name": name}
        ) from error


def _refused(message: Any, **params: Any) -> ValidationError:
    return ValidationError(message, code="rule", params=params)


def _must_be_moments(*moments: datetime) -> None:
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("a moment has a time zone")
