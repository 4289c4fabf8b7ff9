"""The list of working calendars, and what it can be narrowed by."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from core.api.filters import Flag
from core.lists import Column, RecordList
from core.showing import badge
from people.calendar_reading import hours_of
from people.models import WorkCalendar, WorkWeek

ORDERINGS = {"slug": ("slug", "pk"), "name": ("name", "pk")}


def _in_use(rows: Any, wanted: bool) -> Any:
    return rows.filter(adopted_at__isnull=not wanted)


class WorkCalendarFilters(FilterSet):
    is_adopted = Flag(_in_use, _("in use"))


def state_badge(row: WorkCalendar) -> Any:
    if row.adopted_at is None:
        return badge(pgettext_lazy("working calendar", "Draft"), "orange")
    return badge(pgettext_lazy("working calendar", "In use"), "green")


def week_now(row: WorkCalendar) -> WorkWeek | None:
    """The week that holds today, else the first one to come."""
    today = timezone.localdate()
    weeks = sorted(row.weeks.all(), key=lambda week: week.starts_on)
    begun = [week for week in weeks if week.starts_on <= today]
    return begun[-1] if begun else next(iter(weeks), None)


def zone_now(row: WorkCalendar) -> str:
    week = week_now(row)
    return week.time_zone if week else ""


def holidays_now(row: WorkCalendar) -> Any:
    week = week_now(row)
    if week is None or not week.country:
        return _("open on holidays")
    return week.get_country_display()


def hours_a_week(row: WorkCalendar) -> str:
    """How many hours of work a week has that nothing closes."""
    week = week_now(row)
    if week is None:
        return ""
    minutes = sum(one.closes - one.opens for one in hours_of(week).periods)
    return f"{minutes / 60:g} h"


class WorkCalendarList(RecordList):
    filterset = WorkCalendarFilters
    orderings = ORDERINGS
    ordering = "name"
    columns = (
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("slug", ordering="slug"),
        Column("adopted_at", _("state"), show=state_badge, phone="meta"),
        Column("hours", _("hours a week"), show=hours_a_week, export=hours_a_week, phone="meta"),
        Column("zone", _("time zone"), show=zone_now, export=zone_now, phone="meta"),
        Column("holidays", _("statutory holidays of"), show=holidays_now, export=holidays_now),
        Column("subsidiary"),
    )

    def prepared(self, rows: Any) -> Any:
        weeks = Prefetch("weeks", WorkWeek.objects.order_by("starts_on"))
        return rows.select_related("subsidiary").prefetch_related(weeks)
