"""Views of teams in the menu of every list: who sees and edits them, with which one begins."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from people.leading import leads, led_by
from people.models import FirstView, Team, TeamView
from people.scope import scope_of
from people.services.views import (
    begin_with,
    begin_without,
    end_share_with_team,
    share_with_team,
)
from records.models import SavedView
from records.view_sharing import ViewSharing

_ACTS = ("begin", "begin_without", "share", "end_share")


def _seen(user: Any) -> Q:
    """Those of one's own teams and of those that one leads."""
    teams = sorted(scope_of(user).own_team_ids | led_by(user).team_ids)
    shared = TeamView.objects.filter(team__in=teams).values("view")
    return Q(pk__in=shared) if teams else Q(pk__in=[])


def _may_edit(view: SavedView, user: Any) -> bool:
    shared = TeamView.objects.filter(view=view).select_related("team")
    return any(leads(user, one.team) for one in shared)


def _first(views: Any, user: Any) -> Any:
    own = sorted(scope_of(user).own_team_ids)
    begun = FirstView.objects.filter(user=user.pk, view=OuterRef("pk"))
    of_team = TeamView.objects.filter(team__in=own, is_first=True, view=OuterRef("pk"))
    told = views.annotate(is_own_first=Exists(begun), is_team_first=Exists(of_team))
    first = told.filter(Q(is_own_first=True) | Q(is_team_first=True))
    return first.order_by("-is_own_first", "pk")


def _menu(view: SavedView, user: Any) -> dict[str, Any]:
    shared = list(view.of_teams.select_related("team").order_by("team__slug"))
    is_own, led = view.owner_id == user.pk, led_by(user)
    sharable = Team.objects.visible_to(user).exclude(pk__in=[one.team_id for one in shared])
    if not led.everywhere:
        own_teams = scope_of(user).own_team_ids if is_own else frozenset()
        sharable = sharable.filter(pk__in=sorted(led.team_ids | own_teams))
    return {
        "shared": [
            (one.team, one.is_first, leads(user, one.team), is_own or leads(user, one.team))
            for one in shared
        ],
        "offered": list(sharable.order_by("slug")),
        "is_begun": FirstView.objects.filter(user=user.pk, view=view).exists(),
    }


def _act(user: Any, request: HttpRequest) -> str | None:
    act = next((name for name in _ACTS if name in request.POST), None)
    if act is None:
        return None
    view = _view(user, request.POST.get("of", ""))
    if view is None:
        return _("There is no such view any more.")
    if act == "begin":
        begin_with(view, actor=user)
        return _("You begin this list with “%s”.") % view.name
    if act == "begin_without":
        begin_without(view, actor=user)
        return _("You no longer begin this list with “%s”.") % view.name
    team = Team.objects.visible_to(user).filter(slug=request.POST[act].replace("\x00", "")).first()
    if team is None:
        return _("Choose a team.")
    told = {"view": view.name, "team": team.name}
    if act == "end_share":
        end_share_with_team(view, team, actor=user)
        return _("“%(view)s” is no longer a view of %(team)s.") % told
    share_with_team(view, team, actor=user, is_first="is_first" in request.POST)
    return _("“%(view)s” is a view of %(team)s.") % told


def _view(user: Any, text: str) -> SavedView | None:
    is_id = text.isascii() and text.isdecimal() and len(text) < 19
    return SavedView.objects.visible_to(user).filter(pk=int(text) if is_id else 0).first()


TEAM_VIEWS = ViewSharing(_seen, _may_edit, _first, _menu, _act)
