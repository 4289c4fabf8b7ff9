"""Which services and assets somebody may see, and what an asset's failure reaches."""

from datetime import date
from ipaddress import ip_address
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from assets.enums import DEVICES, Custody
from core.querysets import ScopedQuerySet
from people.roles import Role
from people.scope import Scope, scope_of

_COUNTRY_BOUND = (
    Role.AGENT,
    Role.TEAM_LEAD,
    Role.SERVICE_MANAGER,
)
_ALL = (
    Role.AUDITOR,
    Role.PLATFORM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.CAB_MEMBER,
    Role.CAB_CHAIR,
    Role.SENIOR_APPROVER,
)


def _reads_all(scope: Scope, permission: str) -> bool:
    return permission in scope.permissions and (
        scope.has(*_ALL) or scope.reach_of(*_COUNTRY_BOUND).everywhere
    )


class ServiceQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the own countries, of the own teams, or of the own vendors; boards and auditors
        read all."""
        scope = scope_of(user)
        if "assets.view_service" not in scope.permissions:
            return self.none()
        if _reads_all(scope, "assets.view_service"):
            return self.all()
        seen = Q(owner_team__in=scope.own_team_ids)
        if countries := scope.countries_of(*_COUNTRY_BOUND):
            seen |= Q(countries__overlap=list(countries))
        if scope.has(Role.VENDOR_MANAGER, Role.FINANCE):
            supplied = _asset_model().objects.of_vendors_of(user).values("pk")
            needing = self.model.objects.filter(dependencies__needs__in=supplied)
            seen |= Q(pk__in=needing.values("pk"))
            supplied_to = apps.get_model("assets.ServiceDependency").objects.filter(
                vendor__in=apps.get_model("vendors.Vendor").objects.looked_after_by(user)
            )
            seen |= Q(pk__in=supplied_to.order_by().values("service"))
        return self.filter(seen)

    def owned_by(self, user: Any) -> Self:
        """The services whose owner team the person is in."""
        return self.filter(owner_team__in=scope_of(user).own_team_ids)

    def affected_by(self, asset_id: int, on: date) -> Self:
        """Services that an asset's failure reaches, over any number of dependencies in force."""
        return self.affected_by_any([asset_id], on)

    def affected_by_any(self, asset_ids: list[int], on: date) -> Self:
        """Services that the failure of any of these assets reaches."""
        return self.filter(pk__in=RawSQL(_AFFECTED_SERVICES, [asset_ids, *[on] * 4]))  # noqa: S611 -- constant SQL, bound parameters

    def counted_by_asset(self, asset_ids: list[int], on: date) -> dict[int, int]:
        """How many of these services each asset's failure reaches, in one query."""
        try:
            seen, params = self.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return {}
        statement = _COUNTED_SERVICES.replace("SEEN", seen)
        with connection.cursor() as cursor:
            cursor.execute(statement, [asset_ids, *[on] * 4, *params])
            return dict(cursor.fetchall())


_COUNTED_SERVICES = """
    WITH RECURSIVE affected(root, asset_id) AS (
        SELECT id, id FROM assets_asset WHERE id = ANY(%s)
        UNION
        SELECT a.root, d.asset_id
          FROM assets_dependency d JOIN affected a ON d.needs_id = a.asset_id
         WHERE d.asset_id IS NOT NULL
           AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on > %s)
    )
    SELECT a.root, count(DISTINCT d.service_id)
      FROM assets_dependency d JOIN affected a ON d.needs_id = a.asset_id
     WHERE d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on > %s)
       AND d.service_id IN (SEEN)
     GROUP BY a.root
"""

_AFFECTED_SERVICES = """
    WITH RECURSIVE affected(asset_id) AS (
        SELECT unnest(%s::bigint[])
        UNION
        SELECT d.asset_id FROM assets_dependency d JOIN affected a ON d.needs_id = a.asset_id
         WHERE d.asset_id IS NOT NULL
           AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on > %s)
    )
    SELECT d.service_id FROM assets_dependency d JOIN affected a ON d.needs_id = a.asset_id
     WHERE d.service_id IS NOT NULL
       AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on > %s)
"""


def _asset_model() -> Any:
    return apps.get_model("assets.Asset")


class AssetQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As for services: those of the own countries' teams, of the own teams and what their
        services need, of the own vendors, or all."""
        scope = scope_of(user)
        if "assets.view_asset" not in scope.permissions:
            return self.none()
        if _reads_all(scope, "assets.view_asset"):
            return self.all()
        reach = scope.reach_of(*_COUNTRY_BOUND)
        seen = Q(owner_team__in=scope.own_team_ids | reach.team_ids)
        if scope.own_team_ids:
            needed = RawSQL(_NEEDED_BY_SERVICES_OF, [list(scope.own_team_ids)])  # noqa: S611 -- constant SQL, bound parameters
            seen |= Q(pk__in=needed)
        if scope.has(Role.VENDOR_MANAGER, Role.FINANCE):
            seen |= Q(pk__in=self.model.objects.of_vendors_of(user).values("pk"))
        return self.filter(seen)

    def of_vendors_of(self, user: Any) -> Self:
        """The assets supplied by the vendors somebody looks after."""
        from vendors.models import Vendor

        return self.filter(vendor__in=Vendor.objects.looked_after_by(user))

    def with_custody(self) -> Self:
        """With `custody` (nothing: not with anybody), `holder_username` and `due_on`."""
        open_ones = apps.get_model("assets.HandOut").objects.filter(
            asset=OuterRef("pk"), ended_at__isnull=True
        )
        return self.annotate(
            custody=Subquery(open_ones.values("status")[:1]),
            holder_username=Subquery(open_ones.values("holder__username")[:1]),
            due_on=Subquery(open_ones.values("due_on")[:1]),
        )

    def held_by(self, user_id: int) -> Self:
        """The devices that an account has now, accepted or not."""
        return self.filter(hand_outs__holder=user_id, hand_outs__ended_at__isnull=True)

    def in_custody(self, *custody: str) -> Self:
        """Devices by who has them; those in stock are with nobody."""
        open_ones = apps.get_model("assets.HandOut").objects.filter(ended_at__isnull=True)
        found = Q(pk__in=open_ones.filter(status__in=custody).values("asset"))
        if Custody.IN_STOCK in custody:
            found |= Q(asset_class__in=DEVICES) & ~Q(pk__in=open_ones.values("asset"))
        return self.filter(found)

    def matching(self, words: str) -> Self:
        """Every word somewhere in what people know an asset by; a reference finds itself."""
        condition = Q()
        for word in words.split()[:20]:
            anywhere = Q(reference__iexact=word)
            for name in _SEARCHED:
                anywhere |= Q(**{f"{name}__icontains": word})
            if address := _as_address(word):
                anywhere |= Q(ip_address=address)
            condition &= anywhere
        return self.filter(condition)

    def needed_by(self, service_id: int, on: date) -> Self:
        """Assets whose failure reaches a service, over any number of dependencies in force."""
        return self.filter(pk__in=RawSQL(_NEEDED_ASSETS, [service_id, *[on] * 4]))  # noqa: S611 -- constant SQL, bound parameters


_SEARCHED = ("name", "serial_number", "hostname", "manufacturer", "product", "location", "purpose")


def _as_address(word: str) -> str | None:
    try:
        return str(ip_address(word))
    except ValueError:
        return None


# In SQL, because most requests for incidents ask it.
_NEEDED_BY_SERVICES_OF = """
    SELECT d.needs_id FROM assets_dependency d JOIN assets_service s ON s.id = d.service_id
     WHERE s.owner_team_id = ANY(%s)
"""

_NEEDED_ASSETS = """
    WITH RECURSIVE needed(asset_id) AS (
        SELECT d.needs_id FROM assets_dependency d
         WHERE d.service_id = %s AND d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on > %s)
        UNION
        SELECT d.needs_id FROM assets_dependency d JOIN needed n ON d.asset_id = n.asset_id
         WHERE d.starts_on <= %s AND (d.ends_on IS NULL OR d.ends_on > %s)
    )
    SELECT asset_id FROM needed
"""


class DependencyQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Dependencies between things one may see on both sides."""
        if "assets.view_dependency" not in scope_of(user).permissions:
            return self.none()
        assets = _asset_model().objects.visible_to(user).values("pk")
        services = apps.get_model("assets.Service").objects.visible_to(user).values("pk")
        return self.filter(Q(service__in=services) | Q(asset__in=assets), needs__in=assets)

    def in_force(self, on: date) -> Self:
        """Dependencies that count on a day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


class HandOutQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own, whatever one's role; and those of the assets one may see."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        seen = _asset_model().objects.visible_to(user).values("pk")
        return self.filter(_own(user) | Q(asset__in=seen))

    def of(self, user: Any) -> Self:
        """What was handed out to a person, through whichever of their accounts."""
        return self.filter(_own(user))

    def open(self) -> Self:
        """With somebody: accepted or not, not yet back."""
        return self.filter(ended_at__isnull=True)


def _own(user: Any) -> Q:
    own = Q(holder=user.pk)
    return own | Q(holder__person=user.person_id) if user.person_id else own


class AssetImportQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own: their rows tell what their giver may see."""
        return self.filter(uploaded_by=user.pk) if user.pk else self.none()


class AssetImportRowQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Seen by whoever sees the import."""
        imports = apps.get_model("assets.AssetImport").objects.visible_to(user)
        return self.filter(asset_import__in=imports)
