"""All that the calendar shows: a function for each kind, from the question to the events."""

from collections.abc import Callable

from changes.calendar.events import Asked, Event
from changes.calendar.freezes import freezes_in_force
from changes.calendar.maintenance import maintenance_agreed
from changes.calendar.meetings import meetings_held
from changes.calendar.planned import changes_planned

Source = Callable[[Asked], list[Event]]

SOURCES: tuple[Source, ...] = (
    freezes_in_force,
    maintenance_agreed,
    meetings_held,
    changes_planned,
)


def events_for(asked: Asked) -> list[Event]:
    """What every source has. ValueError for a filter that cannot be read."""
    return [event for source in SOURCES for event in source(asked)]
