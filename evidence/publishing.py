"""Handing checkpoints on to places that the portal's administrators do not rule.

A way of publishing says how often it is due and does it; apps may register others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from audit.handing_on import NoProof, handed_on
from audit.models import SignedCheckpoint
from core.registry import Registry
from evidence.models import CheckpointPublication, Witness, WitnessReceipt

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Handing:
    """What is handed on: the checkpoint, and the body with the proof from the last one that went
    this way."""

    checkpoint: SignedCheckpoint
    body: str
    at: datetime


@dataclass(frozen=True)
class Publisher:
    """One way. `publish` says where it is now, and raises OSError where it could not.

    One that `is_outside` lets others hold what is published; where all fail, a control fails.
    """

    every: timedelta
    is_configured: Callable[[], bool]
    publish: Callable[[Handing], str]
    is_outside: Callable[[], bool] = lambda: True


PUBLISHERS: Registry[Publisher] = Registry("checkpoint publisher")


def publish_due(now: datetime | None = None) -> int:
    """Hand the newest checkpoint on wherever that is due; says in how many ways it was. What fails
    is tried again the next time, and shows when nothing arrives for a day."""
    now = now or timezone.now()
    newest = SignedCheckpoint.objects.order_by("-size").first()
    if newest is None:
        return 0
    done = 0
    for name, publisher in PUBLISHERS:
        last = CheckpointPublication.objects.filter(publisher=name).order_by("-at").first()
        is_due = last is None or (now - last.at >= publisher.every and last.size < newest.size)
        if not publisher.is_configured() or not is_due:
            continue
        try:
            place = publisher.publish(Handing(newest, _body(newest, last), now))
        except OSError as error:
            _log.error("checkpoint_not_published", publisher=name, error=str(error))
            continue
        with transaction.atomic():
            CheckpointPublication.objects.create(
                publisher=name, size=newest.size, place=place[:2_000], at=now
            )
        done += 1
    return done


def watched_since() -> datetime | None:
    """Since when somebody outside is to hold checkpoints; None where nobody is."""
    since = [
        CheckpointPublication.objects.filter(publisher=name).order_by("at").first()
        for name, publisher in PUBLISHERS
        if publisher.is_outside() and publisher.is_configured()
    ]
    first = Witness.objects.filter(ended_at=None).order_by("added_at").first()
    moments = [publication.at for publication in since if publication is not None]
    moments += [first.added_at] if first is not None else []
    if not moments and since:
        # Published nowhere yet: as long as there has been something to publish.
        oldest = SignedCheckpoint.objects.order_by("size").values_list("made_at", flat=True)
        return oldest.first()
    return min(moments, default=None)


def last_held_at() -> datetime | None:
    """When somebody outside last got a checkpoint, or said that they have one."""
    outside = [name for name, publisher in PUBLISHERS if publisher.is_outside()]
    found = [
        CheckpointPublication.objects.filter(publisher=name).order_by("-at").first()
        for name in outside
    ]
    receipt = WitnessReceipt.objects.filter(witness__ended_at=None).order_by("-at").first()
    return max((each.at for each in [*found, receipt] if each is not None), default=None)


def _body(newest: SignedCheckpoint, last: CheckpointPublication | None) -> str:
    """From the last that went this way, or from nothing where there is no proof from there."""
    try:
        return handed_on(newest, since=last.size if last else 0)
    except NoProof:
        return handed_on(newest)
