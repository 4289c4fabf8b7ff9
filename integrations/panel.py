"""The tab with an incident's alerts; the page of an incident knows nothing of sources."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.admin import Panel
from core.showing import badge
from integrations.enums import AlertState
from integrations.models import Alert


def alerts_panel(incident: Any, user: Any) -> Panel:
    """Every alert that belongs to the incident, firing ones first."""
    alerts = list(
        Alert.objects.filter(incident=incident)
        .select_related("source")
        .order_by("state", "-last_received_at")[:200]
    )
    content = {
        "columns": [
            _("Alert"),
            _("State"),
            _("Severity"),
            _("Source"),
            pgettext("alert", "Started"),
            pgettext("alert", "Ended"),
            _("Times received"),
            _("Labels"),
        ],
        "rows": [
            (
                alert.name,
                badge(
                    alert.get_state_display(),
                    "red" if alert.state == AlertState.FIRING else "green",
                ),
                alert.severity,
                alert.source,
                alert.starts_at,
                alert.ends_at,
                alert.count,
                ", ".join(f"{name}={value}" for name, value in sorted(alert.labels.items())),
            )
            for alert in alerts
        ],
        "nothing": _("No alert belongs to this incident."),
    }
    firing = sum(alert.state == AlertState.FIRING for alert in alerts)
    return Panel("alerts", _("Alerts"), "portal/table.html", content, firing)
