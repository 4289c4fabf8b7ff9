"""Who works on an incident, and how soon."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed, Refused, ValidationError
from incidents.audience import tell_owner
from incidents.enums import PRIORITY_OF, Impact, Status, Urgency
from incidents.models import Incident
from incidents.permissions import may_override_priority
from incidents.services.families import pass_on_priority, passing_on
from incidents.services.locking import TABLE, step, work
from people.models import Team
from people.scope import scope_of
from records.services import mask_fields

_WITHOUT_OWNER = (Status.NEW, Status.TRIAGED)


def assign_incident(
    incident: Incident,
    *,
    actor: Any,
    team: Team | None = None,
    owner: Any = None,
    tier: str | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Incident:
    """Give an open incident to a team, a person or both; the person must be able to see it.

    Refused while it is worked on without naming the next owner: hand it over instead.
    """
    with work(incident, "assign", actor=actor, note=note, at=at) as row:
        if not row.is_open:
            raise Refused(_("only an open incident can be assigned"))
        if team and team != row.team and owner is None and row.status not in _WITHOUT_OWNER:
            raise Refused(_("it is being worked on: name the new owner, or hand it over"))
        _assign(row, team, owner, tier, actor)
    return row


def hand_over_incident(
    incident: Incident,
    *,
    actor: Any,
    team: Team,
    note: str,
    owner: Any = None,
    tier: str | None = None,
    at: datetime | None = None,
) -> Incident:
    """Give work in hand to another team, where it waits to be taken up."""
    with step(incident, "hand_over", actor=actor, note=note, at=at) as row:
        row.owner = None
        _assign(row, team, owner, tier, actor)
    return row


def override_priority(incident: Incident, *, actor: Any, priority: int, reason: str) -> Incident:
    """Set a priority that the matrix does not give, for a stated reason."""
    with passing_on(incident, "prioritizes", actor=actor) as parts:
        with work(incident, "override_priority", actor=actor, note=reason) as row:
            if not may_override_priority(actor):
                raise NotAllowed(_("your role does not include this action"))
            if not reason.strip():
                raise ValidationError({"reason": _("Say why.")})
            texts = {"priority_reason": reason}
            masked = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
            given = PRIORITY_OF[Impact(row.impact), Urgency(row.urgency)]
            was, row.priority = row.priority, priority
            row.priority_reason = masked["priority_reason"] if priority != given else ""
        pass_on_priority(parts, row, was, actor=actor)
    return row


def _assign(row: Incident, team: Team | None, owner: Any, tier: str | None, actor: Any) -> None:
    if team and team != row.team:
        row.team = team
        row.owner = None
    row.tier = tier or row.tier
    if owner is not None and owner != row.owner:
        row.owner = owner
        if not scope_of(owner).reach_with("incidents.change_incident").covers(row.team_id):
            raise ValidationError({"owner": _("This person cannot work on this incident.")})
        tell_owner(row, but=actor)
