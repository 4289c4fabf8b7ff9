"""The page of a team for whoever leads it: its queue and load, how its work is judged over time,
that its 1:1s and coaching happen, which certifications end. Figures are context, no verdict."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.cards import Bar, Bars, Chart, Figure, Figures, Segment, Series
from core.dashboard import list_url
from core.showing import badge, link, shown
from incidents.enums import Priority
from incidents.models import Incident
from itsm.home_drawing import drawn
from people.growth.lists import expiry_cell
from people.models import (
    Certification,
    CoachingSession,
    Membership,
    OneOnOneSeries,
    Person,
    Team,
)
from people.one_on_ones.cadence import Pair, cadence_of
from people.quality import figures
from people.quality.lists import percent
from people.roles import Role
from people.scope import scope_of

LATELY = timedelta(days=28)
ENDS_WITHIN = timedelta(days=60)
MONTHS_OF_QUALITY = 6


@dataclass(frozen=True)
class Member:
    """Somebody of the team, with the username of their account; empty where there is none."""

    person: Person
    username: str

    def incidents_url(self, **filters: Any) -> str:
        return list_url(Incident, owner=self.username, **filters) if self.username else ""


def urls(site: Any) -> list[Any]:
    """The address of the page, to stand in the admin site."""
    page = site.admin_view(lambda request: team_page(site, request))
    return [path("my-team/", page, name="my_team")]


def leads(user: Any) -> bool:
    """Whether somebody leads a team at all."""
    return scope_of(user).has(Role.TEAM_LEAD, Role.SERVICE_MANAGER)


def team_page(site: Any, request: HttpRequest) -> HttpResponse:
    """The team that was asked for by its slug, else one's own, else the first one leads."""
    user, now = request.user, timezone.now()
    if not leads(user):
        raise PermissionDenied
    teams = led_teams(user)
    team = _chosen(request.GET.get("team", ""), teams, user)
    members = members_of(team, timezone.localdate())
    people = [one.person.pk for one in members]
    context = {
        **site.each_context(request),
        "title": _("My team"),
        "team": team,
        "teams": teams,
        "cards": drawn([queue(user, team, now), load(user, team, members)]),
        "quality": drawn(quality_trend(user, people)),
        "members": members_table(user, members, now),
        "tables": [
            rhythm_table(user, people),
            coaching_table(user, people),
            certifications_table(user, people),
        ],
    }
    return TemplateResponse(request, "admin/my_team.html", context)


def led_teams(user: Any) -> list[Team]:
    reach = scope_of(user).reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER)
    teams = Team.objects.visible_to(user).order_by("name")
    return list(teams if reach.everywhere else teams.filter(pk__in=reach.team_ids))


def _chosen(slug: str, teams: list[Team], user: Any) -> Team:
    found = [team for team in teams if team.slug == slug] if slug else teams
    if not found:
        raise Http404
    own = scope_of(user).own_team_ids
    return min(found, key=lambda team: team.pk not in own)


def members_of(team: Team, day: date) -> list[Member]:
    """Who is in a team on a day, by name."""
    inside = Membership.objects.in_force(day).filter(team=team).order_by().values("person")
    people = Person.objects.filter(pk__in=inside).prefetch_related("accounts")
    return [
        Member(one, next((a.username for a in one.accounts.all() if a.is_active), ""))
        for one in people.order_by("full_name", "pk")
    ]


# --- Queue and load -------------------------------------------------------------------------------


def queue(user: Any, team: Team, now: datetime) -> Figures:
    rows = Incident.objects.visible_to(user).open().filter(team=team).order_by()
    told = rows.aggregate(
        n=Count("pk"),
        urgent=Count("pk", filter=Q(priority__lte=2)),
        unowned=Count("pk", filter=Q(owner__isnull=True)),
        old=Count("pk", filter=Q(opened_at__lt=now - timedelta(days=1))),
    )
    asked: dict[str, Any] = {"team": team.slug, "is_open": True}
    return Figures(
        (
            Figure(_("Open"), told["n"], list_url(Incident, **asked)),
            Figure(
                _("Urgent: P1 and P2"),
                told["urgent"],
                list_url(Incident, **asked, priority=[1, 2]),
                tone="red" if told["urgent"] else "",
            ),
            Figure(
                _("Without an owner"),
                told["unowned"],
                list_url(Incident, **asked, has_owner=False),
                tone="orange" if told["unowned"] else "",
            ),
            Figure(_("Open for more than a day"), told["old"]),
        )
    )


def load(user: Any, team: Team, members: list[Member]) -> Bars:
    """Open incidents of each member by priority, whichever team they came from."""
    rows = Incident.objects.visible_to(user).open().order_by()
    rows = rows.filter(owner__person__in=[one.person.pk for one in members])
    found: dict[int, dict[int, int]] = {}
    for row in rows.values("owner__person", "priority").annotate(n=Count("pk")):
        found.setdefault(row["owner__person"], {})[row["priority"]] = row["n"]
    items = [
        Bar(
            one.person.full_name,
            tuple(
                Segment(
                    Priority(p).label,
                    n,
                    f"p{p}",
                    one.incidents_url(is_open=True, priority=p),
                    f"P{p}",
                )
                for p, n in sorted(found.get(one.person.pk, {}).items())
            ),
            one.incidents_url(is_open=True),
        )
        for one in members
        if found.get(one.person.pk)
    ]
    return Bars(tuple(items), _("open incidents"), _("Nobody of the team has an open incident."))


