"""Incidents as work whose quality is reviewed."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, ReviewedIncident
from people.quality.sampling import Piece
from people.quality.sources import QualitySource


def _resolved_in(team: Any, start: datetime, end: datetime) -> list[Piece]:
    """What the team resolved, each with who owned it, by priority and channel; no exercises."""
    rows = Incident.objects.filter(team=team, resolved_at__gte=start, resolved_at__lt=end)
    rows = rows.filter(is_drill=False, owner__person__isnull=False).order_by("pk")
    told = rows.values_list("reference", "owner__person", "priority", "channel")
    return [
        Piece(reference, person, f"P{priority} {channel}")
        for reference, person, priority, channel in told.iterator()
    ]


def _link(works: list[Any]) -> None:
    by_reference = {work.reference: work for work in works}
    for incident in Incident.objects.filter(reference__in=by_reference):
        ReviewedIncident.objects.create(
            work=by_reference[str(incident.reference)], incident=incident
        )


def _seen(user: Any, references: list[str]) -> dict[str, Any]:
    rows = Incident.objects.visible_to(user).filter(reference__in=references)
    return {str(row.reference): row for row in rows}


INCIDENTS_RESOLVED = QualitySource(_("Resolved incidents"), _resolved_in, _link, _seen)
