"""The only writers of saved views. Everybody writes their own; upper apps say who else may."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed
from core.writing import store
from records.models import SavedView
from records.services import mask_json
from records.view_sharing import VIEW_SHARING

EDITABLE = frozenset({"owner", "list_name", "name", "query", "is_shared"})
_CHANGEABLE = EDITABLE - {"owner"}
_CONTENTS = frozenset({"name", "query"})


def save_view(*, actor: Any, **facts: Any) -> SavedView:
    """Keep a list's filters, order and columns under a name, as the actor's own."""
    with transaction.atomic(), acting(actor=actor, action="savedview.add"):
        view = SavedView()
        store(view, {**_masked(facts, actor), "owner": actor}, actor=actor, editable=EDITABLE)
    return view


def edit_view(view: SavedView, *, actor: Any, **changes: Any) -> SavedView:
    """Change one's own view, or name and contents of one that one's team shares, as whoever leads
    it. Refused for a view that somebody else shares."""
    with transaction.atomic(), acting(actor=actor, action="savedview.edit"):
        row = _held(view, actor)
        if row.owner_id != actor.pk and (set(changes) - _CONTENTS or not may_edit(row, actor)):
            raise NotAllowed(_("only its owner changes a view"))
        store(row, _masked(changes, actor), actor=actor, editable=_CHANGEABLE)
    return row


def discard_view(view: SavedView, *, actor: Any) -> None:
    """Forget one's own view; its history stays. Refused for a view that somebody else shares."""
    with transaction.atomic(), acting(actor=actor, action="savedview.discard"):
        row = _held(view, actor)
        if row.owner_id != actor.pk:
            raise NotAllowed(_("only its owner changes a view"))
        row.delete()


def may_edit(view: SavedView, user: Any) -> bool:
    """Whether somebody changes its name and what it shows."""
    if view.owner_id == user.pk:
        return True
    return any(sharing.may_edit(view, user) for _name, sharing in VIEW_SHARING)


def _masked(facts: dict[str, Any], actor: Any) -> dict[str, Any]:
    """The facts without card numbers: people search for what customers tell them."""
    masked = mask_json("records_savedview", facts, actor=actor)
    return dict(masked)


def _held(view: SavedView, actor: Any) -> SavedView:
    return SavedView.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=view.pk)
