"""Who hears that an obligation is due, submitted or late, and who may still see it then."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from notifications.enums import MessageKind
from notifications.services import notify
from vendors.models import ObligationTask


def tell_owner(task: ObligationTask, step: str) -> None:
    """Once before the day, once on it, and each time that it is returned."""
    _tell(task, MessageKind.OBLIGATION_DUE, [task.obligation.owner], step)


def tell_approver(task: ObligationTask) -> None:
    _tell(
        task,
        MessageKind.OBLIGATION_SUBMITTED,
        [task.obligation.approver],
        f"submitted:{task.version}",
    )


def tell_late(task: ObligationTask) -> None:
    """The owner, and whoever answers for the contract."""
    obligation = task.obligation
    people = [obligation.owner, obligation.contract.owner]
    _tell(task, MessageKind.OBLIGATION_MISSED, people, "late")


def may_see_task(user: Any, reference: str) -> bool:
    """Whether a person may see the task a message is about; asked just before sending."""
    return ObligationTask.objects.visible_to(user).filter(reference=reference).exists()


def _tell(task: ObligationTask, kind: MessageKind, people: list[Any], step: str) -> None:
    due = timezone.make_aware(datetime.combine(task.due_on, time(23, 59)))
    notify(
        [person for person in people if person.is_active],
        kind,
        reference=task.reference,
        context={
            "reference": task.reference,
            "title": task.obligation.title,
            "due_at": due.isoformat(),
            "path": f"/vendors/obligationtask/{task.pk}/change/",
        },
        key=f"{task.reference}:{step}",
    )
