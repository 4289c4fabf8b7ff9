"""The home page, in its first form: my work, my teams' queue, the clocks that need somebody."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from incidents.enums import Priority
from incidents.models import Incident
from incidents.page import clocks_of_incident, incident_rows, priority_badge
from people.scope import scope_of
from sla.clocks import ClockState

SHOWN = 10
PRESSING = 6  # clocks; the rest is in the list
WATCHED = 200  # the newest open incidents whose clocks are looked at
_LIST = "/incidents/incident/"


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """Cards through `visible_to`; the same number of queries whatever there is to show."""
    scope = scope_of(request.user)
    context = {**site.each_context(request), "title": _("Home"), "has_role": bool(scope.roles)}
    if "incidents.view_incident" in scope.permissions:
        open_ones = Incident.objects.visible_to(request.user).open()
        context |= {
            "mine": _mine(open_ones, request.user),
            "unowned": _unowned(open_ones, scope),
            "queues": _queues(open_ones, scope),
            "burning": _burning(open_ones),
        }
    return TemplateResponse(request, "admin/index.html", context)


def _mine(open_ones: Any, user: Any) -> dict[str, Any]:
    found = incident_rows(open_ones.filter(owner=user.pk)).order_by("priority", "-pk")
    rows = _with_badges(found[: SHOWN + 1])
    return {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN, "url": f"{_LIST}?owner=me"}


def _unowned(open_ones: Any, scope: Any) -> list[Incident]:
    """What nobody in one's teams has taken on, the most pressing first."""
    found = open_ones.filter(owner__isnull=True, team__in=scope.own_team_ids)
    return _with_badges(incident_rows(found).order_by("priority", "-pk")[:SHOWN])


def _with_badges(found: Any) -> list[Incident]:
    rows = list(found)
    for incident in rows:
        incident.badge = priority_badge(incident)
    return rows


def _queues(open_ones: Any, scope: Any) -> list[dict[str, Any]]:
    """For each own team its open incidents by priority, each number leading to those."""
    teams = open_ones.filter(team__in=scope.own_team_ids).values("team", "team__name")
    counted = teams.annotate(
        **{f"p{p.value}": Count("pk", filter=Q(priority=p)) for p in Priority},
        unowned=Count("pk", filter=Q(owner__isnull=True)),
        all=Count("pk"),
    ).order_by("team__name")
    return [
        {
            "name": row["team__name"],
            "all": (row["all"], _address(team=row["team"])),
            "unowned": (row["unowned"], _address(team=row["team"], owner="none")),
            "by_priority": [
                (p, row[f"p{p.value}"], _address(team=row["team"], priority=p.value))
                for p in Priority
            ],
        }
        for row in counted
    ]


def _burning(open_ones: Any) -> list[dict[str, Any]]:
    """Open incidents with a clock that runs, the one due first on top."""
    now = timezone.now()
    rows = incident_rows(open_ones).order_by("-pk")[:WATCHED]
    found = []
    for incident in rows:
        clocks = clocks_of_incident(incident, now)
        running = [c for c in clocks if c.state in (ClockState.RUNNING, ClockState.LATE)]
        if running:
            found.append({"incident": incident, "clock": min(running, key=lambda c: c.due_at)})
    return sorted(found, key=lambda item: _pressing(item["clock"], now))[:PRESSING]


def _pressing(clock: Any, now: Any) -> tuple[bool, Any]:
    """First what can still be met, the soonest due on top; then what was missed latest."""
    return clock.state == ClockState.LATE, abs(clock.due_at - now)


def _address(**filters: Any) -> str:
    return f"{_LIST}?{urlencode(filters)}"
