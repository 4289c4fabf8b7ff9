"""When: each rule looks at a change and gives the reason against an action, or None."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.checklist import POINTS, unsettled
from changes.enums import (
    ChangeType,
    ConflictKind,
    FreezeMode,
    Severity,
    Status,
    StepKind,
    StepStatus,
)
from changes.models import ApprovalPolicy, ApprovalStep, Change, Conflict, Elector, FreezeWindow
from changes.parts import involved_people
from changes.triggers import VERBAL_APPROVALS
from core.errors import Reason
from people.scope import scope_of

FACTS = ("reason", "description", "security_impact", "test_plan", "backout_plan")
"""What PCI DSS 6.5.1 wants to be said of every change before anybody decides about it."""


def is_in_hand(change: Change, actor: Any) -> Reason | None:
    """Seeing a change is not working on it: the actor plays a part in it, or their role reaches
    its team."""
    if actor is None or actor.pk in (change.requester_id, change.builder_id, change.implementer_id):
        return None
    scope = scope_of(actor)
    if scope.reach_with("changes.change_change").covers(change.team_id):
        return None
    if change.tasks.filter(assignee=actor.pk).exists():
        return None
    return _("you have no part in this change")


def is_not_their_decision(change: Change, actor: Any) -> Reason | None:
    """Whoever is asked to approve a version does not rewrite it."""
    if actor is None or actor.person_id is None or not change.version_hash:
        return None
    asked = Elector.objects.filter(
        step__round__content__sha256=change.version_hash, person=actor.person_id
    )
    return _("you were asked to approve it") if asked.exists() else None


def is_not_held(change: Change, actor: Any) -> Reason | None:
    return _("it is on hold") if change.on_hold else None


def is_held(change: Change, actor: Any) -> Reason | None:
    return None if change.on_hold else _("it is not on hold")


def has_its_facts(change: Change, actor: Any) -> Reason | None:
    """Every text of PCI DSS 6.5.1 is there; all that are missing are named at once."""
    columns: dict[str, Any] = {field.name: field for field in change._meta.concrete_fields}
    missing = [
        str(columns[name].verbose_name) for name in FACTS if not getattr(change, name).strip()
    ]
    if missing:
        return _("still missing: %(fields)s") % {"fields": ", ".join(missing)}
    return None


def has_test_result(change: Change, actor: Any) -> Reason | None:
    """Tested before anybody is asked; a standard change was tested when its template was."""
    if change.type == ChangeType.STANDARD or change.test_result.strip():
        return None
    return _("a test result is required")


def names_something(change: Change, actor: Any) -> Reason | None:
    """A change that touches nothing we know can be checked against nothing."""
    if change.affected_services.exists() or change.changed_assets.exists():
        return None
    return _("a service or an asset must be named")


def has_a_future_window(change: Change, actor: Any) -> Reason | None:
    if change.window is None:
        return _("a planned window is required")
    if change.window[1] <= told_moment():
        return _("its planned window is over")
    return None


def is_in_its_window(change: Change, actor: Any) -> Reason | None:
    if change.window is None:
        return _("a planned window is required")
    starts_at, ends_at = change.window
    if told_moment() < starts_at:
        return _("its planned window has not begun")
    if told_moment() >= ends_at:
        return _("its planned window is over")
    return None


def is_planned_outside_freezes(change: Change, actor: Any) -> Reason | None:
    """Every freeze that keeps it out of its planned window is named at once."""
    return None if change.window is None else _frozen(change, *change.window)


def is_outside_freezes(change: Change, actor: Any) -> Reason | None:
    """As of now: a freeze may have been declared after it was scheduled."""
    now = told_moment()
    return _frozen(change, now, now + timedelta(seconds=1))


def _frozen(change: Change, start: datetime, end: datetime) -> Reason | None:
    freezes = FreezeWindow.objects.keeping_out(change, start, end).exclude(mode=FreezeMode.WARN)
    against = list(freezes.order_by("name"))
    if change.status not in (Status.APPROVED, Status.SCHEDULED) or _has_senior_approval(
        change, against
    ):
        against = [freeze for freeze in against if freeze.mode == FreezeMode.BLOCK]
    if not against:
        return None
    told = {"names": ", ".join(f"“{freeze.name}”" for freeze in against)}
    if all(freeze.mode == FreezeMode.EXTRA_APPROVAL for freeze in against):
        return _("a freeze asks for the senior final approval: %(names)s") % told
    return _("a freeze keeps it out: %(names)s") % told


def _has_senior_approval(change: Change, against: list[FreezeWindow]) -> bool:
    if all(freeze.mode == FreezeMode.BLOCK for freeze in against):
        return True  # nobody asks for it
    return ApprovalStep.objects.filter(
        round__content__change=change,
        round__content__sha256=change.version_hash,
        kind=StepKind.SENIOR,
        status=StepStatus.APPROVED,
    ).exists()


def is_free_of_conflicts(change: Change, actor: Any) -> Reason | None:
    """Every open conflict that blocks is named at once. That nothing is named and that a freeze is
    in force have rules of their own, which say it better."""
    held = Conflict.objects.in_the_way_of(change).exclude(kind=ConflictKind.NOTHING_NAMED)
    told = [str(one.get_kind_display()) + _with(one, change, actor) for one in held.order_by("pk")]
    if not told:
        return None
    return _("conflicts are open: %(conflicts)s") % {"conflicts": ", ".join(told)}


def _with(one: Conflict, change: Change, actor: Any) -> str:
    """The change on the other side, by name where the actor may see it."""
    other = one.change_id if one.other_id == change.pk else one.other_id
    if other is None:
        return ""
    seen = Change.objects.all() if actor is None else Change.objects.visible_to(actor)
    name = seen.filter(pk=other).values_list("reference", flat=True).first()
    return f" ({name})" if name else ""


def is_theirs_to_accept(one: Conflict, actor: Any) -> Reason | None:
    """Who has a part in either change takes nothing that blocks upon themselves."""
    if one.kind == ConflictKind.FREEZE:
        return _("a freeze is entered by an exception, on which two people agree")
    if one.kind == ConflictKind.NOTHING_NAMED:
        return _("a service or an asset must be named")
    pair = Change.objects.filter(pk__in=[one.change_id, one.other_id])
    if one.severity == Severity.BLOCKING and any(
        involved_people(side).filter(pk=actor.person_id).exists() for side in pair
    ):
        return _("somebody who has no part in either change must accept it")
    return None


def has_an_implementer(change: Change, actor: Any) -> Reason | None:
    return None if change.implementer_id else _("an implementer is required")


def has_risk(change: Change, actor: Any) -> Reason | None:
    """A standard change carries the risk that was accepted with its template."""
    if change.risk or change.type == ChangeType.STANDARD:
        return None
    return _("its risk must be assessed")


def has_a_policy(change: Change, actor: Any) -> Reason | None:
    """Where nothing says who approves such a change, nobody can."""
    if change.type == ChangeType.STANDARD:
        if change.template is None or not change.template.is_in_force(told_moment()):
            return _("its template is not approved, has expired or is suspended")
        if change.template_revision != change.template.revision:
            return _("its template was described anew since; raise the change again")
        return None
    if ApprovalPolicy.objects.for_change(change).exists():
        return None
    return _("no approval policy covers such a change")


def has_verbal_approval(change: Change, actor: Any) -> Reason | None:
    """An emergency starts on the word of two members of the ECAB who have no part in it."""
    if change.type != ChangeType.EMERGENCY:
        return _("only an emergency starts before it is approved")
    given = change.verbal_approvals.exclude(person__in=involved_people(change))
    if given.count() < VERBAL_APPROVALS:
        return _("two members of the ECAB must have agreed")
    return None


def is_significant(change: Change, actor: Any) -> Reason | None:
    return None if change.is_significant else _("it is not a significant change")


def is_confirmed(change: Change, actor: Any) -> Reason | None:
    """PCI DSS 6.5.2: after a significant change every applicable requirement was confirmed. What
    was backed out left nothing to confirm."""
    if not change.is_significant or change.backout_used:
        return None
    missing = unsettled(change.checklist.values_list("point", "answer"))
    if not missing:
        return None
    told: dict[str, Any] = {"done": len(POINTS) - len(missing), "all": len(POINTS)}
    told["points"] = " · ".join(f"{point.requirement}: {point.question}" for point in missing)
    return _("%(done)s of %(all)s requirements of PCI DSS are confirmed; missing: %(points)s") % (
        told
    )


def has_no_open_condition(change: Change, actor: Any) -> Reason | None:
    """What the board asked for is done; everything that is not is named at once."""
    waiting = change.conditions.filter(cleared_at__isnull=True).select_related("owner__person")
    named = [f"“{one.text}” ({one.owner.get_full_name()})" for one in waiting]
    if named:
        return _("conditions not cleared yet: %(names)s") % {"names": ", ".join(named)}
    return None
