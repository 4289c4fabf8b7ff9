"""Whom a comment calls by name: they watch from now on, and hear of it."""

from collections.abc import Callable
from typing import Any

from core.record.mentions import mentioned_in
from incidents.readers import mentionable


def call_mentioned(row: Any, comment: Any, *, actor: Any, tell: Callable[..., None]) -> list[Any]:
    """Make watchers of those whom a comment on an incident or a request names and who see it, and
    `tell` them; gives them. Whom it names in vain stands in the comment's `unheard`."""
    if actor is None:
        return []
    names = [name for name in mentioned_in(comment.text) if name != actor.get_username()]
    if not names:
        return []
    known = mentionable(row, by=actor).filter(username__in=names)
    seen = type(row).objects
    told = [user for user in known if seen.visible_to(user).filter(pk=row.pk).exists()]
    for user in told:
        row.watchers.get_or_create(user=user)
    tell(row, told, by=actor, about=comment.pk)
    heard = {user.get_username() for user in told}
    comment.unheard = tuple(name for name in names if name not in heard)
    return told
