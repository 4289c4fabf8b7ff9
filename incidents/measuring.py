"""What of incidents the figures of the 1-5-10 mandate need."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from incidents.enums import OPEN
from incidents.models import Incident
from sla.clock_profiles import Measured, targets_for
from sla.clocks import Target


def lives_of(incidents: Any) -> Any:
    """Incidents as `sla.attainment.attainment_of` takes them."""
    is_open = ExpressionWrapper(Q(status__in=OPEN), output_field=BooleanField())
    rows = incidents.order_by().annotate(being_open=is_open)
    return rows.values_list(
        "life_id", "opened_at", "being_open", "service_id", "team__country", "priority"
    )


def targets_of(incident: Incident) -> tuple[Target, ...]:
    """The mandate's targets for an incident whose team was read with it."""
    return targets_for(
        Measured(incident.service_id, incident.team.country, incident.priority, incident.opened_at)
    )
