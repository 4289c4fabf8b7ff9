"""All that happens to a request, from many sources; the portal and the API read the same."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from core.record.entries import Timeline, Window
from core.record.sources import CHANGE, field_changes, part_changes
from core.record.words import Told
from incidents.adjustment_limits import sum_of
from incidents.models import (
    AccountAdjustment,
    Incident,
    Request,
    RequestComment,
    RequestIncident,
    RequestLink,
    RequestShare,
    RequestWatcher,
)
from incidents.phrases import INCIDENT_PHRASES
from incidents.request_enums import RequestLinkKind
from incidents.request_forms import REQUEST_ACTIONS, REQUEST_REASONED
from incidents.request_workflow import REQUEST_WORKFLOW
from incidents.timeline import (
    PEOPLE,
    calls_for_help,
    comments_of_merged,
    consultations,
    steps_done,
    tell_asked_about,
)
from notifications.timeline import mails
from records.sharing import shares_told
from records.timeline import comments, files
from sla.timeline import marks, thresholds

REQUEST_TIMELINE = Timeline("requests")


def _watcher_rows(window: Window) -> Any:
    rows = RequestWatcher.history.filter(request_id=window.record.pk)
    return rows.exclude(history_type="~").select_related("user")


def _tell_watcher(row: Any) -> tuple[Reason, Told]:
    ends = row.history_type == "-"
    phrase = _("%(new)s no longer watches") if ends else _("%(new)s watches from now on")
    title = pgettext_lazy("in a timeline", "watching")
    return title, Told("watchers", phrase, _("watchers"), new=row.user)


def _link_rows(window: Window) -> Any:
    seen = Request.objects.visible_to(window.user).values("pk")
    here = window.record.pk
    rows = RequestLink.history.filter(
        Q(source_id=here, target_id__in=seen) | Q(target_id=here, source_id__in=seen)
    )
    return rows.select_related("source", "target")


def _tell_link(row: Any) -> tuple[Reason, Told]:
    """Read from left to right, so that it is true on both requests' pages."""
    title = _("Link taken back") if row.history_type == "-" else _("Linked")
    kind = RequestLinkKind(row.kind).label
    return title, Told("links", "%(old)s · %(field)s · %(new)s", kind, row.source, row.target)


def _incident_rows(window: Window) -> Any:
    seen = Incident.objects.visible_to(window.user).values("pk")
    rows = RequestIncident.history.filter(request_id=window.record.pk, incident_id__in=seen)
    return rows.select_related("request", "incident")


def _adjustment_rows(window: Window) -> Any:
    return AccountAdjustment.history.filter(request_id=window.record.pk)


def _tell_adjustment(row: Any) -> tuple[Reason, Told]:
    title = _("Account adjustment")
    told = f"ADJ-{row.id:06} {sum_of(row)} · {row.get_status_display()}"
    return title, Told("adjustments", "%(new)s", title, new=told)


_TITLES: dict[str, Reason] = {verb: form.title for verb, form in REQUEST_ACTIONS.items()}
_MOVES = ["request.open", *(f"request.{move.action}" for move in REQUEST_WORKFLOW)]
_PHRASES = {
    **{name: INCIDENT_PHRASES[name] for name in ("status", "title", "owner", "team", "service")},
    **{name: INCIDENT_PHRASES[name] for name in ("client", "channel", "priority")},
    "outcome": INCIDENT_PHRASES["resolution_code"],
    # These follow from the action, whose entry says when and why.
    **dict.fromkeys(("entitlement_note", "message_id", "opened_at", "opened_by")),
    **dict.fromkeys(("resolved_at", "closed_at")),
}

for _name, _source in (
    ("comments", comments()),
    ("comments_of_merged", comments_of_merged(RequestComment, "request")),
    ("fields", field_changes(_MOVES, _TITLES, _PHRASES, reasoned=REQUEST_REASONED)),
    ("marks", marks()),
    ("thresholds", thresholds()),
    ("files", files("admin:incidents_request_download")),
    ("mails", mails()),
    ("consultations", consultations()),
    ("help", calls_for_help()),
    ("steps", steps_done()),
    ("adjustments", part_changes("a", CHANGE, _adjustment_rows, _tell_adjustment)),
    ("links", part_changes("l", PEOPLE, _link_rows, _tell_link)),
    ("incidents", part_changes("i", PEOPLE, _incident_rows, tell_asked_about)),
    ("shares", shares_told(RequestShare, "s", PEOPLE)),
    ("watchers", part_changes("w", PEOPLE, _watcher_rows, _tell_watcher)),
):
    REQUEST_TIMELINE.sources.register(_name, _source)
