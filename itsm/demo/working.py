"""The working calendars of the demo world: two countries, a payments desk, and always."""

from datetime import date
from typing import Any

from people.calendar_reading import read_day
from people.calendars import WorkPeriod
from people.models import Subsidiary, WorkCalendar
from people.services import adopt_calendar, begin_week, close_day, draft_calendar

SINCE = date(2024, 1, 1)
MEXICO, BOGOTA = "America/Mexico_City", "America/Bogota"

# Bank holidays beside the statutory ones, as the CNBV announces them every December.
BANKS = {
    "2025-04-17": "Jueves Santo",
    "2025-04-18": "Viernes Santo",
    "2025-12-12": "Día del empleado bancario",
    "2026-04-02": "Jueves Santo",
    "2026-04-03": "Viernes Santo",
    "2026-11-02": "Día de los Fieles Difuntos",
    "2027-03-25": "Jueves Santo",
    "2027-03-26": "Viernes Santo",
    "2027-11-02": "Día de los Fieles Difuntos",
}


def week(hours: str, saturday: str = "", sunday: str = "") -> list[WorkPeriod]:
    """The hours of Monday to Friday, and those of the weekend."""
    days = [*[hours] * 5, saturday, sunday]
    return [period for weekday, text in enumerate(days) for period in read_day(weekday, text)]


def found_calendars() -> None:
    """Found them and put them in use."""
    companies = {company.country: company for company in Subsidiary.objects.all()}
    always = "00:00-24:00"
    found: dict[str, dict[str, Any]] = {
        "mexico": {
            "name": "México, oficina",
            "subsidiary": companies["MX"],
            "time_zone": MEXICO,
            "country": "MX",
            "periods": week("09:00-18:00"),
        },
        "colombia": {
            "name": "Colombia, oficina",
            "subsidiary": companies["CO"],
            "time_zone": BOGOTA,
            "country": "CO",
            "periods": week("08:00-17:00"),
        },
        "payments-desk": {
            "name": "Mesa de pagos",
            "subsidiary": companies["MX"],
            "time_zone": MEXICO,
            "country": "MX",
            "periods": week("09:00-13:00, 14:00-18:00"),
        },
        "always": {
            "name": "24×7",
            "time_zone": "UTC",
            "periods": week(always, always, always),
        },
    }
    for slug, facts in found.items():
        row = draft_calendar(actor=None, slug=slug, starts_on=SINCE, **facts)
        if slug == "payments-desk":
            _close_with_the_banks(row)
        adopt_calendar(row, actor=None)


def _close_with_the_banks(desk: WorkCalendar) -> None:
    """The desk also goes by the banks, and works on Saturday mornings since 2026."""
    begin_week(
        desk,
        actor=None,
        starts_on=date(2026, 1, 5),
        time_zone=MEXICO,
        country="MX",
        periods=week("08:30-13:00, 14:00-18:30", "09:00-13:00"),
    )
    for day, name in BANKS.items():
        source = f"CNBV, días inhábiles bancarios {day[:4]} (DOF)"
        close_day(desk, actor=None, day=date.fromisoformat(day), name=name, source=source)
