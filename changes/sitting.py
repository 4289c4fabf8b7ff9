"""The changes that one decides about in a sitting: a list that stays the same while one walks it.

It is kept in the session, so that “3 of 5” does not become “3 of 4” after a vote.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from changes.models import Change

KEY = "workbench"
MOST = 200


@dataclass(frozen=True)
class Sitting:
    """The ids in the order in which they are walked, and those that still await a vote."""

    ids: tuple[int, ...]
    open_ids: frozenset[int]

    @property
    def done(self) -> int:
        return len(self.ids) - len(self.open_ids & set(self.ids))

    def place_of(self, pk: int) -> int:
        """From 1 on; 0 for what is not in the list."""
        return self.ids.index(pk) + 1 if pk in self.ids else 0

    def beside(self, pk: int, step: int) -> int | None:
        """The one before (-1) or after (1); None at the end."""
        place = self.place_of(pk) - 1 + step
        return self.ids[place] if self.place_of(pk) and 0 <= place < len(self.ids) else None

    def following(self, pk: int = 0) -> int | None:
        """The next that awaits a vote: after this one, else from the beginning; None at the end."""
        place = self.place_of(pk)
        for one in (*self.ids[place:], *self.ids[:place]):
            if one in self.open_ids and one != pk:
                return one
        return None


def sitting_of(request: HttpRequest, first: int = 0) -> Sitting:
    """The sitting of this session, brought up to date; what comes after it begins another."""
    asked = awaiting(request.user)
    known: list[int] = [pk for pk in request.session.get(KEY, []) if isinstance(pk, int)]
    if asked and not set(known) & set(asked) and first not in known:
        known = []
    ids = [*known, *(pk for pk in asked if pk not in known)][:MOST]
    if ids != request.session.get(KEY, []):
        request.session[KEY] = ids
    return Sitting(tuple(ids), frozenset(asked))


def awaiting(user: Any) -> list[int]:
    """What awaits this person's vote, what begins first before the rest."""
    rows = Change.objects.visible_to(user).awaiting_vote_of(user, timezone.now())
    found = rows.order_by("planned_start_at", "pk").values_list("pk", flat=True)
    return list(found[:MOST])
