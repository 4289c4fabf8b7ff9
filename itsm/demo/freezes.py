"""When nothing may be altered in the demo world: pay days, seasons of sales, an audit.

Those that block begin some days from now, so that the past can still be told while they are known.
"""

from datetime import date, datetime, time, timedelta

from audit.context import Channel, acting
from changes.enums import FreezeMode, FreezeSource
from changes.models import FreezeWindow
from changes.services import declare_freeze
from itsm.demo.calendar import ZONES, buen_fin
from people.calendars import Roll
from people.enums import Country

_ZONE = ZONES["MX"]
_DAY = timedelta(days=1)
_SOON = 3 * _DAY


def declare_freezes(base: datetime) -> None:
    """Once for a world."""
    if FreezeWindow.objects.exists():
        return
    today = base.astimezone(_ZONE).date()
    with acting(channel=Channel.DEMO, at=base):
        declare_freeze(
            actor=None,
            name="Quincena y fin de mes",
            mode=FreezeMode.EXTRA_APPROVAL,
            source=FreezeSource.PAYROLL,
            reason="Dispersión de nómina: SPEI y CoDi al máximo.",
            countries=[Country.MX],
            rule="FREQ=MONTHLY;BYMONTHDAY=15,-1",
            begins_on=today.replace(day=1),
            begins_clock=time(6),
            lasts=timedelta(hours=17),
            roll=Roll.PREVIOUS,
            calendar=Country.MX,
        )
        _block("Buen Fin", FreezeSource.BUEN_FIN, *_next_sales(today))
        _block("Cierre de año", FreezeSource.MONTH_END, *_next_year_end(today))
        first = today + 9 * _DAY
        _block("Auditoría PCI DSS en sitio", FreezeSource.AUDIT, first, first + 2 * _DAY)


def _block(name: str, source: FreezeSource, first: date, end: date) -> None:
    declare_freeze(
        actor=None,
        name=name,
        mode=FreezeMode.BLOCK,
        source=source,
        reason="Anunciado por el comité de cambios.",
        countries=[Country.MX],
        starts_at=datetime.combine(first, time(), _ZONE),
        ends_at=datetime.combine(end, time(), _ZONE),
    )


def _next_sales(today: date) -> tuple[date, date]:
    for year in (today.year, today.year + 1):
        days = sorted(buen_fin(year))
        if days[0] > today + _SOON:
            break
    return days[0], days[-1] + _DAY


def _next_year_end(today: date) -> tuple[date, date]:
    year = today.year if date(today.year, 12, 18) > today + _SOON else today.year + 1
    return date(year, 12, 18), date(year + 1, 1, 3)
