"""Which entries of the audit trail somebody may see. Who is who is not known here: upper apps
register the answer (`AUDIENCES`), and what nobody answers is not shown."""

from collections.abc import Callable, Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Q

from core.querysets import ScopedQuerySet
from core.registry import Registry

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING

AUDIENCES: Registry[Callable[[Any], Q]] = Registry("audience of the audit trail")
"""By name, a function that gives the condition on the entries which a user may see."""


class LedgerEntryQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What any of the registered audiences includes."""
        seen = NOTHING
        for _name, entries_for in AUDIENCES:
            seen |= entries_for(user)
        return self.filter(seen)


def done_by(*user_ids: int) -> Q:
    """The condition that one of these accounts acted."""
    return Q(actor_id__in=user_ids)


def about(model: type[models.Model], keys: Iterable[Any]) -> Q:
    """The condition that one of these rows was changed."""
    return Q(relation=model._meta.db_table, key__in=[str(key) for key in keys])
