"""Who hears about an incident, and of card numbers in it. Whether people may still see it is asked
again before a message is sent."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from assets.models import Asset, Service
from audit.querysets import EVERYTHING
from incidents.enums import Priority
from incidents.models import Incident, IncidentWatcher, Merge
from notifications.enums import MessageKind
from notifications.services import is_news, notify
from people.models import Membership, User
from people.scope import scope_of

URGENT = (Priority.P1, Priority.P2)


def tell_team_of_urgent(incident: Incident) -> None:
    """The team hears of its new P1 and P2 incidents at once, also at night."""
    if incident.priority not in URGENT:
        return
    members = Membership.objects.in_force(timezone.localdate()).filter(team=incident.team_id)
    team = User.objects.filter(is_active=True, person__in=members.values("person"))
    tell_people(team, incident, MessageKind.INCIDENT_OPENED, "opened")


def tell_owner(incident: Incident, *, but: Any) -> None:
    """The new owner hears of it, unless they took it themselves."""
    if incident.owner and incident.owner != but:
        key = f"assigned:{timezone.now().timestamp():.6f}"
        tell_people([incident.owner], incident, MessageKind.INCIDENT_ASSIGNED, key)


def tell_mentioned(incident: Incident, people: Iterable[Any], *, by: Any, about: Any) -> None:
    """Those whom a comment calls by name hear of it; once, however often it names them."""
    kind = MessageKind.INCIDENT_MENTIONED
    path = page_of(incident, about)
    tell_people(people, incident, kind, f"{kind}:{about}", by=str(by), path=path)


def tell_followers(
    incident: Incident,
    kind: MessageKind,
    *,
    but: Any,
    about: Any = "",
    told: Iterable[Any] = (),
) -> None:
    """The owner and the watchers hear of it, except whoever did it and those who were told."""
    if not is_news():
        return
    followers = User.objects.filter(
        Q(pk=incident.owner_id)
        | Q(pk__in=incident.watchers.values("user"))
        | Q(pk__in=_watching_what_went_into(incident)),
        is_active=True,
    )
    if but is not None:
        followers = followers.exclude(pk=but.pk)
    followers = followers.exclude(pk__in=[person.pk for person in told])
    key = f"{kind}:{about or f'{timezone.now().timestamp():.6f}'}"
    tell_people(followers, incident, kind, key, path=page_of(incident, about))


def _watching_what_went_into(incident: Incident) -> Any:
    """Who watched an incident that is merged into this one goes on hearing of it here, as far as
    they may see it: that is asked before each message is sent."""
    merged = Merge.objects.filter(into=incident.life_id, undone_at__isnull=True)
    gone = IncidentWatcher.objects.filter(incident__life__in=merged.values("life"))
    return gone.values("user")


def page_of(incident: Incident, comment_id: Any = "") -> str:
    """Where one reads on: the incident's page, at the comment that the message is about."""
    page = f"/incidents/incident/{incident.pk}/change/"
    return f"{page}#c-{comment_id}" if comment_id else page


def tell_people(people: Any, incident: Incident, kind: MessageKind, key: str, **facts: str) -> None:
    """Tell them what the message of this kind says of an incident; once for a key."""
    heard_by = list(people) if is_news() else []
    if not heard_by:
        return
    notify(
        heard_by,
        kind,
        reference=incident.reference,
        context={
            "reference": incident.reference,
            "title": incident.title,
            "priority": int(incident.priority),
            "service": str(incident.service),
            "path": page_of(incident),
            **facts,
        },
        key=f"{incident.reference}:{key}",
        is_urgent=incident.priority in URGENT,
    )


def may_see(user: Any, reference: str) -> bool:
    """Whether a person may see the incident a message is about; asked just before sending."""
    return Incident.objects.visible_to(user).filter(reference=reference).exists()


def findings_for(user: Any) -> Q:
    """Card numbers found in incidents, services and assets of the teams within reach."""
    reach = scope_of(user).reach_with("records.view_cardnumberfinding")
    if reach.everywhere:
        return EVERYTHING
    teams = reach.team_ids
    found = Q(reference__in=Incident.objects.filter(team__in=teams).values("reference"))
    for model in (Service, Asset):
        rows = model.objects.filter(owner_team__in=teams)
        found |= Q(reference__in=rows.values("reference"))
    return found
