"""1:1s: a series begins with somebody of the team, is held in its rhythm, and ends; then the
employee chooses what moves to the next lead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused
from core.writing import hold
from people.confidential.enums import (
    EntryKind,
    MeetingStatus,
    Part,
    RecordKind,
    Rhythm,
    Tier,
    Verb,
)
from people.confidential.workflow import MEETING_WORKFLOW
from people.leading import led_by
from people.models import Membership, OneOnOne, OneOnOneSeries, SealedEntry, User
from people.services.authority import is_same_person
from people.services.confidential import has_ended, open_record, read_entries, require, write_entry
from people.services.one_on_one_messages import tell_of_beginning, tell_of_planning
from people.services.reviews import refusals_of_the_database


def start_series(*, actor: Any, employee: User, every_days: int, first_on: date) -> OneOnOneSeries:
    """The actor begins 1:1s with somebody whose team they lead. Refused with oneself, with whoever
    is in none of one's teams, and where the two have some already."""
    _check_days(every_days, first_on)
    with refusals_of_the_database(), acting(actor=actor, action="one_on_one.start"):
        if is_same_person(actor, employee):
            raise Refused(_("a 1:1 is of two people"))
        if not (employee.is_active and _leads(actor, employee)):
            raise NotAllowed(_("you lead no team of this person"))
        # Two who begin at once wait for one another here.
        list(User.objects.select_for_update(no_key=True).filter(pk=employee.pk).values("pk"))
        if OneOnOneSeries.objects.running().filter(lead=actor, employee=employee).exists():
            raise Refused(_("you have 1:1s with this person already"))
        record = open_record(RecordKind.ONE_ON_ONE, {Part.LEAD: actor, Part.EMPLOYEE: employee})
        series = OneOnOneSeries.objects.create(
            record=record,
            lead=actor,
            employee=employee,
            every_days=every_days,
            started_at=told_moment(),
        )
        OneOnOne.objects.create(series=series, planned_on=first_on)
        tell_of_beginning(series)
    return series


def plan_series(
    series: OneOnOneSeries, *, actor: Any, every_days: int, next_on: date
) -> OneOnOneSeries:
    """Another rhythm, or another day for the next conversation. Either of the two may."""
    _check_days(every_days, next_on)
    with _own(series, actor, "one_on_one.plan") as row:
        row.every_days = every_days
        row.save()
        meeting = OneOnOne.objects.ahead().filter(series=row).select_for_update().first()
        if meeting is None:
            OneOnOne.objects.create(series=row, planned_on=next_on)
        elif meeting.status == MeetingStatus.RUNNING and meeting.planned_on != next_on:
            raise Refused(_("the conversation has begun"))
        elif meeting.planned_on != next_on:
            meeting.planned_on = next_on
            meeting.save()
            tell_of_planning(row, meeting, by=actor)
    series.refresh_from_db()
    return series


def begin_meeting(meeting: OneOnOne, *, actor: Any) -> OneOnOne:
    """The two speak now."""
    with _moving(meeting, "begin", actor) as row:
        row.began_at = told_moment()
    return _fresh(meeting)


def close_meeting(meeting: OneOnOne, *, actor: Any) -> OneOnOne:
    """It was held; the next one is planned by the rhythm, and what is not ticked carries over."""
    with _moving(meeting, "close", actor) as row:
        row.closed_at = told_moment()
    return _fresh(meeting)


def skip_meeting(meeting: OneOnOne, *, actor: Any) -> OneOnOne:
    """It does not happen; the next one is planned by the rhythm."""
    with _moving(meeting, "skip", actor):
        pass
    return _fresh(meeting)


