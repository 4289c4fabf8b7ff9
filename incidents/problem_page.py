"""What a problem's page and its list rows show: read only, constant queries."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from changes.models import Change
from changes.page import status_badge as change_badge
from core.admin import Button, Panel
from core.admin_pages import row_of_buttons
from core.querysets import visible_rows
from core.record.side import Block, Fact
from core.showing import ago, badge, link, moment
from incidents.models import Incident, Problem
from incidents.page import PRIORITY_TONES, status_badge
from incidents.page import priority_badge as incident_priority
from incidents.problem_enums import ProblemStatus

SHOWN = 200
_TONES = {
    ProblemStatus.CANDIDATE: "blue",
    ProblemStatus.ACCEPTED: "blue",
    ProblemStatus.INVESTIGATING: "violet",
    ProblemStatus.KNOWN_ERROR: "orange",
    ProblemStatus.FIX_IN_CHANGE: "yellow",
    ProblemStatus.MONITORING: "green",
}
TEXTS = (
    ("symptom", gettext_lazy("Symptom")),
    ("workaround", gettext_lazy("Workaround")),
    ("root_cause", gettext_lazy("Root cause")),
    ("no_cause_reason", gettext_lazy("Why no root cause was found")),
)
type ButtonFor = Callable[..., Button | None]


def problem_badge(problem: Problem) -> Any:
    return badge(problem.get_status_display(), _TONES.get(ProblemStatus(problem.status), ""))


def problem_priority(problem: Problem) -> Any:
    return badge(problem.get_priority_display(), PRIORITY_TONES.get(problem.priority, ""))


def incidents_panel(problem: Problem, user: Any, button: ButtonFor) -> Panel:
    """The linked incidents that the person sees, the latest first."""
    seen = Incident.objects.visible_to(user).filter(problem_links__problem=problem)
    rows = list(
        seen.select_related("service", "team", "owner")
        .defer("description", "resolution", "search")
        .order_by("-pk")[:SHOWN]
    )

    def tools(row: Incident) -> Any:
        spoken = _("Take back the link to %s") % row.reference
        given = button(
            "unlink_incident", pgettext("link", "Take back"), spoken, incident=row.reference
        )
        return row_of_buttons([given]) if given else ""

    add = button("link_incident", _("Link an incident"))
    content = {
        "buttons": [add] if add else [],
        "columns": [_("Incident"), _("Title"), _("Priority"), _("Status"), _("Opened"), ""],
        "rows": [
            (
                link(row, row.reference),
                row.title,
                incident_priority(row),
                status_badge(row),
                ago(row.opened_at),
                tools(row),
            )
            for row in rows
        ],
        "nothing": _("No incident that you see is linked."),
    }
    return Panel("incidents", _("Incidents"), "portal/table.html", content, len(rows))


def changes_panel(problem: Problem, user: Any, button: ButtonFor) -> Panel:
    """The linked changes that the person sees."""
    seen = Change.objects.visible_to(user).filter(problem_links__problem=problem)
    rows = list(seen.defer("search").order_by("-pk")[:SHOWN])

    def tools(row: Change) -> Any:
        spoken = _("Take back the link to %s") % row.reference
        given = button("unlink_change", pgettext("link", "Take back"), spoken, change=row.reference)
        return row_of_buttons([given]) if given else ""

    add = button("link_change", _("Link a change"))
    content = {
        "buttons": [add] if add else [],
        "columns": [_("Change"), _("Title"), _("Status"), ""],
        "rows": [
            (link(row, row.reference), row.title, change_badge(row), tools(row)) for row in rows
        ],
        "nothing": _("No change that you see is linked."),
    }
    return Panel("changes", _("Changes"), "portal/table.html", content, len(rows))


def problems_panel(change: Change, user: Any) -> Panel | None:
    """On a change's page: the problems that it is to fix, of those that the person sees."""
    seen = Problem.objects.visible_to(user).filter(change_links__change=change)
    rows = list(seen.order_by("-pk")[:SHOWN])
    if not rows:
        return None
    content = {
        "columns": [_("Problem"), _("Title"), _("Priority"), _("Status")],
        "rows": [
            (link(row, row.reference), row.title, problem_priority(row), problem_badge(row))
            for row in rows
        ],
    }
    return Panel("problems", _("Problems"), "portal/table.html", content, len(rows))


def problem_side(problem: Problem, user: Any) -> Iterator[Block]:
    """What it concerns, and who answers for it."""
    facts = [Fact(_("service"), _linked(problem.service, user))]
    if problem.vendor_id:
        facts.append(Fact(_("vendor"), _linked(problem.vendor, user)))
    yield Block("about", _("Concerns"), tuple(facts))
    details = [
        Fact(_("team"), _linked(problem.team, user)),
        Fact(_("owner"), str(problem.owner or _("Nobody yet"))),
        Fact(_("raised by"), str(problem.raised_by or _("The portal"))),
        Fact(_("raised at"), moment(problem.raised_at)),
    ]
    if problem.closed_at:
        details.append(Fact(_("closed at"), moment(problem.closed_at)))
    yield Block("details", _("Details"), tuple(details))


def _linked(record: Any, user: Any) -> Any:
    """A name, leading to its page where the person may open that."""
    seen = visible_rows(type(record), user).filter(pk=record.pk).exists()
    return link(record) if seen else str(record)
