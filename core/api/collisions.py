"""Two writes at once: what the database refuses because of somebody else is tried again where that
helps, and told in words where it does not. REST and the portal share it.
"""

import time
from collections.abc import Callable
from functools import cache
from random import uniform
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from core.errors import Refused

ATTEMPTS = 3
# PostgreSQL's codes: what may go well the next time, and what somebody else has taken already.
_COLLIDED = {"40P01", "40001", "55P03"}  # deadlock, serialization, lock timeout
_TAKEN = {"23505", "23P01"}  # unique, exclusion


def attempt[Result](write: Callable[[], Result]) -> Result:
    """Run a write that is one transaction; where others were in its way, up to three times.

    Raises Refused when it never went through, or when another write has taken what must be unique.
    """
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            return write()
        except DatabaseError as error:
            refusal = refusal_for(error)
            if refusal is None:
                raise
            # Inside somebody's transaction all of that is lost, and only they can start again.
            if not left or connection.in_atomic_block or _code_of(error) in _TAKEN:
                raise refusal from error
            time.sleep(uniform(0.02, 0.2))  # noqa: S311 -- out of step with the other, no secret
    raise AssertionError("the last attempt returns or raises")


def refusal_for(error: Exception) -> Refused | None:
    """What to tell a person of an error that other people's work caused; None for any other."""
    code = _code_of(error)
    if code in _COLLIDED:
        return Refused(_("somebody else was changing the same at this moment; try again"))
    if code in _TAKEN:
        return Refused(message_of(error) or _("the same was stored by somebody else meanwhile"))
    return None


def message_of(error: Exception) -> Any:
    """What the constraint that was violated says of itself; None where it says nothing."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    constraint = _constraints().get(name or "")
    if constraint is None:
        return None
    is_default = constraint.violation_error_message == (constraint.default_violation_error_message)
    return None if is_default else constraint.get_violation_error_message()


def _code_of(error: Exception) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


@cache
def _constraints() -> dict[str, Any]:
    return {c.name: c for model in apps.get_models() for c in model._meta.constraints}
