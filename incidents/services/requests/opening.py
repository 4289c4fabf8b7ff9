"""Taking a request in, by whichever channel, and correcting what it says."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import acting
from core.errors import NotAllowed, Refused, Stale, ValidationError
from incidents.enums import IncidentChannel, Priority
from incidents.models import Request
from incidents.permissions import may_open_requests
from incidents.request_enums import REQUEST_ENDED, RequestStatus
from incidents.request_happenings import agreed_for_request
from incidents.services.families import pass_on_priority, passing_on
from incidents.services.requests.locking import TABLE, stays_in_sight, work
from people.models import Team
from people.scope import scope_of
from records.card_numbers import mask_card_numbers
from records.services import mask_fields
from sla.entitled import what_speaks_against
from sla.enums import RequestKind
from sla.life_services import open_life
from sla.models import Client, ClientContact
from sla.services import begin_life, check_moment

EDITABLE = frozenset(
    [
        *("title", "description", "kind", "request_type", "service", "client", "contact"),
        *("asked_by", "channel", "language", "priority"),
    ]
)
_TEXTS = ("title", "description", "asked_by")


@transaction.atomic
def open_request(
    *,
    actor: Any,
    title: str,
    kind: str = RequestKind.REQUEST,
    description: str = "",
    request_type: str = "",
    service: Service | None = None,
    team: Team | None = None,
    owner: Any = None,
    client: Client | None = None,
    contact: ClientContact | None = None,
    asked_by: str = "",
    channel: str = IncidentChannel.PORTAL,
    language: str = "",
    priority: int = Priority.P4,
    message_id: str = "",
    at: datetime | None = None,
) -> Request:
    """Open a request: it goes to the service's support team unless another is named; with an owner
    it is assigned at once. Its language is the client's unless another is given.

    Refused: what the client is not entitled to, where its entitlements say so (else it is noted);
    a retired service; a contact of another client; people who could not see what they opened.
    """
    opened_at = at or timezone.now()
    with acting(actor=actor, action="request.open"):
        if not may_open_requests(actor):
            raise NotAllowed(_("your role does not include this action"))
        if at:
            check_moment(at)
        client = _client_of(client, contact)
        team = _team_for(service, team)
        against = what_speaks_against(client, service, kind, channel, opened_at)
        if against and against.refuses:
            raise Refused(against.reason)
        texts = {"title": title, "description": description, "asked_by": asked_by}
        masked = {name: mask_card_numbers(text)[0] for name, text in texts.items()}
        request = Request(
            **masked,
            kind=kind,
            request_type=request_type,
            status=RequestStatus.ASSIGNED if owner else RequestStatus.NEW,
            service=service,
            team=team,
            owner=owner,
            client=client,
            contact=contact,
            channel=channel,
            language=language or (client.language if client else "es-mx"),
            priority=priority,
            entitlement_note=against.note if against else "",
            message_id=message_id,
            opened_at=opened_at,
            opened_by=actor,
            life=begin_life(),
        )
        _refuse_owner(request)
        request.save(force_insert=True)
        if masked != texts:
            mask_fields(TABLE, texts, actor=actor, reference=request.reference)
        open_life(
            request.life,
            *agreed_for_request(request),
            at=opened_at,
            actor=actor,
            team=request.team,
            priority=request.priority,
        )
        if actor is not None:
            stays_in_sight(request, actor)
    return request


@transaction.atomic
def take_in(*, channel: str, message_id: str, actor: Any = None, **facts: Any) -> Request:
    """Open a request from a message, once: the same message gives the same request again, also
    where two take it in at once. `facts` are as for `open_request`."""
    if not message_id.strip():
        raise ValidationError({"message_id": _("A message has an identification.")})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [message_id])
    known = Request.objects.filter(message_id=message_id).defer("search").first()
    if known is not None:
        return known
    return open_request(actor=actor, channel=channel, message_id=message_id, **facts)


def edit_request(
    request: Request, *, actor: Any, version: int | None = None, **changes: Any
) -> Request:
    """Correct a request. Refused: Stale when `version` is not the current one; fields that only
    actions may change; what is over."""
    if forbidden := set(changes) - EDITABLE:
        raise ValidationError({name: _("This cannot be edited.") for name in sorted(forbidden)})
    if "priority" not in changes:
        return _edit(request, actor, version, changes)
    with passing_on(request, "prioritizes", actor=actor) as parts:
        was = Request.objects.values_list("priority", flat=True).get(pk=request.pk)
        row = _edit(request, actor, version, changes)
        pass_on_priority(parts, row, was, actor=actor)
    return row


def _edit(request: Request, actor: Any, version: int | None, changes: dict[str, Any]) -> Request:
    with work(request, "edit", actor=actor) as row:
        if version is not None and row.version != version:
            raise Stale(_("somebody else changed this request meanwhile"))
        if row.status in REQUEST_ENDED:
            raise Refused(_("what is over is no longer edited"))
        texts = {name: changes[name] for name in _TEXTS if name in changes}
        changes |= mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        if "client" in changes and changes["client"] != row.client and "contact" not in changes:
            changes["contact"] = None
        for name, value in changes.items():
            setattr(row, name, value)
        row.client = _client_of(row.client, row.contact)
        if row.kind != RequestKind.ADJUSTMENT and row.adjustments.exists():
            raise ValidationError({"kind": _("It has an account adjustment.")})
    return row


def _client_of(client: Client | None, contact: ClientContact | None) -> Client | None:
    """A contact stands for its client."""
    if contact is None:
        return client
    if client is not None and contact.client_id != client.pk:
        raise ValidationError({"contact": _("This is a contact of another client.")})
    return contact.client


def _team_for(service: Service | None, team: Team | None) -> Team:
    if service is not None and service.is_retired:
        raise ValidationError({"service": _("This service is retired.")})
    found = team or (service.support_team if service else None)
    if found is None:
        raise ValidationError({"team": _("Name a service or a team.")})
    return found


def _refuse_owner(request: Request) -> None:
    owner = request.owner
    if owner and not scope_of(owner).reach_with("incidents.change_request").covers(request.team_id):
        raise ValidationError({"owner": _("This person cannot work on this request.")})
