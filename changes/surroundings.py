"""Reads what a change could be in conflict with: plans around it, dependencies, windows. Read only;
so many queries however many changes there are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from assets.models import Service
from audit.context import told_moment
from changes import clashes
from changes.clashes import Clash, Engagement, Graph, Key, Plan, Span
from changes.enums import IN_PLAY, ChangeType, TaskStatus
from changes.freeze_triggers import FREEZING
from changes.models import (
    AffectedService,
    Change,
    ChangedAsset,
    ChangeTask,
    FreezeOccurrence,
)
from people.duty import ON_DUTY

type Found = dict[tuple[int, int | None, str, int | None], Clash]
"""By the two changes, the earlier first, the kind and the freeze: each conflict once."""

_COLUMNS = (
    "pk",
    "status",
    "type",
    "environment",
    "planned_start_at",
    "planned_end_at",
    "implementer__person",
    "builder__person",
)


def plan_of(change: Change) -> Plan | None:
    """A change as it is planned now; None where it is in nobody's way any more."""
    rows = Change.objects.filter(pk=change.pk, status__in=IN_PLAY)
    return next(iter(_plans(rows)), None)


def clashes_of(plan: Plan) -> Found:
    """Every conflict of a plan, with other changes and with rules. What lies in the past is over
    and in nobody's way."""
    found: Found = {}
    if plan.span is None or plan.span[1] > told_moment():
        for clash in _alone(plan):
            found[plan.change, None, clash.kind, clash.freeze] = clash
    if plan.span is None or plan.span[1] <= told_moment():
        return found
    others = _plans_around(plan, plan.span)
    graph = _graph_around(plan, plan.span[0]) if others else Graph({})
    for other in others:
        first, second = sorted((plan.change, other.change))
        for clash in clashes.between(plan, other, graph):
            found[first, second, clash.kind, None] = clash
    return found


def _alone(plan: Plan) -> list[Clash]:
    found = clashes.unnamed(plan)
    if plan.span is None:
        return found
    found += clashes.unmaintained(plan, _maintenance(plan, plan.span))
    found += clashes.frozen(plan, _freezes(plan, plan.span))
    return found + clashes.unsupported(plan, _on_duty(plan, plan.span))


def _plans_around(plan: Plan, span: Span) -> list[Plan]:
    """The other changes in play that are planned for some of the same time."""
    near = Change.objects.planned_within(*span).exclude(pk=plan.change)
    return _plans(near.filter(planned_end_at__gt=told_moment()))


def _plans(changes: Any) -> list[Plan]:
    rows = list(changes.order_by().values(*_COLUMNS))
    ids = [row["pk"] for row in rows]
    things: dict[int, set[Key]] = {pk: set() for pk in ids}
    if not ids:
        return []
    for change, service in _parts(AffectedService, "service", ids):
        things[change].add(("service", service))
    for change, asset in _parts(ChangedAsset, "asset", ids):
        things[change].add(("asset", asset))
    busy = _busy(ids)
    return [_plan(row, things[row["pk"]], busy.get(row["pk"], [])) for row in rows]


def _parts(model: Any, name: str, ids: list[int]) -> Iterable[tuple[int, int]]:
    return model.objects.filter(change__in=ids).values_list("change", name)


def _busy(ids: list[int]) -> dict[int, list[Engagement]]:
    """Who does a task of the changes that is not over."""
    unfinished = (TaskStatus.PLANNED, TaskStatus.STARTED)
    tasks = ChangeTask.objects.filter(
        change__in=ids, status__in=unfinished, assignee__person__isnull=False
    )
    found: dict[int, list[Engagement]] = {}
    for change, person, start, end in tasks.order_by().values_list(
        "change", "assignee__person", "planned_start_at", "planned_end_at"
    ):
        found.setdefault(change, []).append(Engagement(person, (start, end)))
    return found


