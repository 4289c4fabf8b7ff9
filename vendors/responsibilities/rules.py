"""When a matrix of responsibility may be agreed."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.errors import Reason
from vendors.opex.rules import is_same


def has_lines(matrix: Any, actor: Any) -> Reason | None:
    return None if matrix.lines.exists() else _("it has no lines yet")


def every_line_says_who(matrix: Any, actor: Any) -> Reason | None:
    left = matrix.lines.filter(who="").count()
    text = ngettext_lazy("%(n)s line does not say who", "%(n)s lines do not say who", "n")
    return text % {"n": left} if left else None


def matrix_is_drafted_by_another(matrix: Any, actor: Any) -> Reason | None:
    """Whoever drafted a matrix does not say that it is agreed, under any account."""
    if actor is not None and is_same(matrix.drafted_by, actor):
        return _("you do not agree a matrix of your own")
    return None
