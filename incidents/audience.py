"""Who hears about an incident. Whether they may still see it is asked again before sending."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from incidents.enums import Priority
from incidents.models import Incident
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import Membership, User

URGENT = (Priority.P1, Priority.P2)


def tell_team_of_urgent(incident: Incident) -> None:
    """The team hears of its new P1 and P2 incidents at once, also at night."""
    if incident.priority not in URGENT:
        return
    members = Membership.objects.in_force(timezone.localdate()).filter(team=incident.team_id)
    team = User.objects.filter(is_active=True, person__in=members.values("person"))
    _tell(team, incident, MessageKind.INCIDENT_OPENED, "opened")


def tell_owner(incident: Incident, *, but: Any) -> None:
    """The new owner hears of it, unless they took it themselves."""
    if incident.owner and incident.owner != but:
        key = f"assigned:{timezone.now().timestamp():.6f}"
        _tell([incident.owner], incident, MessageKind.INCIDENT_ASSIGNED, key)


def tell_followers(incident: Incident, kind: MessageKind, *, but: Any, about: Any = "") -> None:
    """The owner and the watchers hear of it, except whoever did it."""
    followers = User.objects.filter(
        Q(pk=incident.owner_id) | Q(pk__in=incident.watchers.values("user")), is_active=True
    )
    if but is not None:
        followers = followers.exclude(pk=but.pk)
    key = f"{kind}:{about or f'{timezone.now().timestamp():.6f}'}"
    _tell(followers, incident, kind, key)


def _tell(people: Any, incident: Incident, kind: MessageKind, key: str) -> None:
    notify(
        people,
        kind,
        reference=incident.reference,
        context={
            "reference": incident.reference,
            "title": incident.title,
            "priority": int(incident.priority),
            "service": str(incident.service),
            "path": f"/incidents/incident/{incident.pk}/change/",
        },
        key=f"{incident.reference}:{key}",
        is_urgent=incident.priority in URGENT,
    )


def may_see(user: Any, reference: str) -> bool:
    """Whether a person may see the incident a message is about; asked just before sending."""
    return Incident.objects.visible_to(user).filter(reference=reference).exists()
