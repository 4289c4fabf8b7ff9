"""Drafts exit plans, writes their steps, approves them, records that they were exercised."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.assurance.dates import a_year_after
from vendors.exit_plans.audience import tell_of_exercise
from vendors.exit_plans.enums import ExerciseKind, ExerciseResult, ExitPlanStatus
from vendors.exit_plans.permissions import may_write_exit_plan
from vendors.exit_plans.workflow import EXIT_PLAN_WORKFLOW
from vendors.models import Contract, ExitExercise, ExitPlan, ExitStep, Vendor
from vendors.money import check_amount

TABLE = "vendors_exitplan"
MOST_STEPS = 100
TEXTS = ("leaves_when", "data_return", "alternative")
EDITABLE = frozenset([*TEXTS, "cost", "currency", "owner"])


def draft_exit_plan(
    *, actor: Any, vendor: Vendor, contract: Contract | None = None, **facts: Any
) -> ExitPlan:
    """Draft the next version of how we would leave a vendor, or end one contract with it; what is
    not given, and the steps, come from the version in force.

    Refused while another one is being drafted; ValidationError for a contract with another vendor.
    """
    with transaction.atomic(), acting(actor=actor, action="exitplan.draft"):
        if not may_write_exit_plan(actor, "add", vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if contract is not None and contract.vendor_id != vendor.pk:
            raise ValidationError({"contract": _("This contract is with another vendor.")})
        before = ExitPlan.objects.filter(vendor=vendor, contract=contract)
        if before.filter(status=ExitPlanStatus.DRAFT).exists():
            raise Refused(_("a next version is being drafted already"))
        number = (before.aggregate(most=Max("number"))["most"] or 0) + 1
        known = before.approved().first()
        told = {name: getattr(known, name) for name in EDITABLE} if known else {"owner": actor}
        told |= {name: value for name, value in facts.items() if value not in ("", None)}
        row = ExitPlan(vendor=vendor, contract=contract, number=number, drafted_by=actor)
        _write(row, told, actor)
        for step in known.steps.all() if known else ():
            ExitStep.objects.create(
                plan=row, position=step.position, text=step.text, days=step.days
            )
    return row


def edit_exit_plan(
    plan: ExitPlan, *, actor: Any, version: int | None = None, **changes: Any
) -> ExitPlan:
    """Correct a draft."""
    with _drafting(plan, "edit", actor, version) as row:
        _write(row, changes, actor)
    return row


def set_exit_steps(plan: ExitPlan, *, actor: Any, steps: Sequence[Mapping[str, Any]]) -> ExitPlan:
    """Write the steps of a draft anew, in their order: `text` and `days` of each."""
    with _drafting(plan, "set_steps", actor) as row:
        if len(steps) > MOST_STEPS:
            raise ValidationError({"steps": _("These are too many.")})
        row.steps.all().delete()
        for position, told in enumerate(steps, 1):
            text = {"text": str(told["text"]).strip()}
            said = mask_fields(TABLE, text, actor=actor, reference=row.reference)
            step = ExitStep(plan=row, position=position, days=told["days"], **said)
            step.full_clean(exclude=["plan"])
            step.save()
    return row


def approve_exit_plan(plan: ExitPlan, *, actor: Any, note: str = "") -> ExitPlan:
    """It is how we would leave; the version before is replaced, and its last exercise still counts.
    Where there was none, it is exercised within a year.

    Refused: by who drafted it or would carry it out, without steps, and while it does not say all.
    """
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=plan.reference)
    reason = told["note"][:500]
    with transaction.atomic(), acting(actor=actor, action="exitplan.approve", reason=reason):
        row = hold(plan, actor=actor)
        target = EXIT_PLAN_WORKFLOW.check(row, "approve", actor).target
        today = timezone.localdate(told_moment())
        due_on = a_year_after(today)
        same = ExitPlan.objects.filter(vendor=row.vendor, contract=row.contract)
        for before in same.approved().select_for_update(no_key=True):
            row.exercised_on, row.exercise_result = before.exercised_on, before.exercise_result
            due_on = before.exercise_due_on
            before.status, before.replaced_on = ExitPlanStatus.REPLACED, today
            before.save()
        row.status, row.exercise_due_on = ExitPlanStatus(target), due_on
        row.approved_at, row.approved_by = told_moment(), actor
        row.full_clean(exclude=["reference", "vendor", "contract", "drafted_by", "approved_by"])
        row.save()
        row.refresh_from_db()
    return row


def exercise_exit_plan(
    plan: ExitPlan,
    *,
    actor: Any,
    kind: str,
    result: str,
    findings: str = "",
    exercised_on: date | None = None,
) -> ExitPlan:
    """Record that the plan in force was tried; the next exercise is due a year later.

    Refused: what is not in force. ValidationError for a day to come, one before the last exercise,
    and a result with gaps that does not say which.
    """
    with transaction.atomic(), acting(actor=actor, action="exitplan.exercise"):
        row = hold(plan, actor=actor)
        if not may_write_exit_plan(actor, "change", row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if row.status != ExitPlanStatus.APPROVED:
            raise Refused(_("only the plan in force is exercised"))
        today = timezone.localdate(told_moment())
        day = exercised_on or today
        if day > today:
            raise ValidationError({"exercised_on": _("This day has not come yet.")})
        if row.exercised_on is not None and day <= row.exercised_on:
            raise ValidationError({"exercised_on": _("There is an exercise of that day or later.")})
        said = {"findings": findings.strip()}
        one = ExitExercise(
            plan=row,
            kind=ExerciseKind(kind),
            result=ExerciseResult(result),
            exercised_on=day,
            recorded_by=actor,
            recorded_at=told_moment(),
            **mask_fields(TABLE, said, actor=actor, reference=row.reference),
        )
        one.full_clean(exclude=["plan", "recorded_by"])
        one.save()
        row.exercised_on, row.exercise_result = day, one.result
        row.exercise_due_on = a_year_after(day)
        row.save()
        row.refresh_from_db()
    return row


def keep_exit_plans(at: datetime) -> int:
    """Tell the owners of plans whose yearly exercise is late, once for each due day; returns of how
    many."""
    today = timezone.localdate(at)
    late = ExitPlan.objects.exercise_overdue(today).select_related("vendor", "owner")
    found = list(late.order_by("pk"))
    with transaction.atomic(), acting(action="exitplan.remind"):
        for plan in found:
            tell_of_exercise(plan)
    return len(found)


def _write(row: ExitPlan, changes: dict[str, Any], actor: Any) -> None:
    texts = {name: changes[name].strip() for name in TEXTS if name in changes}
    said = mask_fields(TABLE, texts, actor=actor, reference=row.reference if row.pk else "")
    cost = changes.get("cost", row.cost)
    currency = changes.get("currency", row.currency)
    if cost is not None:
        if not currency:
            raise ValidationError({"currency": _("Say in which currency.")})
        check_amount(cost, currency)
    store(row, {**changes, **said}, actor=actor, editable=EDITABLE)


@contextmanager
def _drafting(
    plan: ExitPlan, verb: str, actor: Any, version: int | None = None
) -> Iterator[ExitPlan]:
    with transaction.atomic(), acting(actor=actor, action=f"exitplan.{verb}"):
        row = hold(plan, actor=actor, version=version)
        if not may_write_exit_plan(actor, "change", row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        if row.status != ExitPlanStatus.DRAFT:
            raise Refused(_("what was approved stays as it is"))
        yield row
