"""Asking whoever leads the shift for help: asked, taken, answered; or not taken, and told above."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from incidents.enums import HelpState, HelpUrgency
from incidents.help_audience import shift_leads, tell_of_call, tell_those_above, tell_who_asked
from incidents.models import HelpRequest
from incidents.rules import is_called
from incidents.services.whichever import beside, record_of, work_on
from notifications.enums import MessageKind
from records.services import mask_fields

TABLE = "incidents_helprequest"
TAKEN_WITHIN = {
    HelpUrgency.NOW: timedelta(minutes=5),
    HelpUrgency.SOON: timedelta(minutes=15),
    HelpUrgency.TODAY: timedelta(minutes=60),
}


def ask_for_help(record: Any, *, actor: Any, question: str, urgency: str = HelpUrgency.SOON) -> Any:
    """Call whoever is on duty for the record's team, or else its leads. They hear of it at once;
    where there is nobody but who asks, those above do.

    Refused: what is over, and a second call while one is open.
    """
    with work_on(record, "ask_for_help", actor=actor) as row:
        if not row.is_open:
            raise Refused(_("help is asked for what is open"))
        if not question.strip():
            raise ValidationError({"question": _("Write something.")})
        if urgency not in HelpUrgency.values:
            raise ValidationError({"urgency": _("Choose how soon.")})
        if open_call(row) is not None:
            raise Refused(_("help is asked for already"))
        masked = mask_fields(TABLE, {"question": question}, actor=actor, reference=row.reference)
        people, was_on_rota = shift_leads(row.team)
        others = [person for person in people if person != actor]
        now = told_moment()
        call = HelpRequest.objects.create(
            life_id=row.life_id,
            team=row.team,
            urgency=urgency,
            was_on_rota=was_on_rota,
            asked_at=now,
            asked_by=actor,
            take_by=now + TAKEN_WITHIN[HelpUrgency(urgency)],
            escalated_at=None if others else now,
            **masked,
        )
        if others:
            tell_of_call(row, call, others)
        else:
            tell_those_above(row, call)
    return row


def take_help(record: Any, *, actor: Any) -> Any:
    """Say that one comes to help. Refused: what another took, and those who are not called."""
    with beside(record, "take_help", actor=actor) as row:
        call = _called(row, actor)
        if call.state != HelpState.ASKED:
            raise Refused(_("somebody helps already"))
        _take(call, actor)
        call.save(update_fields=["state", "taken_at", "taken_by"])
        tell_who_asked(row, call, MessageKind.HELP_TAKEN, by=actor)
    return row


def answer_help(record: Any, *, actor: Any, answer: str) -> Any:
    """Say what helped; who has not taken it takes it with that."""
    with beside(record, "answer_help", actor=actor) as row:
        call = _called(row, actor)
        if not answer.strip():
            raise ValidationError({"answer": _("Write something.")})
        masked = mask_fields(TABLE, {"answer": answer}, actor=actor, reference=row.reference)
        if call.taken_at is None:
            _take(call, actor)
        call.state, call.answer = HelpState.ANSWERED, masked["answer"]
        call.ended_at, call.ended_by = told_moment(), actor
        call.save()
        tell_who_asked(row, call, MessageKind.HELP_ANSWERED, by=actor)
    return row


def withdraw_help(record: Any, *, actor: Any) -> Any:
    """No help is needed any more."""
    with work_on(record, "withdraw_help", actor=actor) as row:
        call = _held(row)
        call.state, call.ended_at, call.ended_by = HelpState.WITHDRAWN, told_moment(), actor
        call.save(update_fields=["state", "ended_at", "ended_by"])
    return row


def escalate_untaken_help(now: datetime) -> int:
    """Tell those above of what nobody took in time, once each; how many. What is asked about a
    record that is over meanwhile ends. Several at once share the work."""
    told = 0
    while _escalate_one(now):
        told += 1
    return told


@transaction.atomic
def _escalate_one(now: datetime) -> bool:
    with acting(actor=None, action="incident.escalate_help"):
        due = HelpRequest.objects.filter(
            state=HelpState.ASKED, escalated_at__isnull=True, take_by__lte=now
        ).order_by("take_by", "pk")
        held = due.select_for_update(of=("self",), skip_locked=True)
        call = held.select_related(
            "team", "asked_by", "life__incident__service", "life__request__service"
        ).first()
        if call is None:
            return False
        record = record_of(call.life)
        if record is None or not record.is_open:
            call.state, call.ended_at = HelpState.WITHDRAWN, now
        else:
            call.escalated_at = now
            tell_those_above(record, call)
        call.save(update_fields=["state", "ended_at", "escalated_at"])
    return True


def open_call(row: Any) -> HelpRequest | None:
    """What is asked now about a record, taken or not."""
    calls = HelpRequest.objects.filter(life=row.life_id, ended_at__isnull=True)
    return calls.select_related("team", "asked_by", "taken_by").first()


def _held(row: Any) -> HelpRequest:
    rows = HelpRequest.objects.select_for_update(of=("self",), no_key=True)
    call = rows.select_related("team", "asked_by").filter(life=row.life_id, ended_at=None).first()
    if call is None:
        raise Refused(_("no help is asked for"))
    return call


def _called(row: Any, actor: Any) -> HelpRequest:
    call = _held(row)
    if reason := is_called(call.team, actor, call.asked_by):
        raise NotAllowed(reason)
    return call


def _take(call: HelpRequest, actor: Any) -> None:
    call.state, call.taken_at, call.taken_by = HelpState.TAKEN, told_moment(), actor
