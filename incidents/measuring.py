"""What of incidents the figures of the 1-5-10 mandate need."""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from incidents.enums import OPEN
from incidents.models import BreachReason, Incident, TargetBreach
from sla.clock_profiles import Measured, profiles, targets_for
from sla.clocks import MANDATE, Clock, Target, clocks_of
from sla.enums import ClockState


def lives_of(incidents: Any) -> Any:
    """Incidents as `sla.attainment.attainment_of` takes them."""
    is_open = ExpressionWrapper(Q(status__in=OPEN), output_field=BooleanField())
    rows = incidents.order_by().annotate(being_open=is_open)
    return rows.values_list(
        "life_id",
        "opened_at",
        "being_open",
        "service_id",
        "team__country",
        "priority",
        "team_id",
    )


def targets_of(incident: Incident) -> tuple[Target, ...]:
    """The mandate's targets for an incident."""
    if not profiles():
        return MANDATE  # and its team need not be read
    return targets_for(
        Measured(incident.service_id, incident.team.country, incident.priority, incident.opened_at)
    )


def clocks_of_incident(incident: Incident, now: datetime | None = None) -> list[Clock]:
    """The mandate's clocks; an incident from `page.incident_rows` costs no query."""
    marks = getattr(incident.life, "current_marks", None)
    if marks is None:
        marks = incident.life.current_marks = list(incident.life.marks.current())
    current = {mark.kind: mark for mark in marks}
    return clocks_of(current, now or timezone.now(), targets_of(incident))


def missed_clocks(incident: Incident, now: datetime | None = None) -> list[Clock]:
    """Those that figures count as missed: stopped too late, or open and late. Of a drill none."""
    if incident.is_drill:
        return []
    missed = {ClockState.BREACHED, ClockState.LATE} if incident.is_open else {ClockState.BREACHED}
    return [clock for clock in clocks_of_incident(incident, now) if clock.state in missed]


def unexplained_clocks(incident: Incident) -> list[Clock]:
    """The missed ones of which nobody has said why; none while there are no reasons to choose."""
    missed = missed_clocks(incident)
    if not missed or not BreachReason.objects.offered().exists():
        return []
    told = TargetBreach.objects.filter(incident=incident.pk).values_list("metric", flat=True)
    explained = set(told)
    return [clock for clock in missed if clock.metric not in explained]
