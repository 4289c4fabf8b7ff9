"""The moves of the workflow of requests, from the first owner to closure."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, ValidationError
from incidents.models import Request
from incidents.request_audience import tell_request_owner, tell_request_watchers
from incidents.request_enums import RequestOutcome, RequestStatus
from incidents.services.escalations import record_escalation
from incidents.services.families import pass_on_priority, passing_on
from incidents.services.requests.locking import TABLE, lock, step, work
from notifications.enums import MessageKind
from people.models import Team
from people.scope import scope_of
from records.services import mask_fields
from sla.enums import MarkKind, MarkSource
from sla.feedback_services import invite_feedback, withdraw_invitations
from sla.services import set_mark, void_mark
from vendors.models import Vendor

# Who took it back was not served, and whoever asked twice is asked once.
_ASKS_NOBODY = (RequestOutcome.WITHDRAWN, RequestOutcome.DUPLICATE)


def assign_request(
    request: Request,
    *,
    actor: Any,
    owner: Any = None,
    team: Team | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Request:
    """Give a new or assigned request to its one owner, in another team where one is named; it
    counts as acknowledged. Refused without an owner and where the person does not work there."""
    with step(request, "assign", actor=actor, note=note, at=at) as row:
        _give(row, team, owner, actor)
        _acknowledge(row, actor, at)
    return row


def hand_over_request(
    request: Request,
    *,
    actor: Any,
    owner: Any,
    note: str,
    team: Team | None = None,
    at: datetime | None = None,
) -> Request:
    """Give work in hand to its next owner: there is always one, so the next is named."""
    with step(request, "hand_over", actor=actor, note=note, at=at) as row:
        _give(row, team, owner, actor)
    return row


def start_request(
    request: Request, *, actor: Any, note: str = "", at: datetime | None = None
) -> Request:
    """Work begins. A request without an owner becomes the actor's."""
    with step(request, "start", actor=actor, note=note, at=at) as row:
        if row.owner is None:
            _give(row, None, actor, actor)
        _acknowledge(row, actor, at)
    return row


def wait_for_customer(
    request: Request, *, actor: Any, note: str, at: datetime | None = None
) -> Request:
    """Nothing can be done until the customer answers."""
    with passing_on(request, "waits", actor=actor) as parts:
        with step(request, "wait_for_customer", actor=actor, note=note, at=at) as row:
            pass
        parts.each(row, lambda part: wait_for_customer(part, actor=actor, note=note, at=at))
    return row


def wait_for_vendor(
    request: Request,
    *,
    actor: Any,
    vendor: Vendor,
    note: str,
    vendor_reference: str = "",
    contact: str = "",
    at: datetime | None = None,
) -> Request:
    """Nothing can be done until the vendor acts; what it was asked is kept."""
    called = {"vendor_reference": vendor_reference, "contact": contact}
    with passing_on(request, "waits", actor=actor) as parts:
        with step(request, "wait_for_vendor", actor=actor, note=note, at=at) as row:
            row.vendor = vendor
            record_escalation(row, actor=actor, vendor=vendor, note=note, at=at, **called)
        parts.each(
            row,
            lambda part: wait_for_vendor(
                part, actor=actor, vendor=vendor, note=note, at=at, **called
            ),
        )
    return row


def wait_for_approval(
    request: Request, *, actor: Any, note: str, at: datetime | None = None
) -> Request:
    """Nothing can be done until somebody approves."""
    with passing_on(request, "waits", actor=actor) as parts:
        with step(request, "wait_for_approval", actor=actor, note=note, at=at) as row:
            pass
        parts.each(row, lambda part: wait_for_approval(part, actor=actor, note=note, at=at))
    return row


def resume_request(
    request: Request, *, actor: Any, note: str = "", at: datetime | None = None
) -> Request:
    """The waiting is over."""
    with passing_on(request, "waits", actor=actor) as parts:
        with step(request, "resume", actor=actor, note=note, at=at) as row:
            pass
        parts.each(row, lambda part: resume_request(part, actor=actor, note=note, at=at))
    return row


