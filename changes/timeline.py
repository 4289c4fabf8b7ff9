"""All that happens to a change, from many sources; the portal and the API read the same.

Apps above add theirs to `CHANGE_TIMELINE.sources` in their `ready`.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.models import Asset, Service
from changes.checklist_page import checklist_rows, tell_answer
from changes.enums import ConflictStatus
from changes.forms import ACTIONS, REASONED
from changes.models import (
    AffectedService,
    Change,
    ChangedAsset,
    ChangeShare,
    Conflict,
    ContentVersion,
    Vote,
)
from changes.phrases import CHANGE_PHRASES
from changes.workflow import CHANGE_WORKFLOW
from core.errors import Reason
from core.record.entries import Entry, Kind, Source, Timeline, Window
from core.record.sources import CHANGE, field_changes, part_changes
from core.record.words import Told
from notifications.timeline import mails
from records.sharing import shares_told
from records.timeline import comments, files

CHANGE_TIMELINE = Timeline("changes")
PEOPLE = Kind("people", _("People"), "groups")
VOTE = Kind("vote", _("Votes"), "gavel")
CONFLICT = Kind("conflict", _("Conflicts"), "warning")
_ANSWERED: dict[str, Reason] = {
    ConflictStatus.OPEN: pgettext_lazy("in a timeline", "conflict found"),
    ConflictStatus.ACCEPTED: pgettext_lazy("in a timeline", "conflict accepted"),
    ConflictStatus.RESOLVED: pgettext_lazy("in a timeline", "conflict resolved"),
}

_EDITED: Reason = _("Edited")


def _votes(window: Window) -> Iterable[Entry]:
    """What people said to the versions of the change."""
    rows = Vote.objects.filter(step__round__content__change=window.record)
    rows = rows.select_related("cast_by", "person", "step__round__content")
    for vote in window.newest(rows, "cast_at"):
        step = vote.step
        yield window.entry(
            VOTE,
            vote.cast_at,
            vote.pk,
            vote.get_decision_display(),
            actor=str(vote.cast_by),
            text=vote.comment,
            changes=(
                Told(
                    "vote",
                    _("%(field)s, on version %(new)s"),
                    step.get_kind_display(),
                    new=step.round.content.number,
                ),
            ),
            details={
                "decision": vote.decision,
                "step": step.kind,
                "version": step.round.content.number,
                "version_hash": vote.version_hash,
                "seat": vote.person.full_name,
            },
        )


def _versions(window: Window) -> Iterable[Entry]:
    """What was frozen, and by whose request."""
    rows = ContentVersion.objects.filter(change=window.record).select_related("frozen_by")
    for version in window.newest(rows, "frozen_at"):
        yield window.entry(
            VOTE,
            version.frozen_at,
            version.pk,
            pgettext_lazy("in a timeline", "content frozen"),
            actor=str(version.frozen_by or ""),
            who=_("The portal"),
            changes=(Told("version", _("version %(new)s"), _("version"), new=version),),
            details={"version": version.number, "version_hash": version.sha256},
        )


def _conflicts(window: Window) -> Iterable[Entry]:
    """Each time that a conflict was found, accepted or resolved, as its history has it."""
    of = Q(change=window.record.pk) | Q(other=window.record.pk)
    rows = Conflict.history.filter(of)  # type: ignore[attr-defined]  # -- simple-history's manager
    found = window.newest(rows, "history_date", "history_id")
    ids = {row.change_id for row in found} | {row.other_id for row in found}
    seen = Change.objects.visible_to(window.user).filter(pk__in=ids - {None})
    names = dict(seen.values_list("pk", "reference"))
    for row in found:
        other = row.change_id if row.other_id == window.record.pk else row.other_id
        phrase = _("%(field)s: %(new)s") if other in names else _("%(field)s")
        yield window.entry(
            CONFLICT,
            row.history_date,
            row.history_id,
            _ANSWERED[row.status],
            actor=row.history_actor if row.status == ConflictStatus.ACCEPTED else "",
            who=_("The portal"),
            text=row.acceptance if row.status == ConflictStatus.ACCEPTED else "",
            is_reason=row.status == ConflictStatus.ACCEPTED,
            changes=(Told("conflict", phrase, row.get_kind_display(), new=names.get(other, "")),),
            details={"kind": row.kind, "severity": row.severity, "status": row.status},
        )


def _part_rows(model: Any, name: str, seen: Any) -> Any:
    def rows(window: Window) -> Any:
        visible = seen.objects.visible_to(window.user)
        found = model.history.filter(**{"change_id": window.record.pk, f"{name}__in": visible})
        return found.select_related(name)

    return rows


def _tell_part(name: str, label: Reason) -> Any:
    def tell(row: Any) -> tuple[Reason, Told]:
        gone = row.history_type == "-"
        phrase = _("no longer touched: %(new)s") if gone else _("touched: %(new)s")
        return _EDITED, Told(name, phrase, label, new=getattr(row, name))

    return tell


_TITLES: dict[str, Reason] = {
    **{verb: form.title for verb, form in ACTIONS.items()},
    "raise": _("Raised"),
    "approve": pgettext_lazy("change", "Approved"),
    "reject": pgettext_lazy("change", "Rejected"),
    "expire": pgettext_lazy("change", "Expired"),
}
_MOVES = ["change.raise", *(f"change.{move.action}" for move in CHANGE_WORKFLOW)]

for _name, _source in (
    ("comments", comments(reach_clients=False)),
    ("fields", field_changes(_MOVES, _TITLES, CHANGE_PHRASES, reasoned=REASONED)),
    ("votes", Source("v", (VOTE,), _votes)),
    ("versions", Source("z", (VOTE,), _versions)),
    (
        "services",
        part_changes(
            "p",
            CHANGE,
            _part_rows(AffectedService, "service", Service),
            _tell_part("service", _("services")),
        ),
    ),
    (
        "assets",
        part_changes(
            "a", CHANGE, _part_rows(ChangedAsset, "asset", Asset), _tell_part("asset", _("assets"))
        ),
    ),
    ("checklist", part_changes("k", CHANGE, checklist_rows, tell_answer)),
    ("conflicts", Source("k", (CONFLICT,), _conflicts)),
    ("files", files("admin:changes_change_download")),
    ("mails", mails()),
    ("shares", shares_told(ChangeShare, "s", PEOPLE)),
):
    CHANGE_TIMELINE.sources.register(_name, _source)
