"""The only writers of events and segments: what happened is told, and the segments follow in the
same transaction."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from sla.clock_laying import lay_clocks
from sla.enums import EventKind, Holder
from sla.life_events import events_of, id_of
from sla.models import Life, LifeEvent, Segment
from sla.replay import Segment as Stretch
from sla.replay import course_of, known
from sla.services import check_moment
from sla.telling import Happening

__all__ = ["Happening", "correct_moment", "lay_life", "open_life", "tell", "withdraw"]


@transaction.atomic(savepoint=False)
def open_life(
    life: Life,
    *agreed: Happening,
    at: datetime,
    actor: Any,
    priority: int,
    team: Any = None,
) -> None:
    """Tell the opening of a record: its first team and priority, and what is agreed for it."""
    opening = {"kind": EventKind.OPENED, "team": team, "priority": priority}
    told = [opening, *(asdict(happening) for happening in agreed)]
    rows = [LifeEvent(life=life, at=at, told_by=actor, **facts) for facts in told]
    LifeEvent.objects.bulk_create(rows)
    Segment.objects.bulk_create(segments_of(life, rows))
    lay_clocks(life, rows, is_new=True)


@transaction.atomic(savepoint=False)
def tell(
    life: Life, *happened: Happening, actor: Any, at: datetime | None = None
) -> list[LifeEvent]:
    """Tell what happened to a record at one moment (now, where none is given) and lay its segments
    anew. A record whose opening was never told has no segments, and nothing is told of it.

    Refused (ValidationError): a moment in the future, too far past, or before the opening.
    """
    _hold(life)
    at = at or told_moment()
    opened_at = _opened_at(life)
    if opened_at is None:
        return []
    _check(opened_at, at)
    rows = [LifeEvent(life=life, at=at, told_by=actor, **asdict(h)) for h in happened]
    LifeEvent.objects.bulk_create(rows)
    lay_life(life, since=at)
    return rows


@transaction.atomic(savepoint=False)
def correct_moment(event: LifeEvent, *, at: datetime, actor: Any) -> LifeEvent:
    """Something happened at another moment than was told. What was told stays as superseded.

    Refused (ValidationError): what is superseded already, an opening (it is where clocks start, and
    nobody moves that), and moments as in `tell`.
    """
    life = event.life
    _hold(life)
    row = LifeEvent.objects.get(pk=event.pk)
    if row.superseded_at is not None:
        raise ValidationError({"event": _("This was corrected already.")})
    if row.kind == EventKind.OPENED:
        raise ValidationError({"event": _("The opening of a record is not moved.")})
    _check(_opened_at(life), at)
    moment = told_moment()
    since = min(row.at, at)
    _supersede(row, moment)
    row.pk, row.superseded_at = None, None
    row.at, row.known_at, row.told_by = at, moment, actor
    row.save(force_insert=True)
    lay_life(life, since=since)
    return row


@transaction.atomic(savepoint=False)
def withdraw(event: LifeEvent) -> None:
    """Something did not happen, such as a merge that is undone. Refused for an opening."""
    _hold(event.life)
    row = LifeEvent.objects.get(pk=event.pk)
    if row.kind == EventKind.OPENED:
        raise ValidationError({"event": _("The opening of a record is not withdrawn.")})
    if row.superseded_at is None:
        _supersede(row, told_moment())
        lay_life(event.life, since=row.at)


def lay_life(life: Life, *, since: datetime | None = None) -> None:
    """Make the stored segments and clocks exactly those that follow from the events as known by
    now; `since` as in `lay_clocks`. The life is held, so that two at once do not lay them from
    different knowledge."""
    rows = list(life.events.all())
    lay_segments(life, rows)
    lay_clocks(life, rows, since=since)


def lay_segments(life: Life, rows: list[LifeEvent] | None = None) -> None:
    """Its segments alone."""
    rows = list(life.events.all()) if rows is None else rows
    wanted = {s.started_at: s for s in segments_of(life, rows)}
    gone = []
    for row in life.segments.all():
        like = wanted.get(row.started_at)
        if like is not None and _facts(like) == _facts(row):
            del wanted[row.started_at]
        else:
            gone.append(row.pk)
    if gone:
        Segment.objects.filter(pk__in=gone).delete()
    if wanted:
        Segment.objects.bulk_create(wanted.values())


def segments_of(life: Life, rows: list[LifeEvent]) -> list[Segment]:
    """The segments that follow from the events of a life, not stored yet."""
    course = course_of(known(events_of(rows)))
    return [_row(life, stretch) for stretch in course.segments]


def _row(life: Life, stretch: Stretch) -> Segment:
    party = id_of(stretch.party) if stretch.party else None
    return Segment(
        life=life,
        started_at=stretch.started_at,
        holder=stretch.holder,
        team_id=party if stretch.holder == Holder.TEAM else None,
        vendor_id=party if stretch.holder == Holder.VENDOR else None,
        is_running=stretch.is_running,
    )


def _facts(segment: Segment) -> tuple[Any, ...]:
    return (segment.holder, segment.team_id, segment.vendor_id, segment.is_running)


def _hold(life: Life) -> None:
    Life.objects.select_for_update(no_key=True).get(pk=life.pk)


def _opened_at(life: Life) -> datetime | None:
    opening = life.events.filter(kind=EventKind.OPENED, superseded_at__isnull=True)
    return opening.values_list("at", flat=True).first()


def _check(opened_at: datetime | None, at: datetime) -> None:
    check_moment(at)
    if opened_at is None or at < opened_at:
        raise ValidationError({"at": _("This is before the record was opened.")})


def _supersede(row: LifeEvent, moment: datetime) -> None:
    row.superseded_at = moment
    row.save(update_fields=["superseded_at"])
