"""All that happens to a problem; the portal and the API read the same."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.models import Change
from core.errors import Reason
from core.record.entries import Kind, Timeline, Window
from core.record.sources import field_changes, part_changes
from core.record.words import Told
from incidents.forms.problems import PROBLEM_ACTIONS, PROBLEM_REASONED
from incidents.models import Incident, ProblemChange, ProblemIncident
from incidents.phrases import INCIDENT_PHRASES
from incidents.problem_workflow import PROBLEM_WORKFLOW
from records.timeline import comments

PROBLEM_TIMELINE = Timeline("problems")
LINKS = Kind("links", _("Links"), "link")
_SHARED = ("status", "title", "owner", "team", "service", "vendor", "priority")
PROBLEM_PHRASES = {
    **{name: INCIDENT_PHRASES[name] for name in _SHARED},
    "raised_at": None,
    "raised_by": None,
    "closed_at": None,
}


def _incident_rows(window: Window) -> Any:
    seen = Incident.objects.visible_to(window.user).values("pk")
    rows = ProblemIncident.history.filter(problem_id=window.record.pk, incident__in=seen)
    return rows.select_related("incident")


def _change_rows(window: Window) -> Any:
    seen = Change.objects.visible_to(window.user).values("pk")
    rows = ProblemChange.history.filter(problem_id=window.record.pk, change__in=seen)
    return rows.select_related("change")


def _tell_incident(row: Any) -> tuple[Reason, Told]:
    return _told(row, "incidents", row.incident, _("incidents"))


def _tell_change(row: Any) -> tuple[Reason, Told]:
    return _told(row, "changes", row.change, _("changes"))


def _told(row: Any, name: str, other: Any, label: Reason) -> tuple[Reason, Told]:
    if row.history_type == "-":
        return _("Link taken back"), Told(name, _("no longer linked: %(new)s"), label, new=other)
    return _("Linked"), Told(name, _("linked: %(new)s"), label, new=other)


_TITLES: dict[str, Reason] = {verb: form.title for verb, form in PROBLEM_ACTIONS.items()}
_MOVES = ["problem.raise", *(f"problem.{move.action}" for move in PROBLEM_WORKFLOW)]

for _name, _source in (
    ("comments", comments(reach_clients=False)),
    ("fields", field_changes(_MOVES, _TITLES, PROBLEM_PHRASES, reasoned=PROBLEM_REASONED)),
    ("incidents", part_changes("i", LINKS, _incident_rows, _tell_incident)),
    ("changes", part_changes("g", LINKS, _change_rows, _tell_change)),
):
    PROBLEM_TIMELINE.sources.register(_name, _source)
