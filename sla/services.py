"""Writes marks. A correction supersedes the mark before it; both stay."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import Channel, current, told_moment
from sla.clock_laying import lay_clocks
from sla.enums import MarkKind, MarkSource, Precision
from sla.life_events import STOPPING
from sla.models import Life, Mark

FAR_PAST = timedelta(days=30)
CLOCK_SKEW = timedelta(minutes=1)


def begin_life() -> Life:
    """A new life for a record that is being made."""
    return Life.objects.create()


@transaction.atomic(savepoint=False)
def set_mark(
    life: Life,
    kind: MarkKind,
    *,
    at: datetime,
    actor: Any,
    source: MarkSource = MarkSource.HUMAN,
    precision: Precision = Precision.EXACT,
    latest_at: datetime | None = None,
    evidence: str = "",
) -> Mark:
    """Set a mark, or correct it: the mark before is kept as superseded.

    Refused (ValidationError): a moment in the future, or further back than thirty days unless
    an import or the demo world tells it.
    """
    check_moment(at)
    _check_range(at, latest_at, precision)
    Life.objects.select_for_update(no_key=True).get(pk=life.pk)
    before = life.marks.current().filter(kind=kind).first()
    facts = {
        "at": at,
        "latest_at": latest_at,
        "source": source,
        "precision": precision,
        "evidence": evidence,
    }
    set_at = told_moment()
    if before:
        if all(getattr(before, name) == value for name, value in facts.items()):
            return before
        before.superseded_at = set_at  # the same moment: by it the replay knows a correction
        before.save(update_fields=["superseded_at"])
    mark = Mark.objects.create(life=life, kind=kind, set_by=actor, set_at=set_at, **facts)
    if kind in STOPPING:
        lay_clocks(life, since=min(at, before.at) if before else at)
    return mark


def check_moment(at: datetime) -> None:
    """Refuse moments that nobody can know or should tell: the future and the far past."""
    now = timezone.now()
    if at > now + CLOCK_SKEW:
        raise ValidationError({"at": _("This moment is in the future.")})
    told = current()
    tells_past = told is not None and told.channel in (Channel.IMPORT, Channel.DEMO)
    if at < now - FAR_PAST and not tells_past:
        raise ValidationError({"at": _("Only an import may tell what is more than 30 days past.")})


def _check_range(at: datetime, latest_at: datetime | None, precision: Precision) -> None:
    """A range has two ends in order, both in the past; whatever is no range has one."""
    if precision != Precision.RANGE:
        if latest_at is not None:
            raise ValidationError({"latest_at": _("Only a range has a latest moment.")})
    elif latest_at is None or latest_at < at:
        raise ValidationError({"latest_at": _("A range needs both ends, in order.")})
    elif latest_at > timezone.now() + CLOCK_SKEW:
        raise ValidationError({"latest_at": _("This moment is in the future.")})


@transaction.atomic(savepoint=False)
def void_mark(life: Life, kind: MarkKind) -> None:
    """A mark no longer holds and nothing takes its place, as when a record is reopened."""
    Life.objects.select_for_update(no_key=True).get(pk=life.pk)
    mark = life.marks.current().filter(kind=kind).first()
    if mark:
        mark.superseded_at = told_moment()
        mark.save(update_fields=["superseded_at"])
        if kind in STOPPING:
            lay_clocks(life, since=mark.at)
