"""Does what is due for obligations: submits it, judges it, and every night finds what is late."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from vendors.models import Obligation, ObligationDocument, ObligationTask
from vendors.obligations.audience import tell_approver, tell_late, tell_owner
from vendors.obligations.enums import TO_DO, TaskStatus
from vendors.obligations.permissions import may_work_on_obligations
from vendors.obligations.rules import is_the_owner_s
from vendors.obligations.workflow import TASK_WORKFLOW
from vendors.services.obligations import last_day_of, materialise_tasks

TABLE = "vendors_obligationtask"


def attach_obligation_evidence(
    task: ObligationTask, *, actor: Any, title: str, name: str, data: bytes
) -> ObligationDocument:
    """Add what shows that it was done. Refused: what is not allowed as an upload (too large, a type
    that lies), the same bytes again, what is submitted already, to who does not answer for it."""
    kind = inspect_upload(name, data)
    if not title.strip():
        raise ValidationError({"title": _("Say which document it is.")})
    with transaction.atomic(), acting(actor=actor, action="obligationtask.attach"):
        row = hold(task, actor=actor)
        against = is_the_owner_s(row, actor)
        if not may_work_on_obligations(actor) or against:
            raise NotAllowed(against or _("only its owner and who keeps obligations submit it"))
        if row.status not in TO_DO:
            raise Refused(_("it is submitted already"))
        if row.documents.filter(sha256=hashlib.sha256(data).hexdigest()).exists():
            raise ValidationError({"file": _("This version is there already.")})
        said = mask_fields(TABLE, {"title": title.strip()}, actor=actor, reference=row.reference)
        document = ObligationDocument(task=row, **said)
        keep_file(
            document,
            name=kind.name,
            data=data,
            content_type=kind.content_type,
            actor=actor,
            reference=row.reference,
            at=told_moment(),
        )
    return document


def submit_task(task: ObligationTask, *, actor: Any, note: str) -> ObligationTask:
    """Say what was done, or what was received from the vendor; its approver hears of it.

    Refused without the evidence that it needs, and to who does not answer for it.
    """
    told = _told(task, actor, note)
    with transaction.atomic(), acting(actor=actor, action="obligationtask.submit"):
        row = hold(task, actor=actor)
        row.status = TaskStatus(TASK_WORKFLOW.check(row, "submit", actor).target)
        row.note, row.submitted_at, row.submitted_by = told, told_moment(), actor
        row.decision_note, row.decided_at, row.decided_by = "", None, None
        row.save()
        tell_approver(row)
        row.refresh_from_db()
    return row


def accept_task(task: ObligationTask, *, actor: Any, note: str = "") -> ObligationTask:
    """It was done. Refused to who submitted it, owns it or is not its approver."""
    return _judge(task, "accept", actor, note)


def return_task(task: ObligationTask, *, actor: Any, note: str) -> ObligationTask:
    """Say what lacks; it waits for its owner again, who hears of it."""
    return _judge(task, "return", actor, _said(note))


def waive_task(task: ObligationTask, *, actor: Any, note: str) -> ObligationTask:
    """Do without it this time, and say why."""
    return _judge(task, "waive", actor, _said(note))


def keep_obligations(at: datetime) -> int:
    """Open what becomes due, remind owners, and find what was missed; returns of how many
    obligations. What fails for one keeps no other waiting, and is raised in the end."""
    wanted = Obligation.objects.active() | Obligation.objects.filter(
        pk__in=ObligationTask.objects.to_do().values("obligation")
    )
    keys = list(wanted.order_by("pk").values_list("pk", flat=True))
    failed: list[Exception] = []
    for key in keys:
        try:
            keep_obligation(key, at)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("some obligations were not kept", failed)
    return len(keys)


@transaction.atomic
def keep_obligation(key: int, at: datetime) -> None:
    """Do what is due for one obligation. Doing it twice changes nothing and tells nobody twice."""
    today = timezone.localdate(at)
    row = Obligation.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    with acting(action="obligation.open_tasks"):
        materialise_tasks(row, today)
    soon = today + timedelta(days=row.days_before)
    waiting = row.tasks.to_do().filter(due_on__lte=soon).order_by("due_on", "pk")
    ended_on = None if row.ended_at is None else timezone.localdate(row.ended_at)
    for end in (last_day_of(row), ended_on):
        if end is not None:  # what somebody began for a day after it is nobody's to do any more
            waiting = waiting.filter(due_on__lte=end)
    for task in waiting.select_for_update(of=("self",), no_key=True):
        task.obligation = row
        _watch(task, today, at)


def _watch(task: ObligationTask, today: date, at: datetime) -> None:
    if task.due_on >= today:
        with acting(action="obligationtask.remind"):
            tell_owner(task, "today" if task.due_on == today else "soon")
        return
    if task.status != TaskStatus.MISSED:
        with acting(action="obligationtask.miss"):
            task.status = TaskStatus(TASK_WORKFLOW.check(task, "miss", None).target)
            task.missed_at = task.missed_at or at
            task.decision_note, task.decided_at, task.decided_by = "", None, None
            task.save()
            tell_late(task)


def _judge(task: ObligationTask, action: str, actor: Any, note: str) -> ObligationTask:
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=task.reference)
    name = f"obligationtask.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(task, actor=actor)
        row.status = TaskStatus(TASK_WORKFLOW.check(row, action, actor).target)
        row.decision_note = told["note"]
        row.decided_at, row.decided_by = told_moment(), actor
        row.save()
        if action == "return":
            tell_owner(row, f"returned:{row.version}")
        row.refresh_from_db()
    return row


def _told(task: ObligationTask, actor: Any, note: str) -> str:
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")})
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=task.reference)
    return str(told["note"])


def _said(note: str) -> str:
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    return note
