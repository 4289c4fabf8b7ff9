"""Coaching sessions: planned with somebody of the team, held, acknowledged, followed up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused
from core.writing import hold
from notifications.enums import MessageKind
from notifications.services import notify
from people.coaching.workflow import COACHING_WORKFLOW
from people.confidential.enums import CoachingStatus, Part, RecordKind, Tier, Verb
from people.models import CoachingSession, User
from people.services.authority import is_same_person
from people.services.confidential import has_ended, open_record, require
from people.services.one_on_one_entries import add_topic, pin_evidence
from people.services.one_on_ones import people_led_by
from people.services.reviews import refusals_of_the_database

FARTHEST = timedelta(days=366)
REMINDED_BEFORE = timedelta(days=1)


def plan_coaching(
    *,
    actor: Any,
    employee: User,
    goal: str,
    planned_on: date,
    follow_up_on: date,
    reference: str = "",
) -> CoachingSession:
    """The actor coaches somebody whose team they lead, towards a goal, from a record that both may
    speak about (`reference`) where there is one. Refused with oneself and with whoever is in none
    of one's teams; ValidationError for days that have passed or in the wrong order."""
    _check_days(planned_on, follow_up_on)
    with refusals_of_the_database(), acting(actor=actor, action="coaching.plan"):
        if is_same_person(actor, employee):
            raise Refused(_("coaching is of two people"))
        if not people_led_by(actor).filter(pk=employee.pk).exists():
            raise NotAllowed(_("you lead no team of this person"))
        record = open_record(RecordKind.COACHING, {Part.LEAD: actor, Part.EMPLOYEE: employee})
        session = CoachingSession.objects.create(
            record=record,
            lead=actor,
            employee=employee,
            planned_on=planned_on,
            follow_up_on=follow_up_on,
        )
        add_topic(session, actor=actor, text=goal)
        if reference.strip():
            pin_evidence(session, actor=actor, reference=reference)
        _tell(session, [employee], "planned")
    return session


def move_coaching(
    session: CoachingSession, *, actor: Any, planned_on: date, follow_up_on: date
) -> CoachingSession:
    """Other days. Either of the two may; once it was held only the follow-up moves."""
    with refusals_of_the_database(), acting(actor=actor, action="coaching.move"):
        row: Any = hold(session, actor=actor)
        has_ended(row.record)
        require(actor, row.record, Tier.SHARED, Verb.WRITE)
        if row.status == CoachingStatus.HELD:
            planned_on = row.planned_on
        _check_days(planned_on, follow_up_on, known=row)
        row.planned_on, row.follow_up_on = planned_on, follow_up_on
        row.save()
        others = [one for one in (row.lead, row.employee) if one.pk != actor.pk]
        _tell(row, others, f"moved:{planned_on}:{follow_up_on}")
    session.refresh_from_db()
    return session


def hold_coaching(session: CoachingSession, *, actor: Any) -> CoachingSession:
    """It was held; the employee is asked to acknowledge what was written down."""
    with _moving(session, "hold", actor) as row:
        row.held_at = told_moment()
        _tell(row, [row.employee], "held")
    session.refresh_from_db()
    return session


def acknowledge_coaching(session: CoachingSession, *, actor: Any) -> CoachingSession:
    """The employee has read what was written down, which is not to agree with it."""
    with _moving(session, "acknowledge", actor) as row:
        row.acknowledged_at = told_moment()
    session.refresh_from_db()
    return session


def close_coaching(session: CoachingSession, *, actor: Any) -> CoachingSession:
    """The commitments were followed up. Both go on reading; nobody writes any more. Refused until
    the employee has acknowledged it, or has had two weeks to do so."""
    with _moving(session, "close", actor) as row:
        _end(row)
    session.refresh_from_db()
    return session


def cancel_coaching(session: CoachingSession, *, actor: Any) -> CoachingSession:
    """It does not take place."""
    with _moving(session, "cancel", actor) as row:
        _end(row)
    session.refresh_from_db()
    return session


def remind_of_coaching(at: datetime) -> int:
    """The day before, or on the day where that was missed, both are reminded of a session or of its
    follow-up; once. Returns of how many sessions."""
    today = timezone.localdate(at)
    found = CoachingSession.objects.due(today, today + REMINDED_BEFORE)
    rows = list(found.select_related("lead", "employee", "record"))
    for session in rows:
        _tell(session, [session.lead, session.employee], f"remind:{_day(session)}")
    return len(rows)


def _end(row: CoachingSession) -> None:
    row.closed_at = told_moment()
    row.record.ended_at = row.closed_at
    row.record.save()


def _check_days(planned_on: date, follow_up_on: date, known: Any = None) -> None:
    today = timezone.localdate(told_moment())
    if planned_on != (known and known.planned_on) and not today <= planned_on <= today + FARTHEST:
        raise ValidationError({"planned_on": _("Give a day from today on, within a year.")})
    if follow_up_on != (known and known.follow_up_on) and follow_up_on < today:
        raise ValidationError({"follow_up_on": _("Give a day from today on, within a year.")})
    if follow_up_on < planned_on:
        raise ValidationError({"follow_up_on": _("The follow-up comes after the session.")})
    if follow_up_on > planned_on + FARTHEST:
        raise ValidationError({"follow_up_on": _("Give a day within a year.")})


@contextmanager
def _moving(session: CoachingSession, action: str, actor: Any) -> Iterator[Any]:
    with refusals_of_the_database(), acting(actor=actor, action=f"coaching.{action}"):
        row: Any = hold(session, actor=actor)
        require(actor, row.record, Tier.SHARED, Verb.READ)
        row.status = COACHING_WORKFLOW.check(row, action, actor).target
        yield row
        row.save()


def _day(session: CoachingSession) -> date:
    is_planned = session.status == CoachingStatus.PLANNED
    return session.planned_on if is_planned else session.follow_up_on


def _tell(session: CoachingSession, people: list[User], step: str) -> None:
    """The recipient's own page says with whom; the message names nobody and nothing."""
    due_at = timezone.make_aware(datetime.combine(_day(session), time(9)))
    reference = str(session.record.reference)
    notify(
        [one for one in people if one.is_active],
        MessageKind.COACHING,
        reference=reference,
        context={
            "reference": reference,
            "planned_at": due_at.isoformat(),
            "path": f"/coaching/{session.pk}/",
        },
        key=f"coaching:{session.pk}:{step}",
    )