def _plan(row: dict[str, Any], things: set[Key], busy: list[Engagement]) -> Plan:
    start, end = row["planned_start_at"], row["planned_end_at"]
    span = None if start is None or end is None else (start, end)
    people = {row["implementer__person"], row["builder__person"]} - {None}
    engagements = set(busy)
    if span is not None:
        engagements |= {Engagement(person, span) for person in people}
    return Plan(
        row["pk"],
        span,
        frozenset(things),
        frozenset(engagements),
        row["environment"],
        row["type"] == ChangeType.EMERGENCY,
    )


def _graph_around(plan: Plan, at: datetime) -> Graph:
    """Every dependency in force by which something needs what a plan touches, or is needed."""
    if not plan.things:
        return Graph({})
    day = timezone.localdate(at)
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, [day, day, plan.services, plan.assets, plan.assets])
        rows = cursor.fetchall()
    needs: dict[Key, list[Key]] = {}
    for service, asset, needed in rows:
        above: Key = ("service", service) if service else ("asset", asset)
        needs.setdefault(above, []).append(("asset", needed))
    return Graph(needs)


_EDGES = """
    WITH RECURSIVE e AS NOT MATERIALIZED (
        SELECT service_id, asset_id, needs_id FROM assets_dependency
         WHERE starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)
    ), down AS (
        SELECT e.* FROM e WHERE service_id = ANY (%s) OR asset_id = ANY (%s)
        UNION
        SELECT e.* FROM e JOIN down ON e.asset_id = down.needs_id
    ), up AS (
        SELECT e.* FROM e WHERE needs_id = ANY (%s)
        UNION
        SELECT e.* FROM e JOIN up ON e.needs_id = up.asset_id
    )
    SELECT * FROM down UNION SELECT * FROM up
"""


def _maintenance(plan: Plan, span: Span) -> dict[int, list[Span]]:
    """The maintenance windows around a plan, by service. A service that has none any more by then,
    or none yet by a rule, has no key."""
    if not plan.services:
        return {}
    with connection.cursor() as cursor:
        day = timezone.localdate(span[0])
        cursor.execute(_MAINTENANCE, [*span, plan.services, day, span[0]])
        rows = cursor.fetchall()
    found: dict[int, list[Span]] = {}
    for service, start, end in rows:
        spans = found.setdefault(service, [])
        if start is not None:
            spans.append((start, end))
    return found


_MAINTENANCE = """
    SELECT m.service_id, o.starts_at, o.ends_at FROM changes_maintainedservice m
      JOIN changes_maintenancewindow w ON w.id = m.window_id AND w.is_active
      LEFT JOIN changes_maintenanceoccurrence o
        ON o.window_id = w.id AND tstzrange(o.starts_at, o.ends_at) && tstzrange(%s, %s)
     WHERE m.service_id = ANY (%s)
       AND coalesce(w.begins_on <= %s, true)
       AND EXISTS (SELECT FROM changes_maintenanceoccurrence l
                    WHERE l.window_id = w.id AND l.ends_at > %s)
"""


def _freezes(plan: Plan, span: Span) -> list[tuple[int, str, Span]]:
    """The freezes in force around a plan into which nobody has let it. Mostly there is none at that
    time at all, which is cheaper to ask."""
    near = FreezeOccurrence.objects.filter(starts_at__lt=span[1], ends_at__gt=span[0])
    if not near.exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(FREEZING, [plan.change, plan.services, plan.assets, *span])
        return [(window, mode, (start, end)) for window, mode, start, end in cursor.fetchall()]


def _on_duty(plan: Plan, span: Span) -> dict[int, bool | None]:
    """Whether somebody supports each service at the start and at the end; None where no rota
    knows."""
    rotas = [provider for _name, provider in ON_DUTY]
    if not rotas or not plan.services:
        return {}
    moments = (span[0], span[1] - timedelta(seconds=1))
    services = Service.objects.filter(pk__in=plan.services).select_related("support_team")
    found: dict[int, bool | None] = {}
    for service in services:
        there = [_first_known(rotas, service.support_team, at) for at in moments]
        found[service.pk] = False if False in there else None if None in there else True
    return found


def _first_known(rotas: list[Any], team: Any, at: datetime) -> bool | None:
    for provider in rotas:
        if (people := provider(team, at)) is not None:
            return bool(people)
    return None
