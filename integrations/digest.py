"""Digests stored events in the order they came in: reads each and has it taken in.

An event and its effect commit together, so after a crash either both are there or neither. An
event that fails does not hold up the others: it waits, and after some attempts it is a dead letter.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone, translation

from core.api.collisions import attempt
from core.errors import Refused, ValidationError
from integrations import alertmanager
from integrations.correlation import TooEarly, take_in
from integrations.enums import EventState, Fault, SourceKind
from integrations.grouping import Group, Services, groups_of, lock_groups
from integrations.models import AlertEvent
from integrations.readings import Unreadable
from people.enums import Country

READERS = {SourceKind.ALERTMANAGER: alertmanager.read}

BATCH = 50
MAX_ATTEMPTS = 5
FIRST_DELAY = timedelta(seconds=2)
_LONGEST = 2000

_log = structlog.get_logger(__name__)


def digest_due(is_time_up: Callable[[], bool]) -> bool:
    """Digest what waits; whether some may be left because the time was up."""
    while not is_time_up():
        if not attempt(digest_batch):
            return False
    return True


@transaction.atomic
def digest_batch() -> int:
    """Digest the oldest events that nobody else has in hand; returns how many there were."""
    due = AlertEvent.objects.due(timezone.now()).order_by("pk")
    claimed = due.select_for_update(skip_locked=True, of=("self",))
    events = list(claimed.select_related("source__default_service__support_team")[:BATCH])
    if events:
        services = Services()
        readable = [(event, _read(event, services)) for event in events]
        # All locks before the first write: whoever waits here holds nothing that others need.
        lock_groups(group for _event, groups in readable for group in groups or ())
        for event, groups in readable:
            if groups is not None:
                _digest(event, groups)
    return len(events)


def digest_again(event: AlertEvent) -> None:
    """Digest one event, whose row the caller has locked, whatever became of it before."""
    groups = _read(event, Services())
    if groups is not None:
        lock_groups(groups)
        event.attempts = MAX_ATTEMPTS - 1  # somebody is looking: say at once what is wrong
        _digest(event, groups)


def _read(event: AlertEvent, services: Services) -> list[Group] | None:
    """The groups of an event; None when it can never be read, which is then noted."""
    try:
        readings = READERS[SourceKind(event.source.kind)](event.payload, event.received_at)
        return groups_of(event.source, readings, services)
    except Unreadable as error:
        _bury(event, error.fault, error.facts)
    except Exception as error:  # a reader's own mistake must not stop the digest
        _log.exception("event_not_read", alert_event=event.pk)
        _bury(event, *_fault_of(error, event))
    return None


def _digest(event: AlertEvent, groups: list[Group]) -> None:
    try:
        with transaction.atomic():
            for group in groups:
                take_in(event, group)
    except TooEarly:
        _put_off(event)
    except (OperationalError, InterfaceError):
        raise  # the database, not the event: the whole batch is tried again
    except Exception as error:  # whatever it is, the other events go on
        _log.exception("event_not_digested", alert_event=event.pk, attempt=event.attempts + 1)
        event.attempts += 1
        _try_again(event, *_fault_of(error, event))
    else:
        event.state, event.fault, event.fault_facts = EventState.DONE, "", {}
        event.digested_at = event.digested_at or timezone.now()
        _save(event)


def _try_again(event: AlertEvent, fault: Fault, facts: dict[str, Any]) -> None:
    if event.attempts >= MAX_ATTEMPTS:
        _bury(event, fault, facts)
        return
    event.state, event.fault, event.fault_facts = EventState.RECEIVED, fault, facts
    event.due_at = timezone.now() + FIRST_DELAY * 2 ** (event.attempts - 1)
    _save(event)


def _put_off(event: AlertEvent) -> None:
    event.state, event.due_at = EventState.RECEIVED, timezone.now() + FIRST_DELAY
    _save(event)


def _bury(event: AlertEvent, fault: Fault, facts: dict[str, Any]) -> None:
    event.state, event.fault, event.fault_facts = EventState.DEAD, fault, facts
    _save(event)


def _save(event: AlertEvent) -> None:
    event.save(update_fields=["state", "fault", "fault_facts", "digested_at", "attempts", "due_at"])


def _fault_of(error: Exception, event: AlertEvent) -> tuple[Fault, dict[str, Any]]:
    """An error as people can do something with it. What a service says is kept in the language
    of those who look after the source."""
    if isinstance(error, DatabaseError):
        return Fault.DATABASE, {"said": (str(error).splitlines() or [""])[0][:_LONGEST]}
    if isinstance(error, Refused | ValidationError):
        team = event.source.default_service.support_team
        with translation.override(Country(team.country).language):
            said = error.messages if isinstance(error, ValidationError) else error.reasons
            return Fault.REFUSED, {"said": " ".join(map(str, said))[:_LONGEST]}
    return Fault.UNFORESEEN, {"said": f"{type(error).__name__}: {error}"[:_LONGEST]}
