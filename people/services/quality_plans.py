"""Plans of quality: of which team's work, by which rubric, how much of it, and who reviews it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.models import QualityPlan, QualityReviewer, Rubric, User
from people.quality.sources import SOURCES
from people.roles import Role
from people.scope import scope_of
from people.services.authority import is_same_person
from records.services import mask_fields

TABLE = "people_qualityplan"
_AT_FIRST = frozenset(["team", "source", "rubric_key"])
EDITABLE = frozenset(
    ["title", "per_person", "reviews_each", "days", "has_self_review", "shows_scores", "arbiter"]
) | {"is_active"}
MOST_REVIEWERS = 30


def draft_plan(*, actor: Any, **facts: Any) -> QualityPlan:
    """A plan for a team that one leads. ValidationError by field: work that nobody registered, a
    rubric that is not in force, an arbiter who may not review."""
    with transaction.atomic(), acting(actor=actor, action="quality_plan.draft"):
        if "people.add_qualityplan" not in scope_of(actor).permissions:
            raise NotAllowed(_("your role does not include this action"))
        if not _leads(actor, facts["team"].pk):
            raise ValidationError({"team": _("You do not lead this team.")})
        row = QualityPlan(drafted_by=actor)
        _write(row, facts, actor, EDITABLE | _AT_FIRST)
    return row


def edit_plan(
    plan: QualityPlan, *, actor: Any, version: int | None = None, **changes: Any
) -> QualityPlan:
    """Other sizes, another arbiter, or no more draws. What was drawn stays as it was drawn."""
    with transaction.atomic(), acting(actor=actor, action="quality_plan.edit"):
        row = _held(plan, actor, version)
        drawn = row.draws.exists()
        _write(row, changes, actor, EDITABLE if drawn else EDITABLE | _AT_FIRST)
    return row


def add_reviewer(plan: QualityPlan, *, actor: Any, user: User) -> QualityPlan:
    """Somebody more who reviews, from the next draw on. Refused for the arbiter."""
    with transaction.atomic(), acting(actor=actor, action="quality_plan.add_reviewer"):
        row = _held(plan, actor)
        _check_reviews(user, "user")
        if is_same_person(user, row.arbiter):
            raise Refused(_("the arbiter is none of the reviewers"))
        if row.reviewers.filter(user=user).exists():
            raise ValidationError({"user": _("They review for it already.")})
        if row.reviewers.count() >= MOST_REVIEWERS:
            raise Refused(_("these are too many reviewers"))
        QualityReviewer.objects.create(plan=row, user=user)
    return row


def remove_reviewer(plan: QualityPlan, *, actor: Any, user: User) -> QualityPlan:
    """Somebody less, from the next draw on; what they have to review stays theirs."""
    with transaction.atomic(), acting(actor=actor, action="quality_plan.remove_reviewer"):
        row = _held(plan, actor)
        found = row.reviewers.filter(user=user).first()
        if found is None:
            raise ValidationError({"user": _("They do not review for it.")})
        found.delete()
    return row


def leads_team(actor: Any, team_id: int) -> bool:
    """Whether somebody plans the quality of a team's work."""
    return "people.change_qualityplan" in scope_of(actor).permissions and _leads(actor, team_id)


def _leads(actor: Any, team_id: int) -> bool:
    return scope_of(actor).reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER).covers(team_id)


def _held(plan: QualityPlan, actor: Any, version: int | None = None) -> QualityPlan:
    row = hold(plan, actor=actor, version=version)
    if not leads_team(actor, row.team_id):
        raise NotAllowed(_("your role does not include this action"))
    return row


def _check_reviews(user: User, field: str) -> None:
    if not user.is_active or "people.change_qualityreview" not in scope_of(user).permissions:
        raise ValidationError({field: _("Their role does not include reviews of quality.")})


def _write(row: QualityPlan, facts: dict[str, Any], actor: Any, editable: frozenset[str]) -> None:
    told = {"title": facts["title"].strip()} if "title" in facts else {}
    unchanged = {n for n in _AT_FIRST - editable if n in facts and facts[n] == getattr(row, n)}
    changes = {name: value for name, value in facts.items() if name not in unchanged}
    changes |= mask_fields(TABLE, told, actor=actor)
    if "source" in changes and changes["source"] not in SOURCES:
        raise ValidationError({"source": _("There is no such work.")})
    if "rubric_key" in changes:
        active = Rubric.objects.active().filter(key=changes["rubric_key"])
        if not active.exists():
            raise ValidationError({"rubric_key": _("No rubric in force has this key.")})
    if "arbiter" in changes:
        _check_reviews(changes["arbiter"], "arbiter")
        if row.pk and any(
            is_same_person(one.user, changes["arbiter"])
            for one in row.reviewers.select_related("user")
        ):
            raise ValidationError({"arbiter": _("The arbiter is none of the reviewers.")})
    store(row, changes, actor=actor, editable=editable)
