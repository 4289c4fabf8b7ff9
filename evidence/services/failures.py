"""Control failures: opened and ended by what watches a control, settled by people."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import ValidationError
from core.writing import hold
from evidence.enums import FailureKind, FailureStatus
from evidence.failure_audience import tell_of_failure
from evidence.failure_workflow import FAILURE_WORKFLOW
from evidence.models import EXPLANATIONS, ControlFailure
from records.services import mask_fields

TABLE = "evidence_controlfailure"


def report_failure(
    kind: FailureKind | str, text: str, *, since: datetime | None = None
) -> ControlFailure:
    """A control does not hold: open a failure, once however often it is said, and tell the security
    administrators. `since` is when it began, where that is known."""
    at = told_moment()
    with transaction.atomic(), acting(action="control_failure.open"):
        failure, is_new = ControlFailure.objects.get_or_create(
            kind=FailureKind(kind),
            status=FailureStatus.OPEN,
            defaults={"found": text[:5_000], "started_at": min(since or at, at)},
        )
        if is_new:
            failure.refresh_from_db()
            tell_of_failure(failure, at)
    return failure


def report_recovery(kind: FailureKind | str) -> ControlFailure | None:
    """A control holds again: what lasted is over, and waits for somebody to explain it."""
    with transaction.atomic(), acting(action="control_failure.end"):
        lasting = ControlFailure.objects.open().filter(kind=FailureKind(kind))
        failure = lasting.select_for_update(no_key=True).first()
        if failure is None:
            return None
        failure.status = FAILURE_WORKFLOW.check(failure, "end", None).target
        failure.ended_at = max(told_moment(), failure.started_at)
        failure.save()
    return failure


def settle_failure(
    failure: ControlFailure, *, actor: Any, version: int | None = None, **explained: str
) -> ControlFailure:
    """Say why it failed, what was missed, what is decided about the risk and what was mended.

    Refused while it lasts, to who may not, and where one of the four is not said.
    """
    with transaction.atomic(), acting(actor=actor, action="control_failure.settle"):
        row = hold(failure, actor=actor, version=version)
        target = FAILURE_WORKFLOW.check(row, "settle", actor).target
        missing = [name for name in EXPLANATIONS if not explained.get(name, "").strip()]
        if missing:
            raise ValidationError({name: _("Say this too.") for name in missing})
        told = mask_fields(TABLE, explained, actor=actor, reference=row.reference)
        for name in EXPLANATIONS:
            setattr(row, name, told[name])
        row.status, row.settled_by, row.settled_at = target, actor, told_moment()
        row.save()
        row.refresh_from_db(fields=["version"])
    return row
