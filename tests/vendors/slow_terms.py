"""A second way to the dates of a contract, for the table: it walks day by day over a calendar and
holds the days off as a list typed from the official ones. Nothing here is shared with the product.
"""

from datetime import date, timedelta

ONE = timedelta(days=1)

MEXICO = """
2023-01-01 2023-02-06 2023-03-20 2023-05-01 2023-09-16 2023-11-20 2023-12-25
2024-01-01 2024-02-05 2024-03-18 2024-05-01 2024-09-16 2024-10-01 2024-11-18 2024-12-25
2025-01-01 2025-02-03 2025-03-17 2025-05-01 2025-09-16 2025-11-17 2025-12-25
2026-01-01 2026-02-02 2026-03-16 2026-05-01 2026-09-16 2026-11-16 2026-12-25
2027-01-01 2027-02-01 2027-03-15 2027-05-01 2027-09-16 2027-11-15 2027-12-25
2028-01-01 2028-02-07 2028-03-20 2028-05-01 2028-09-16 2028-11-20 2028-12-25
"""
COLOMBIA = """
2023-01-01 2023-01-09 2023-03-20 2023-04-06 2023-04-07 2023-05-01 2023-05-22 2023-06-12 2023-06-19
2023-07-03 2023-07-20 2023-08-07 2023-08-21 2023-10-16 2023-11-06 2023-11-13 2023-12-08 2023-12-25
2024-01-01 2024-01-08 2024-03-25 2024-03-28 2024-03-29 2024-05-01 2024-05-13 2024-06-03 2024-06-10
2024-07-01 2024-07-20 2024-08-07 2024-08-19 2024-10-14 2024-11-04 2024-11-11 2024-12-08 2024-12-25
2025-01-01 2025-01-06 2025-03-24 2025-04-17 2025-04-18 2025-05-01 2025-06-02 2025-06-23 2025-06-30
2025-07-20 2025-08-07 2025-08-18 2025-10-13 2025-11-03 2025-11-17 2025-12-08 2025-12-25
2026-01-01 2026-01-12 2026-03-23 2026-04-02 2026-04-03 2026-05-01 2026-05-18 2026-06-08 2026-06-15
2026-06-29 2026-07-20 2026-08-07 2026-08-17 2026-10-12 2026-11-02 2026-11-16 2026-12-08 2026-12-25
2027-01-01 2027-01-11 2027-03-22 2027-03-25 2027-03-26 2027-05-01 2027-05-10 2027-05-31 2027-06-07
2027-07-05 2027-07-20 2027-08-07 2027-08-16 2027-10-18 2027-11-01 2027-11-15 2027-12-08 2027-12-25
"""
DAYS_OFF = {
    "MX": {date.fromisoformat(day) for day in MEXICO.split()},
    "CO": {date.fromisoformat(day) for day in COLOMBIA.split()},
}


def is_open(day: date, country: str) -> bool:
    return day.isoweekday() < 6 and day not in DAYS_OFF[country]


def last_day_of_months(start: date, months: int) -> date:
    """Walk on until the month that is `months` later, and in it until the day before the one of
    the same number, or until its end."""
    day, turns = start, 0
    while turns < months:
        day += ONE
        turns += day.day == 1
    while day.day != start.day:
        if (day + ONE).day == 1:
            return day  # the month has no such day: it ends with it
        day += ONE
    return day - ONE


def ends_of_terms(start: date, initial: str, renewal: str, number: int) -> tuple[date, date]:
    """First and last day of a term, where a term lasts months (`12m`) or days (`90d`)."""
    first = start
    gone, counted_from = 0, start
    for nth in range(number):
        length = renewal if nth else initial
        count, unit = int(length[:-1]), length[-1]
        if unit == "m":
            gone += count
            last = last_day_of_months(counted_from, gone)
        else:
            last = first
            for _each in range(count - 1):
                last += ONE
            gone, counted_from = 0, last + ONE
        if nth == number - 1:
            return first, last
        first = last + ONE
    raise AssertionError(number)


def before(day: date, how_long: str, country: str) -> date:
    """So long before a day: months `3m`, days `30d`, business days `10b`."""
    count, unit = int(how_long[:-1]), how_long[-1]
    if unit == "m":
        wanted, turns = day.day, 0
        while turns < count:  # back to the last day of the month that is so much earlier
            turns += day.day == 1
            day -= ONE
        while count and day.day > wanted:
            day -= ONE
        return day
    while count:
        day -= ONE
        if unit == "d" or is_open(day, country):
            count -= 1
    return day


def on_open_day(day: date, country: str) -> date:
    while not is_open(day, country):
        day -= ONE
    return day
