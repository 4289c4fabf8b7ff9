"""Assessing the risk: what people answer, what the portal knows beside it, and what follows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.enums import PciScope
from assets.models import Service
from audit.context import told_moment
from changes.enums import FreezeMode, Status
from changes.models import (
    AffectedService,
    Change,
    FreezeOccurrence,
    FreezeWindow,
    RiskAssessment,
)
from changes.risk import FREEZE_IS_NEAR, QUESTIONS, WENT_WRONG, Facts, as_data, assess, missing
from changes.services.locking import step
from core.errors import ValidationError
from people.duty import duty_of

LAST_CHANGES = 20
"""So many closed changes are a service's history: what went wrong years ago says little."""


def assess_risk(
    change: Change,
    *,
    actor: Any,
    answers: Mapping[str, str],
    backout_tested: bool = False,
    note: str = "",
) -> Change:
    """Answer the questionnaire anew; the level is the change's risk from now on.

    Refused once people are asked to approve the change, or it has ended; ValidationError for each
    question without an answer, and for what is no question or no answer to it.
    """
    with step(change, "assess_risk", actor=actor, note=note) as row:
        record_assessment(row, actor=actor, answers=answers, backout_tested=backout_tested)
    return row


def record_assessment(
    row: Change, *, actor: Any, answers: Mapping[str, str], backout_tested: bool
) -> RiskAssessment:
    """Keep what was answered about a locked change, and set its risk; the caller saves it."""
    _refuse_wrong(answers)
    assessment = assess(answers, _facts_of(row, backout_tested))
    row.risk = assessment.level
    return RiskAssessment.objects.create(
        change=row,
        answers=dict(answers),
        points=assessment.points,
        level=assessment.level,
        lines=as_data(assessment.lines),
        assessed_at=told_moment(),
        assessed_by=actor,
    )


def assess_anew(row: Change, *, actor: Any) -> None:
    """After an amendment: the answers that people gave stand, what is known beside them may be
    other. Nothing where nobody answered, or the questions are other ones by now."""
    latest = row.risk_assessments.order_by("-pk").first()
    if latest is None or set(latest.answers) != {question.code for question in QUESTIONS}:
        return
    is_tested = "backout_untested" not in {line["code"] for line in latest.lines}
    facts = _facts_of(row, is_tested)
    if as_data(assess(latest.answers, facts).lines) != latest.lines:
        record_assessment(row, actor=actor, answers=latest.answers, backout_tested=is_tested)


def _refuse_wrong(answers: Mapping[str, str]) -> None:
    """Everything that is wrong at once, each under its question."""
    choices = {question.code: {a.code for a in question.answers} for question in QUESTIONS}
    wrong = {question.code: _("Answer this question.") for question in missing(answers)}
    for code, given in answers.items():
        if code not in choices:
            wrong[code] = _("There is no such question.")
        elif given not in choices[code]:
            wrong[code] = _("This is no answer to this question.")
    if wrong:
        raise ValidationError(wrong)


def _facts_of(row: Change, backout_tested: bool) -> Facts:
    """What is known without asking. Of everything, not of what the actor may see: whoever assesses
    it, the same change has the same risk, and its lines tell numbers only."""
    services = list(row.affected_services.values_list("service", flat=True))
    assets = dict(row.changed_assets.values_list("asset", "asset__pci_scope"))
    outcomes = _last_outcomes(row, services)
    return Facts(
        recent=len(outcomes),
        failed=sum(outcome in WENT_WRONG for outcome in outcomes),
        backout_tested=backout_tested,
        days_to_freeze=_days_to_freeze(row),
        services_reached=_services_reached(services, list(assets)),
        team_on_duty=_is_somebody_on_duty(row),
        in_pci_scope=PciScope.IN_SCOPE in assets.values(),
        is_significant=row.is_significant,
    )


def _last_outcomes(row: Change, services: list[int]) -> list[str]:
    """What became of the last changes of the same services."""
    alike = AffectedService.objects.filter(service__in=services).values("change")
    closed = Change.objects.filter(status=Status.CLOSED, pk__in=alike).exclude(pk=row.pk)
    last = closed.order_by("-ended_at", "-pk").values_list("outcome", flat=True)
    return list(last[:LAST_CHANGES])


def _days_to_freeze(row: Change) -> int | None:
    """From the planned window to the nearest freeze that does more than warn: 0 inside one, begun
    days otherwise; None where none is near enough to matter."""
    if row.window is None:
        return None
    start, end = row.window
    near = timedelta(days=max(days for _level, days in FREEZE_IS_NEAR))
    windows = FreezeWindow.objects.hitting(row, start - near, end + near)
    times = FreezeOccurrence.objects.filter(
        window__in=windows.exclude(mode=FreezeMode.WARN),
        starts_at__lt=end + near,
        ends_at__gt=start - near,
    )
    gaps = [max(o.starts_at - end, start - o.ends_at) for o in times]
    if not gaps:
        return None
    return 0 if min(gaps) < timedelta() else max(1, -(-min(gaps) // timedelta(days=1)))


def _services_reached(services: list[int], assets: list[int]) -> int:
    """The services it names and those that need what it alters, each once."""
    today = timezone.localdate(told_moment())
    needing = Service.objects.affected_by_any(assets, today).values("pk")
    return Service.objects.filter(Q(pk__in=services) | Q(pk__in=needing)).count()


def _is_somebody_on_duty(row: Change) -> bool | None:
    """When the work begins; None where no rota knows it, or no window is planned."""
    if row.planned_start_at is None:
        return None
    people = duty_of(row.team, row.planned_start_at).people
    return None if people is None else bool(people)
