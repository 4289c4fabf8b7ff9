"""The latest incidents of services, for whoever decides about a change of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html

from changes.service_history import MOST, Past
from core.showing import link
from incidents.models import Incident
from incidents.page import status_badge
from people.scope import scope_of


def recent_incidents(service_ids: Iterable[int], user: Any, since: datetime) -> list[Past]:
    """Those the person sees, opened since a moment; nothing for those who see none at all."""
    if "incidents.view_incident" not in scope_of(user).permissions:
        return []
    seen = Incident.objects.visible_to(user).filter(
        service__in=list(service_ids), opened_at__gte=since
    )
    return [
        Past(
            format_html("{} {}", link(incident, incident.reference), incident.title),
            status_badge(incident),
            incident.opened_at,
        )
        for incident in seen.defer("search").order_by("-opened_at", "-pk")[:MOST]
    ]
