"""Cards of the work at hand: my own, nobody's, the queues, what I watch, who carries what."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.cards import Bar, Bars, Figure, Figures, Lines, Link
from core.dashboard import Content, card, list_url
from incidents.dashboard.showing import (
    SHOWN,
    by_key,
    counts_of,
    line_of,
    measured_of,
    pressing_clocks,
    rows_of,
    segments,
)
from incidents.enums import Priority
from incidents.models import Incident
from incidents.page import status_badge
from people.scope import scope_of
from sla.enums import MarkKind
from sla.models import Mark

BARS = 10
LONG = timedelta(hours=24)  # an urgent incident that is open for longer is old
VIEW, WORK = "incidents.view_incident", "incidents.change_incident"
_NOBODY = _("Nobody")


def open_ones(user: Any) -> Any:
    return Incident.objects.visible_to(user).open()


def of_own_teams(rows: Any, user: Any) -> Any:
    """Those of one's own teams; whoever is in none looks at all that they may see."""
    own = scope_of(user).own_team_ids
    return rows.filter(team__in=own) if own else rows


def overview_of(user: Any, now: datetime) -> list[dict[str, Any]]:
    """Open incidents by team and priority: how many, nobody's, mine, old. Read once for a page."""
    if not hasattr(user, "_open_incidents"):
        teams = open_ones(user).order_by("team__name", "priority")
        user._open_incidents = list(
            teams.values("team", "team__name", "team__slug", "priority").annotate(
                n=Count("pk"),
                unowned=Count("pk", filter=Q(owner__isnull=True)),
                mine=Count("pk", filter=Q(owner=user.pk)),
                old=Count("pk", filter=Q(opened_at__lt=now - LONG)),
            )
        )
    return user._open_incidents


def own_overview(user: Any, now: datetime) -> list[dict[str, Any]]:
    own = scope_of(user).own_team_ids
    return [row for row in overview_of(user, now) if not own or row["team"] in own]


@card("my_work", _("My open incidents"), permission=WORK)
def my_work(user: Any, now: datetime) -> Content:
    counts = counts_of(overview_of(user, now), "mine")
    figures = tuple(
        Figure(p.label, counts[p], list_url(Incident, is_open=True, owner="me", priority=p.value))
        for p in Priority
        if counts.get(p)
    )
    rows = rows_of(open_ones(user).filter(owner=user.pk).order_by("priority", "-pk")[:SHOWN])
    clocks = pressing_clocks(measured_of(rows), now)
    mine = list_url(Incident, is_open=True, owner="me")
    total = sum(counts.values())
    lines = Lines(
        tuple(line_of(row, status_badge(row), clock=clocks.get(row.life_id)) for row in rows),
        _("You own no open incident. Take one that nobody has."),
        more=Link(_("All %(n)s of mine") % {"n": total}, mine)
        if total > SHOWN
        else Link(_("The queue"), list_url(Incident, is_open=True, has_owner=False))
        if not total
        else None,
    )
    return Content((Figures(figures), lines) if len(figures) > 1 else (lines,), mine)


@card("unowned", _("Without an owner"), permission=WORK)
def unowned(user: Any, now: datetime) -> Content:
    """What nobody in one's teams has taken on, the most pressing first."""
    found = of_own_teams(open_ones(user).filter(owner__isnull=True), user)
    rows = rows_of(found.order_by("priority", "-pk")[:SHOWN])
    clocks = pressing_clocks(measured_of(rows), now)
    total = sum(row["unowned"] for row in own_overview(user, now))
    url = list_url(Incident, is_open=True, has_owner=False)
    lines = Lines(
        tuple(line_of(row, clock=clocks.get(row.life_id)) for row in rows),
        _("Every open incident of your teams has an owner."),
        more=Link(_("All %(n)s without an owner") % {"n": total}, url) if total > SHOWN else None,
    )
    return Content((lines,), url)


@card("queue", _("Open by team and priority"), permission=VIEW)
def queue(user: Any, now: datetime) -> Content:
    bars = []
    for slug, rows in by_key(own_overview(user, now), "team__slug").items():
        nobodys = sum(row["unowned"] for row in rows)
        label = ngettext("%(n)s without an owner", "%(n)s without an owner", nobodys)
        note = Link(
            label % {"n": nobodys}, list_url(Incident, is_open=True, team=slug, has_owner=False)
        )
        bars.append(
            Bar(
                rows[0]["team__name"],
                segments(counts_of(rows), is_open=True, team=slug),
                list_url(Incident, is_open=True, team=slug),
                note if nobodys else None,
            )
        )
    bars = sorted(bars, key=lambda bar: -bar.total)[:BARS]
    part = Bars(tuple(bars), _("open incidents"), _("Your teams have no open incidents."))
    return Content((part,), list_url(Incident, is_open=True))


@card("watched", _("Watched by me"), permission=VIEW)
def watched(user: Any, now: datetime) -> Content:
    followed = open_ones(user).filter(watchers__user=user.pk)
    rows = rows_of(followed.order_by("priority", "-pk")[:SHOWN])
    clocks = pressing_clocks(measured_of(rows), now)
    lines = Lines(
        tuple(line_of(row, status_badge(row), clock=clocks.get(row.life_id)) for row in rows),
        _("You watch no open incident. “Watch this incident” on its page puts it here."),
    )
    return Content((lines,))


@card("team_load", _("Open work by owner"), permission=WORK)
def team_load(user: Any, now: datetime) -> Content:
    """Open incidents of each owner in one's teams, nobody's on top; and what came back."""
    found = of_own_teams(open_ones(user), user)
    owners = found.values("owner", "owner__username", "owner__person__full_name", "priority")
    grouped = by_key(owners.annotate(n=Count("pk")).order_by("priority"), "owner")
    bars = [_load_of(rows) for rows in grouped.values()]
    bars.sort(key=lambda bar: (bar.label != _NOBODY, -bar.total))
    again = Mark.objects.filter(
        life=OuterRef("life"), kind=MarkKind.RESOLVED, superseded_at__isnull=False
    )
    reopened = rows_of(found.filter(Exists(again)).order_by("priority", "-pk")[:SHOWN])
    parts = (
        Bars(tuple(bars[:BARS]), _("open incidents"), _("Your teams have no open incidents.")),
        Lines(
            tuple(line_of(row, status_badge(row)) for row in reopened),
            _("Nothing that was resolved is open again."),
            heading=_("Reopened"),
        ),
    )
    return Content(parts)


def _load_of(rows: list[Any]) -> Bar:
    username = rows[0]["owner__username"]
    asked = {"owner": username} if username else {"has_owner": False}
    asked = {"is_open": True, **asked}
    name = rows[0]["owner__person__full_name"] or username or _NOBODY
    return Bar(name, segments(counts_of(rows), **asked), list_url(Incident, **asked))
