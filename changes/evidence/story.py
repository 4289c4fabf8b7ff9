"""The story of a change beyond its fields: who was asked, what they saw, said and agreed to."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from changes.evidence.members import rounds_of
from changes.models import (
    AffectedClient,
    AffectedService,
    AgendaItem,
    ApprovalRound,
    ApprovalStep,
    Change,
    ChangeAttachment,
    ChangeComment,
    ChangeCommit,
    ChangedAsset,
    ChangeTask,
    ChecklistAnswer,
    Condition,
    Conflict,
    ContentVersion,
    ControlException,
    Deployment,
    Dissent,
    Elector,
    Finding,
    FreezeException,
    RiskAssessment,
    SegregationException,
    VerbalApproval,
    Vote,
)
from evidence.ledger_rows import Part, rows_of_parts
from evidence.telling import facts

_PARTS = (
    *(AffectedService, ChangedAsset, AffectedClient, ChangeCommit, ChangeComment),
    *(ChangeAttachment, ContentVersion, SegregationException, VerbalApproval, Condition),
    *(ChangeTask, RiskAssessment, ChecklistAnswer, ControlException, FreezeException),
    *(AgendaItem, Conflict, Finding, Deployment),
)
rows_of = rows_of_parts(
    Change,
    *(Part(model, "change") for model in _PARTS),
    Part(ApprovalRound, "content__change"),
    Part(ApprovalStep, "round__content__change"),
    Part(Elector, "step__round__content__change"),
    Part(Vote, "step__round__content__change"),
    Part(Dissent, "item__change"),
)


def story(changes: list[Any]) -> dict[int, dict[str, Any]]:
    """For each change, in a constant number of queries: its approvals as they were asked and given,
    and everything that was said, agreed, lifted or found about it."""
    told = {change.pk: {"approvals": _approvals(change)} for change in changes}
    for name, (rows, tell) in _SECTIONS.items():
        found: dict[int, list[Any]] = defaultdict(list)
        for row in rows(list(told)).order_by("pk"):
            found[row.item.change_id if name == "dissent" else row.change_id].append(tell(row))
        for pk, sections in told.items():
            sections[name] = found[pk]
    return told


def attachments(changes: list[Any]) -> dict[int, list[ChangeAttachment]]:
    return {change.pk: list(change.attachments.all()) for change in changes}


def _approvals(change: Any) -> list[dict[str, Any]]:
    return [
        facts(version, "number", "sha256", "frozen_at", "frozen_by")
        | facts(
            version.round, "policy", "is_retrospective", "status", "due_at", "decided_at",
            counts=version.sha256 == change.version_hash,
        )
        | {"steps": [_step(step) for step in version.round.steps.all()]}
        for version in rounds_of(change)
    ]  # fmt: skip


def _step(step: ApprovalStep) -> dict[str, Any]:
    asked = ("position", "kind", "board", "quorum", "needed", "required_votes", "accepts_tokens")
    said = facts(step, *asked, "status", "opened_at", "due_at", "decided_at")
    return said | {"votes": [_vote(vote) for vote in step.votes.all()]}


def _vote(vote: Vote) -> dict[str, Any]:
    """Whose seat, by which account, on what version, and how it was made sure who it was."""
    given = ("cast_at", "decision", "comment", "version_hash", "authentication", "cast_by")
    return facts(vote, *given, seat_of=vote.person.full_name)


def _rows(model: Any, path: str, *related: str) -> Callable[[list[int]], Any]:
    return lambda items: model.objects.filter(**{f"{path}__in": items}).select_related(*related)


def _tell(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda row: facts(row, *names)


_SECTIONS: dict[str, tuple[Callable[[list[int]], Any], Callable[[Any], dict[str, Any]]]] = {
    "verbal_approvals": (
        _rows(VerbalApproval, "change", "person", "recorded_by"),
        _tell("person", "given_at", "how", "recorded_by"),
    ),
    "conditions": (
        _rows(Condition, "change", "owner", "set_by", "cleared_by"),
        _tell("text", "owner", "set_at", "set_by", "cleared_at", "cleared_by", "cleared_note"),
    ),
    "dissent": (_rows(Dissent, "item__change", "item", "user"), _tell("user", "said_at", "text")),
    "segregation_exceptions": (
        _rows(SegregationException, "change", "person", "asked_by", "approved_by"),
        _tell(
            *("person", "reason", "asked_at", "asked_by"),
            *("approved_at", "approved_by", "expires_at"),
        ),
    ),
    "freeze_exceptions": (
        _rows(
            *(FreezeException, "change", "window", "asked_by", "approved_by"),
            *("second_approved_by", "reviewed_by"),
        ),
        _tell(
            *("window", "occurs_at", "asked_at", "asked_by", "justification"),
            *("compensating_controls", "approved_at", "approved_by", "second_approved_at"),
            *("second_approved_by", "reviewed_at", "reviewed_by", "review_note"),
        ),
    ),
    "control_exceptions": (
        _rows(ControlException, "change", "by"),
        _tell("kind", "recorded_at", "by", "cause"),
    ),
    "checklist": (
        _rows(ChecklistAnswer, "change", "answered_by"),
        _tell("point", "answer", "note", "answered_at", "answered_by"),
    ),
    "risk_assessments": (
        _rows(RiskAssessment, "change", "assessed_by"),
        _tell("level", "points", "assessed_at", "assessed_by"),
    ),
    "tasks": (
        _rows(ChangeTask, "change", "assignee"),
        _tell("position", "title", "assignee", "status", "actual_start_at", "actual_end_at"),
    ),
    "comments": (
        _rows(ChangeComment, "change", "author"), _tell("created_at", "author", "text")
    ),
    "deployments": (
        _rows(Deployment, "change"),
        _tell(
            *("reference", "source", "repository", "commit", "environment"),
            *("deployed_by", "deployed_at", "received_at"),
        ),
    ),
    "findings": (
        _rows(Finding, "change", "settled_by"),
        _tell("reference", "kind", "status", "opened_at", "ended_at", "settled_by", "note"),
    ),
}  # fmt: skip


def section_names() -> Iterable[str]:
    """What a story tells, by name."""
    return ("approvals", *_SECTIONS)
