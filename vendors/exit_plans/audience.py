"""Who hears that an exit plan has to be exercised, and who may still see it then."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from notifications.enums import MessageKind
from notifications.services import notify
from vendors.models import ExitPlan


def tell_of_exercise(plan: ExitPlan) -> None:
    """Its owner, once for each due day."""
    if plan.owner.is_active and plan.exercise_due_on is not None:
        due = timezone.make_aware(datetime.combine(plan.exercise_due_on, time(23, 59)))
        notify(
            [plan.owner],
            MessageKind.EXIT_PLAN_TO_EXERCISE,
            reference=plan.reference,
            context={
                "reference": plan.reference,
                "title": plan.vendor.name,
                "due_at": due.isoformat(),
                "path": f"/vendors/exitplan/{plan.pk}/change/",
            },
            key=f"{plan.reference}:exercise:{plan.exercise_due_on}",
        )


def may_see_exit_plan(user: Any, reference: str) -> bool:
    """Whether a person may see the plan a message is about; asked just before sending."""
    return ExitPlan.objects.visible_to(user).filter(reference=reference).exists()
