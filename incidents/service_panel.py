"""The open incidents of a service or an asset, for their pages and the picture of dependencies."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Service
from assets.open_work import OpenWork
from core.admin import Panel
from core.showing import ago, link
from incidents.models import AffectedAsset, Incident
from incidents.page import incident_rows, priority_badge, status_badge
from people.scope import scope_of

SHOWN = 20


def count_open_incidents(
    service_ids: Iterable[int], asset_ids: Iterable[int], user: Any
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """How many incidents are open, by service and by affected asset."""
    open_ones = Incident.objects.visible_to(user).open().order_by()
    of_services = open_ones.filter(service__in=service_ids).values("service")
    affected = AffectedAsset.objects.filter(asset__in=asset_ids, incident__in=open_ones)
    of_assets = affected.order_by().values("asset")
    return (
        {row["service"]: row["n"] for row in of_services.annotate(n=Count("pk"))},
        {row["asset"]: row["n"] for row in of_assets.annotate(n=Count("incident"))},
    )


def open_incidents_panel(record: Service | Asset, user: Any) -> Panel | None:
    """The most pressing open incidents; nothing for those who see no incidents at all."""
    if "incidents.view_incident" not in scope_of(user).permissions:
        return None
    open_ones = Incident.objects.visible_to(user).open()
    is_service = isinstance(record, Service)
    of_it = {"service": record} if is_service else {"affected_assets__asset": record}
    found = list(incident_rows(open_ones.filter(**of_it)).order_by("priority", "-pk")[: SHOWN + 1])
    content = {
        "columns": [_("Incident"), _("Title"), _("Priority"), _("Status"), _("Owner"), _("Opened")],
        "rows": [
            (
                link(incident, incident.reference),
                incident.title,
                priority_badge(incident),
                status_badge(incident),
                incident.owner,
                ago(incident.opened_at),
            )
            for incident in found[:SHOWN]
        ],
        "nothing": _("No incident is open."),
    }
    if is_service and len(found) > SHOWN:
        url = f"/incidents/incident/?service={record.pk}"
        content["note"] = format_html('<a href="{}">{}</a>', url, _("Show all"))
    return Panel("open-work", _("Open incidents"), "portal/table.html", content, len(found[:SHOWN]))


OPEN_INCIDENTS = OpenWork(count=count_open_incidents, panel=open_incidents_panel)
