"""Which queues there are, what stands in each and how much. All go through `visible_to`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.queues.kinds import WORK_KINDS, WorkKind
from incidents.queues.streams import Merged, by_deadline, by_priority, merge
from people.scope import scope_of
from sla.enums import Holder

COUNTED = 1_000


@dataclass(frozen=True)
class Queue:
    """One queue: what of a kind's open work stands in it."""

    slug: str
    title: str | Promise
    narrow: Callable[[WorkKind, Any, Any], Any]
    is_by_deadline: bool = False

    def rows_of(self, kind: WorkKind, user: Any) -> Any:
        return self.narrow(kind, kind.open(user), user)

    def count(self, user: Any) -> int:
        """How many, not counted further than just over `COUNTED`."""
        found = 0
        for _name, kind in WORK_KINDS:
            found += self.rows_of(kind, user).order_by()[: COUNTED + 1 - found].count()
            if found > COUNTED:
                break
        return found

    def page(self, user: Any, most: int, after: str = "") -> Merged:
        """At most `most` records of all kinds in the queue's order, from a place on."""
        order = by_deadline if self.is_by_deadline else by_priority
        streams = [
            stream for _name, kind in WORK_KINDS for stream in order(kind, self.rows_of(kind, user))
        ]
        return merge(streams, after, most)


def _mine(_kind: WorkKind, rows: Any, user: Any) -> Any:
    return rows.filter(owner=user.pk)


def _of_teams(_kind: WorkKind, rows: Any, user: Any) -> Any:
    """Of one's own teams; everything that is seen where one is in no team."""
    teams = scope_of(user).own_team_ids
    return rows.filter(team__in=sorted(teams)) if teams else rows


def _unassigned(kind: WorkKind, rows: Any, user: Any) -> Any:
    return _of_teams(kind, rows, user).filter(owner__isnull=True)


def _at_work(kind: WorkKind, rows: Any, user: Any) -> Any:
    """What waits for nobody outside, so that its time runs against us."""
    waiting = Q()
    for condition in kind.waits.values():
        waiting |= condition
    return _of_teams(kind, rows, user).exclude(waiting) if waiting else rows


def _waiting_for(holder: Holder) -> Callable[[WorkKind, Any, Any], Any]:
    def narrow(kind: WorkKind, rows: Any, user: Any) -> Any:
        if holder not in kind.waits:
            return rows.none()
        return _of_teams(kind, rows, user).filter(kind.waits[holder])

    return narrow


QUEUES = (
    Queue("mine", _("My work"), _mine),
    Queue("team", _("Team queue"), _of_teams),
    Queue("unassigned", _("Unassigned"), _unassigned),
    Queue("breaching", _("Breaching next"), _at_work, is_by_deadline=True),
    Queue("customer", pgettext_lazy("waits for", "Customer"), _waiting_for(Holder.CUSTOMER)),
    Queue("vendor", pgettext_lazy("waits for", "Vendor"), _waiting_for(Holder.VENDOR)),
    Queue("approval", pgettext_lazy("waits for", "Approval"), _waiting_for(Holder.APPROVAL)),
)
