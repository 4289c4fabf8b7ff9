"""What becomes of a version of a rubric: the table of transitions, who, and its rules."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from core.transitions import Transition, Workflow
from people.models import User
from people.quality.enums import RubricStatus as S
from people.scope import scope_of
from people.services.authority import is_same_person


def may_write_rubrics(actor: Any) -> bool:
    return "people.change_rubric" in scope_of(actor).permissions


def may_approve_rubrics(actor: Any) -> bool:
    return "people.approve_rubric" in scope_of(actor).permissions


def asks_for_something(rubric: Any, actor: Any) -> Reason | None:
    return None if rubric.criteria.exists() else _("it has no criterion yet")


def is_drafted_by_another(rubric: Any, actor: Any) -> Reason | None:
    drafter = User.objects.get(pk=rubric.drafted_by_id)
    if actor is not None and is_same_person(actor, drafter):
        return _("whoever drafted it does not put it in force")
    return None


RUBRIC_WORKFLOW = Workflow(
    Transition("set_criterion", (S.DRAFT,), S.DRAFT, may_write_rubrics, _("Set a criterion")),
    Transition(
        "remove_criterion", (S.DRAFT,), S.DRAFT, may_write_rubrics, _("Take a criterion out")
    ),
    Transition(
        "activate",
        (S.DRAFT,),
        S.ACTIVE,
        may_approve_rubrics,
        pgettext_lazy("rubric", "Put in force"),
        (asks_for_something, is_drafted_by_another),
    ),
)
