"""All that happens to an incident, from many sources; the portal and the API read the same.

Apps above add theirs to `INCIDENT_TIMELINE.sources` in their `ready`.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.models import Asset
from core.errors import Reason
from core.record.entries import Kind, Source, Timeline, Window
from core.record.sources import CHANGE, field_changes, part_changes
from core.record.words import Told
from incidents.enums import ConsultationState, HelpState, LinkKind, StepResult
from incidents.forms import ACTIONS, REASONED
from incidents.models import (
    AffectedAsset,
    Consultation,
    DiagnosisStep,
    HelpRequest,
    Incident,
    IncidentComment,
    IncidentLink,
    IncidentShare,
    IncidentWatcher,
    Request,
    RequestIncident,
)
from incidents.phrases import INCIDENT_PHRASES
from incidents.request_enums import AskingKind
from incidents.together import merged_into
from incidents.workflow import INCIDENT_WORKFLOW
from notifications.timeline import mails
from records.sharing import shares_told
from records.timeline import COMMENT, comments, files
from sla.timeline import marks, thresholds

INCIDENT_TIMELINE = Timeline("incidents")
PEOPLE = Kind("people", _("People and links"), "link")

_ASSET: Reason = _("Affected assets")
_EDITED: Reason = _("Edited")
_CHECKLIST: Reason = _("Checklist")


def _asset_rows(window: Window) -> Any:
    return AffectedAsset.history.filter(
        incident_id=window.record.pk, asset__in=Asset.objects.visible_to(window.user)
    ).select_related("asset")


def _tell_asset(row: Any) -> tuple[Reason, Told]:
    phrase = _("no longer affected: %(new)s") if row.history_type == "-" else _("affected: %(new)s")
    return _EDITED, Told("assets", phrase, _ASSET, new=row.asset)


def _watcher_rows(window: Window) -> Any:
    rows = IncidentWatcher.history.filter(incident_id=window.record.pk)
    return rows.exclude(history_type="~").select_related("user")


def _tell_watcher(row: Any) -> tuple[Reason, Told]:
    ends = row.history_type == "-"
    phrase = _("%(new)s no longer watches") if ends else _("%(new)s watches from now on")
    title = pgettext_lazy("in a timeline", "watching")
    return title, Told("watchers", phrase, _("watchers"), new=row.user)


def _link_rows(window: Window) -> Any:
    seen = Incident.objects.visible_to(window.user).values("pk")
    here = window.record.pk
    rows = IncidentLink.history.filter(
        Q(source_id=here, target_id__in=seen) | Q(target_id=here, source_id__in=seen)
    )
    return rows.select_related("source", "target")


def _tell_link(row: Any) -> tuple[Reason, Told]:
    """Read from left to right, so that it is true on both incidents' pages."""
    ends = row.history_type == "-"
    title = _("Link taken back") if ends else _("Linked")
    kind = LinkKind(row.kind).label
    return title, Told("links", "%(old)s · %(field)s · %(new)s", kind, row.source, row.target)


def _request_rows(window: Window) -> Any:
    seen = Request.objects.visible_to(window.user).values("pk")
    rows = RequestIncident.history.filter(incident_id=window.record.pk, request_id__in=seen)
    return rows.select_related("request", "incident")


def tell_asked_about(row: Any) -> tuple[Reason, Told]:
    """A request asks about an incident, or no longer does; true on both pages."""
    title = _("Link taken back") if row.history_type == "-" else _("Linked")
    kind = AskingKind(row.kind).label
    return title, Told("links", "%(old)s · %(field)s · %(new)s", kind, row.request, row.incident)


def _step_rows(window: Window) -> Any:
    rows = DiagnosisStep.history.filter(diagnosis__life=window.record.life_id)
    return rows.select_related("diagnosis__guide_version__guide")


def _tell_step(row: Any) -> tuple[Reason, Told]:
    """The step in the reader's language, from the version that the record keeps."""
    version = row.diagnosis.guide_version
    said = version.steps[row.step - 1]
    result = StepResult(row.result).label
    found = f"{result}: {row.note}" if row.note else result
    return _CHECKLIST, Told("steps", "%(field)s · %(new)s", said, new=found)


