"""The meetings of the demo world's CAB: one tomorrow with what awaits it, and past ones, signed.

The past ones were when the board voted: their votes are told with the changes, so here only who was
there, what was said, and how it went on.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction

from audit.context import Channel, acting
from changes import services
from changes.enums import Authentication, Decision, Status, StepStatus
from changes.models import AgendaItem, ApprovalStep, Board, Condition, Meeting
from itsm.demo.calendar import ZONES
from itsm.demo.founding import World

_MINUTE = timedelta(minutes=1)
_APART = timedelta(hours=2)
_PAST = 4
_CLOCK = time(10)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SAID = (
    "Se revisó el plan de retorno paso por paso; lo conoce también el turno de noche.",
    "The window was compared with the calendar of campaigns: nothing in the way.",
    "Se pidió el resultado para la sesión siguiente.",
    "",
    "Load of the remaining node was discussed; enough at that hour.",
)
_CONDITION = "El DBA confirma el respaldo antes de iniciar"
_CLEARED = "Respaldo de las 00:15 restaurado en el equipo de pruebas, sumas iguales."
_DISSENT = (
    "Estoy de acuerdo con el cambio, no con la ventana: dos horas dejan poco margen si hay que "
    "regresar. Que conste."
)


def plan_next_meetings(world: World, base: datetime) -> None:
    """The weekly rhythm, of the weekday of tomorrow, with the agenda of the first meeting."""
    zone = ZONES["MX"]
    first = base.astimezone(zone).date() + timedelta(days=1)
    board = Board.objects.filter(is_emergency=False).order_by("pk").first()
    if board is None:
        return
    with transaction.atomic(), acting(channel=Channel.DEMO, at=base):
        if not board.rhythm:
            services.set_rhythm(
                board,
                actor=None,
                rhythm=f"FREQ=WEEKLY;BYDAY={_DAYS[first.weekday()]}",
                meets_from_on=first - timedelta(weeks=52),
                meets_clock=_CLOCK,
                meets_for=timedelta(hours=1),
                time_zone=zone.key,
            )
        meeting = board.meetings.to_come(base).order_by("starts_at").first()
        if meeting is not None and meeting.opened_at is None:
            services.refresh_agenda(meeting, actor=None)


def tell_past_meetings(world: World, base: datetime) -> int:
    """The last ones in which the board decided something; returns how many were new."""
    board = Board.objects.filter(is_emergency=False).order_by("pk").first()
    if board is None or board.meetings.filter(closed_at__isnull=False).exists():
        return 0
    decided = ApprovalStep.objects.filter(
        board=board,
        status__in=[StepStatus.APPROVED, StepStatus.REJECTED],
        decided_at__lt=base - timedelta(hours=20),
    )
    steps = list(decided.select_related("round__content__change").order_by("decided_at"))
    sessions = [one for one in _together(steps) if one][-_PAST:]
    for number, session in enumerate(sessions):
        with transaction.atomic():
            _tell(world, board, session, number)
    return len(sessions)


def _together(steps: list[ApprovalStep]) -> Iterable[list[ApprovalStep]]:
    """What was decided without a long pause was decided in one meeting."""
    session: list[ApprovalStep] = steps[:1]
    for before, step in pairwise(steps):
        assert before.decided_at  # noqa: S101 -- the query asks for it
        assert step.decided_at  # noqa: S101 -- as above
        if step.decided_at - before.decided_at > _APART:
            yield session
            session = []
        session.append(step)
    yield session


def _tell(world: World, board: Board, steps: list[ApprovalStep], number: int) -> None:
    votes = [list(step.votes.order_by("cast_at")) for step in steps]
    begun = min(vote.cast_at for each in votes for vote in each[-2:]) - 4 * _MINUTE
    starts_at = begun.replace(minute=begun.minute // 30 * 30, second=0, microsecond=0)
    chair = world.users["cab_chair"]

    def at(moment: datetime) -> Any:
        return acting(channel=Channel.DEMO, at=moment, actor=chair)

    with at(starts_at - timedelta(days=7)):
        meeting = Meeting.objects.create(
            board=board, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
        )
        for position, step in enumerate(steps, start=1):
            change = step.round.content.change
            AgendaItem.objects.create(meeting=meeting, change=change, position=position)
    with at(begun):
        meeting = services.open_meeting(meeting, actor=chair, with_what_awaits=False)
    for name in ("approver", "approver2"):
        if name == "approver2" and number == 1:
            continue  # somebody is missing now and then
        begun += _MINUTE
        with at(begun):
            services.sign_in(meeting, actor=world.users[name])
    now = begun
    for position, (item, step) in enumerate(
        zip(meeting.items.order_by("position"), steps, strict=True)
    ):
        with at(now + _MINUTE):
            services.start_item(item, actor=chair)
        if position == 0:
            _conditions_and_dissent(world, meeting, item, step, number, now + 3 * _MINUTE)
        now = max(now + 6 * _MINUTE, (step.decided_at or now) + _MINUTE)
        with at(now):
            services.end_item(item, actor=chair, note=_SAID[(number + position) % len(_SAID)])
    with at(now + 2 * _MINUTE):
        meeting = services.close_meeting(meeting, actor=chair)
    with at(now + 9 * _MINUTE):
        services.sign_minutes(
            meeting,
            actor=chair,
            authentication=Authentication.IMPORTED,
            sha256=meeting.minutes.sha256,
        )


def _conditions_and_dissent(
    world: World,
    meeting: Meeting,
    item: AgendaItem,
    step: ApprovalStep,
    number: int,
    moment: datetime,
) -> None:
    """Every other meeting asked for something; in one somebody thought otherwise."""
    change, member = step.round.content.change, world.users["approver"]
    if number % 2 == 0 and change.implementer and change.planned_start_at:
        with acting(channel=Channel.DEMO, at=moment, actor=member):
            condition = Condition.objects.create(
                change=change,
                meeting=meeting,
                text=_CONDITION,
                owner=change.implementer,
                set_by=member,
                set_at=moment,
            )
        if change.status not in (Status.APPROVED, Status.SCHEDULED):
            done_at = max(moment + _MINUTE, change.planned_start_at - 20 * _MINUTE)
            with acting(channel=Channel.DEMO, at=done_at, actor=change.implementer):
                services.clear_condition(condition, actor=change.implementer, note=_CLEARED)
    if number % 3 == 0 and not step.votes.filter(decision=Decision.REJECT).exists():
        with acting(channel=Channel.DEMO, at=moment + _MINUTE, actor=member):
            services.record_dissent(item, actor=member, text=_DISSENT)
