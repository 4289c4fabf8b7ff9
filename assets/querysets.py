"""Which services and assets somebody may see, and what an asset's failure reaches."""

from datetime import date
from typing import Any, Self

from django.db.models import Q
from django.db.models.expressions import RawSQL

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
        return self.filter(seen)

    def owned_by(self, user: Any) -> Self:
        """The services whose owner team the person is in."""
        return self.filter(owner_team__in=scope_of(user).own_team_ids)

    def affected_by(self, asset_id: int, on: date) -> Self:
        """Services that an asset's failure reaches, over any number of dependencies in force."""
        return self.filter(pk__in=RawSQL(_AFFECTED_SERVICES, [asset_id, *[on] * 4]))  # noqa: S611 -- constant SQL, bound parameters


_AFFECTED_SERVICES = """
    WITH RECURSIVE affected(asset_id) AS (
        SELECT %s::bigint
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
    from assets.models import Asset

    return Asset


class AssetQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As for services: those of the own countries' teams, of the own teams and what their
        services need, of the own vendors, or all."""
        scope = scope_of(user)
        if "assets.view_asset" not in scope.permissions:
            return self.none()
        if _reads_all(scope, "assets.view_asset"):
            return self.all()
        seen = Q(owner_team__in=scope.own_team_ids)
        of_own_services = self.model.objects.filter(
            dependants__service__owner_team__in=scope.own_team_ids
        )
        seen |= Q(pk__in=of_own_services.values("pk"))
        reach = scope.reach_of(*_COUNTRY_BOUND)
        seen |= Q(owner_team__in=reach.team_ids)
        if scope.has(Role.VENDOR_MANAGER, Role.FINANCE):
            seen |= Q(pk__in=self.model.objects.of_vendors_of(user).values("pk"))
        return self.filter(seen)

    def of_vendors_of(self, user: Any) -> Self:
        """The assets supplied by the vendors somebody looks after."""
        from vendors.models import Vendor

        return self.filter(vendor__in=Vendor.objects.looked_after_by(user))

    def needed_by(self, service_id: int, on: date) -> Self:
        """Assets whose failure reaches a service, over any number of dependencies in force."""
        return self.filter(pk__in=RawSQL(_NEEDED_ASSETS, [service_id, *[on] * 4]))  # noqa: S611 -- constant SQL, bound parameters


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
        from assets.models import Service

        if "assets.view_dependency" not in scope_of(user).permissions:
            return self.none()
        assets = _asset_model().objects.visible_to(user).values("pk")
        services = Service.objects.visible_to(user).values("pk")
        return self.filter(Q(service__in=services) | Q(asset__in=assets), needs__in=assets)

    def in_force(self, on: date) -> Self:
        """Dependencies that count on a day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
