"""Which changes must be looked at again because something else was altered. Read only."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from assets.models import Dependency
from audit.context import told_moment
from changes.enums import IN_PLAY, CheckSubject
from changes.models import (
    AffectedService,
    Change,
    ChangedAsset,
    ChangeTask,
    Conflict,
    MaintainedService,
)


def concerned_by(subject: str, key: int) -> Any:
    """The changes in play, and not over, that what was altered could bring into conflict or out of
    it."""
    ahead = Change.objects.filter(status__in=IN_PLAY, planned_end_at__gt=told_moment())
    if subject == CheckSubject.CHANGE:
        return Change.objects.filter(pk=key)
    return ahead.filter(_QUESTIONS[CheckSubject(subject)](key))


def _naming_service(key: int) -> Q:
    """Whoever names it, or an asset that it directly needs: a freeze may be about it. Pairs are
    found from either side."""
    needed = Dependency.objects.filter(service=key).values("needs")
    assets = ChangedAsset.objects.filter(asset__in=needed)
    named = AffectedService.objects.filter(service=key)
    return Q(pk__in=assets.values("change")) | Q(pk__in=named.values("change"))


def _naming_asset(key: int) -> Q:
    """Whoever names the asset, or what needs it over any number of steps."""
    above = RawSQL(_ABOVE_ASSETS, [key])  # noqa: S611 -- our own constant, the value as parameter
    services = RawSQL(_ABOVE_SERVICES, [key])  # noqa: S611 -- as above
    assets = ChangedAsset.objects.filter(asset__in=above)
    named = AffectedService.objects.filter(service__in=services)
    return Q(pk__in=assets.values("change")) | Q(pk__in=named.values("change"))


def _busy_with(key: int) -> Q:
    tasks = ChangeTask.objects.filter(assignee=key)
    return Q(implementer=key) | Q(builder=key) | Q(pk__in=tasks.values("change"))


def _near_freeze(key: int) -> Q:
    """Whatever was inside it, and whatever is planned inside it now."""
    known = Conflict.objects.filter(freeze=key).values("change")
    hit = RawSQL(_DURING, [key])  # noqa: S611 -- as above
    return Q(pk__in=known) | Q(pk__in=hit)


def _maintained_by(key: int) -> Q:
    services = MaintainedService.objects.filter(window=key).values("service")
    return Q(pk__in=AffectedService.objects.filter(service__in=services).values("change"))


_QUESTIONS: dict[CheckSubject, Callable[[int], Q]] = {
    CheckSubject.SERVICE: _naming_service,
    CheckSubject.ASSET: _naming_asset,
    CheckSubject.PERSON: _busy_with,
    CheckSubject.FREEZE: _near_freeze,
    CheckSubject.MAINTENANCE: _maintained_by,
}

_ABOVE = """
    WITH RECURSIVE above(id) AS (
        SELECT %s::bigint
        UNION
        SELECT d.asset_id FROM assets_dependency d JOIN above ON d.needs_id = above.id
         WHERE d.asset_id IS NOT NULL
    )
"""
_ABOVE_ASSETS = _ABOVE + "SELECT id FROM above"  # noqa: S608 -- our own constants
_SERVICES = """
    SELECT d.service_id FROM assets_dependency d JOIN above ON d.needs_id = above.id
     WHERE d.service_id IS NOT NULL
"""
_ABOVE_SERVICES = _ABOVE + _SERVICES
_DURING = """
    SELECT c.id FROM changes_change c JOIN changes_freezeoccurrence o
        ON tstzrange(o.starts_at, o.ends_at) && tstzrange(c.planned_start_at, c.planned_end_at)
     WHERE o.window_id = %s AND c.planned_start_at IS NOT NULL
"""
