"""What a subscribed calendar has: a person's changes, tasks and meetings, or a team's changes."""

from datetime import datetime
from typing import Any

from changes.calendar.events import Asked, Event
from changes.calendar.meetings import own_meetings
from changes.calendar.planned import changes_planned
from changes.calendar.sources import Source
from changes.calendar.work import tasks_assigned
from changes.enums import Status

OF_A_PERSON: tuple[Source, ...] = (changes_planned, tasks_assigned, own_meetings)
OF_A_TEAM: tuple[Source, ...] = (changes_planned,)
# What was cancelled too: a program that had it takes it out only if it is told.
_ANY_STATUS = ",".join(Status.values)


def events_of_person(user: Any, start: datetime, end: datetime) -> list[Event]:
    """What a person plays a part in."""
    asked = Asked(user, start, end, {"mine": "true", "status": _ANY_STATUS})
    return [event for source in OF_A_PERSON for event in source(asked)]


def events_of_team(user: Any, team: str, start: datetime, end: datetime) -> list[Event]:
    """The changes of a team that a person may see."""
    asked = Asked(user, start, end, {"team": team, "status": _ANY_STATUS})
    return [event for source in OF_A_TEAM for event in source(asked)]
