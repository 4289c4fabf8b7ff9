"""What another window, or other services and assets, would do to the conflicts of a change. Nothing
is written; the dialogs, the calendar and the workbench ask this before anything is done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assets.models import Asset, Service
from changes.clashes import Clash, Engagement, Key, Plan
from changes.enums import CLAIMING, ConflictKind, ConflictStatus, Severity
from changes.models import Change, Conflict
from changes.services.conflicts import is_same
from changes.surroundings import Found, clashes_of, plan_of


@dataclass(frozen=True)
class Foreseen:
    """A conflict as it would be; `row` is what is written down of it now, if anything."""

    other: int | None
    clash: Clash
    row: Conflict | None
    blocks: bool
    """Whether it would hold up scheduling and starting: open, blocking, and the other change has a
    claim to its window."""


@dataclass(frozen=True)
class Difference:
    """What a plan would change: conflicts that would come (or be open again), those that would stay
    as they are, and those that would be resolved."""

    coming: list[Foreseen]
    staying: list[Foreseen]
    going: list[Conflict]

    @property
    def blocking(self) -> list[Foreseen]:
        """Those that would then hold it up."""
        return [one for one in (*self.coming, *self.staying) if one.blocks]


def conflicts_of(change: Change) -> list[Conflict]:
    """What is written down of a change's conflicts: the unanswered first, then the accepted, then
    the resolved."""
    rows = Conflict.objects.of(change).select_related("freeze", "accepted_by__person")
    order = [ConflictStatus.OPEN, ConflictStatus.ACCEPTED, ConflictStatus.RESOLVED]
    return sorted(rows, key=lambda one: (order.index(one.status), one.severity, one.pk))


def conflicts_if(
    change: Change,
    *,
    window: tuple[datetime, datetime] | None = None,
    services: Iterable[Service] | None = None,
    assets: Iterable[Asset] | None = None,
) -> Difference:
    """The difference that another window, other services or other assets would make; what is not
    given stays as it is. Tasks move with the window, as they do when it is written.

    ValueError for a window that ends before it starts.
    """
    if window is not None and window[1] <= window[0]:
        raise ValueError("the window ends before it starts")
    plan = plan_of(change)
    wanted: Found = {}
    if plan is not None:
        wanted = clashes_of(_otherwise(plan, window, services, assets))
    return _difference(change, wanted)


def _otherwise(plan: Plan, window: Any, services: Any, assets: Any) -> Plan:
    things: set[Key] = set(plan.things)
    for kind, records in (("service", services), ("asset", assets)):
        if records is not None:
            things = {key for key in things if key[0] != kind}
            things |= {(kind, record.pk) for record in records}
    moved = replace(plan, things=frozenset(things))
    if window is None:
        return moved
    busy = {_moved(one, plan, window) for one in plan.engagements}
    return replace(moved, span=window, engagements=frozenset(busy))


def _moved(one: Engagement, plan: Plan, window: tuple[datetime, datetime]) -> Engagement:
    """Who is busy for the whole window is so for the new one; a task moves as its start does."""
    if plan.span is None or one.span == plan.span:
        return replace(one, span=window)
    by = window[0] - plan.span[0]
    return replace(one, span=(one.span[0] + by, one.span[1] + by))


def _difference(change: Change, wanted: Found) -> Difference:
    rows = Conflict.objects.of(change).exclude(status=ConflictStatus.RESOLVED)
    held = {(r.change_id, r.other_id, r.kind, r.freeze_id): r for r in rows}
    others = {pk for key in wanted for pk in key[:2] if pk not in (None, change.pk)}
    claiming = set(
        Change.objects.filter(pk__in=others, status__in=CLAIMING).values_list("pk", flat=True)
    )
    coming, staying = [], []
    for key, clash in wanted.items():
        row = held.get(key)
        other = key[1] if key[0] == change.pk else key[0]
        is_known = row is not None and is_same(row, clash)
        is_open = not (is_known and row is not None and row.status == ConflictStatus.ACCEPTED)
        holds_up = (
            is_open and clash.severity == Severity.BLOCKING and (other is None or other in claiming)
        )
        one = Foreseen(other, clash, row, holds_up)
        (staying if is_known else coming).append(one)
    going = [row for key, row in held.items() if key not in wanted]
    return Difference(coming, staying, going)


def in_words(one: Foreseen, user: Any) -> str:
    """“Same service (CHG-000012)”, with the other change only where the person sees it."""
    label = str(ConflictKind(one.clash.kind).label)
    return _named(label, one.other, user)


def _named(label: str, other: int | None, user: Any) -> str:
    if other is None:
        return label
    seen = Change.objects.visible_to(user).filter(pk=other)
    name = seen.values_list("reference", flat=True).first()
    return f"{label} ({name})" if name else label


def effect_on_conflicts(change: Change, found: Difference, user: Any) -> str:
    """What an alteration does to the conflicts, in a sentence or two."""
    coming = sorted({in_words(one, user) for one in found.coming})
    going = sorted(
        {
            _named(
                str(row.get_kind_display()),
                row.change_id if row.other_id == change.pk else row.other_id,
                user,
            )
            for row in found.going
        }
    )
    said = []
    if coming:
        said.append(_("It brings conflicts: %(names)s.") % {"names": ", ".join(coming)})
    if going:
        said.append(_("It resolves conflicts: %(names)s.") % {"names": ", ".join(going)})
    return " ".join(said) or _("Its conflicts stay as they are.")


def notes_on_conflicts(change: Change, window: tuple[datetime, datetime], user: Any) -> list[str]:
    """What another window would bring it into conflict with, in a sentence; freezes are told by
    those who ask about freezes."""
    coming = conflicts_if(change, window=window).coming
    found = [one for one in coming if one.clash.kind != ConflictKind.FREEZE]
    if not found:
        return []
    told = {"names": ", ".join(sorted({in_words(one, user) for one in found}))}
    if any(one.blocks for one in found):
        said = _("In conflict there, and not scheduled before somebody accepts it: %(names)s.")
    else:
        said = _("In conflict there: %(names)s.")
    return [said % told]
