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

    def due(self, on: date) -> Self:
        """Planned for a day or to be followed up on it."""
        return self.filter(
            Q(status=CoachingStatus.PLANNED, planned_on=on)
            | Q(status=CoachingStatus.HELD, follow_up_on=on)
        )
