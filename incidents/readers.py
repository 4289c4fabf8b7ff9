"""The inverse of `visible_to`: which people may see one incident or request. For suggestions; who
is told of something is asked by `visible_to` itself before it is sent."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents.enums import ConsultationState
from incidents.models import Consultation, Incident, Request
from incidents.querysets import BY_COUNTRY, BY_SERVICE, BY_VENDOR, READS_ON
from people.models import Membership, RoleGrant, User
from people.roles import ROLES


def people_who_see(record: Incident | Request) -> QuerySet[User]:
    """Active accounts whose role, team, vendor or share shows them the record."""
    now, today = timezone.now(), timezone.localdate()
    view = f"incidents.view_{record._meta.model_name}"
    reading = [role for role, told in ROLES.items() if view in told.permissions]
    grants = RoleGrant.objects.in_force(now).filter(role__in=reading)
    by_country = grants.filter(placed(record.team.country), role__in=BY_COUNTRY)
    seen = Q(pk__in=by_country.values("user"))
    if record.service is not None:
        owners = Membership.objects.in_force(today).filter(team=record.service.owner_team_id)
        by_service = grants.filter(role__in=BY_SERVICE)
        seen |= Q(pk__in=by_service.values("user"), person__in=owners.values("person"))
    if record.vendor is not None:
        by_vendor = grants.filter(placed(record.vendor.country), role__in=BY_VENDOR)
        seen |= Q(pk__in=by_vendor.values("user"))
    shared = record.shares.filter(until__gt=now)
    seen |= Q(pk__in=shared.values("user")) & Q(pk__in=grants.values("user"))
    asked = Consultation.objects.filter(life=record.life_id)
    still = Q(ended_at__isnull=True) | Q(
        state=ConsultationState.ANSWERED, ended_at__gt=now - READS_ON
    )
    teams = Membership.objects.in_force(today).filter(team__in=asked.filter(still).values("team"))
    seen |= Q(pk__in=grants.values("user"), person__in=teams.values("person"))
    return User.objects.filter(seen, is_active=True)


def mentionable(record: Incident | Request, *, by: Any, typed: str = "") -> QuerySet[User]:
    """Whom somebody may call into the conversation: people who see the record, and whom the
    person knows or finds on it already."""
    known = Q(pk__in=User.objects.visible_to(by).values("pk"))
    here = Q(pk=record.owner_id) | Q(pk__in=record.watchers.values("user"))
    people = people_who_see(record).filter(known | here).exclude(pk=by.pk)
    if typed:
        name = Q(username__istartswith=typed) | Q(person__full_name__istartswith=typed)
        people = people.filter(name | Q(person__full_name__icontains=f" {typed}"))
    return people.select_related("person").order_by("username")


def placed(country: str) -> Q:
    """Grants that hold in a country: for it, for a team there, or everywhere."""
    everywhere = Q(country="", team__isnull=True)
    return Q(country=country) | Q(country="", team__country=country) | everywhere


def contacts_seen(user: Any) -> Any:
    """Incidents as contacts of clients, for the figures about handling; cancelled
    ones and drills are none."""
    return Incident.objects.visible_to(user).counted()