def end_series(series: OneOnOneSeries, *, actor: Any) -> OneOnOneSeries:
    """No more 1:1s of these two. Both still read what was said; nobody writes any more."""
    with _own(series, actor, "one_on_one.end") as row:
        meeting = OneOnOne.objects.ahead().filter(series=row).select_for_update().first()
        if meeting is not None and meeting.status == MeetingStatus.RUNNING:
            raise Refused(_("close the conversation first"))
        if meeting is not None:
            meeting.status = MeetingStatus.SKIPPED
            meeting.save()
        at = told_moment()
        row.ended_at, row.ended_by = at, actor
        row.save()
        row.record.ended_at = at
        row.record.save()
    series.refresh_from_db()
    return series


def move_topics(
    series: OneOnOneSeries, *, actor: Any, to: OneOnOneSeries, topics: Any
) -> list[SealedEntry]:
    """The employee takes topics that are open along to another of their series, one by one. What is
    not chosen stays with the former lead's. Refused for anybody else, and for a topic moved before.
    """
    with refusals_of_the_database(), acting(actor=actor, action="one_on_one.move"):
        source = hold(series, actor=actor)
        target = hold(to, actor=actor)
        if not source.employee_id == target.employee_id == actor.pk or source.pk == target.pk:
            raise NotAllowed(_("the employee alone chooses what moves"))
        require(actor, target.record, Tier.SHARED, Verb.WRITE)
        wanted = {topic.pk for topic in topics}
        found = [
            (entry, text)
            for entry, text in read_entries(source.record, actor=actor)
            if entry.pk in wanted and entry.kind == EntryKind.TOPIC and entry.closed_at is None
        ]
        if not found or len(found) != len(wanted):
            raise ValidationError({"topics": _("Choose among the topics that are open.")})
        if SealedEntry.objects.filter(moved_from__in=wanted).exists():
            raise Refused(_("one of these topics has moved already"))
        return [
            write_entry(
                SealedEntry(
                    record=target.record, kind=EntryKind.TOPIC, author=actor, moved_from=entry
                ),
                text,
                actor=actor,
            )
            for entry, text in found
        ]


def people_led_by(actor: Any) -> Any:
    """The accounts with whom somebody may begin 1:1s."""
    reach = led_by(actor)
    members = Membership.objects.in_force(timezone.localdate())
    if not reach.everywhere:
        members = members.filter(team__in=reach.team_ids)
    people = User.objects.filter(is_active=True, person__in=members.values("person"))
    return people.exclude(pk=actor.pk).exclude(person=actor.person_id)


def _leads(actor: Any, employee: User) -> bool:
    return bool(people_led_by(actor).filter(pk=employee.pk).exists())


def _check_days(every_days: int, on: date) -> None:
    if every_days not in Rhythm.values:
        raise ValidationError({"every_days": _("Choose one of the rhythms.")})
    today = timezone.localdate(told_moment())
    if not today <= on <= today + timedelta(days=366):
        raise ValidationError({"next_on": _("Give a day from today on, within a year.")})


@contextmanager
def _own(series: OneOnOneSeries, actor: Any, action: str) -> Iterator[Any]:
    with refusals_of_the_database(), acting(actor=actor, action=action):
        row: Any = hold(series, actor=actor)
        has_ended(row)
        require(actor, row.record, Tier.SHARED, Verb.WRITE)
        yield row


@contextmanager
def _moving(meeting: OneOnOne, action: str, actor: Any) -> Iterator[Any]:
    with refusals_of_the_database(), acting(actor=actor, action=f"one_on_one.{action}"):
        series = hold(meeting.series, actor=actor)
        row: Any = hold(meeting, actor=actor)
        row.status = MEETING_WORKFLOW.check(row, action, actor).target
        yield row
        row.save()
        if row.status in (MeetingStatus.CLOSED, MeetingStatus.SKIPPED):
            today = timezone.localdate(told_moment())
            rhythm = timedelta(days=series.every_days)
            after = row.planned_on + rhythm
            following = OneOnOne.objects.create(
                series=series, planned_on=after if after > today else today + rhythm
            )
            tell_of_planning(series, following, by=None)


def _fresh(meeting: OneOnOne) -> OneOnOne:
    meeting.refresh_from_db()
    return meeting
