"""Cards of how much there is: opened and resolved by day, by hour of the week, by service."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from core.cards import Bar, Bars, Chart, Heat, Series
from core.dashboard import Content, card, list_url
from incidents.dashboard.open_work import BARS, VIEW
from incidents.dashboard.showing import by_key, counts_of, segments
from incidents.models import Incident

DAYS = 30
HEAT_DAYS = 56  # whole weeks, so that each hour of the week counts as often


@card("volume", _("Opened and resolved"), permission=VIEW, is_wide=True, is_slow=True)
def volume(user: Any, now: datetime) -> Content:
    days = _last_days(now, DAYS)
    since = _midnight(days[0])
    series = []
    for label, field, tone in (
        (pgettext_lazy("incidents", "Opened"), "opened_at", "accent"),
        (pgettext_lazy("incidents", "Resolved"), "resolved_at", "green"),
    ):
        counts = _by_day(user, field, since)
        urls = tuple(_day_url(field, day) for day in days)
        series.append(Series(label, tuple(counts.get(day, 0) for day in days), tone, urls))
    chart = Chart(
        title=_("Incidents opened and resolved by day, last 30 days"),
        unit=_("incidents a day"),
        labels=tuple(_day_label(day) for day in days),
        series=tuple(series),
    )
    return Content((chart,), list_url(Incident, opened_at__gte=since))


@card("hours", _("When incidents come in"), permission=VIEW, is_slow=True)
def hours(user: Any, now: datetime) -> Content:
    since = _midnight(_last_days(now, HEAT_DAYS)[0])
    found = Incident.objects.visible_to(user).filter(opened_at__gte=since).order_by()
    cells = found.annotate(
        day=ExtractIsoWeekDay("opened_at"), hour=ExtractHour("opened_at")
    ).values_list("day", "hour")
    counts = {(day, hour): n for day, hour, n in cells.annotate(n=Count("pk"))}
    heat = Heat(
        title=_("Incidents opened by weekday and hour, last 8 weeks"),
        unit=_("incidents"),
        rows=tuple(
            (WEEKDAYS_ABBR[day], tuple(counts.get((day + 1, hour), 0) for hour in range(24)))
            for day in range(7)
        ),
        columns=tuple(f"{hour:02}" for hour in range(24)),
    )
    return Content((heat,), list_url(Incident, opened_at__gte=since))


@card("services", _("Most incidents by service"), permission=VIEW, is_slow=True)
def services(user: Any, now: datetime) -> Content:
    since = _midnight(_last_days(now, DAYS)[0])
    found = Incident.objects.visible_to(user).filter(opened_at__gte=since)
    rows = found.values("service__reference", "service__name", "priority")
    grouped = by_key(rows.annotate(n=Count("pk")).order_by("priority"), "service__reference")
    bars = sorted(
        (_service_bar(reference, rows, since) for reference, rows in grouped.items()),
        key=lambda bar: -bar.total,
    )
    part = Bars(tuple(bars[:BARS]), _("opened in 30 days"), _("No incident in 30 days."))
    return Content((part,), list_url(Incident, opened_at__gte=since))


def _service_bar(reference: str, rows: Iterable[Any], since: datetime) -> Bar:
    rows = list(rows)
    asked = {"service": reference, "opened_at__gte": since}
    return Bar(
        rows[0]["service__name"],
        segments(counts_of(rows), **asked),
        list_url(Incident, **asked),
    )


def _by_day(user: Any, field: str, since: datetime) -> dict[date, int]:
    """How many by the day of the person's time zone."""
    found = Incident.objects.visible_to(user).filter(**{f"{field}__gte": since}).order_by()
    days = found.annotate(day=TruncDate(field)).values_list("day")
    return dict(days.annotate(n=Count("pk")))


def _last_days(now: datetime, count: int) -> list[date]:
    today = timezone.localdate(now)
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 -- made aware


def _day_url(field: str, day: date) -> str:
    ends = _midnight(day + timedelta(days=1))
    return list_url(Incident, **{f"{field}__gte": _midnight(day), f"{field}__lt": ends})


def _day_label(day: date) -> str:
    return date_format(day, pgettext("format of a day without its year", "j M"))
