"""How every verb on requests begins and ends: locked, checked, recorded, still in sight."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed
from core.writing import refuse_stale
from incidents.models import Request
from incidents.permissions import may_work_on_requests
from incidents.request_happenings import agreed_for_request, request_happenings
from incidents.request_rules import is_request_within_reach
from incidents.request_workflow import REQUEST_WORKFLOW
from records.services import mask_fields
from sla.life_services import tell

TABLE = "incidents_request"
_SEEN_BY = {"team_id", "service_id", "vendor_id"}  # what decides who sees a request


@contextmanager
def step(
    request: Request, action: str, *, actor: Any, note: str = "", at: datetime | None = None
) -> Iterator[Request]:
    """One move of the workflow, made at a moment (now, where none is given): yields the locked row
    with its new status, then saves it and tells its life."""
    with _locked(request, action, actor=actor, note=note) as row:
        _reaches(row, actor)
        before = _columns(row)
        row.status = REQUEST_WORKFLOW.check(row, action, actor).target
        yield row
        _save(row, actor, before, at)


@contextmanager
def work(
    request: Request, action: str, *, actor: Any, note: str = "", at: datetime | None = None
) -> Iterator[Request]:
    """Work that does not move the workflow: yields the locked row, then saves it.

    Refused to those whose role does not include it or does not reach the request.
    """
    with _locked(request, action, actor=actor, note=note) as row:
        if not may_work_on_requests(actor):
            raise NotAllowed(_("your role does not include this action"))
        _reaches(row, actor)
        before = _columns(row)
        yield row
        if _columns(row) != before:
            _save(row, actor, before, at)


@contextmanager
def _locked(request: Request, action: str, *, actor: Any, note: str) -> Iterator[Request]:
    with transaction.atomic(), acting(actor=actor, action=f"request.{action}"):
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=request.reference)
        with acting(reason=told["note"]):
            yield lock(request, actor)


def _reaches(row: Request, actor: Any) -> None:
    """Seeing it but not working there is a matter of the person, not of the request's state."""
    if may_work_on_requests(actor) and (reason := is_request_within_reach(row, actor)):
        raise NotAllowed(reason)


def lock(request: Request, actor: Any) -> Request:
    """The row as it is now, held until the transaction ends; DoesNotExist when out of sight."""
    rows = seen_by(actor).select_related("life").defer("search")
    row: Request = rows.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    refuse_stale(row)
    return row


def _save(row: Request, actor: Any, before: dict[str, Any], at: datetime | None) -> None:
    """Tell its life what happened, write what is new in the row, and take over the version that
    the database gave it."""
    if happened := [*request_happenings(before, row), *agreed_for_request(row, before)]:
        tell(row.life, *happened, actor=actor, at=at)
    changed = {name for name, value in _columns(row).items() if value != before[name]}
    row.save(update_fields=changed)
    row.version = stays_in_sight(row, actor if changed & _SEEN_BY else None)


def _columns(row: Request) -> dict[str, Any]:
    return {field.attname: row.__dict__.get(field.attname) for field in row._meta.concrete_fields}


def stays_in_sight(row: Request, actor: Any) -> int:
    """Nobody moves a record to where they could not see it any more. Gives the version it has."""
    version = seen_by(actor).filter(pk=row.pk).values_list("version", flat=True).first()
    if version is None:
        raise NotAllowed(_("you would no longer see this request"))
    return int(version)


def seen_by(actor: Any) -> Any:
    return Request.objects.all() if actor is None else Request.objects.visible_to(actor)
