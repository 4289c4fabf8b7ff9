"""Whom a step asks: the accounts in its seats at a moment, one for each person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from changes.enums import StepKind
from changes.models import BoardSeat, Change, PolicyStep, SegregationException
from changes.parts import involved_people
from people.models import Membership, RoleGrant, User
from people.roles import ROLES, Role

_ROLE_OF = {
    StepKind.PEER: Role.PEER,
    StepKind.SERVICE_OWNER: Role.SERVICE_OWNER,
    StepKind.SENIOR: Role.SENIOR_APPROVER,
}


def electors_of(step: PolicyStep, change: Change, at: datetime) -> list[Any]:
    """The accounts a step asks about a change. Nobody who has a part in it, unless an exception in
    force lets them; one account for each person, the first by name."""
    if step.kind in (StepKind.CAB, StepKind.ECAB):
        accounts = _seated(step.board_id, at)
    else:
        accounts = _with_role(_ROLE_OF[StepKind(step.kind)], change, at)
    if step.kind == StepKind.SERVICE_OWNER:
        accounts = accounts.filter(person__in=_owners(change, at))
    excepted = SegregationException.objects.filter(
        change=change, approved_at__isnull=False, expires_at__gt=at
    )
    barred = Q(person__in=involved_people(change)) & ~Q(person__in=excepted.values("person"))
    accounts = accounts.filter(is_active=True, person__isnull=False).exclude(barred)
    return _one_a_person(accounts.order_by("username"))


def who_may_be_asked(at: datetime) -> Any:
    """The accounts whose role includes approving, somewhere and for somebody."""
    asked = [role for role, facts in ROLES.items() if "changes.approve_change" in facts.permissions]
    grants = RoleGrant.objects.in_force(at).filter(role__in=asked)
    return User.objects.filter(pk__in=grants.values("user"), is_active=True, person__isnull=False)


def ecab_accounts() -> Any:
    """Whoever sits on a board for emergencies, whichever it is."""
    seats = BoardSeat.objects.filter(board__is_emergency=True, ends_on__isnull=True)
    return User.objects.filter(pk__in=seats.values("user"))


def _one_a_person(accounts: Iterable[Any]) -> list[Any]:
    seats: dict[int, Any] = {}
    for account in accounts:
        seats.setdefault(account.person_id, account)
    return list(seats.values())


def _seated(board_id: int | None, at: datetime) -> Any:
    today = timezone.localdate(at)
    seats = BoardSeat.objects.filter(board=board_id, starts_on__lte=today)
    seats = seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
    return User.objects.filter(pk__in=seats.values("user"))


def _with_role(role: Role, change: Change, at: datetime) -> Any:
    """Accounts whose grant of a role covers the change's team or its country, or everywhere."""
    team = change.team
    here = Q(team=team) | Q(team__country=team.country) | Q(country=team.country)
    everywhere = Q(team__isnull=True, country="")
    grants = RoleGrant.objects.in_force(at).filter(here | everywhere, role=role)
    return User.objects.filter(pk__in=grants.values("user"))


def _owners(change: Change, at: datetime) -> Any:
    """The people in the teams that own the services a change touches."""
    services = change.affected_services.values("service__owner_team")
    members = Membership.objects.in_force(timezone.localdate(at)).filter(team__in=services)
    return members.values("person")
