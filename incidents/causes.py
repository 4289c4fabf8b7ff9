"""Incidents that a change caused: what a change's page and the measures of changes ask for."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.consequences import Consequence
from changes.models import Change
from core.admin_pages import Panel
from core.showing import link
from incidents.models import Incident
from incidents.page import priority_badge, status_badge

SHORTLY_AFTER = timedelta(hours=24)
MOST_LIKELY = 5
_SHOWN = 100


def likely_causes(incident: Incident, user: Any) -> Any:
    """The changes of the same service, of those that the person sees, which were at work when the
    incident began or ended within the day before; the latest first."""
    seen = Change.objects.visible_to(user)
    found = seen.altering(incident.service_id, incident.opened_at, SHORTLY_AFTER)
    return found.order_by("-actual_start_at", "-pk")[:MOST_LIKELY]


def hide_causes(incidents: Iterable[Any], user: Any) -> None:
    """Of incidents about to be shown, take away the names of changes that the person does not see;
    costs nothing where none names any."""
    named = {row.caused_by_change_id for row in incidents if row.caused_by_change_id}
    if not named:
        return
    seen = dict(Change.objects.visible_to(user).filter(pk__in=named).values_list("pk", "reference"))
    for row in incidents:
        row.caused_by_change_key = seen.get(row.caused_by_change_id)


def caused_panel(change: Change, user: Any) -> Panel:
    """The incidents that name the change, of those that the person sees."""
    rows = Incident.objects.visible_to(user).filter(caused_by_change=change)
    rows = rows.select_related("service").defer("search", "description").order_by("-pk")[:_SHOWN]
    lines = [
        (
            link(row, f"{row.reference} {row.title}"),
            priority_badge(row),
            status_badge(row),
            row.service.name,
            row.opened_at,
        )
        for row in rows
    ]
    content = {
        "columns": [_("Incident"), _("priority"), _("status"), _("service"), _("opened at")],
        "rows": lines,
        "nothing": _("No incident that you see names this change as its cause."),
    }
    return Panel("caused", _("Incidents caused"), "portal/table.html", content, len(lines))


CAUSED_INCIDENTS = Consequence(
    changes=lambda user: (
        Incident.objects.visible_to(user)
        .filter(caused_by_change__isnull=False)
        .order_by()
        .values("caused_by_change")
    ),
    panel=caused_panel,
)
