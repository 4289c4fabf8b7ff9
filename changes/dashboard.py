"""The card about changes: what waits for one's vote, and what one has a part in."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes import (
    control_cards,  # noqa: F401 -- offers its own cards
    page,
)
from changes.deployment_lists import finding_badge
from changes.enums import MeetingStatus
from changes.measure_parts import figures_of
from changes.measures import last_twelve_months
from changes.measuring import measure
from changes.meeting_lists import status_badge
from changes.models import Change, Finding, Meeting
from core.cards import Figure, Figures, Line, Lines, Link
from core.dashboard import Content, card, list_url, record_url
from core.showing import span

MOST = 6
MOST_MEETINGS = 3
SOON = timedelta(days=2)
COUNTED = 999
FINDINGS = "changes.view_finding"


@card("changes", _("Changes"), permission="changes.view_change")
def changes(user: Any, now: datetime) -> Content:
    """The next step of whoever votes on changes or makes them."""
    seen = Change.objects.visible_to(user)
    parts = []
    if user.has_perm("changes.approve_change"):
        asked = _lines(seen.awaiting_vote_of(user, now))
        more = Link(_("Decide one after the other"), reverse("admin:changes_workbench"))
        nothing = _("No change waits for your vote.")
        parts.append(Lines(asked, nothing, _("Awaiting my vote"), more))
        if meetings := _meetings(user, now):
            everything = Link(_("All meetings"), list_url(Meeting))
            parts.append(Lines(meetings, "", _("Meetings"), everything))
    own = _lines(seen.open().playing_a_part(user))
    if own or not parts:
        more = Link(_("All of mine"), f"{list_url(Change)}?tab=mine")
        nothing = _("You have a part in no open change.")
        parts.append(Lines(own, nothing, _("Mine"), more))
    return Content(tuple(parts), list_url(Change))


def _meetings(user: Any, now: datetime) -> tuple[Line, ...]:
    """What is in session, what comes within two days, and minutes that wait for one's signature."""
    found = Meeting.objects.visible_to(user).select_related("board")
    soon = found.to_come(now).filter(starts_at__lt=now + SOON)
    closed = found.filter(status=MeetingStatus.CLOSED, opened_by=user.pk)
    return tuple(
        Line(
            meeting.board.name,
            record_url(meeting),
            meeting.reference,
            badges=(status_badge(meeting),),
            facts=(span(meeting.starts_at, meeting.ends_at),),
        )
        for meeting in (soon | closed).order_by("starts_at", "pk")[:MOST_MEETINGS]
    )


@card("findings_of_deployments", _("Deployed otherwise than approved"), permission=FINDINGS)
def findings_of_deployments(user: Any, now: datetime) -> Content:
    """What waits for somebody to authorise it afterwards or to revert it."""
    seen = Finding.objects.visible_to(user)
    late = seen.late(now).order_by()[: COUNTED + 1].count()
    waiting = seen.open().order_by()[: COUNTED + 1].count()
    found = seen.open().select_related("service", "deployment", "change").order_by("due_at", "pk")
    lines = tuple(
        Line(
            str(finding.get_kind_display()),
            record_url(finding),
            finding.reference,
            badges=(finding_badge(finding),),
            facts=(finding.service.name if finding.service else _("Unknown service"),),
        )
        for finding in found[:MOST]
    )
    figures = Figures(
        (
            Figure(pgettext_lazy("findings", "open"), waiting, f"{list_url(Finding)}?tab=open"),
            Figure(
                pgettext_lazy("findings", "overdue"),
                late,
                list_url(Finding, tab="open", is_late=True),
                tone="red" if late else "green",
            ),
        )
    )
    nothing = _("Everything that was deployed is as it was approved.")
    return Content((figures, Lines(lines, nothing)), list_url(Finding))


@card("change_measures", _("How changes go"), permission="changes.view_change", is_slow=True)
def change_measures(user: Any, now: datetime) -> Content:
    """The figures of the last twelve months; the page of the measures tells more."""
    found = measure(last_twelve_months(timezone.localdate(now)), user)
    note = _("Closed changes of the last twelve months that you see.")
    return Content((figures_of(found),), reverse("admin:change_measures"), note)


def _lines(found: Any) -> tuple[Line, ...]:
    rows = found.select_related("team").defer("search").order_by("planned_start_at", "pk")[:MOST]
    return tuple(
        Line(
            change.title,
            record_url(change),
            change.reference,
            badges=tuple(b for b in (page.status_badge(change), page.risk_badge(change)) if b),
            facts=(page.window_of(change),),
        )
        for change in rows
    )
