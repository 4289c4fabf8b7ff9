"""Writes the lives of many imported records at once: events, the segments that follow, marks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from sla.life_services import segments_of
from sla.models import Life, LifeEvent, Mark, Segment


@dataclass
class ImportedLife:
    """What an import tells of one life; the rows name it and are not stored yet."""

    life: Life
    events: list[LifeEvent]
    marks: list[Mark]


def begin_lives(count: int) -> list[Life]:
    """New lives for records that are being made."""
    return Life.objects.bulk_create(Life() for _ in range(count))


@transaction.atomic(savepoint=False)
def tell_lives(lives: Sequence[ImportedLife]) -> None:
    """Store what lives were told to be. Nobody is told of it, and no agreement applies by it."""
    Mark.objects.bulk_create(mark for told in lives for mark in told.marks)
    LifeEvent.objects.bulk_create(event for told in lives for event in told.events)
    Segment.objects.bulk_create(
        segment for told in lives for segment in segments_of(told.life, told.events)
    )
