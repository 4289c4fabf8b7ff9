"""Who hears that the time for an incident or a request is running out: its owner from the first
threshold on, the leads of its team from the second; the leads from the first where nobody owns it.
Nobody hears of calls: whoever could answer hears them ring."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone

from incidents.audience import URGENT, page_of
from incidents.models import Incident, Request
from incidents.request_audience import page_of_request
from notifications.enums import MessageKind
from notifications.services import Letter, leave
from people.models import RoleGrant, User
from people.roles import Role
from sla.models import Agreement
from sla.thresholds import Fired

LEADS_FROM = 75


def tell_of_incident_clocks(fired: Sequence[Fired]) -> None:
    """One message for each incident, about the clock that is furthest."""
    rows = Incident.objects.filter(life__in=_lives(fired))
    _tell(fired, rows, MessageKind.INCIDENT_CLOCK, page_of)


def tell_of_request_clocks(fired: Sequence[Fired]) -> None:
    """One message for each request, about the clock that is furthest."""
    rows = Request.objects.filter(life__in=_lives(fired))
    _tell(fired, rows, MessageKind.REQUEST_CLOCK, page_of_request)


def _lives(fired: Iterable[Fired]) -> set[int]:
    return {one.row.life_id for one in fired}


def _tell(fired: Sequence[Fired], rows: Any, kind: MessageKind, page: Any) -> None:
    """The same queries for one as for many."""
    furthest: dict[int, Fired] = {}
    for one in sorted(fired, key=lambda f: (f.row.percent, -f.row.due_at.timestamp())):
        furthest[one.row.life_id] = one
    records = list(rows.select_related("owner", "service").defer("search"))
    if not records:
        return
    leads = _leads({record.team_id for record in records})
    names = _names(furthest[record.life_id].row.agreement_id for record in records)
    letters = []
    for record in records:
        one = furthest[record.life_id]
        people = _people(record, one.row.percent, leads)
        told = _told(record, one, names) | {"path": page(record)}
        row = one.row
        clock = f"{row.agreement_id}:{row.metric}:{row.round}:{row.percent}:{row.pk}"
        key = f"{record.reference}:clock:{clock}"
        is_urgent = record.priority in URGENT
        letters.append(Letter(people, kind, record.reference, told, key=key, is_urgent=is_urgent))
    leave(letters)


def _people(record: Any, percent: int, leads: dict[int, list[User]]) -> list[User]:
    people = [record.owner] if record.owner and record.owner.is_active else []
    if percent >= LEADS_FROM or not people:
        people += leads.get(record.team_id, [])
    return people


def _told(record: Any, fired: Fired, names: dict[int, str]) -> dict[str, Any]:
    row, breaches_at = fired.row, fired.clock.due_at
    return {
        "reference": record.reference,
        "title": record.title,
        "priority": int(record.priority),
        "service": str(record.service or ""),
        "metric": row.metric,
        "agreement": names[row.agreement_id],
        "percent": row.percent,
        "breaches_at": breaches_at.isoformat() if breaches_at else "",
    }


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
