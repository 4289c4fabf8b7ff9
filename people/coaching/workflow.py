"""What becomes of a coaching session: the transitions, who, when. A role plays no part in it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.context import told_moment
from core.errors import Reason
from core.transitions import Transition, Workflow
from people.confidential.enums import CoachingStatus as S
from people.confidential.enums import EntryKind
from people.confidential.workflow import anybody
from people.models import SealedEntry

WAITED = timedelta(days=14)


def is_the_coach(session: Any, actor: Any) -> Reason | None:
    return None if actor.pk == session.lead_id else _("the coach alone does this")


def is_the_employee(session: Any, actor: Any) -> Reason | None:
    return None if actor.pk == session.employee_id else _("the employee alone does this")


def has_come(session: Any, actor: Any) -> Reason | None:
    today = timezone.localdate(told_moment())
    return _("it is planned for a later day") if session.planned_on > today else None


def says_something(session: Any, actor: Any) -> Reason | None:
    """What was spoken about is written down for both."""
    kinds = (EntryKind.NOTE, EntryKind.ACTION)
    if SealedEntry.objects.filter(record=session.record_id, kind__in=kinds).exists():
        return None
    return _("it has neither a note nor a commitment yet")


def is_not_acknowledged(session: Any, actor: Any) -> Reason | None:
    return _("you have acknowledged it already") if session.acknowledged_at else None


def is_acknowledged(session: Any, actor: Any) -> Reason | None:
    """Or nobody did for so long that it is closed without."""
    if session.acknowledged_at or session.held_at <= told_moment() - WAITED:
        return None
    return _("the employee has not acknowledged it yet")


COACHING_WORKFLOW = Workflow(
    Transition(
        "hold",
        (S.PLANNED,),
        S.HELD,
        anybody,
        pgettext_lazy("coaching", "It was held"),
        (is_the_coach, has_come, says_something),
    ),
    Transition(
        "acknowledge",
        (S.HELD,),
        S.HELD,
        anybody,
        pgettext_lazy("coaching", "Acknowledge"),
        (is_the_employee, is_not_acknowledged),
    ),
    Transition(
        "close",
        (S.HELD,),
        S.CLOSED,
        anybody,
        pgettext_lazy("coaching", "Followed up: close"),
        (is_the_coach, is_acknowledged),
    ),
    Transition(
        "cancel",
        (S.PLANNED,),
        S.CANCELLED,
        anybody,
        pgettext_lazy("coaching", "Cancel"),
        (is_the_coach,),
    ),
)
