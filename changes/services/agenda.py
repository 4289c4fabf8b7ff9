"""The agenda of a meeting: built from what awaits the board, ordered and walked by the chair."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.attendance import open_steps_for, step_of
from changes.enums import MeetingStatus, Risk, StepStatus
from changes.models import AgendaItem, Meeting
from changes.services.meeting_locking import TABLE, chaired, must_be_in_session
from changes.services.voting import settle_step
from core.errors import Refused, ValidationError
from records.services import mask_fields

LONGER_FOR = {Risk.HIGH: 15}
LONGEST_NOTE = 5_000


def fill_agenda(meeting: Meeting) -> None:
    """Add what awaits the board; before the meeting, take away what nobody is asked about any
    more. What was decided before the meeting stays: the minutes tell of it."""
    items = {item.change_id: item for item in meeting.items.select_related("change")}
    awaiting = open_steps_for(meeting.board_id).order_by(
        "round__content__change__planned_start_at", "round__content__change"
    )
    last = max((item.position for item in items.values()), default=0)
    asked = awaiting.values_list("round__content__change", "round__content__change__risk")
    for change_id, risk in asked:
        if change_id in items:
            items.pop(change_id)
            continue
        last += 1
        item = AgendaItem(meeting=meeting, change_id=change_id, position=last)
        item.minutes = LONGER_FOR.get(risk, item.minutes)
        item.save()
    if meeting.status != MeetingStatus.PLANNED:
        return
    for item in items.values():
        step = step_of(meeting, item.change)
        if step is None or step.status not in (StepStatus.APPROVED, StepStatus.REJECTED):
            item.delete()


def refresh_agenda(meeting: Meeting, *, actor: Any) -> Meeting:
    """Bring the agenda up to date by hand."""
    with chaired(meeting, "refresh_agenda", actor=actor) as row:
        fill_agenda(row)
    return row


def move_item(item: AgendaItem, *, actor: Any, places: int) -> AgendaItem:
    """Earlier (negative) or later on the agenda; what was talked about keeps its place."""
    with chaired(item.meeting, "order_agenda", actor=actor) as row:
        items = list(row.items.filter(started_at__isnull=True).order_by("position", "pk"))
        if item not in items:
            raise Refused(_("this item was talked about already"))
        at = items.index(item)
        to = min(max(at + places, 0), len(items) - 1)
        numbers = [each.position for each in items]
        items.insert(to, items.pop(at))
        for each, position in zip(items, numbers, strict=True):
            if each.position != position:
                each.position = position
                each.save(update_fields=["position"])
    item.refresh_from_db()
    return item


def box_item(item: AgendaItem, *, actor: Any, minutes: int) -> AgendaItem:
    """So many minutes for this item."""
    with chaired(item.meeting, "box_item", actor=actor):
        row = AgendaItem.objects.select_for_update().get(pk=item.pk)
        row.minutes = minutes
        if not 1 <= minutes <= 240:
            raise ValidationError({"minutes": _("A time box is of 1 to 240 minutes.")})
        row.save(update_fields=["minutes"])
    return row


def start_item(item: AgendaItem, *, actor: Any) -> AgendaItem:
    """Its time runs from now on; the item before it is over."""
    with chaired(item.meeting, "start_item", actor=actor) as meeting:
        must_be_in_session(meeting)
        row = AgendaItem.objects.select_for_update().get(pk=item.pk)
        if row.ended_at is not None:
            raise Refused(_("this item is over"))
        if row.started_at is not None:
            return row  # a second click
        end_running_item(meeting)
        row.started_at = told_moment()
        row.save(update_fields=["started_at"])
    return row


def end_item(item: AgendaItem, *, actor: Any, note: str = "") -> AgendaItem:
    """Its time is over and what was decided is kept: by the votes, with whoever is there. Where
    they do not suffice, it comes to the next meeting again."""
    with chaired(item.meeting, "end_item", actor=actor) as meeting:
        must_be_in_session(meeting)
        row = AgendaItem.objects.select_for_update().get(pk=item.pk)
        if row.started_at is None:
            raise Refused(_("this item has not begun"))
        if note.strip():
            row.note = _masked(note, actor, meeting)
        _end(row)
    return row


def note_item(item: AgendaItem, *, actor: Any, note: str) -> AgendaItem:
    """What was said about it, for the minutes."""
    with chaired(item.meeting, "note_item", actor=actor) as meeting:
        row = AgendaItem.objects.select_for_update().get(pk=item.pk)
        row.note = _masked(note, actor, meeting)
        row.save(update_fields=["note"])
    return row


def end_running_item(meeting: Meeting) -> None:
    """End the one under discussion; the caller holds the meeting."""
    running = meeting.items.filter(started_at__isnull=False, ended_at__isnull=True).first()
    if running is not None:
        _end(running)


def _end(row: AgendaItem) -> None:
    if row.ended_at is None:
        row.ended_at = max(told_moment(), row.started_at or told_moment())
    row.save(update_fields=["ended_at", "note"])
    step = step_of(row.meeting, row.change)
    if step is not None and step.status == StepStatus.OPEN:
        settle_step(row.change, step)


def _masked(note: str, actor: Any, meeting: Meeting) -> str:
    if len(note) > LONGEST_NOTE:
        raise ValidationError({"note": _("This text is too long.")})
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=meeting.reference)
    return told["note"].strip()
