"""The inverse of `visible_to`: which people may see one incident. For suggestions; who is told of
something is asked by `visible_to` itself before it is sent."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents.enums import NOT_COUNTED, ConsultationState
from incidents.models import Consultation, Incident
from incidents.querysets import BY_COUNTRY, BY_SERVICE, BY_VENDOR, READS_ON
from people.models import Membership, RoleGrant, User
from people.roles import ROLES

READING = [role for role, told in ROLES.items() if "incidents.view_incident" in told.permissions]


def people_who_see(incident: Incident) -> QuerySet[User]:
    """Active accounts whose role, team, vendor or share shows them the incident."""
    now, today = timezone.now(), timezone.localdate()
    grants = RoleGrant.objects.in_force(now).filter(role__in=READING)
    by_country = grants.filter(placed(incident.team.country), role__in=BY_COUNTRY)
    owners = Membership.objects.in_force(today).filter(team=incident.service.owner_team_id)
    seen = Q(pk__in=by_country.values("user"))
    seen |= Q(
        pk__in=grants.filter(role__in=BY_SERVICE).values("user"), person__in=owners.values("person")
    )
    if incident.vendor is not None:
        by_vendor = grants.filter(placed(incident.vendor.country), role__in=BY_VENDOR)
        seen |= Q(pk__in=by_vendor.values("user"))
    shared = incident.shares.filter(until__gt=now)
    seen |= Q(pk__in=shared.values("user")) & Q(pk__in=grants.values("user"))
    asked = Consultation.objects.filter(life=incident.life_id)
    still = Q(ended_at__isnull=True) | Q(
        state=ConsultationState.ANSWERED, ended_at__gt=now - READS_ON
    )
    teams = Membership.objects.in_force(today).filter(team__in=asked.filter(still).values("team"))
    seen |= Q(pk__in=grants.values("user"), person__in=teams.values("person"))
    return User.objects.filter(seen, is_active=True)


def mentionable(incident: Incident, *, by: Any, typed: str = "") -> QuerySet[User]:
    """Whom somebody may call into the conversation: people who see the incident, and whom the
    person knows or finds on it already."""
    known = Q(pk__in=User.objects.visible_to(by).values("pk"))
    here = Q(pk=incident.owner_id) | Q(pk__in=incident.watchers.values("user"))
    people = people_who_see(incident).filter(known | here).exclude(pk=by.pk)
    if typed:
        name = Q(username__istartswith=typed) | Q(person__full_name__istartswith=typed)
        people = people.filter(name | Q(person__full_name__icontains=f" {typed}"))
    return people.select_related("person").order_by("username")


def placed(country: str) -> Q:
    """Grants that hold in a country: for it, for a team there, or everywhere."""
    everywhere = Q(country="", team__isnull=True)
    return Q(country=country) | Q(country="", team__country=country) | everywhere


def contacts_seen(user: Any) -> Any:
    """Incidents as contacts of clients, for the figures about handling; cancelled ones are none."""
    return Incident.objects.visible_to(user).exclude(status__in=NOT_COUNTED)
