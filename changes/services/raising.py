"""Raising a change, correcting what it says while nobody was asked about it, copying it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from changes.content import MATERIAL, MATERIAL_PARTS
from changes.enums import ENDED, ChangeType
from changes.models import Change
from changes.permissions import may_raise_changes
from changes.services.conflicts import refresh_conflicts
from changes.services.content import TEXTS, write, write_parts
from changes.services.locking import locked, save, stays_in_sight, work
from core.errors import NotAllowed, Refused, Stale, ValidationError
from people.models import Team
from sla.services import begin_life

ROLES_IN_IT = ("builder", "implementer", "tester")
_PLANNING = frozenset(
    {"services", "assets", "planned_start_at", "planned_end_at", "environment"}
    | {"builder", "implementer"}
)
"""What conflicts follow from."""
EDITABLE = (MATERIAL - {"risk", "type", "template"}) | {*ROLES_IN_IT, "team"}


@transaction.atomic
def raise_change(
    *,
    actor: Any,
    title: str,
    team: Team,
    type: str = ChangeType.NORMAL,
    requester: Any = None,
    number: int | None = None,
    **said: Any,
) -> Change:
    """Begin a change as a draft; the actor asks for it unless somebody else is named.

    Refused (NotAllowed) to people who could not see what they raised; ValidationError for fields
    that only actions may set, windows that end before they start, a template that does not fit.
    """
    with acting(actor=actor, action="change.raise"):
        if not may_raise_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        _refuse_unknown(said, EDITABLE | {"template"})
        change = Change(
            pk=number,
            type=type,
            team=team,
            requester=requester or actor,
            raised_at=told_moment(),
            life=begin_life(),
        )
        parts = {name: said.pop(name) for name in MATERIAL_PARTS if name in said}
        write(change, {"title": title, **said}, actor=actor)
        _take_from_template(change)
        check_window(change)
        change.full_clean(exclude=["life", "reference", "search"])
        change.save()
        change.refresh_from_db(fields=["reference", "version"])
        write_parts(change, parts, actor=actor)
        stays_in_sight(change, actor)
        refresh_conflicts(change)
    return change


def edit_change(
    change: Change, *, actor: Any, version: int | None = None, note: str = "", **given: Any
) -> Change:
    """Correct a change. What people were asked to approve is amended instead, with a reason.

    Refused: Stale when `version` is not the current one; material fields of a frozen content; what
    is closed or cancelled. ValidationError for fields that only actions may change.
    """
    _refuse_unknown(given, EDITABLE)
    with work(change, "edit", actor=actor, note=note) as row:
        if version is not None and row.version != version:
            raise Stale(_("somebody else changed this change meanwhile"))
        if row.status in ENDED:
            raise Refused(_("what is closed or cancelled is no longer edited"))
        if row.version_hash and given.keys() & MATERIAL:
            raise Refused(_("people were asked to approve what it says; amend it instead"))
        if write(row, given, actor=actor):
            row.version += 1  # the rows hang on this one: whoever edits it must know
        check_window(row)
        row.full_clean(exclude=["life", "reference", "search"])
        save(row, actor)
        if given.keys() & _PLANNING:
            refresh_conflicts(row)
    return row


def clone_change(change: Change, *, actor: Any, note: str = "") -> Change:
    """A new draft that says the same, without window, people and results."""
    with locked(change, "clone", actor=actor, note=note) as row:
        if not may_raise_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        said: dict[str, Any] = {
            name: getattr(row, name) for name in TEXTS if name not in ("title", "test_result")
        }
        said["services"] = [a.service for a in row.affected_services.select_related("service")]
        said["assets"] = [a.asset for a in row.changed_assets.select_related("asset")]
        said["clients"] = [a.client for a in row.affected_clients.select_related("client")]
        if row.template is not None:
            said["template"] = row.template
        return raise_change(
            actor=actor,
            title=row.title,
            team=row.team,
            type=row.type,
            environment=row.environment,
            is_significant=row.is_significant,
            **said,
        )


def _refuse_unknown(given: Any, known: frozenset[str] | set[str]) -> None:
    if unknown := sorted(set(given) - known):
        raise ValidationError({name: _("This cannot be edited.") for name in unknown})


def _take_from_template(change: Change) -> None:
    """What a standard change does not say itself, its template says."""
    if change.template is None:
        return
    change.template_revision = change.template.revision
    for name in ("description", "backout_plan", "test_plan"):
        if not getattr(change, name):
            setattr(change, name, getattr(change.template, name))


def check_window(change: Change) -> None:
    start, end = change.planned_start_at, change.planned_end_at
    if start is None and end is None:
        return
    if start is None or end is None:
        name = "planned_end_at" if end is None else "planned_start_at"
        raise ValidationError({name: _("A window needs both ends.")})
    if end <= start:
        raise ValidationError(
            {"planned_end_at": _("The planned end must come after the planned start.")}
        )
