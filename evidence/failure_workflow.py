"""What becomes of a control failure: the table of transitions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.transitions import Transition, Workflow
from evidence.enums import FailureStatus
from people.scope import scope_of


def is_the_system(actor: Any) -> bool:
    return actor is None


def may_settle(actor: Any) -> bool:
    """Security administrators and service managers."""
    return actor is not None and "evidence.change_controlfailure" in scope_of(actor).permissions


FAILURE_WORKFLOW = Workflow(
    Transition("end", (FailureStatus.OPEN,), FailureStatus.ENDED, is_the_system, _("End")),
    Transition(
        "settle", (FailureStatus.ENDED,), FailureStatus.SETTLED, may_settle, _("Explain and settle")
    ),
)
