"""What an incident's page, its list rows and the home cards show: read only, constant queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.registry import Registry
from core.showing import badge
from incidents.enums import LinkKind, Priority, Status
from incidents.measuring import clocks_of_incident
from incidents.models import Incident, IncidentLink
from sla.clocks import Clock
from sla.enums import ClockState
from sla.models import Mark

# Upper apps add tabs: `(incident, user) -> core.admin.Panel`, registered in their `ready`.
INCIDENT_PANELS: Registry[Any] = Registry("incident panel")

STATUS_TONES = {
    Status.NEW: "blue",
    Status.TRIAGED: "blue",
    Status.IN_PROGRESS: "violet",
    Status.PENDING_CUSTOMER: "yellow",
    Status.PENDING_VENDOR: "yellow",
    Status.PENDING_CHANGE: "yellow",
    Status.RESOLVED: "green",
}
PRIORITY_TONES = {Priority.P1: "red", Priority.P2: "orange", Priority.P3: "yellow"}
CLOCK_TONES = {
    ClockState.LATE: "red",
    ClockState.BREACHED: "orange",
    ClockState.RUNNING: "blue",
    ClockState.MET: "green",
}


def incident_rows(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """With all that a row shows, in two queries; without the long texts."""
    return (
        rows.select_related("service", "team", "owner", "life")
        .prefetch_related(
            Prefetch("life__marks", queryset=Mark.objects.current(), to_attr="current_marks")
        )
        .defer("description", "resolution", "search")
    )


def status_badge(incident: Incident) -> Any:
    return badge(incident.get_status_display(), STATUS_TONES.get(incident.status, ""))


def priority_badge(incident: Incident) -> Any:
    return badge(incident.get_priority_display(), PRIORITY_TONES.get(incident.priority, ""))


def badges_of(incident: Incident) -> list[Any]:
    """Those of a page's header."""
    badges = [status_badge(incident), priority_badge(incident)]
    return [*badges, badge(_("Drill"), "violet")] if incident.is_drill else badges


def clock_badge(incident: Incident) -> Any:
    """The clock that matters most: one running late, else one missed, else one running."""
    clocks = clocks_of_incident(incident)
    for state in (ClockState.LATE, ClockState.BREACHED, ClockState.RUNNING):
        for clock in clocks:
            if clock.state == state and (incident.is_open or state == ClockState.BREACHED):
                shown = badge(state.label, CLOCK_TONES[state])
                return format_html("{} <small>{}</small>", shown, clock.target.label)
    met = all(clock.state == ClockState.MET for clock in clocks)
    return badge(ClockState.MET.label, "green") if met else None


def marks_of(incident: Incident) -> list[Mark]:
    """All marks, superseded ones too, by time; read once for a page."""
    life = incident.life
    if not hasattr(life, "every_mark"):
        life.every_mark = list(life.marks.select_related("set_by").order_by("at", "pk"))
        life.current_marks = [mark for mark in life.every_mark if mark.superseded_at is None]
    return life.every_mark


def urgent_clock(incident: Incident) -> Clock | None:
    """The running clock that matters most: the first that is late, else the next to be due."""
    running = (ClockState.LATE, ClockState.RUNNING)
    clocks = [clock for clock in clocks_of_incident(incident) if clock.state in running]
    return min(clocks, key=lambda clock: clock.remaining, default=None)


# The same relations as read from the other end.
INWARD = {
    LinkKind.RELATED: LinkKind.RELATED.label,
    LinkKind.DUPLICATE_OF: _("Has the duplicate"),
    LinkKind.CAUSED_BY: _("Cause of"),
    LinkKind.CHILD_OF: _("Has the part"),
    LinkKind.SPLIT_FROM: _("Split into"),
}


@dataclass(frozen=True)
class Linked:
    """A relation to another incident. Outward ones are this incident's own to take back."""

    kind: str
    label: Any
    other: Incident
    is_outward: bool


def links_of(incident: Incident, user: Any) -> list[Linked]:
    """Relations as read from this incident; only to those one may see."""
    visible = Incident.objects.visible_to(user).values("pk")
    here = Q(source=incident, target__in=visible) | Q(target=incident, source__in=visible)
    links = IncidentLink.objects.filter(here).select_related("source", "target").order_by("pk")
    return [
        Linked(link.kind, link.get_kind_display(), link.target, True)
        if link.source_id == incident.pk
        else Linked(link.kind, INWARD[link.kind], link.source, False)
        for link in links
    ]
