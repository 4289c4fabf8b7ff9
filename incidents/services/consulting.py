"""Asking another team without giving it the record: the owner stays, the question has a clock."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from incidents.enums import ConsultationState, Priority
from incidents.help_audience import tell_asked_team, tell_asker, tell_of_late_answer
from incidents.models import Consultation, Request
from incidents.rules import is_asked
from incidents.services.whichever import beside, record_of, work_on
from people.models import Team
from records.services import mask_fields
from sla.agreed import agreed_versions, applicable
from sla.enums import AgreementKind, Metric
from sla.life_events import version_key
from sla.models import AgreementVersion
from sla.replay import ROUND_THE_CLOCK, WorkingTime
from sla.scopes import Scope

TABLE = "incidents_consultation"
# Where the asked team has agreed on no time.
ANSWERED_WITHIN = {
    Priority.P1: timedelta(minutes=30),
    Priority.P2: timedelta(hours=1),
    Priority.P3: timedelta(hours=4),
    Priority.P4: timedelta(hours=8),
    Priority.P5: timedelta(hours=24),
}


def consult_team(record: Any, *, actor: Any, team: Team, question: str) -> Any:
    """Ask another team something about an open record. It is told, and reads the record until it
    has answered and a day beyond. The time it has is the first response of its agreement for
    this priority, else the portal's; it runs in the hours of that agreement's calendar.

    Refused: the incident's own team, a question that this team has not answered yet.
    """
    with work_on(record, "consult_team", actor=actor) as row:
        if not row.is_open:
            raise Refused(_("only about what is open is somebody asked"))
        if team.pk == row.team_id:
            raise ValidationError({"team": _("This team has the incident itself.")})
        if not question.strip():
            raise ValidationError({"question": _("Write something.")})
        waiting = Consultation.objects.filter(life=row.life_id, ended_at__isnull=True)
        if waiting.filter(team=team).exists():
            raise Refused(_("this team has a question to answer already"))
        masked = mask_fields(TABLE, {"question": question}, actor=actor, reference=row.reference)
        now = told_moment()
        target, due_at, version_id = _time_to_answer(team, row, now)
        asked = Consultation.objects.create(
            life_id=row.life_id,
            team=team,
            asked_by=actor,
            asked_at=now,
            target=target,
            agreement_version_id=version_id,
            due_at=due_at,
            **masked,
        )
        tell_asked_team(row, asked)
    return row


def answer_consultation(record: Any, *, actor: Any, consultation: int, answer: str) -> Any:
    """Answer what one's own team was asked; also those who work on no such records otherwise. Who
    asked and the owner are told. Refused: others' questions, what is answered or withdrawn."""
    with beside(record, "answer_consultation", actor=actor) as row:
        asked = _held(row, consultation)
        if reason := is_asked(asked, actor):
            raise NotAllowed(reason)
        if not answer.strip():
            raise ValidationError({"answer": _("Write something.")})
        masked = mask_fields(TABLE, {"answer": answer}, actor=actor, reference=row.reference)
        asked.answer = masked["answer"]
        _end(asked, ConsultationState.ANSWERED, actor)
        tell_asker(row, asked)
    return row


def withdraw_consultation(record: Any, *, actor: Any, consultation: int) -> Any:
    """The question needs no answer any more; the asked team no longer reads the record."""
    with work_on(record, "withdraw_consultation", actor=actor) as row:
        _end(_held(row, consultation), ConsultationState.WITHDRAWN, actor)
    return row


def tell_of_late_answers(now: datetime) -> int:
    """Tell who asked, and the asked team's leads, of what is not answered in time, once each; how
    many. Several at once share the work."""
    told = 0
    while _tell_of_one(now):
        told += 1
    return told


@transaction.atomic
def _tell_of_one(now: datetime) -> bool:
    with acting(actor=None, action="incident.consultation_late"):
        due = Consultation.objects.filter(
            ended_at__isnull=True, late_told_at__isnull=True, due_at__lte=now
        ).order_by("due_at", "pk")
        held = due.select_for_update(of=("self",), skip_locked=True)
        lives = ("life__incident__service", "life__request__service")
        asked = held.select_related("team", "asked_by", *lives).first()
        if asked is None:
            return False
        asked.late_told_at = now
        asked.save(update_fields=["late_told_at"])
        if (record := record_of(asked.life)) is not None:
            tell_of_late_answer(record, asked)
    return True


def _held(row: Any, pk: int) -> Consultation:
    rows = Consultation.objects.select_for_update(of=("self",), no_key=True)
    asked = rows.filter(life=row.life_id, pk=pk).first()
    if asked is None:
        raise ValidationError({"consultation": _("There is no such question.")})
    if asked.ended_at is not None:
        raise Refused(_("it is answered or withdrawn already"))
    return asked


def _end(asked: Consultation, state: ConsultationState, actor: Any) -> None:
    asked.state, asked.ended_at, asked.ended_by = state, told_moment(), actor
    asked.save(update_fields=["state", "answer", "ended_at", "ended_by"])


def _time_to_answer(team: Team, row: Any, now: datetime) -> tuple[timedelta, datetime, int | None]:
    """What the asked team has promised other teams for a first response, when that is over by the
    hours of its agreement, and where it stands. What its agreement says nothing about has the
    portal's time, in the same hours."""
    record = Scope(
        client=row.client_id,
        service=row.service_id,
        country=row.team.country,
        request_type=(row.request_type or row.kind) if isinstance(row, Request) else None,
    )
    ids = applicable(record, team_id=team.pk, vendor_id=None).values()
    agreed = AgreementVersion.objects.filter(pk__in=ids, agreement__kind=AgreementKind.OLA)
    version_id = agreed.values_list("pk", flat=True).first()
    target: timedelta | None = None
    working: WorkingTime = ROUND_THE_CLOCK
    if version_id is not None:
        version = agreed_versions([version_id])[version_key(version_id)]
        working = version.working
        target = version.metrics_at(row.priority).get(Metric.FIRST_RESPONSE)
    if target is None:
        target, version_id = ANSWERED_WITHIN[Priority(row.priority)], None
    return target, working.add(now, target), version_id
