"""Which changes belong to a period, read with all that their attributes and story ask for."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.enums import BEFORE_WORK, Decision, Status
from changes.models import (
    ApprovalStep,
    Change,
    ChangeAttachment,
    ChangeTask,
    ContentVersion,
    Deployment,
    Vote,
)
from core.errors import Reason
from evidence.period import Period

MEMBERSHIP: Reason = _(
    "The actual end lies in the period: the change was implemented, whatever became of it. Drafts, "
    "requests that were refused or cancelled, and work that goes on are no members."
)
_PEOPLE = ("requester", "builder", "implementer", "tester")


def everything() -> QuerySet[Change]:
    return Change.objects.all()


def members(period: Period) -> QuerySet[Change]:
    """The changes whose work ended in the period, oldest number first."""
    ended = Change.objects.filter(actual_end_at__gte=period.start, actual_end_at__lt=period.end)
    return ended.select_related("team", "template", *_PEOPLE).prefetch_related(
        "services",
        "assets",
        "clients",
        "commits",
        Prefetch("deployments", Deployment.objects.order_by("pk")),
        Prefetch("attachments", ChangeAttachment.objects.select_related("uploaded_by")),
        Prefetch("tasks", ChangeTask.objects.select_related("assignee")),
        Prefetch("versions", _versions()),
    ).defer("search").order_by("pk")  # fmt: skip


def significant(period: Period) -> QuerySet[Change]:
    return members(period).filter(is_significant=True)


def _versions() -> QuerySet[ContentVersion]:
    """With their rounds, steps and votes, and without the text that the ledger holds anyway."""
    votes = Vote.objects.select_related("cast_by", "person").order_by("cast_at", "pk")
    steps = ApprovalStep.objects.select_related("board").order_by("position")
    versions = ContentVersion.objects.select_related("round", "frozen_by").defer("content")
    return versions.order_by("number").prefetch_related(
        Prefetch("round__steps", steps.prefetch_related(Prefetch("votes", votes)))
    )


def rounds_of(change: Any) -> list[Any]:
    """(version) of each approval round, oldest first."""
    return [version for version in change.versions.all() if hasattr(version, "round")]


def votes_of(change: Any) -> list[Vote]:
    """The votes given to the version that counts, oldest first."""
    votes = [
        vote
        for version in rounds_of(change)
        if version.sha256 == change.version_hash
        for step in version.round.steps.all()
        for vote in step.votes.all()
    ]
    return sorted(votes, key=lambda vote: (vote.cast_at, vote.pk))


def approvals_of(change: Any) -> list[Vote]:
    return [vote for vote in votes_of(change) if vote.decision == Decision.APPROVE]


def approved_at(change: Any) -> Any:
    """When the version that counts had all its approvals; a standard change by its template."""
    for version in rounds_of(change):
        if version.sha256 == change.version_hash and version.round.status == "approved":
            return version.round.decided_at
    return None


def absent(change: Any) -> Reason:
    """Why a change is no member: it ended outside the period, or never did."""
    if change.actual_end_at is not None:
        return _("implemented outside the period")
    if change.status == Status.DRAFT:
        return pgettext_lazy("number gap", "a draft")
    if change.status == Status.CANCELLED:
        return _("cancelled before it was implemented")
    if change.status in BEFORE_WORK:
        return _("not implemented: %(status)s") % {"status": change.get_status_display()}
    return _("its work goes on")


def absent_from_significant(change: Any) -> Reason:
    return absent(change) if change.is_significant else _("not marked as significant")
