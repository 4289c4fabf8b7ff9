"""What a maintenance window's page and list rows show: read only."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import told_moment
from changes.models import Change, MaintenanceWindow
from changes.page import status_badge, window_of
from core.admin import Panel
from core.showing import link, listed

MOST_ROWS = 200


def services_of(window: MaintenanceWindow, user: Any) -> Any:
    """The services it is about; of those that the person does not see only that there are some."""
    rows = Service.objects.visible_to(user).filter(pk__in=window.services.all())
    names: list[Any] = [link(row, row.name) for row in rows.order_by("name")]
    if window.maintained_services.count() > len(names):
        names.append(_("services that you do not see"))
    return listed(names)


def services_of_row(window: MaintenanceWindow) -> Any:
    """The same of a row of the list, which brings the services that its reader sees."""
    names = [service.name for service in window.services.all()]
    if len(window.maintained_services.all()) > len(names):
        names.append(str(_("services that you do not see")))
    return ", ".join(names)


def outside_panel(window: MaintenanceWindow, user: Any) -> Panel:
    """The changes of its services that one sees and that no time of it holds whole."""
    found = Change.objects.visible_to(user).outside_of(window, told_moment()).defer("search")
    changes = found.order_by("planned_start_at", "pk")[:MOST_ROWS]
    rows = [
        (
            link(change, f"{change.reference} {change.title}"),
            status_badge(change),
            window_of(change),
        )
        for change in changes
    ]
    content = {
        "columns": [_("Change"), _("Status"), _("planned window")],
        "rows": rows,
        "note": _("Another maintenance window of the same service may hold them."),
        "nothing": _("No change that you see is planned outside of it."),
    }
    return Panel("outside", _("Changes outside of it"), "portal/table.html", content, len(rows))
