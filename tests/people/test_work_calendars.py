"""Working calendars as records: drafted, adopted, and unaltered behind today."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.errors import NotAllowed, Refused, Stale
from people.calendar_reading import read_day, working_calendar, written_day
from people.calendars import DAY, WorkPeriod
from people.models import ClosingDay, OpenTime, WorkCalendar, WorkWeek
from people.services import (
    adopt_calendar,
    begin_week,
    close_day,
    draft_calendar,
    edit_calendar,
    open_day,
    withdraw_week,
)
from people.services.calendars import YEARS_AHEAD, work_out_all
from people.working_time import add_working_time
from tests.people.working_calendars import DESK, NIGHTS, a_calendar, days

pytestmark = pytest.mark.django_db

MEXICO = "America/Mexico_City"
REFUSED = "people_refused"
# The database goes by its own clock, so that days to come are told from today on.
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
TODAY = NOW.astimezone(ZoneInfo(MEXICO)).date()
AHEAD = TODAY + 2 * DAY  # also where midnight passes during the test


def ahead(row, cast, **more):
    """Another week, from tomorrow on."""
    week = {"starts_on": AHEAD, "time_zone": MEXICO, "periods": NIGHTS} | more
    return begin_week(row, actor=cast.admin, **week)


def end_of(row, start, hours):
    """When so many hours are over; Python and SQL have to agree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people_add_working_time(%s, %s, %s)", [row.pk, start, timedelta(hours=hours)]
        )
        told = cursor.fetchone()[0]
    assert add_working_time(working_calendar(row), start, timedelta(hours=hours)) == told
    return told


def test_what_is_adopted_counts_in_python_and_in_sql_alike(cast):
    row = a_calendar(cast, country="", periods=days(0, 6, ("00:00", "24:00")), starts_on=TODAY)
    noon = datetime.combine(TODAY + DAY, time(12), ZoneInfo(MEXICO))
    assert end_of(row, noon, 36) == noon + timedelta(hours=36)
    row = close_day(row, actor=cast.admin, day=TODAY + DAY * 2, name="Feast", source="Circular")
    assert end_of(row, noon, 36) == noon + timedelta(hours=60)
    row = open_day(row, actor=cast.admin, day=TODAY + DAY * 2)
    assert end_of(row, noon, 36) == noon + timedelta(hours=36)
    mornings = days(0, 6, ("00:00", "12:00"))
    ahead(row, cast, starts_on=TODAY + DAY * 2, periods=mornings)
    assert end_of(row, noon, 36) == noon + timedelta(hours=48)


def test_a_draft_may_be_altered_anywhere_and_counts_nowhere(cast):
    row = a_calendar(cast, adopted=False)
    row = close_day(row, actor=cast.admin, day=date(2025, 12, 24), name="Eve", source="Board")
    row = begin_week(
        row, actor=cast.admin, starts_on=date(2025, 6, 1), time_zone=MEXICO, periods=NIGHTS
    )
    row = withdraw_week(row, actor=cast.admin, starts_on=date(2025, 1, 1))
    row = open_day(row, actor=cast.admin, day=date(2025, 12, 24))
    assert [week.starts_on for week in row.weeks.all()] == [date(2025, 6, 1)]
    assert row.version == 5
    assert not OpenTime.objects.exists()


def test_a_week_to_come_is_taken_back_and_the_only_one_is_not(cast):
    row = ahead(a_calendar(cast), cast)
    row = withdraw_week(row, actor=cast.admin, starts_on=AHEAD)
    assert [week.starts_on for week in row.weeks.all()] == [date(2025, 1, 1)]
    with pytest.raises(Refused, match="a week at least"):
        withdraw_week(row, actor=cast.admin, starts_on=date(2025, 1, 1))


def test_of_a_calendar_in_use_what_is_past_stays(cast):
    row = ahead(a_calendar(cast), cast)
    before = (row.version, list(OpenTime.objects.values_list("year", "open")))
    with pytest.raises(ValidationError, match="tomorrow at the earliest"):
        ahead(row, cast, starts_on=TODAY)
    for day in (TODAY, date(2025, 1, 2)):
        with pytest.raises(ValidationError, match="what is past stays"):
            close_day(row, actor=cast.admin, day=day, name="Late", source="Board")
    with pytest.raises(Refused, match="has begun stays"):
        withdraw_week(row, actor=cast.admin, starts_on=date(2025, 1, 1))
    with pytest.raises(Refused, match="in use already"):
        adopt_calendar(row, actor=cast.admin)
    row.refresh_from_db()
    assert (row.version, list(OpenTime.objects.values_list("year", "open"))) == before


def test_only_who_configures_the_portal_alters_calendars(cast):
    row = a_calendar(cast)
    for account in (cast.service_manager, cast.auditor, cast.agent_l1, cast.norole):
        with pytest.raises((NotAllowed, WorkCalendar.DoesNotExist)):
            edit_calendar(row, actor=account, name="Mine")
        week = {"starts_on": TODAY, "time_zone": MEXICO, "periods": DESK}
        with pytest.raises(NotAllowed):
            draft_calendar(actor=account, slug="mine", name="Mine", **week)
    assert list(WorkCalendar.objects.values_list("slug", "name")) == [("desk", "Desk")]


