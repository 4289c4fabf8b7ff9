"""How much we depend on a vendor: what has to be known before a contract with it is renewed."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import ServiceDependency
from assets.supply.enums import HARD_TO_REPLACE, Substitutability, SupplyCriticality
from vendors.models import ExitPlan
from vendors.money import as_json
from vendors.renewals.facts import NOT_KNOWN, Fact, register, told


def read_dependency(contract: Any, *, on: date) -> Fact:
    """The services that depend on the contract's vendor on a day, by how critical it is and how
    soon another would supply it; and its exit plan. Not known where none of that is written."""
    rows = ServiceDependency.objects.in_force(on).filter(vendor=contract.vendor_id)
    found = list(rows.select_related("service").order_by("criticality", "pk"))
    plan = _plan(contract)
    if not found and plan is None:
        return NOT_KNOWN
    services = {
        one.value: sum(row.criticality == one for row in found) for one in SupplyCriticality
    }
    substitutes = {
        one.value: sum(row.substitutability == one for row in found) for one in Substitutability
    }
    hard = sum(substitutes[one] for one in HARD_TO_REPLACE)
    value: dict[str, Any] = {
        "services": services,
        "substitutes": substitutes,
        "exit_plan": _told_plan(plan),
    }
    facts = {**services, "hard": hard, "reference": "", "days": 0, "cost": "", "day": ""}
    sentence = _(
        "Services: %(critical)s critical, %(important)s important, %(supporting)s supporting; "
        "%(hard)s have no substitute within weeks. There is no exit plan."
    )
    if plan is not None:
        facts |= {
            "reference": plan.reference,
            "days": plan.days_needed or 0,
            "cost": f"{plan.cost:.2f} {plan.currency}",
            "day": str(plan.exercised_on or ""),
        }
        sentence = _(
            "Services: %(critical)s critical, %(important)s important, %(supporting)s supporting; "
            "%(hard)s have no substitute within weeks. Exit plan %(reference)s needs %(days)s days "
            "and %(cost)s; nobody has exercised it."
        )
        if plan.exercised_on is not None:
            sentence = _(
                "Services: %(critical)s critical, %(important)s important, %(supporting)s "
                "supporting; %(hard)s have no substitute within weeks. Exit plan %(reference)s "
                "needs %(days)s days and %(cost)s; it was exercised on %(day)s."
            )
    return Fact(value, told(sentence, facts), [*_plan_row(plan), *(_row(row) for row in found)])


def _plan(contract: Any) -> Any:
    """The contract's own plan in force, else that of its vendor."""
    plans = ExitPlan.objects.approved().with_days().filter(vendor=contract.vendor_id)
    own = plans.filter(contract=contract).first()
    return own or plans.filter(contract__isnull=True).first()


def _told_plan(plan: Any) -> dict[str, Any] | None:
    if plan is None:
        return None
    return {
        "reference": plan.reference,
        "days_needed": plan.days_needed,
        "cost": as_json(plan.cost, plan.currency),
        "exercised_on": str(plan.exercised_on) if plan.exercised_on else None,
        "exercise_result": plan.exercise_result,
        "exercise_due_on": str(plan.exercise_due_on),
    }


def _plan_row(plan: Any) -> list[dict[str, Any]]:
    if plan is None:
        return []
    return [{"name": plan.reference, "path": f"/vendors/exitplan/{plan.pk}/change/"}]


def _row(row: ServiceDependency) -> dict[str, Any]:
    return {
        "name": row.reference,
        "path": f"/assets/servicedependency/{row.pk}/change/",
        "service": row.service.reference,
        "supplies": row.supplies,
        "criticality": row.criticality,
        "substitutability": row.substitutability,
    }


def register_dependency() -> None:
    """Called once, when the app is ready."""
    register("dependency", _("Dependency"), read_dependency)