def resolve_request(
    request: Request, *, actor: Any, outcome: str, resolution: str, at: datetime | None = None
) -> Request:
    """What was asked is done, answered or declined. Refused while an adjustment is unsettled."""
    at = at or timezone.now()
    with passing_on(request, "resolves", actor=actor) as parts:
        row = _resolve(request, actor, outcome, resolution, at)
        answers = {"outcome": outcome, "resolution": resolution}
        parts.each(row, lambda part: resolve_request(part, actor=actor, at=at, **answers))
    return row


def _resolve(request: Request, actor: Any, outcome: str, resolution: str, at: datetime) -> Request:
    with step(request, "resolve", actor=actor, at=at) as row:
        if not resolution.strip():
            raise ValidationError({"resolution": _("Say how it was resolved.")})
        texts = {"resolution": resolution}
        masked = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        row.resolution, row.outcome, row.resolved_at = masked["resolution"], outcome, at
        set_mark(row.life, MarkKind.RESOLVED, at=at, actor=actor, source=_source(actor))
        tell_request_watchers(row, MessageKind.REQUEST_RESOLVED, but=actor)
        if outcome not in _ASKS_NOBODY:
            invite_feedback(
                row.life,
                client=row.client,
                service=row.service,
                reference=row.reference,
                title=row.title,
                at=at,
                contact=row.contact,
                language=row.language,
            )
    return row


def reopen_request(
    request: Request, *, actor: Any, note: str, at: datetime | None = None
) -> Request:
    """It was not over: its resolution no longer holds."""
    with step(request, "reopen", actor=actor, note=note, at=at) as row:
        row.resolved_at = row.closed_at = None
        row.outcome = row.resolution = ""
        void_mark(row.life, MarkKind.RESOLVED)
        withdraw_invitations(row.life)
    return row


def close_request(
    request: Request, *, actor: Any, note: str = "", at: datetime | None = None
) -> Request:
    """Nothing is left to do."""
    with step(request, "close", actor=actor, note=note, at=at) as row:
        row.closed_at = at or timezone.now()
    return row


def cancel_request(
    request: Request, *, actor: Any, note: str, at: datetime | None = None
) -> Request:
    """It ends without being done: nobody asked for it, or it is told elsewhere."""
    with step(request, "cancel", actor=actor, note=note, at=at) as row:
        row.closed_at = at or timezone.now()
    return row


def set_priority(request: Request, *, actor: Any, priority: int, reason: str) -> Request:
    """Work it sooner or later, for a stated reason."""
    with passing_on(request, "prioritizes", actor=actor) as parts:
        with work(request, "set_priority", actor=actor, note=reason) as row:
            if not reason.strip():
                raise ValidationError({"reason": _("Say why.")})
            if not row.is_open:
                raise Refused(_("only an open request has its priority changed"))
            was, row.priority = row.priority, priority
        pass_on_priority(parts, row, was, actor=actor)
    return row


def close_requests_resolved_before(moment: datetime) -> int:
    """Close what nobody reopened in time; returns how many. Each in its own transaction."""
    closed = 0
    for request in Request.objects.resolved_before(moment).order_by("pk").iterator():
        with transaction.atomic():
            row = lock(request, None)
            if (
                row.status != RequestStatus.RESOLVED
                or not row.resolved_at
                or (row.resolved_at >= moment)
            ):
                continue
            close_request(row, actor=None)
        closed += 1
    return closed


def _give(row: Request, team: Team | None, owner: Any, actor: Any) -> None:
    if team and team != row.team:
        row.team = team
        row.owner = None
    row.owner = owner or row.owner
    if row.owner is None:
        raise ValidationError({"owner": _("A request has one owner: name the person.")})
    if not scope_of(row.owner).reach_with("incidents.change_request").covers(row.team_id):
        raise ValidationError({"owner": _("This person cannot work on this request.")})
    tell_request_owner(row, but=actor)


def _acknowledge(row: Request, actor: Any, at: datetime | None) -> None:
    if not row.life.marks.current().filter(kind=MarkKind.ACKNOWLEDGED).exists():
        at = at or timezone.now()
        set_mark(row.life, MarkKind.ACKNOWLEDGED, at=at, actor=actor, source=_source(actor))


def _source(actor: Any) -> MarkSource:
    return MarkSource.MACHINE if actor is None else MarkSource.HUMAN