def steps_done() -> Source:
    """What came out of the steps of checklists, corrections too."""
    return part_changes("d", CHANGE, _step_rows, _tell_step)


def comments_of_merged(model: Any, name: str) -> Source:
    """What was said on records that are merged into this one, as far as the reader sees those.
    `name` is what the comments' model calls its record."""

    def read(window: Window) -> Any:
        seen = merged_into(window.record, window.user)
        rows = model.objects.filter(**{f"{name}__in": seen.values("pk")})
        for comment in window.newest(rows.select_related("author", name), "created_at"):
            reference = getattr(comment, name).reference
            yield window.entry(
                COMMENT,
                comment.created_at,
                comment.pk,
                _("said on %s") % reference,
                actor=str(comment.author or ""),
                who=_("The portal"),
                text=comment.text,
                template="portal/entry_comment.html",
                content={"is_internal": comment.is_internal, "is_plain": False},
                details={
                    "id": comment.pk,
                    "is_internal": comment.is_internal,
                    name: reference,
                },
            )

    return Source("g", (COMMENT,), read)


def consultations() -> Source:
    """What other teams were asked, where it is answered with the answer, when that came."""

    def read(window: Window) -> Any:
        rows = Consultation.objects.filter(
            life=window.record.life_id, state=ConsultationState.ANSWERED
        )
        rows = rows.select_related("team", "ended_by")
        for asked in window.newest(rows, "ended_at"):
            yield window.entry(
                COMMENT,
                asked.ended_at,
                asked.pk,
                _("answer of %s") % asked.team.slug,
                actor=str(asked.ended_by),
                who=_("The portal"),
                text=f"> {asked.question}\n\n{asked.answer}",
                template="portal/entry_comment.html",
                content={"is_internal": True, "is_plain": False},
                details={"consultation": asked.pk, "is_internal": True},
            )

    return Source("k", (COMMENT,), read)


def calls_for_help() -> Source:
    """What helped, where help was asked for, when it was said."""

    def read(window: Window) -> Any:
        rows = HelpRequest.objects.filter(life=window.record.life_id, state=HelpState.ANSWERED)
        for call in window.newest(rows.select_related("ended_by"), "ended_at"):
            yield window.entry(
                COMMENT,
                call.ended_at,
                call.pk,
                _("help that was asked for"),
                actor=str(call.ended_by),
                who=_("The portal"),
                text=f"> {call.question}\n\n{call.answer}",
                template="portal/entry_comment.html",
                content={"is_internal": True, "is_plain": False},
                details={"help": call.pk, "is_internal": True},
            )

    return Source("y", (COMMENT,), read)


_TITLES: dict[str, Reason] = {verb: form.title for verb, form in ACTIONS.items()}
_MOVES = ["incident.open", *(f"incident.{move.action}" for move in INCIDENT_WORKFLOW)]

for _name, _source in (
    ("comments", comments()),
    ("comments_of_merged", comments_of_merged(IncidentComment, "incident")),
    ("consultations", consultations()),
    ("help", calls_for_help()),
    ("fields", field_changes(_MOVES, _TITLES, INCIDENT_PHRASES, reasoned=REASONED)),
    ("assets", part_changes("p", CHANGE, _asset_rows, _tell_asset)),
    ("steps", steps_done()),
    ("marks", marks()),
    ("thresholds", thresholds()),
    ("files", files("admin:incidents_incident_download")),
    ("mails", mails()),
    ("links", part_changes("l", PEOPLE, _link_rows, _tell_link)),
    ("requests", part_changes("q", PEOPLE, _request_rows, tell_asked_about)),
    ("shares", shares_told(IncidentShare, "s", PEOPLE)),
    ("watchers", part_changes("w", PEOPLE, _watcher_rows, _tell_watcher)),
):
    INCIDENT_TIMELINE.sources.register(_name, _source)
