"""Whose coaching sessions somebody may see: their own, as those who take part."""

from datetime import date
from typing import Any, Self

from django.db.models import Q

from people.confidential.enums import CoachingStatus
from people.confidential.querysets import PairQuerySet, records_of

MOVING = (CoachingStatus.PLANNED, CoachingStatus.HELD)


class CoachingQuerySet(PairQuerySet):
    def of(self, user: Any) -> Self:
        """Those in which somebody takes part."""
        return self.filter(record__in=records_of(user))

    def moving(self) -> Self:
        """Of which something still becomes."""
        return self.filter(status__in=MOVING)

    def due(self, first: date, last: date) -> Self:
        """Planned for one of these days or to be followed up on it."""
        return self.filter(
            Q(status=CoachingStatus.PLANNED, planned_on__range=(first, last))
            | Q(status=CoachingStatus.HELD, follow_up_on__range=(first, last))
        )
