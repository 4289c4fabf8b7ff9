"""What an incident's page, its list rows and the home cards show: read only, constant queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.history import history_of
from core.markdown import render_markdown
from core.registry import Registry
from core.showing import badge
from incidents.enums import Priority, Status
from incidents.models import Incident, IncidentLink
from sla.clocks import Clock, ClockState, clocks_of
from sla.models import Mark

# Upper apps add tabs: `(incident, user) -> core.admin.Panel`, registered in their `ready`.
INCIDENT_PANELS: Registry[Any] = Registry("incident panel")

TIMELINE_LENGTH = 200

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


@dataclass(frozen=True)
class Entry:
    """One thing that happened, as the timeline tells it."""

    at: datetime
    kind: str
    who: str
    what: Any
    text: Any = ""
    badge: Any = ""
    changes: tuple[Any, ...] = ()
    file: Any = None


def incident_rows(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """With all that a row shows, in two queries; without the long texts."""
    return (
        rows.select_related("service", "team", "owner", "life")
        .prefetch_related(
            Prefetch("life__marks", queryset=Mark.objects.current(), to_attr="current_marks")
        )
        .defer("description", "resolution", "search")
    )


def clocks_of_incident(incident: Incident, now: datetime | None = None) -> list[Clock]:
    """The mandate's clocks; an incident from `incident_rows` costs no query."""
    marks = getattr(incident.life, "current_marks", None)
    if marks is None:
        marks = incident.life.current_marks = list(incident.life.marks.current())
    return clocks_of({mark.kind: mark for mark in marks}, now or timezone.now())


def status_badge(incident: Incident) -> Any:
    return badge(incident.get_status_display(), STATUS_TONES.get(incident.status, ""))


def priority_badge(incident: Incident) -> Any:
    return badge(incident.get_priority_display(), PRIORITY_TONES.get(incident.priority, ""))


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


def timeline_of(incident: Incident, user: Any, label_of: Callable[[str, str], Any]) -> list[Entry]:
    """Comments, files, marks and changes in one order, the newest first."""
    entries = [
        Entry(
            comment.created_at,
            "comment",
            str(comment.author or ""),
            _("commented"),
            text=render_markdown(comment.text),
            badge=badge(_("Internal"), "") if comment.is_internal else badge(_("Public"), "green"),
        )
        for comment in incident.comments.select_related("author").order_by("-pk")[:TIMELINE_LENGTH]
    ]
    entries += [
        Entry(file.created_at, "file", str(file.uploaded_by), _("added a file"), file=file)
        for file in incident.attachments.select_related("uploaded_by").order_by("-pk")
    ]
    entries += [
        Entry(
            mark.at,
            "mark",
            str(mark.set_by or mark.get_source_display()),
            mark.get_kind_display(),
            text=mark.evidence,
            badge=badge(mark.get_precision_display(), "") if mark.precision != "exact" else "",
        )
        for mark in marks_of(incident)
        if mark.superseded_at is None
    ]
    entries += [
        Entry(
            line.at,
            "change",
            line.actor or str(_("The portal")),
            label_of(line.action, line.kind),
            text=line.reason,
            changes=() if line.kind == "+" else line.changes,
        )
        for line in history_of(incident, user, limit=TIMELINE_LENGTH)
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:TIMELINE_LENGTH]


def marks_of(incident: Incident) -> list[Mark]:
    """All marks, superseded ones too, by time; read once for a page."""
    if not hasattr(incident, "_all_marks"):
        found = list(incident.life.marks.select_related("set_by").order_by("at", "pk"))
        incident._all_marks = found
        incident.life.current_marks = [mark for mark in found if mark.superseded_at is None]
    return incident._all_marks


def links_of(incident: Incident, user: Any) -> list[tuple[Any, Incident]]:
    """Relation and the other incident, as read from this one; only those one may see."""
    visible = Incident.objects.visible_to(user).values("pk")
    links = IncidentLink.objects.select_related("source", "target")
    return [
        *(
            (x.get_kind_display(), x.target)
            for x in links.filter(source=incident, target__in=visible)
        ),
        *(
            (_("← %s") % x.get_kind_display(), x.source)
            for x in links.filter(target=incident, source__in=visible)
        ),
    ]