def test_everybody_with_a_role_sees_them(cast):
    row = a_calendar(cast)
    seen = [list(WorkCalendar.objects.visible_to(u)) for u in (cast.agent_l1, cast.outsider)]
    assert seen == [[row], [row]]
    assert not WorkCalendar.objects.visible_to(cast.norole).exists()


def test_somebody_else_was_faster(cast):
    row = a_calendar(cast)
    ahead(row, cast, version=row.version)
    with pytest.raises(Stale):
        close_day(row, actor=cast.admin, day=AHEAD, name="x", source="y", version=row.version)
    assert not ClosingDay.objects.exists()


@pytest.mark.parametrize(
    ("week", "field"),
    [
        ({"periods": ()}, "periods"),
        ({"periods": days(0, 4, ("09:00", "13:00"), ("12:59", "18:00"))}, "periods"),
        ({"periods": (WorkPeriod(6, 1320, 1800), WorkPeriod(0, 300, 600))}, "periods"),
        ({"time_zone": "Etc/GMT+6"}, "time_zone"),
        ({"time_zone": "Mexico"}, "time_zone"),
        ({"starts_on": date(1950, 1, 1)}, "starts_on"),
        ({"country": "XX"}, "country"),
    ],
)
def test_a_week_that_makes_no_sense_is_refused_by_field(cast, week, field):
    with pytest.raises(ValidationError) as refused:
        a_calendar(cast, **week)
    assert list(refused.value.message_dict) == [field]
    assert not WorkCalendar.objects.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-13:00, 14:00-18:00", [(540, 780), (840, 1080)]),
        ("22:00-06:00", [(1320, 1800)]),
        ("0:00-24:00", [(0, 1440)]),
        (" 9:00 – 17:30 ; ", [(540, 1050)]),
        ("", []),
    ],
)
def test_hours_as_people_write_them(text, expected):
    found = read_day(2, text)
    assert [(one.opens, one.closes) for one in found] == expected
    assert read_day(2, written_day(found, 2)) == found


@pytest.mark.parametrize(
    "text", ["9-17", "25:00-26:00", "09:00-24:01", "09:60-10:00", "x", "09:00"]
)
def test_hours_that_cannot_be_read(text):
    with pytest.raises(ValidationError, match="no time of work"):
        read_day(0, text)


def test_every_night_the_years_to_come_are_worked_out(cast):
    row = a_calendar(cast)
    years = OpenTime.objects.order_by("year").values_list("year", flat=True)
    assert list(years) == list(range(2025, NOW.year + YEARS_AHEAD + 1))
    kept = OpenTime.objects.get(year=NOW.year + 1).pk
    assert work_out_all(NOW) == 0
    assert work_out_all(NOW.replace(NOW.year + 1, 6, 1)) == 1
    assert years.last() == NOW.year + 1 + YEARS_AHEAD
    assert OpenTime.objects.get(calendar=row, year=NOW.year + 1).pk == kept


class TestTheDatabaseRefuses:
    """By whatever way it is written."""

    def refused(self, sql, values=(), why=REFUSED):
        with (
            pytest.raises(IntegrityError, match=why),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)

    def test_to_alter_what_has_begun(self, cast):
        a_calendar(cast)
        self.refused("UPDATE people_workweek SET time_zone = 'UTC'")
        self.refused("UPDATE people_workweek SET starts_on = '2030-01-01'")
        self.refused("DELETE FROM people_workweek")
        self.refused("UPDATE people_workcalendar SET adopted_at = NULL")
        self.refused("DELETE FROM people_workcalendar")

    def test_weeks_and_closing_days_behind_today(self, cast):
        row = a_calendar(cast)
        week = "INSERT INTO people_workweek (calendar_id, starts_on, time_zone, country, periods)"
        self.refused(f"{week} VALUES (%s, '2025-02-01', 'UTC', '', '[[0, 0, 60]]')", [row.pk])
        closing = "INSERT INTO people_closingday (calendar_id, day, name, source)"
        self.refused(f"{closing} VALUES (%s, '2025-02-01', 'x', 'y')", [row.pk])
        self.refused(
            f"{closing} VALUES (%s, '2099-02-01', 'x', '')", [row.pk], "people_closingday_source"
        )

    @pytest.mark.parametrize(
        "periods",
        [
            "[]",
            "[[0, 0, 60], [0, 59, 90]]",
            "[[6, 1320, 1800], [0, 300, 600]]",
            "[[0,0,60],[0,0,60]]",
        ],
    )
    def test_weeks_without_time_and_with_time_twice(self, cast, periods):
        row = a_calendar(cast, adopted=False)
        self.refused(
            "INSERT INTO people_workweek (calendar_id, starts_on, time_zone, country, periods)"
            " VALUES (%s, '2025-02-01', 'UTC', '', %s)",
            [row.pk, periods],
        )

    def test_to_adopt_a_calendar_without_working_time(self, cast):
        a_calendar(cast, adopted=False)
        WorkWeek.objects.all().delete()
        self.refused("UPDATE people_workcalendar SET adopted_at = now()")
