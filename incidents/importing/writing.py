"""Writes incidents that a log told, many at once: few statements, whatever the file's length."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from audit.context import told_moment
from incidents.enums import ResolutionCode, Status
from incidents.importing.parties import Parties
from incidents.importing.told import ToldEvent, ToldIncident, ToldMark
from incidents.models import Incident, IncidentSource
from records.card_numbers import mask_card_numbers
from records.importing import Finding
from records.services import mask_fields
from sla.enums import EventKind, MarkSource, Precision
from sla.life_imports import ImportedLife, begin_lives, tell_lives
from sla.models import Life, LifeEvent, Mark

_TEXTS = ("title", "description", "resolution")
_TABLE = "incidents_incident"
_INSTANT = timedelta(microseconds=1)


def write_incidents(
    told: Sequence[ToldIncident], parties: Parties, *, system: str, actor: Any
) -> None:
    """Incidents that are not here yet, with where they came from and their whole past. What was
    done about something odd is added to their findings."""
    lives, known_at = begin_lives(len(told)), told_moment()
    rows = [_incident(t, life, parties) for t, life in zip(told, lives, strict=True)]
    Incident.objects.bulk_create(rows)
    IncidentSource.objects.bulk_create(
        IncidentSource(incident=row, system=system, key=t.key, fingerprint=t.fingerprint)
        for t, row in zip(told, rows, strict=True)
    )
    tell_lives(
        [
            ImportedLife(
                life,
                [_event(e, life, parties, actor) for e in t.events],
                [_mark(m, life, t, known_at, actor) for m in t.marks],
            )
            for t, life in zip(told, lives, strict=True)
        ]
    )
    for t, row in zip(told, rows, strict=True):
        _note_card_numbers(t, row, actor)


def _incident(told: ToldIncident, life: Life, parties: Parties) -> Incident:
    owner = parties.colleague(told.resolver)
    status, vendor = told.state, None
    if status == Status.PENDING_VENDOR or told.vendor:
        vendor = parties.vendor(told.vendor)
    if status == Status.IN_PROGRESS and owner is None:
        status = Status.TRIAGED
        _note(told, "assigned_to", told.resolver, "nobody here has this user name", "has no owner")
    is_over = status in (Status.RESOLVED, Status.CLOSED)
    texts = {name: mask_card_numbers(getattr(told, name))[0] for name in _TEXTS}
    return Incident(
        **texts,
        status=status,
        service=parties.service(told.service),
        team=parties.team(told.group),
        owner=owner,
        vendor=vendor,
        channel=told.channel,
        impact=told.impact,
        urgency=told.urgency,
        priority=told.priority,
        priority_reason=_reason(told),
        resolution_code=ResolutionCode.FIXED if is_over else "",
        life=life,
        opened_at=told.opened_at,
        resolved_at=told.resolved_at,
        closed_at=told.closed_at,
    )


def _reason(told: ToldIncident) -> str:
    differs = any(f.column == "priority" for f in told.findings)
    return "As in ServiceNow." if differs else ""


def _event(told: ToldEvent, life: Life, parties: Parties, actor: Any) -> LifeEvent:
    waits = told.kind == EventKind.WAITED_FOR_VENDOR
    return LifeEvent(
        life=life,
        kind=told.kind,
        at=told.at,
        place=told.place,
        team=parties.team(told.group) if told.group else None,
        vendor=parties.vendor(told.vendor) if waits else None,
        priority=told.priority,
        told_by=actor,
    )


def _mark(told: ToldMark, life: Life, of: ToldIncident, known_at: datetime, actor: Any) -> Mark:
    """One that a reopening took back held until then. It was superseded a moment after all of them
    were set: the same moment would say that it was corrected."""
    return Mark(
        life=life,
        kind=told.kind,
        at=told.at,
        source=MarkSource.MACHINE if of.is_by_machine else MarkSource.HUMAN,
        precision=Precision.EXACT if told.is_exact else Precision.ESTIMATED,
        evidence=told.evidence[:500],
        set_by=actor,
        set_at=known_at - _INSTANT,
        superseded_at=known_at if told.is_void else None,
    )


def _note_card_numbers(told: ToldIncident, row: Incident, actor: Any) -> None:
    texts = {name: getattr(told, name) for name in _TEXTS}
    if any(getattr(row, name) != text for name, text in texts.items()):
        mask_fields(_TABLE, texts, actor=actor, reference=row.reference)
        _note(told, "", "", "a card number stood in its texts", "masked")


def _note(told: ToldIncident, column: str, value: str, what: str, done: str) -> None:
    told.findings.append(Finding(told.line, told.key, column, value, what, done))
