"""Judgements about vendors as evidence: their locked scorecards, and what was decided about the
renewal of their contracts (SOC 2 CC9.2)."""

from datetime import UTC, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, SegregationRule, columns
from evidence.telling import both_seats, facts
from vendors.models import (
    RenewalAlternative,
    RenewalApproval,
    RenewalDecision,
    RenewalFact,
    Scorecard,
    ScoreLine,
    ScoreMark,
)
from vendors.renewals.enums import RenewalStatus


def _locked() -> QuerySet[Scorecard]:
    return Scorecard.objects.filter(locked_at__isnull=False)


def _locked_in(period: Period) -> QuerySet[Scorecard]:
    found = _locked().filter(locked_at__gte=period.start, locked_at__lt=period.end)
    return found.select_related("vendor", "model", "locked_by").order_by("pk")


def _lines(cards: list[Any]) -> dict[int, dict[str, Any]]:
    """The figures of each scorecard, with what they were made of."""
    told: dict[int, dict[str, Any]] = {one.pk: {"lines": []} for one in cards}
    lines = ScoreLine.objects.filter(scorecard__in=told).select_related("kpi", "entered_by")
    for line in lines.order_by("pk"):
        said = facts(
            line, "value", "n", "worth", "rows", "evidence", "entered_by", figure=line.kpi.key
        )
        told[line.scorecard_id]["lines"].append(said)
    return told


SCORECARDS = Population(
    name="vendor_scorecards",
    title=_("Scorecards of vendors"),
    definition=_("How vendors did in a month or quarter, as it was locked."),
    membership=_("Locked in the period."),
    model=Scorecard,
    everything=_locked,
    members=_locked_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.locked_at,
    attributes=columns(
        Scorecard,
        {
            "reference": _("Which scorecard."),
            "vendor": _("Of which vendor."),
            "model": _("By which version of the figures and weights."),
            "period": _("Month or quarter."),
            "starts_on": _("From which day on."),
            "score": _("From 0 to 100."),
            "confidence": _("How much of the weights is known."),
            "comment": _("What the vendor said."),
            "locked_by": _("Who locked it."),
            "locked_at": _("When that was."),
            "digest": _("SHA-256 over figures, weights and rows."),
        },
    ),
    rows_of=rows_of_parts(Scorecard, Part(ScoreLine, "scorecard"), Part(ScoreMark, "scorecard")),
    story=_lines,
    strata=lambda row: str(row.period),
)


def _decided() -> QuerySet[RenewalDecision]:
    return RenewalDecision.objects.filter(status=RenewalStatus.APPROVED)


def _decided_in(period: Period) -> QuerySet[RenewalDecision]:
    found = _decided().filter(facts_on__gte=period.starts_on, facts_on__lt=period.ends_on)
    found = found.select_related("term__contract", "decided_by").order_by("pk")
    return found.prefetch_related("approvals__approved_by")


def _story(decisions: list[Any]) -> dict[int, dict[str, Any]]:
    """Facts, options and approvals of each decision."""
    told: dict[int, dict[str, Any]] = {
        one.pk: {"facts": [], "options": [], "approvals": []} for one in decisions
    }
    for fact in RenewalFact.objects.filter(decision__in=told).order_by("pk"):
        said = facts(fact, "key", "is_known", "value", "comment")
        told[fact.decision_id]["facts"].append(said)
    for one in RenewalAlternative.objects.filter(decision__in=told).order_by("pk"):
        said = facts(one, "option", "scores", "reversal_cost", "note")
        told[one.decision_id]["options"].append(said)
    given = RenewalApproval.objects.filter(decision__in=told).select_related("approved_by")
    for approval in given.order_by("pk"):
        said = facts(approval, "round", "step", "approved_by", "approved_at", "content_sha256")
        told[approval.decision_id]["approvals"].append(said)
    return told


def _who_approved(row: Any) -> list[str]:
    given = [one.approved_by for one in row.approvals.all() if one.round == row.round]
    return both_seats([row.decided_by], given)


RENEWALS = Population(
    name="renewal_decisions",
    title=_("Decisions about renewals"),
    definition=_("What was decided when a term of a contract ended, on which facts and by whom."),
    membership=_("Approved, with facts of a day in the period."),
    model=RenewalDecision,
    everything=_decided,
    members=_decided_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: datetime.combine(row.facts_on, time(), UTC),
    attributes=columns(
        RenewalDecision,
        {
            "reference": _("Which decision."),
            "term": _("About which term of which contract."),
            "option": _("What was decided."),
            "reason": _("Why."),
            "alternatives": _("What else was looked at."),
            "decided_by": _("Who prepared it."),
            "facts_on": _("The day of the facts."),
            "facts_sha256": _("SHA-256 over the facts."),
            "steps": _("Which approvals it needed."),
        },
    ),
    rows_of=rows_of_parts(
        RenewalDecision,
        Part(RenewalFact, "decision"),
        Part(RenewalAlternative, "decision"),
        Part(RenewalApproval, "decision"),
    ),
    story=_story,
    segregation=(
        SegregationRule(
            "preparer_approver",
            _("Nobody approves a decision about a renewal that they prepared."),
            _who_approved,
        ),
    ),
    strata=lambda row: str(row.option),
)


def register_judgements() -> None:
    """Called once, when the app is ready."""
    for population in (SCORECARDS, RENEWALS):
        POPULATIONS.register(population.name, population)
