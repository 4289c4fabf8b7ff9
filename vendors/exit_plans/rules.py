"""When an exit plan may be approved."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from vendors.opex.rules import is_same
from vendors.vendor_rules import is_within_reach

NEEDED = ("leaves_when", "data_return", "alternative")
"""What a plan says before it is approved, beside its steps and what it costs."""


def has_steps(plan: Any, actor: Any) -> Reason | None:
    return None if plan.steps.exists() else _("it has no steps yet")


def says_all(plan: Any, actor: Any) -> Reason | None:
    """What makes us leave, what becomes of our data, where we go, and what that costs."""
    lacking = [
        plan._meta.get_field(name).verbose_name for name in NEEDED if not getattr(plan, name)
    ]
    if plan.cost is None:
        lacking.append(plan._meta.get_field("cost").verbose_name)
    if not lacking:
        return None
    return _("it does not say: %(what)s") % {"what": ", ".join(str(one) for one in lacking)}


def plan_is_drafted_by_another(plan: Any, actor: Any) -> Reason | None:
    """Whoever drafted a plan or answers for it does not approve it, under any account."""
    if actor is not None and (is_same(plan.drafted_by, actor) or is_same(plan.owner, actor)):
        return _("you do not approve a plan of your own")
    return None


def vendor_is_within_reach(plan: Any, actor: Any) -> Reason | None:
    return is_within_reach(plan.vendor, actor)
