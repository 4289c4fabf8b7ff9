"""Freezing and restating months of the 1-5-10 score; keeping the path of targets."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import ValidationError
from core.writing import hold
from incidents.models import MonthlyScore, TargetStep
from incidents.scoring import content_of, figures_in, live_scores, month_of, months_until
from sla.freezing import month_before

SETTLES_IN = timedelta(days=1)
"""A month is frozen a day after it is over: what was forgotten on its last day is still told."""
LOOKED_AT = 3  # months back that are restated where they changed
_LOCK = 1_510  # one at a time freezes


def freeze_score(first: date, *, actor: Any, now: datetime) -> str:
    """Freeze a month, or restate it where figures changed since. Gives `frozen`, `restated`,
    `unchanged`; `early` for one that is not over by a day."""
    if now < month_of(first).ends_at + SETTLES_IN:
        return "early"
    with transaction.atomic(), acting(actor=actor, action="mandate.freeze"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        before = list(MonthlyScore.objects.filter(month=first).order_by("number"))
        content = content_of(live_scores([first], now)[first], now)
        if before and figures_in(before[-1].content) == figures_in(content):
            return "unchanged"
        MonthlyScore.objects.create(
            month=first,
            number=len(before),
            known_at=now,
            content=content,
            digest=sha256(content.encode()).hexdigest(),
        )
    return "restated" if before else "frozen"


def freeze_last_scores(now: datetime) -> dict[str, str]:
    """The last months, each frozen or restated where that is due."""
    last = month_before(timezone.localdate(now))
    found = months_until(last, LOOKED_AT)
    return {f"{first:%Y-%m}": freeze_score(first, actor=None, now=now) for first in found}


def add_target_step(*, actor: Any, **facts: Any) -> TargetStep:
    """A share to be met from a month on. The form and the API check who may."""
    with transaction.atomic(), acting(actor=actor, action="target_step.add"):
        row = TargetStep(**facts)
        row.full_clean(exclude=["version"])
        row.save(force_insert=True)
    return row


def change_target_step(
    step: TargetStep, *, actor: Any, version: int | None = None, **changes: Any
) -> TargetStep:
    """Another share. Refused (ValidationError): another metric or month, which is another step."""
    if others := sorted(set(changes) - {"share"}):
        raise ValidationError({name: _("This cannot be edited.") for name in others})
    with transaction.atomic(), acting(actor=actor, action="target_step.change"):
        row = hold(step, actor=actor, version=version)
        row.share = changes.get("share", row.share)
        row.full_clean(exclude=["version"])
        row.save()
        row.refresh_from_db(fields=["version"])
    return row
