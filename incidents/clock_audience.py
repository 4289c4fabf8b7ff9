"""Who hears that the time for an incident is running out: its owner from the first threshold on,
the leads of its team from the second; the leads from the first where nobody owns it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from incidents.audience import URGENT, page_of
from incidents.models import Incident
from notifications.enums import MessageKind
from notifications.services import Letter, leave
from people.models import RoleGrant, User
from people.roles import Role
from sla.models import Agreement
from sla.thresholds import Fired

LEADS_FROM = 75


def tell_of_thresholds(fired: Sequence[Fired]) -> None:
    """One message for each incident, about the clock that is furthest. The same queries for one as
    for many."""
    furthest: dict[int, Fired] = {}
    for one in sorted(fired, key=lambda f: (f.row.percent, -f.row.due_at.timestamp())):
        furthest[one.row.life_id] = one
    incidents = list(
        Incident.objects.filter(life__in=furthest.keys())
        .select_related("owner", "service")
        .defer("search")
    )
    leads = _leads({incident.team_id for incident in incidents})
    names = _names(one.row.agreement_id for one in furthest.values())
    leave(_letter(incident, furthest[incident.life_id], leads, names) for incident in incidents)


def _letter(
    incident: Incident, fired: Fired, leads: dict[int, list[User]], names: dict[int, str]
) -> Letter:
    row, owner = fired.row, incident.owner
    people = [owner] if owner and owner.is_active else []
    if row.percent >= LEADS_FROM or not people:
        people += leads.get(incident.team_id, [])
    breaches_at = fired.clock.due_at
    context: dict[str, Any] = {
        "reference": incident.reference,
        "title": incident.title,
        "priority": int(incident.priority),
        "service": str(incident.service),
        "metric": row.metric,
        "agreement": names[row.agreement_id],
        "percent": row.percent,
        "breaches_at": breaches_at.isoformat() if breaches_at else "",
        "path": page_of(incident),
    }
    clock = f"{row.agreement_id}:{row.metric}:{row.round}:{row.percent}"
    return Letter(
        people,
        MessageKind.INCIDENT_CLOCK,
        incident.reference,
        context,
        key=f"{incident.reference}:clock:{clock}:{row.pk}",
        is_urgent=incident.priority in URGENT,
    )


def _leads(teams: Iterable[int]) -> dict[int, list[User]]:
    grants = RoleGrant.objects.in_force(timezone.now()).filter(
        role=Role.TEAM_LEAD, team__in=set(teams), user__is_active=True
    )
    leads: dict[int, list[User]] = {}
    for grant in grants.select_related("user"):
        leads.setdefault(grant.team_id, []).append(grant.user)
    return leads


def _names(agreements: Iterable[int]) -> dict[int, str]:
    return dict(Agreement.objects.filter(pk__in=set(agreements)).values_list("pk", "name"))
