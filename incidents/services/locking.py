"""How every verb begins and ends: locked, checked, recorded under its name, still in sight."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed
from core.writing import refuse_stale
from incidents.happenings import agreed_for, happenings
from incidents.models import Incident
from incidents.permissions import may_work_on_incidents
from incidents.rules import is_within_reach
from incidents.workflow import INCIDENT_WORKFLOW
from records.services import mask_fields
from sla.life_services import tell

TABLE = "incidents_incident"
_SEEN_BY = {"team_id", "service_id", "vendor_id"}  # what decides who sees an incident


@contextmanager
def step(
    incident: Incident, action: str, *, actor: Any, note: str = "", at: datetime | None = None
) -> Iterator[Incident]:
    """One move of the workflow, made at a moment (now, where none is given): yields the locked row
    with its new status, then saves it and tells its life."""
    with _locked(incident, action, actor=actor, note=note) as row:
        _reaches(row, actor)
        before = _columns(row)
        row.status = INCIDENT_WORKFLOW.check(row, action, actor).target
        yield row
        _save(row, actor, before, at)


@contextmanager
def work(
    incident: Incident, action: str, *, actor: Any, note: str = "", at: datetime | None = None
) -> Iterator[Incident]:
    """Work that does not move the workflow: yields the locked row, then saves it.

    Refused to those whose role does not include it or does not reach the incident.
    """
    with _locked(incident, action, actor=actor, note=note) as row:
        if not may_work_on_incidents(actor):
            raise NotAllowed(_("your role does not include this action"))
        _reaches(row, actor)
        before = _columns(row)
        yield row
        if _columns(row) != before:
            _save(row, actor, before, at)


@contextmanager
def _locked(incident: Incident, action: str, *, actor: Any, note: str) -> Iterator[Incident]:
    with transaction.atomic(), acting(actor=actor, action=f"incident.{action}"):
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=incident.reference)
        with acting(reason=told["note"]):
            yield lock(incident, actor)


def _reaches(row: Incident, actor: Any) -> None:
    """Seeing it but not working there is a matter of the person, not of the incident's state."""
    if may_work_on_incidents(actor) and (reason := is_within_reach(row, actor)):
        raise NotAllowed(reason)


def lock(incident: Incident, actor: Any) -> Incident:
    """The row as it is now, held until the transaction ends; DoesNotExist when out of sight.

    The key is left free: a link to an incident that somebody else holds need not wait, and two
    people who link two incidents to each other do not wait for each other for ever.
    """
    rows = _seen_by(actor).select_related("life").defer("search")
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    refuse_stale(row)
    return row


def hold_incidents(pks: Iterable[int]) -> dict[int, str]:
    """Hold several incidents until the transaction ends, always in the same order; their statuses
    by id. What takes one after the other has all that it needs before it begins."""
    rows = Incident.objects.filter(pk__in=sorted(set(pks))).order_by("pk")
    held = rows.select_for_update(of=("self",), no_key=True).values_list("pk", "status")
    return dict(held)


def hold_alert_groups(keys: Iterable[str]) -> None:
    """Until the transaction ends nobody else opens or reopens incidents of these alert groups.

    Taken before the lock of any incident, and always in the same order, so that a person and the
    digest, or two workers, never wait for each other.
    """
    numbers = sorted({_lock_number(key) for key in keys if key})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _lock_number(key: str) -> int:
    digest = hashlib.sha256(f"alerts:{key}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _save(row: Incident, actor: Any, before: dict[str, Any], at: datetime | None) -> None:
    """Tell its life what happened, write what is new in the row, and take over the version that the
    database gave it. What stays is not sent: from title and description the words of the search
    would be made anew."""
    if happened := [*happenings(before, row), *agreed_for(row, before)]:
        tell(row.life, *happened, actor=actor, at=at)
    changed = {name for name, value in _columns(row).items() if value != before[name]}
    row.save(update_fields=changed)
    row.version = stays_in_sight(row, actor if changed & _SEEN_BY else None)


def _columns(row: Incident) -> dict[str, Any]:
    return {field.attname: row.__dict__.get(field.attname) for field in row._meta.concrete_fields}


def stays_in_sight(row: Incident, actor: Any) -> int:
    """Nobody moves a record to where they could not see it any more. Gives the version it has."""
    version = _seen_by(actor).filter(pk=row.pk).values_list("version", flat=True).first()
    if version is None:
        raise NotAllowed(_("you would no longer see this incident"))
    return version


def _seen_by(actor: Any) -> Any:
    return Incident.objects.all() if actor is None else Incident.objects.visible_to(actor)
