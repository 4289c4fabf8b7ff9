"""Reminds those who were asked and have not answered in time: once, and the requester hears too."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.context import acting
from changes.audience import tell_late_electors
from changes.enums import StepStatus
from changes.models import ApprovalStep, Elector, Vote


def remind_electors(moment: datetime) -> int:
    """Remind each silent elector of the open steps that are due; returns how many. Each step in its
    own transaction, and none that another worker has in hand."""
    due = ApprovalStep.objects.filter(status=StepStatus.OPEN, due_at__lte=moment)
    said = Vote.objects.filter(step=OuterRef("step"), person=OuterRef("person"))
    silent = Elector.objects.filter(reminded_at__isnull=True).exclude(Exists(said))
    reminded = 0
    for step in due.filter(electors__in=silent).distinct().order_by("pk"):
        with transaction.atomic(), acting(action="change.remind"):
            seats = silent.filter(step=step).select_for_update(of=("self",), skip_locked=True)
            found = list(seats.select_related("user"))
            for seat in found:
                seat.reminded_at = moment
                seat.save(update_fields=["reminded_at"])
            if found:
                tell_late_electors(step, [seat.user for seat in found])
            reminded += len(found)
    return reminded
