"""Telephone calls: as they come in, are answered, end, and what is opened from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from incidents.enums import IncidentChannel, Priority
from incidents.models import Incident, PhoneCall, Request
from incidents.request_enums import CallOutcome
from incidents.services.opening import open_incident
from incidents.services.requests.opening import open_request
from people.models import Team
from people.scope import scope_of
from records.services import mask_fields
from sla.agreed import newly_agreed
from sla.enums import EventKind
from sla.life_services import Happening, open_life, tell
from sla.models import Client, ClientContact
from sla.scopes import Scope
from sla.services import begin_life, check_moment

TABLE = "incidents_phonecall"
_MISSED = (CallOutcome.ABANDONED, CallOutcome.WRONG_NUMBER)


@transaction.atomic
def record_call(
    *,
    actor: Any,
    caller: str,
    team: Team,
    client: Client | None = None,
    contact: ClientContact | None = None,
    came_in_at: datetime | None = None,
    answered_at: datetime | None = None,
    ended_at: datetime | None = None,
    outcome: str = "",
    note: str = "",
) -> PhoneCall:
    """A call that came in (now, where no moment is given), perhaps answered and ended already.

    Refused: moments in the future or out of order, an end without an outcome, and teams that the
    actor's role does not reach.
    """
    came_in_at = came_in_at or timezone.now()
    check_moment(came_in_at)
    with acting(actor=actor, action="phone_call.record"):
        _reach(actor, "add", team.pk)
        if contact is not None:
            if client is not None and contact.client_id != client.pk:
                raise ValidationError({"contact": _("This is a contact of another client.")})
            client = contact.client
        call = PhoneCall(
            caller=caller,
            note=note,
            team=team,
            client=client,
            contact=contact,
            came_in_at=came_in_at,
            life=begin_life(),
        )
        masked = mask_fields(TABLE, {"note": note}, actor=actor)
        call.note = masked["note"]
        call.full_clean(exclude=["reference", "life"], validate_constraints=False)
        call.save(force_insert=True)
        _begin(call, actor)
        if answered_at:
            call = answer_call(call, actor=actor, at=answered_at)
        if ended_at:
            call = end_call(call, actor=actor, outcome=outcome, at=ended_at)
        elif outcome:
            raise ValidationError({"ended_at": _("An outcome comes with the end of the call.")})
    return call


def answer_call(call: PhoneCall, *, actor: Any, at: datetime | None = None) -> PhoneCall:
    """Take the call; whoever does handles it, and the clock of the answer stops."""
    at = at or timezone.now()
    check_moment(at)
    with _working(call, "answer", actor) as row:
        if actor is None:
            raise Refused(_("a call is answered by a person"))
        if row.answered_at is not None:
            raise Refused(_("the call was answered already"))
        if row.ended_at is not None:
            raise Refused(_("the call has ended"))
        if at < row.came_in_at:
            raise ValidationError({"at": _("This is before the call came in.")})
        row.answered_at, row.handled_by = at, actor
        tell(row.life, Happening(EventKind.ANSWERED), actor=actor, at=at)
    return row


def end_call(
    call: PhoneCall, *, actor: Any, outcome: str, note: str = "", at: datetime | None = None
) -> PhoneCall:
    """The call is over. One that was never answered was abandoned, or a wrong number."""
    at = at or timezone.now()
    check_moment(at)
    with _working(call, "end", actor) as row:
        if row.ended_at is not None:
            raise Refused(_("the call has ended"))
        if not outcome:
            raise ValidationError({"outcome": _("Say how the call ended.")})
        if at < (row.answered_at or row.came_in_at):
            raise ValidationError(
                {"at": _("A call comes in, is answered and ends, in this order.")}
            )
        if row.answered_at is None and outcome not in _MISSED:
            raise ValidationError({"outcome": _("The call was not answered.")})
        if row.answered_at is not None and outcome == CallOutcome.ABANDONED:
            raise ValidationError({"outcome": _("The call was answered.")})
        row.ended_at, row.outcome = at, outcome
        if note.strip():
            texts = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.reference)
            row.note = f"{row.note}\n{texts['note']}".strip()
        kind = EventKind.RESOLVED if row.answered_at else EventKind.CANCELLED
        tell(row.life, Happening(kind), actor=actor, at=at)
    return row


@transaction.atomic
def open_request_from_call(call: PhoneCall, *, actor: Any, **facts: Any) -> Request:
    """What was asked on the telephone, as a request; once for a call."""
    with _working(call, "open_request", actor) as row:
        _refuse_second(row)
        request = open_request(actor=actor, channel=IncidentChannel.PHONE, **_from_call(row, facts))
        row.request = request
    return request


@transaction.atomic
def open_incident_from_call(call: PhoneCall, *, actor: Any, **facts: Any) -> Incident:
    """What was reported on the telephone, as an incident; once for a call."""
    with _working(call, "open_incident", actor) as row:
        _refuse_second(row)
        told = _from_call(row, facts)
        for name in ("contact", "asked_by"):
            told.pop(name, None)
        incident = open_incident(actor=actor, channel=IncidentChannel.PHONE, **told)
        row.incident = incident
    return incident


def link_call(
    call: PhoneCall,
    *,
    actor: Any,
    request: Request | None = None,
    incident: Incident | None = None,
) -> PhoneCall:
    """The call was about a record that exists already; the actor must see that."""
    if (request is None) == (incident is None):
        raise ValidationError({"request": _("Name a request or an incident.")})
    with _working(call, "link", actor) as row:
        _refuse_second(row)
        record: Any = request or incident
        if actor is not None:
            seen = type(record).objects.visible_to(actor).filter(pk=record.pk)
            if not seen.exists():
                raise ValidationError({"request": _("There is no such record.")})
        row.request, row.incident = request, incident
    return row


def _refuse_second(row: PhoneCall) -> None:
    if row.request_id or row.incident_id:
        raise Refused(_("a record was opened or named for this call already"))


def _from_call(row: PhoneCall, facts: dict[str, Any]) -> dict[str, Any]:
    told = {"client": row.client, "contact": row.contact, "team": row.team}
    return told | ({} if row.contact else {"asked_by": row.caller}) | facts


def _begin(call: PhoneCall, actor: Any) -> None:
    """A call has a life of its own: it rings at a team until somebody answers."""
    team = call.team
    agreed = newly_agreed(
        call.life,
        Scope(client=call.client_id, country=team.country),
        team_id=team.pk,
        vendor_id=None,
        is_new=True,
    )
    ringing = Happening(EventKind.CALLED)
    open_life(
        call.life,
        *agreed,
        ringing,
        at=call.came_in_at,
        actor=actor,
        team=team,
        priority=Priority.P3,
    )


@contextmanager
def _working(call: PhoneCall, action: str, actor: Any) -> Iterator[PhoneCall]:
    with transaction.atomic(), acting(actor=actor, action=f"phone_call.{action}"):
        row = hold(call, actor=actor)
        _reach(actor, "change", row.team_id)
        yield row
        row.save()
        row.refresh_from_db(fields=["version"])


def _reach(actor: Any, verb: str, team_id: int) -> None:
    if actor is None:
        return
    if not scope_of(actor).reach_with(f"incidents.{verb}_phonecall").covers(team_id):
        raise NotAllowed(_("your role does not reach this team"))
