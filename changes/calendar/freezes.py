"""The freezes of the calendar, as bands behind what is planned."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import F, Func
from django.urls import reverse

from changes.calendar.events import Asked, Event
from changes.enums import FreezeMode
from changes.models import FreezeOccurrence

MOST = 1_000
_TONES = {FreezeMode.BLOCK: "red", FreezeMode.EXTRA_APPROVAL: "orange"}


def freezes_in_force(asked: Asked) -> list[Event]:
    """Every time in the span that a freeze is. Filters of changes do not hide freezes."""
    time = Func(
        F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()
    )
    seen = FreezeOccurrence.objects.visible_to(asked.user).filter(window__is_active=True)
    times = seen.alias(time=time).filter(time__overlap=(asked.start, asked.end))
    rows = times.order_by("starts_at", "pk").values_list(
        "window_id", "window__reference", "window__name", "window__mode", "starts_at", "ends_at"
    )
    return [
        Event(
            kind="freeze",
            key=f"{reference}-{starts_at:%Y%m%dT%H%M%SZ}",
            title=name,
            starts_at=starts_at,
            ends_at=ends_at,
            url=reverse("admin:changes_freezewindow_change", args=[window]),
            reference=reference,
            tone=_TONES.get(FreezeMode(mode), "yellow"),
            state=str(FreezeMode(mode).label),
            is_band=True,
        )
        for window, reference, name, mode, starts_at, ends_at in rows[:MOST]
    ]
