"""Wholes and parts: what a part follows, and how what happens to a whole is passed on. Each part is
altered by the same services as by hand, under the actor's own rights, and what refuses is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Reason, Refused, ValidationError
from incidents.enums import LinkKind
from incidents.models import Cascade, Incident, Request
from incidents.services.whichever import verbs_of, work_on
from incidents.triggers import DEEPEST, FAMILIES

SWITCHES = ("resolves", "tells", "prioritizes", "waits")
_FOR_REQUESTS = ("tells_requests", "resolves_requests")
_DECIDE_PRIORITY: dict[type, tuple[str, ...]] = {
    Incident: ("impact", "urgency", "priority", "priority_reason"),
    Request: ("priority",),
}


def set_cascade[R: Incident | Request](record: R, *, actor: Any, **switches: bool) -> R:
    """Say what a record passes on to its parts from now on, and an incident to the requests that
    ask about it; what is not named stays."""
    known = {*SWITCHES, *(_FOR_REQUESTS if isinstance(record, Incident) else ())}
    if unknown := set(switches) - known:
        raise ValidationError({name: _("This cannot be passed on.") for name in sorted(unknown)})
    with work_on(record, "set_cascade", actor=actor) as row:
        cascade, _made = Cascade.objects.get_or_create(life_id=row.life_id)
        for name, wanted in switches.items():
            setattr(cascade, name, wanted)
        cascade.save()
    changed: R = row
    return changed


def set_following[R: Incident | Request](record: R, *, actor: Any, part: R, follows: bool) -> R:
    """Say whether one part takes over what is passed on. Refused where it is no part."""
    with work_on(record, "set_following", actor=actor) as row:
        seen = verbs_of(record).seen_by(actor).values("pk")
        links = row.linked_from.filter(kind=LinkKind.CHILD_OF, source__in=seen)
        link = links.filter(source=part.pk).first()
        if link is None:
            raise Refused(_("it is no part of this record"))
        link.follows = follows
        link.save(update_fields=["follows"])
    changed: R = row
    return changed


def keep_tree[R: Incident | Request](part: R, whole: R) -> None:
    """Refuse what would make a family run in a circle or grow too deep. One family at a time is
    altered until the transaction ends, so that two links at once close no circle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [FAMILIES])
    links = part.links.model._default_manager.filter(kind=LinkKind.CHILD_OF)
    if links.filter(source=part.pk).exists():
        raise Refused(_("it is a part of another one already"))
    above = _levels(whole.pk, lambda pks: links.filter(source__in=pks).values_list("target"))
    if part.pk in above:
        raise Refused(_("a record cannot be a part of itself"))
    below = _levels(part.pk, lambda pks: links.filter(target__in=pks).values_list("source"))
    if max(above.values()) + max(below.values()) > DEEPEST:
        raise Refused(_("a family has at most %d levels") % DEEPEST)


def _levels(start: int, beyond: Callable[[list[int]], Any]) -> dict[int, int]:
    found = {start: 1}
    level = [start]
    while level and max(found.values()) <= DEEPEST:
        level = [pk for (pk,) in beyond(level) if pk not in found]
        found |= dict.fromkeys(level, max(found.values()) + 1)
    return found


@dataclass
class PassingOn:
    """What is passed on from one record to others, its parts where no model is named, and what
    became of it."""

    part_ids: list[int]
    actor: Any
    model: Any = None
    done: list[str] = field(default_factory=list)
    refused: list[Reason] = field(default_factory=list)

    def each(self, row: Any, act: Callable[[Any], Any]) -> None:
        """Take the same step with every one that the actor sees and that is open, each on its own;
        `row.passed_on` tells of it."""
        row.passed_on = [*getattr(row, "passed_on", ()), self]  # told to whoever asked, not stored
        parts = (self.model or type(row)).objects.filter(pk__in=self.part_ids).open().order_by("pk")
        seen = parts if self.actor is None else parts.visible_to(self.actor)
        found = list(seen.select_related("life"))
        if hidden := parts.count() - len(found):
            text = ngettext(
                "%d record that you may not see stays as it is.",
                "%d records that you may not see stay as they are.",
                hidden,
            )
            self.refused.append(text % hidden)
        for part in found:
            try:
                with transaction.atomic():
                    act(part)
            except (Refused, ValidationError) as refusal:
                told = {"part": part.reference, "reason": "; ".join(_reasons(refusal))}
                self.refused.append(_("%(part)s stays as it is: %(reason)s.") % told)
            else:
                self.done.append(part.reference)

    def told(self) -> list[Reason]:
        """What the actor must know afterwards."""
        done = [_("Passed on to %s.") % ", ".join(self.done)] if self.done else []
        return [*done, *self.refused]


@contextmanager
def passing_on(record: Incident | Request, switch: str, *, actor: Any) -> Iterator[PassingOn]:
    """One transaction over a record and the parts that follow it in something; all are held from
    the start, by the same order as everywhere, so that two at once do not wait for ever."""
    with transaction.atomic():
        follows = Q(follows=True, **{f"target__life__cascade__{switch}": True})
        links = record.linked_from.filter(follows, kind=LinkKind.CHILD_OF)
        parts = list(links.values_list("source", flat=True))
        if parts:
            verbs_of(record).hold([record.pk, *parts])
        yield PassingOn(parts, actor)


def pass_on_priority[R: Incident | Request](
    parts: PassingOn, row: R, was: int, *, actor: Any
) -> None:
    """The parts are as urgent as the whole has become; nothing where it is as it was."""
    if row.priority != was:
        parts.each(row, lambda part: _take_over_priority(part, row, actor))


def _take_over_priority[R: Incident | Request](record: R, whole: R, actor: Any) -> None:
    with passing_on(record, "prioritizes", actor=actor) as parts:
        with work_on(record, "take_over_priority", actor=actor, note=whole.reference) as row:
            was = row.priority
            for name in _DECIDE_PRIORITY[type(record)]:
                setattr(row, name, getattr(whole, name))
        pass_on_priority(parts, row, was, actor=actor)


def _reasons(refusal: Exception) -> list[str]:
    found = getattr(refusal, "reasons", None) or getattr(refusal, "messages", [])
    return [str(reason).rstrip(".") for reason in found]
