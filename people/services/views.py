"""The only writers of a team's views and of where somebody begins a list."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed
from people.leading import leads
from people.models import FirstView, Team, TeamView
from people.scope import scope_of
from records.models import SavedView


def share_with_team(view: SavedView, team: Team, *, actor: Any, is_first: bool = False) -> TeamView:
    """Make a view a team's; its people begin the list with it where `is_first`, instead of another.

    Its owner shares it with teams of theirs; whoever leads a team says where that begins, and may
    make theirs what they see.
    """
    with _writing(view, actor, "savedview.share") as row:
        known = TeamView.objects.filter(view=row, team=team).first()
        is_lead = leads(actor, team)
        if not is_lead and (
            row.owner_id != actor.pk or team.pk not in scope_of(actor).own_team_ids
        ):
            raise NotAllowed(_("only its owner shares a view, with a team of their own"))
        if is_first != bool(known and known.is_first) and not is_lead:
            raise NotAllowed(_("whoever leads the team says with what it begins"))
        if is_first:
            others = TeamView.objects.filter(team=team, list_name=row.list_name, is_first=True)
            others.exclude(view=row).update(is_first=False)
        if known is None:
            known = TeamView(view=row, team=team, list_name=row.list_name, shared_by=actor)
        known.is_first = is_first
        known.save()
    return known


def end_share_with_team(view: SavedView, team: Team, *, actor: Any) -> None:
    """It is the team's no more. By its owner or whoever leads the team."""
    with _writing(view, actor, "savedview.end_share") as row:
        if row.owner_id != actor.pk and not leads(actor, team):
            raise NotAllowed(_("only its owner or whoever leads the team takes it back"))
        TeamView.objects.filter(view=row, team=team).delete()


def begin_with(view: SavedView, *, actor: Any) -> None:
    """From now on the actor begins the view's list with it."""
    with _writing(view, actor, "savedview.begin_with") as row:
        FirstView.objects.update_or_create(
            user=actor, list_name=row.list_name, defaults={"view": row}
        )


def begin_without(view: SavedView, *, actor: Any) -> None:
    """The actor begins its list as the team does, or as the list comes."""
    with _writing(view, actor, "savedview.begin_without") as row:
        FirstView.objects.filter(user=actor, view=row).delete()


@contextmanager
def _writing(view: SavedView, actor: Any, action: str) -> Iterator[SavedView]:
    """The view as it is, held; DoesNotExist where the actor does not see it."""
    with transaction.atomic(), acting(actor=actor, action=action):
        seen = SavedView.objects.visible_to(actor)
        yield seen.select_for_update(of=("self",)).get(pk=view.pk)
