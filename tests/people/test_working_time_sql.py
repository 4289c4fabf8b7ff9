"""The same working time in SQL as in Python, over random calendars, and what SQL refuses to say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.range import TimestamptzRange

from people.calendars import WorkingCalendar, WorkingHours
from people.models import OpenTime, WorkCalendar
from people.working_time import (
    add_working_time,
    is_open,
    moments_of,
    next_opening,
    open_year,
    working_time_between,
)
from tests.people.working_calendars import ALWAYS, DESK, FIRST, calendars, durations, moments

pytestmark = pytest.mark.django_db

KNOWN = range(2019, 2031)
# 50 calendars with 50 cases of four questions each: 10,000 answers that must be the same.
CASES = st.lists(st.tuples(moments, moments, durations), min_size=50, max_size=50)


def worked_out(calendar, years=KNOWN):
    """The calendar for SQL: its years as the services write them."""
    row, _made = WorkCalendar.objects.get_or_create(slug="law", defaults={"name": "Law"})
    row.open_time.all().delete()
    for year in years:
        spans, covers = moments_of(open_year(calendar, year))
        OpenTime.objects.create(
            calendar=row, year=year, open=spans, covers=TimestamptzRange(*covers)
        )
    return row.pk


def ask(question, *values):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT people_{question}", values)
        return cursor.fetchone()[0]


def ask_all(pk, cases):
    """`working_time_between`, `add_working_time` there and back, `next_opening` and `is_open`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT people_working_time_between(%(pk)s, a, b),
                   people_add_working_time(%(pk)s, a, d), people_add_working_time(%(pk)s, a, -d),
                   people_next_opening(%(pk)s, a), people_is_open(%(pk)s, a)
              FROM unnest(%(a)s::timestamptz[], %(b)s::timestamptz[], %(d)s::interval[])
                WITH ORDINALITY AS told(a, b, d, n) ORDER BY n
            """,
            {"pk": pk, **dict(zip("abd", map(list, zip(*cases, strict=True)), strict=True))},
        )
        return cursor.fetchall()


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(calendars(), CASES)
def test_sql_and_python_say_the_same(db, calendar, cases):
    expected = [
        (
            working_time_between(calendar, one, two),
            add_working_time(calendar, one, lasts),
            add_working_time(calendar, one, -lasts),
            next_opening(calendar, one),
            is_open(calendar, one),
        )
        for one, two, lasts in cases
    ]
    assert ask_all(worked_out(calendar), cases) == expected


@pytest.mark.parametrize("zone", ["UTC", "America/Tijuana", "Australia/Lord_Howe"])
def test_the_time_zone_of_the_session_makes_no_difference(zone):
    """A day of an interval is 24 hours, also where a session's clocks are moved meanwhile."""
    pk = worked_out(WorkingCalendar((WorkingHours(ALWAYS, "UTC", "", FIRST),)))
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])
    end = start + timedelta(days=30)
    assert ask("add_working_time(%s, %s, %s) = %s", pk, start, timedelta(days=30), end)
    assert ask("working_time_between(%s, %s, %s)", pk, start, end) == timedelta(days=30)


def test_nothing_is_said_of_what_is_not_worked_out():
    pk = worked_out(WorkingCalendar((WorkingHours(DESK, "UTC", "MX", FIRST),)), [2025, 2026])
    early, late = datetime(2024, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    beyond = datetime(2027, 1, 1, tzinfo=UTC)
    hour = timedelta(hours=1)
    for question, values in (
        ("working_time_between(%s, %s, %s)", (early, late)),
        ("working_time_between(%s, %s, %s)", (late, beyond + hour)),
        ("add_working_time(%s, %s, %s)", (early, hour)),
        ("add_working_time(%s, %s, %s)", (late, timedelta(days=300))),
        ("add_working_time(%s, %s, %s)", (late, timedelta(days=-300))),
        ("is_open(%s, %s)", (beyond,)),
        ("next_opening(%s, %s)", (early,)),
        ("next_opening(%s, %s)", (beyond - hour,)),
    ):
        with pytest.raises(DataError, match="people_refused"), transaction.atomic():
            ask(question, pk, *values)
    with pytest.raises(DataError, match="months have no length"), transaction.atomic():
        ask("add_working_time(%s, %s, '1 month')", pk, late)


def test_a_gap_between_years_is_not_counted_over():
    pk = worked_out(WorkingCalendar((WorkingHours(DESK, "UTC", "", FIRST),)), [2025, 2027])
    days = [datetime(year, 6, 1, tzinfo=UTC) for year in (2025, 2027)]
    with pytest.raises(DataError, match="says nothing"), transaction.atomic():
        ask("working_time_between(%s, %s, %s)", pk, *days)


def test_open_time_is_read_as_it_was_written():
    calendar = WorkingCalendar((WorkingHours(DESK, "America/Mexico_City", "MX", date(2026, 1, 1)),))
    pk = worked_out(calendar, [2026])
    row = OpenTime.objects.get(calendar=pk)
    assert row.open == moments_of(open_year(calendar, 2026))[0]
    assert len(row.open) == 2 * 254  # days of work, each with its lunch break
