"""What becomes of a matrix of responsibility: the table of transitions, who, and its rules."""

from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.contract_workflow import is_system
from vendors.responsibilities.enums import MatrixStatus as S
from vendors.responsibilities.permissions import may_agree_matrices
from vendors.responsibilities.rules import (
    every_line_says_who,
    has_lines,
    matrix_is_drafted_by_another,
)

MATRIX_WORKFLOW = Workflow(
    Transition(
        "agree",
        (S.DRAFT,),
        S.AGREED,
        may_agree_matrices,
        pgettext_lazy("matrix", "Record the agreement"),
        (has_lines, every_line_says_who, matrix_is_drafted_by_another),
    ),
    Transition("replace", (S.AGREED,), S.REPLACED, is_system, pgettext_lazy("matrix", "Replace")),
)