def members_table(user: Any, members: list[Member], now: datetime) -> dict[str, Any]:
    """By member what was resolved lately, and what reviews say, with how sure that is."""
    people = [one.person.pk for one in members]
    rows = Incident.objects.visible_to(user).filter(
        owner__person__in=people, resolved_at__gte=now - LATELY, is_drill=False
    )
    counted = rows.order_by().values_list("owner__person").annotate(n=Count("pk"))
    resolved = dict(counted)
    told = figures.estimates(_reviews(user, people))
    lines = []
    for one in members:
        judged = told.get(one.person.pk)
        score = f"{percent(judged.mean)} (n = {judged.n})" if judged else ""
        lines.append((one.person.full_name, resolved.get(one.person.pk, 0), score))
    columns = [_("person"), _("resolved in 28 days"), _("quality, six months")]
    return {
        "title": _("People"),
        "note": _("Figures are context for a conversation, no verdict on anybody."),
        "columns": columns,
        "rows": lines,
        "nothing": _("Nobody is in this team."),
    }


# --- Quality --------------------------------------------------------------------------------------


def _reviews(user: Any, people: list[int]) -> Any:
    this = timezone.localdate().replace(day=1)
    first = this
    for _month in range(MONTHS_OF_QUALITY):
        first = (first - timedelta(days=1)).replace(day=1)
    reviews = figures.reviews_between(user, first, this + timedelta(days=31))
    return reviews.filter(work__person__in=people)


def quality_trend(user: Any, people: list[int]) -> list[Chart]:
    """The team's mean by month of the draw; nothing where nothing was reviewed."""
    found = figures.by_month(_reviews(user, people))
    if not found:
        return []
    months = sorted(found)
    chart = Chart(
        title=_("Quality of the team's work"),
        unit="%",
        labels=tuple(date_format(month, "M Y") for month in months),
        series=(
            Series(
                pgettext_lazy("quality", "Mean of the reviews"),
                tuple(round(found[month].mean * 100, 1) for month in months),
                urls=tuple(f"{reverse('admin:quality')}?start={m:%Y-%m}&end={m:%Y-%m}"
                           for m in months),
            ),
        ),
        shape="line",
        top=100,
        counts=tuple(found[month].n for month in months),
    )  # fmt: skip
    return [chart]


# --- People ---------------------------------------------------------------------------------------


def rhythm_table(user: Any, people: list[int]) -> dict[str, Any]:
    """That 1:1s happen: one's own, and those of the leads whom one leads. Never what is said."""
    own = OneOnOneSeries.objects.visible_to(user).filter(lead=user.pk)
    pairs: list[Pair] = []
    for rows in (own, OneOnOneSeries.objects.below(user)):
        pairs += cadence_of(rows.filter(employee__person__in=people)).pairs
    late = badge(pgettext_lazy("1:1", "Late"), "orange")
    lines = [
        (
            _of_pair(pair.series, user),
            pair.series.get_every_days_display(),
            pair.series.last_at,
            format_html("{} {}", shown(pair.series.next_on), late) if pair.is_late
            else pair.series.next_on,
        )
        for pair in pairs
    ]  # fmt: skip
    return {
        "title": _("1:1s"),
        "note": _("You see that they happen. What is said, its participants alone read."),
        "columns": [_("with"), _("rhythm"), _("last held"), pgettext_lazy("1:1", "next")],
        "rows": lines,
        "nothing": _("There are no 1:1s with this team yet."),
    }


def _of_pair(series: Any, user: Any) -> Any:
    name = series.employee.get_full_name()
    if series.lead_id != user.pk:
        return f"{name} · {series.lead.get_full_name()}"
    url = reverse("admin:one_on_one", args=[series.pk])
    return format_html('<a href="{}">{}</a>', url, name)


def coaching_table(user: Any, people: list[int]) -> dict[str, Any]:
    """The sessions in which one coaches somebody of the team, the next first."""
    rows = CoachingSession.objects.of(user).filter(lead=user.pk, employee__person__in=people)
    rows = rows.moving().select_related("record", "employee__person").order_by("planned_on", "pk")
    lines = [
        (
            format_html(
                '<a href="{}">{}</a>',
                reverse("admin:coaching_session", args=[one.pk]),
                one.employee.get_full_name(),
            ),
            one.get_status_display(),
            one.planned_on,
            one.follow_up_on,
        )
        for one in rows[:50]
    ]
    columns = [_("with"), _("status"), _("planned for"), pgettext_lazy("coaching", "follow-up on")]
    return {
        "title": _("Coaching"),
        "columns": columns,
        "rows": lines,
        "nothing": _("You coach nobody of this team now."),
    }


def certifications_table(user: Any, people: list[int]) -> dict[str, Any]:
    """Those that ended or end within 60 days and that no newer one replaces."""
    last = timezone.localdate() + ENDS_WITHIN
    rows = Certification.objects.visible_to(user).verified().without_newer()
    rows = rows.filter(holder__in=people, expires_on__lte=last).select_related("holder")
    lines = [
        (one.holder.full_name, link(one, one.name), expiry_cell(one))
        for one in rows.order_by("expires_on", "pk")[:50]
    ]
    return {
        "title": _("Certifications that end"),
        "columns": [_("person"), _("certification"), _("expires on")],
        "rows": lines,
        "nothing": _("None ends within 60 days."),
    }
