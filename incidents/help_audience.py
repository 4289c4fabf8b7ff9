"""Who hears of what hangs on a life, of incidents and requests alike: calls for help, questions to
teams, promises; and who leads a shift and who is above."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from audit.context import told_moment
from incidents import audience, request_audience
from incidents.models import Request
from notifications.enums import MessageKind
from people.duty import duty_of
from people.models import Membership, RoleGrant, Team, User
from people.roles import Role


def shift_leads(team: Team) -> tuple[list[Any], bool]:
    """Who is asked for help in a team, and whether a rota said so; else the team's leads."""
    duty = duty_of(team, told_moment())
    if duty.people:
        return list(duty.people), True
    return list(leads_of(team)), False


def leads_of(team: Team) -> Any:
    grants = RoleGrant.objects.in_force(timezone.now()).filter(role=Role.TEAM_LEAD, team=team)
    return User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("username")


def above(team: Team) -> Any:
    """The team's leads and the service managers of its country."""
    everywhere = Q(country="", team__isnull=True)
    placed = Q(country=team.country) | Q(team=team) | everywhere
    grants = RoleGrant.objects.in_force(timezone.now())
    found = grants.filter(Q(role=Role.TEAM_LEAD, team=team) | placed & Q(role=Role.SERVICE_MANAGER))
    return User.objects.filter(pk__in=found.values("user"), is_active=True).order_by("username")


def tell_of_call(record: Any, call: Any, people: list[Any]) -> None:
    """Those who lead the shift hear of it, but for who asks."""
    kind = MessageKind.HELP_ASKED
    heard_by = [person for person in people if person.pk != call.asked_by_id]
    tell(heard_by, record, kind, f"{kind}:{call.pk}", by=str(call.asked_by), note=call.question)


def tell_those_above(record: Any, call: Any) -> None:
    """Nobody came: leads and service managers hear of it, but for who asks."""
    kind = MessageKind.HELP_ESCALATED
    heard_by = above(call.team).exclude(pk=call.asked_by_id)
    tell(heard_by, record, kind, f"{kind}:{call.pk}", by=str(call.asked_by), note=call.question)


def tell_who_asked(record: Any, call: Any, kind: MessageKind, *, by: Any) -> None:
    """Who asked hears who comes, and what was answered."""
    tell([call.asked_by], record, kind, f"{kind}:{call.pk}", by=str(by), note=call.answer)


def tell_of_promise(record: Any, promise: Any) -> None:
    """The owner, or else whoever promised, hears that the client was promised to hear by now."""
    heard_by = [record.owner or promise.promised_by]
    tell(heard_by, record, MessageKind.INCIDENT_PROMISE_DUE, f"promise:{promise.pk}")


def tell_asked_team(record: Any, asked: Any) -> None:
    """Everybody in the asked team hears of the question."""
    members = Membership.objects.in_force(timezone.localdate()).filter(team=asked.team_id)
    team = User.objects.filter(is_active=True, person__in=members.values("person"))
    by = str(asked.asked_by)
    tell(team, record, MessageKind.INCIDENT_CONSULTED, f"asked:{asked.pk}", by=by)


def tell_asker(record: Any, asked: Any) -> None:
    """Who asked and the owner hear of the answer."""
    heard_by = [p for p in (asked.asked_by, record.owner) if p and p != asked.ended_by]
    kind = MessageKind.INCIDENT_CONSULTATION_ANSWERED
    tell(heard_by, record, kind, f"answered:{asked.pk}", by=str(asked.ended_by))


def tell_of_late_answer(record: Any, asked: Any) -> None:
    """Who asked another team and its leads hear that its time to answer is over."""
    kind = MessageKind.CONSULTATION_LATE
    heard_by = {person.pk: person for person in (asked.asked_by, *leads_of(asked.team))}
    facts = {"asked_team": asked.team.slug, "due_at": asked.due_at.isoformat()}
    tell(heard_by.values(), record, kind, f"{kind}:{asked.pk}", **facts)


def tell(people: Any, record: Any, kind: MessageKind, key: str, **facts: str) -> None:
    """Tell people about an incident or a request, whichever it is."""
    if isinstance(record, Request):
        request_audience.tell_people(people, record, kind, key, **facts)
    else:
        audience.tell_people(people, record, kind, key, **facts)
