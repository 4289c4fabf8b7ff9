"""The maintenance windows of the calendar, as bands in the rows of their services."""

from collections import defaultdict

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import F, Func
from django.urls import reverse
from django.utils.translation import gettext as _

from assets.models import Service
from changes.calendar.events import Asked, Event
from changes.models import MaintainedService, MaintenanceOccurrence

MOST = 1_000


def maintenance_agreed(asked: Asked) -> list[Event]:
    """Every time in the span for which work is agreed; none where the rows are teams."""
    if asked.rows == "team":
        return []
    time = Func(
        F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()
    )
    seen = MaintenanceOccurrence.objects.visible_to(asked.user).filter(window__is_active=True)
    times = seen.alias(time=time).filter(time__overlap=(asked.start, asked.end))
    names = ("window_id", "window__reference", "window__name", "starts_at", "ends_at")
    found = list(times.order_by("starts_at", "pk").values_list(*names)[:MOST])
    rows = _rows(asked, {window for window, *_more in found})
    return [
        Event(
            kind="maintenance",
            key=f"{reference}-{starts_at:%Y%m%dT%H%M%SZ}",
            title=name,
            starts_at=starts_at,
            ends_at=ends_at,
            url=reverse("admin:changes_maintenancewindow_change", args=[window]),
            reference=reference,
            tone="green",
            state=_("Maintenance"),
            is_band=True,
            rows=tuple(rows[window]),
        )
        for window, reference, name, starts_at, ends_at in found
    ]


def _rows(asked: Asked, windows: set[int]) -> dict[int, list[tuple[str, str]]]:
    """The services of each window that the person sees, where the rows are services."""
    rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if asked.rows != "service" or not windows:
        return rows
    seen = MaintainedService.objects.filter(
        window__in=windows, service__in=Service.objects.visible_to(asked.user)
    )
    for window, *row in seen.values_list("window", "service__reference", "service__name"):
        rows[window].append((row[0], row[1]))
    return rows
