"""All that happens to a change, from many sources; the portal and the API read the same.

Apps above add theirs to `CHANGE_TIMELINE.sources` in their `ready`.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.models import Asset, Service
from changes.checklist_page import checklist_rows, tell_answer
from changes.forms import ACTIONS, REASONED
from changes.models import AffectedService, ChangedAsset, ChangeShare, ContentVersion, Vote
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
    ("files", files("admin:changes_change_download")),
    ("mails", mails()),
    ("shares", shares_told(ChangeShare, "s", PEOPLE)),
):
    CHANGE_TIMELINE.sources.register(_name, _source)
