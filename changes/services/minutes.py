"""What the minutes of a meeting say, as plain data without a language: codes, names, moments."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from changes.attendance import step_of
from changes.enums import AttendanceKind, Decision, StepStatus
from changes.meeting_querysets import seats_at
from changes.models import AgendaItem, ApprovalStep, Attendance, Meeting
from changes.services.voting import tally_of

FORM = 1
"""Raised when what minutes consist of changes: old ones stay readable."""


def content_of_meeting(meeting: Meeting) -> dict[str, Any]:
    """Everything that is kept of a meeting that has just ended."""
    attendances = list(meeting.attendances.select_related("person", "seat_of"))
    items = meeting.items.select_related("change__team").order_by("position", "pk")
    return {
        "form": FORM,
        "meeting": meeting.reference,
        "board": meeting.board.name,
        "time_zone": meeting.board.time_zone,
        "planned": [meeting.starts_at, meeting.ends_at],
        "opened_at": meeting.opened_at,
        "closed_at": meeting.closed_at,
        "chaired_by": _name(meeting.opened_by),
        "members": list(_members(meeting, attendances)),
        "guests": [
            {"name": there.person.full_name, "here": _spans([there])}
            for there in attendances
            if there.kind == AttendanceKind.GUEST
        ],
        "items": [
            _item(meeting, item, number, attendances) for number, item in enumerate(items, start=1)
        ],
    }


def _members(meeting: Meeting, attendances: list[Attendance]) -> Iterable[dict[str, Any]]:
    """Every seat of the board, taken or not."""
    seats = seats_at(meeting.opened_at or meeting.starts_at).filter(board=meeting.board_id)
    for seat in seats.select_related("user__person").order_by("-is_chair", "user__person"):
        there = [one for one in attendances if one.seat_of_id == seat.user.person_id]
        stood_in = sorted(
            {one.person.full_name for one in there if one.kind == AttendanceKind.SUBSTITUTE}
        )
        yield {
            "name": seat.user.person.full_name,
            "is_chair": seat.is_chair,
            "here": _spans(there),
            "substitutes": stood_in,
        }


def _spans(attendances: Iterable[Attendance]) -> list[list[Any]]:
    return [[one.arrived_at, one.left_at] for one in attendances]


def _item(
    meeting: Meeting, item: AgendaItem, number: int, attendances: list[Attendance]
) -> dict[str, Any]:
    change, step = item.change, step_of(meeting, item.change)
    votes = list(_votes(meeting, step)) if step else []
    status = step.status if step else StepStatus.VOID
    conditions = change.conditions.select_related("owner__person", "set_by__person")
    set_before = conditions.filter(Q(meeting=meeting) | Q(cleared_at__isnull=True))
    return {
        "number": number,
        "change": change.reference,
        "title": change.title,
        "risk": change.risk,
        "type": change.type,
        "window": list(change.window) if change.window else None,
        "version": step.round.content.number if step else None,
        "version_hash": step.round.content.sha256 if step else "",
        "minutes": item.minutes,
        "started_at": item.started_at,
        "ended_at": item.ended_at,
        "note": item.note,
        "decision": status,
        "decided_at": step.decided_at if step else None,
        "quorum": _quorum(step, item, attendances) if step else None,
        "votes": votes,
        "dissent": [*_minority(status, votes), *_said(item)],
        "conditions": [
            {
                "text": one.text,
                "owner": _name(one.owner),
                "set_by": _name(one.set_by),
                "cleared_at": one.cleared_at,
            }
            for one in set_before
        ],
    }


def _votes(meeting: Meeting, step: ApprovalStep) -> Iterable[dict[str, Any]]:
    for vote in step.votes.select_related("person", "cast_by__person").order_by("cast_at", "pk"):
        stood_in = vote.person_id != vote.cast_by_person_id
        yield {
            "name": vote.person.full_name,
            "cast_by": _name(vote.cast_by) if stood_in else "",
            "decision": vote.decision,
            "comment": vote.comment,
            "at": vote.cast_at,
            "in_meeting": bool(meeting.opened_at and vote.cast_at >= meeting.opened_at),
        }


def _quorum(step: ApprovalStep, item: AgendaItem, attendances: list[Attendance]) -> dict[str, int]:
    """How many approved, and how many took part: by a vote, or by being there at its end."""
    electors = set(step.electors.values_list("person", flat=True))
    at = item.ended_at
    there = {
        one.seat_of_id
        for one in attendances
        if at and one.arrived_at <= at and (one.left_at is None or one.left_at >= at)
    }
    tally = tally_of(step, present=[seat for seat in there if seat in electors])
    return {
        "approvals": tally.approvals,
        "required": tally.required,
        "taking_part": tally.taking_part,
        "present_required": step.present,
        "asked": len(electors),
    }


def _minority(status: str, votes: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The votes against what was decided."""
    against = {StepStatus.APPROVED: Decision.REJECT, StepStatus.REJECTED: Decision.APPROVE}
    for vote in votes:
        if vote["decision"] == against.get(StepStatus(status)):
            yield {"name": vote["name"], "text": vote["comment"], "at": vote["at"], "vote": True}


def _said(item: AgendaItem) -> Iterable[dict[str, Any]]:
    for one in item.dissents.select_related("user__person"):
        yield {"name": _name(one.user), "text": one.text, "at": one.said_at, "vote": False}


def _name(user: Any) -> str:
    return user.get_full_name() if user else ""
