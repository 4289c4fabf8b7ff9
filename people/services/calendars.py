"""Working calendars: drafted, adopted, and from then on altered for days to come only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from audit.context import told_moment
from core.errors import Refused
from people.calendar_hearers import CALENDAR_HEARERS
from people.calendar_reading import checked_hours, stored_periods, working_calendar
from people.calendars import WorkPeriod
from people.models import ClosingDay, OpenTime, Subsidiary, WorkCalendar, WorkWeek
from people.services.authority import administering, change, locked, without_cards
from people.services.reviews import refusals_of_the_database
from people.working_time import YEARS, moments_of, open_year

YEARS_AHEAD = 4
"""So many years after this one are worked out for the database; every night sees to it."""


def draft_calendar(
    *, actor: Any, slug: str, name: str, subsidiary: Subsidiary | None = None, **week: Any
) -> WorkCalendar:
    """Add a calendar with its first week (as `begin_week` takes it); nothing counts by it yet."""
    with administering(
        "people.add_workcalendar", actor=actor, action="work_calendar.draft"
    ) as fresh:
        told = without_cards("people_workcalendar", {"slug": slug, "name": name.strip()}, fresh)
        calendar = WorkCalendar(**told, subsidiary=subsidiary)
        calendar.full_clean()
        calendar.save()
        _write_week(calendar, **week)
    return calendar


def edit_calendar(
    calendar: WorkCalendar, *, actor: Any, version: int | None = None, **changes: Any
) -> WorkCalendar:
    """Change its name or company. Its short name stays, for programs use it."""
    with administering(
        "people.change_workcalendar", actor=actor, action="work_calendar.edit"
    ) as fresh:
        row = locked(calendar, actor=fresh, version=version)
        change(row, changes, ("name", "subsidiary"), actor=fresh)
    return row


def adopt_calendar(
    calendar: WorkCalendar, *, actor: Any, version: int | None = None
) -> WorkCalendar:
    """Put it in use: what is past by then stays as it is for good. Refused where it is in use."""
    with _writing(calendar, actor, "work_calendar.adopt", version) as row:
        if row.adopted_at is not None:
            raise Refused(_("the calendar is in use already"))
        row.adopted_at = told_moment()
        row.save(update_fields=["adopted_at"])
        row.refresh_from_db(fields=["version"])
    return row


def begin_week(
    calendar: WorkCalendar, *, actor: Any, version: int | None = None, **week: Any
) -> WorkCalendar:
    """From `starts_on` on people work `periods` in `time_zone`, but on the statutory holidays of
    `country`. Of a calendar in use it begins tomorrow at the earliest."""
    with _writing(calendar, actor, "work_calendar.begin_week", version) as row:
        _write_week(row, **week)
        _raise_version(row)
    return row


def withdraw_week(
    calendar: WorkCalendar, *, actor: Any, starts_on: date, version: int | None = None
) -> WorkCalendar:
    """Take back a week that has not begun. Refused for the only one."""
    with _writing(calendar, actor, "work_calendar.withdraw_week", version) as row:
        week = row.weeks.filter(starts_on=starts_on).first()
        if week is None:
            raise ValidationError({"starts_on": _("No week begins on this day.")})
        if row.weeks.count() == 1:
            raise Refused(_("a calendar has a week at least"))
        if _is_past(row, week.starts_on, week.time_zone):
            raise Refused(_("a week that has begun stays"))
        week.delete()
        _raise_version(row)
    return row


def close_day(
    calendar: WorkCalendar,
    *,
    actor: Any,
    day: date,
    name: str,
    source: str,
    version: int | None = None,
) -> WorkCalendar:
    """Nobody works on a day: say what day it is and who says so. Of a calendar in use it is a day
    to come."""
    with _writing(calendar, actor, "work_calendar.close_day", version) as row:
        texts = {"name": name.strip(), "source": source.strip()}
        closing = ClosingDay(
            calendar=row, day=day, **without_cards("people_closingday", texts, actor)
        )
        closing.full_clean()
        _refuse_past(row, "day", day)
        closing.save()
        _raise_version(row)
    return row


def open_day(
    calendar: WorkCalendar, *, actor: Any, day: date, version: int | None = None
) -> WorkCalendar:
    """Take back a closing day that has not come."""
    with _writing(calendar, actor, "work_calendar.open_day", version) as row:
        closing = row.closing_days.filter(day=day).first()
        if closing is None:
            raise ValidationError({"day": _("It is not closed on this day.")})
        _refuse_past(row, "day", day)
        closing.delete()
        _raise_version(row)
    return row


def work_out_all(at: datetime) -> int:
    """Work out for the database the years that a calendar in use lacks; how many these are."""
    rows = WorkCalendar.objects.adopted().prefetch_related("weeks", "closing_days")
    return sum(work_out(row, at) for row in rows)


def work_out(row: WorkCalendar, at: datetime, *, anew: bool = False) -> int:
    """Work out the open time until `YEARS_AHEAD`; how many years were written.

    `anew` writes this year and those after it again (last year's too: near midnight it is not
    over everywhere). Before them nothing can have changed but what a new edition of the holidays'
    library thinks, and what was counted stays counted.
    """
    calendar = working_calendar(row)
    first = max(calendar.versions[0].starts_on.year, YEARS[0])
    with transaction.atomic():
        if anew:
            row.open_time.filter(year__gte=at.year - 1).delete()
        known = set(row.open_time.values_list("year", flat=True))
        lacking = [y for y in range(first, at.year + YEARS_AHEAD + 1) if y not in known]
        made = []
        for year in lacking:
            spans, covers = moments_of(open_year(calendar, year))
            span = TimestamptzRange(*covers)
            made.append(OpenTime(calendar=row, year=year, open=spans, covers=span))
        OpenTime.objects.bulk_create(made)
    return len(made)


@contextmanager
def _writing(
    calendar: WorkCalendar, actor: Any, action: str, version: int | None
) -> Iterator[WorkCalendar]:
    permission = "people.change_workcalendar"
    with refusals_of_the_database(), administering(permission, actor=actor, action=action) as fresh:
        row = locked(calendar, actor=fresh, version=version)
        yield row
        if row.adopted_at is not None:
            work_out(row, timezone.now(), anew=True)
            for _name, hear in CALENDAR_HEARERS:
                hear(row, fresh)


def _write_week(
    row: WorkCalendar,
    *,
    starts_on: date,
    time_zone: str,
    periods: Sequence[WorkPeriod],
    country: str = "",
) -> None:
    hours = checked_hours(periods, time_zone, country, starts_on)
    if starts_on.year not in YEARS:
        raise ValidationError(
            {
                "starts_on": _("A week begins in a year from %(first)d to %(last)d.")
                % {"first": YEARS[0], "last": YEARS[-1]}
            }
        )
    week = WorkWeek(
        calendar=row,
        starts_on=starts_on,
        time_zone=time_zone,
        country=country,
        periods=stored_periods(hours.periods),
    )
    week.full_clean()
    if row.adopted_at is not None and _is_past(row, starts_on, time_zone):
        raise ValidationError(
            {"starts_on": _("The calendar is in use: a new week begins tomorrow at the earliest.")}
        )
    week.save()


def _refuse_past(row: WorkCalendar, field: str, day: date) -> None:
    week = row.weeks.order_by("-starts_on").first()
    if week is not None and _is_past(row, day, week.time_zone):
        raise ValidationError(
            {field: _("The calendar is in use: what is past stays as it was. Name a day to come.")}
        )


def _is_past(row: WorkCalendar, day: date, zone: str) -> bool:
    """Whether it has begun there; of a draft nothing has."""
    return row.adopted_at is not None and day <= timezone.now().astimezone(ZoneInfo(zone)).date()


def _raise_version(row: WorkCalendar) -> None:
    """What hangs on the row changed: whoever edits it must know."""
    row.version += 1
    row.save(update_fields=["version"])
    row.refresh_from_db(fields=["version"])
