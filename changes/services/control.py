"""Recording what went another way than the controls want: when it happens, or when it is due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.context import acting, told_moment
from changes.enums import ControlKind, StepStatus
from changes.models import ApprovalRound, Change, ControlException, FreezeException


def record_exception(
    kind: ControlKind, change: Change, *, by: Any = None, cause: str = "", **about: Any
) -> bool:
    """Once for what it is about; says whether it was new. The caller holds the change's row."""
    if (
        kind != ControlKind.TEMPLATE_SUSPENDED
        and ControlException.objects.filter(kind=kind, **about).exists()
    ):
        return False
    ControlException.objects.create(
        kind=kind, change=change, by=by, cause=cause, recorded_at=told_moment(), **about
    )
    return True


def record_what_is_late(moment: datetime) -> int:
    """Emergencies whose approval afterwards is overdue and freeze exceptions whose review is;
    returns how many were new. Each in its own transaction, its change locked."""
    told = ControlException.objects.filter(kind=ControlKind.APPROVAL_LATE, round=OuterRef("pk"))
    open_ = ApprovalRound.objects.filter(
        is_retrospective=True, status=StepStatus.OPEN, due_at__lte=moment
    )
    late = open_.exclude(Exists(told)).values_list("content__change", "pk")
    told = ControlException.objects.filter(
        kind=ControlKind.FREEZE_UNREVIEWED, freeze=OuterRef("pk")
    )
    waiting = FreezeException.objects.unreviewed(moment).exclude(Exists(told))
    found: list[tuple[int, ControlKind, dict[str, Any]]] = [
        (change, ControlKind.APPROVAL_LATE, {"round_id": pk}) for change, pk in list(late)
    ]
    found += [
        (change, ControlKind.FREEZE_UNREVIEWED, {"freeze_id": pk})
        for change, pk in list(waiting.values_list("change", "pk"))
    ]
    new = 0
    for change, kind, about in found:
        with transaction.atomic(), acting(action="change.record_control_exception"):
            row = Change.objects.select_for_update(of=("self",), no_key=True).get(pk=change)
            new += record_exception(kind, row, by=_who(kind, about), **about)
    return new


def _who(kind: ControlKind, about: Mapping[str, Any]) -> Any:
    """Who began the emergency, or asked to enter the freeze."""
    if kind == ControlKind.FREEZE_UNREVIEWED:
        return (
            FreezeException.objects.select_related("asked_by").get(pk=about["freeze_id"]).asked_by
        )
    asked = ApprovalRound.objects.select_related("content__frozen_by")
    return asked.get(pk=about["round_id"]).content.frozen_by
