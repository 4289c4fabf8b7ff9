"""What a freeze's page and list rows show, and what a change's page says of freezes: read only."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.enums import AssetClass, ServiceTier
from assets.models import Service
from changes.enums import ENDED, FreezeMode
from changes.models import (
    Change,
    FreezeException,
    FreezeOccurrence,
    FreezeWindow,
    MaintenanceWindow,
)
from changes.page import status_badge, window_of
from changes.services import preview
from core.admin import Panel
from core.record.side import Block, Row
from core.showing import badge, link, span
from people.enums import Country

MODE_TONES = {FreezeMode.BLOCK: "red", FreezeMode.EXTRA_APPROVAL: "orange"}
MOST_TIMES = 12
MOST_PAIRS = 200


def mode_badge(window: FreezeWindow) -> Any:
    return badge(window.get_mode_display(), MODE_TONES.get(window.mode, "yellow"))


def state_badge(window: FreezeWindow | MaintenanceWindow) -> Any:
    return badge(_("In force"), "green") if window.is_active else badge(_("Not in force"))


def when_of(window: FreezeWindow | MaintenanceWindow) -> Any:
    """Two moments, or the rule with its time of day."""
    if not window.rule:
        return span(window.starts_at, window.ends_at)
    return f"{window.rule} · {window.begins_clock:%H:%M} · {window.time_zone}"


def scope_of_window(window: FreezeWindow, user: Any) -> Any:
    """What it is narrowed to, in words; without a narrowing, everything. Of services that the
    person does not see only that there are some."""
    services = Service.objects.visible_to(user).filter(pk__in=window.services.all())
    names = [service.name for service in services.order_by("name")]
    return _in_words(window, names, window.frozen_services.count() - len(names))


def scope_of_row(window: FreezeWindow) -> Any:
    """The same of a row of the list, which brings the services that its reader sees."""
    names = [service.name for service in window.services.all()]
    return _in_words(window, names, len(window.frozen_services.all()) - len(names))


def _in_words(window: FreezeWindow, names: list[str], hidden: int) -> Any:
    parts = [str(Country(code).label) for code in window.countries]
    parts += [str(ServiceTier(code).label) for code in window.tiers]
    parts += [str(AssetClass(code).label) for code in window.asset_classes]
    parts += names
    if hidden:
        parts.append(_("services that you do not see"))
    return ", ".join(str(part) for part in parts) or _("Everything")


def times_panel(window: FreezeWindow | MaintenanceWindow) -> Panel:
    """The next times that it is."""
    ahead = window.occurrences.filter(ends_at__gt=timezone.now()).order_by("starts_at")
    rows = [(span(time.starts_at, time.ends_at),) for time in ahead[:MOST_TIMES]]
    content = {"columns": [_("When")], "rows": rows, "nothing": _("It is no more.")}
    return Panel("times", _("Next times"), "portal/table.html", content)


def hits_panel(window: FreezeWindow, user: Any) -> Panel:
    """Every pair of a change that one sees and the time in which it is planned."""
    content = hits_of_window(window, user)
    return Panel("hits", _("Changes it hits"), "portal/table.html", content, len(content["rows"]))


def hits_of_window(window: FreezeWindow, user: Any) -> dict[str, Any]:
    """The same as a table."""
    pairs = preview(window, actor=user)
    rows = [
        (
            link(change, f"{change.reference} {change.title}"),
            status_badge(change),
            window_of(change),
            span(time.starts_at, time.ends_at),
        )
        for change, time in pairs[:MOST_PAIRS]
    ]
    columns = [_("Change"), _("Status"), _("planned window"), _("Freeze")]
    return {"columns": columns, "rows": rows, "nothing": _("No change that you see is hit.")}


def freezes_block(change: Change) -> Block | None:
    """The freezes in which a change is planned and how far exceptions got; None where none is."""
    if change.status in ENDED:
        return None
    now = timezone.now()
    start, end = change.window or (now, now + timedelta(seconds=1))
    times = FreezeOccurrence.objects.hitting(change, start, end).select_related("window")
    hits = list(times.order_by("window__name", "starts_at"))
    if not hits:
        return None
    held = {(each.window_id, each.occurs_at): each for each in change.freeze_exceptions.all()}
    rows = tuple(
        Row(link(time.window), _note(time.window, held.get((time.window_id, time.starts_at))))
        for time in hits
    )
    return Block("freezes", _("Freezes"), rows=rows)


def _note(window: FreezeWindow, held: FreezeException | None) -> Any:
    if held is None:
        return mode_badge(window)
    if held.is_granted:
        return badge(_("Excepted by two people"), "green")
    done = 0 if held.approved_at is None else 1
    return badge(_("Exception asked for, %(done)s of 2 agreed") % {"done": done}, "yellow")
