"""What a change's page and its list rows show: read only, constant queries."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.content import differences
from changes.difference import difference_of
from changes.enums import Decision, Risk, Status, StepStatus
from changes.models import ApprovalStep, Change, ContentVersion, Vote
from changes.services import tally_of
from core.registry import Registry
from core.showing import badge, shown, span

# Apps above add tabs: `(change, user) -> core.admin.Panel`, or None where there is nothing to show.
CHANGE_PANELS: Registry[Any] = Registry("change panel")

STATUS_TONES = {
    Status.SUBMITTED: "blue",
    Status.ASSESSING: "blue",
    Status.AWAITING_APPROVAL: "yellow",
    Status.APPROVED: "green",
    Status.REJECTED: "red",
    Status.SCHEDULED: "green",
    Status.IMPLEMENTING: "violet",
    Status.VERIFYING: "violet",
    Status.REVIEWING: "blue",
    Status.EXPIRED: "orange",
}
RISK_TONES = {Risk.HIGH: "red", Risk.MEDIUM: "orange", Risk.LOW: "green"}
STEP_TONES = {
    StepStatus.OPEN: "yellow",
    StepStatus.APPROVED: "green",
    StepStatus.REJECTED: "red",
}
VOTE_TONES = {
    Decision.APPROVE: "green",
    Decision.REJECT: "red",
    Decision.ABSTAIN: "yellow",
    Decision.RECUSE: "blue",
}


def status_badge(change: Change) -> Any:
    if change.on_hold:
        return badge(_("On hold"), "orange")
    return badge(change.get_status_display(), STATUS_TONES.get(change.status, ""))


def risk_badge(change: Change) -> Any:
    if not change.risk:
        return None
    text = pgettext_lazy("badge", "%s risk") % str(change.get_risk_display()).lower()
    return badge(capfirst(text), RISK_TONES.get(change.risk, ""))


def window_of(change: Change) -> str:
    """The planned window in the person's zone, on one line."""
    return span(*change.window) if change.window else shown(None)


@dataclass(frozen=True)
class ShownVote:
    """Somebody whom a step asks, and what they said if they did."""

    name: str
    badge: Any
    comment: str
    said_at: Any
    cast_by: str


@dataclass(frozen=True)
class ShownStep:
    """A step of the chain, as people read it."""

    step: ApprovalStep
    badge: Any
    progress: str
    people: list[ShownVote]


@dataclass(frozen=True)
class ShownRound:
    """How approval of a version stands: the whole chain, also what still waits."""

    version: ContentVersion
    badge: Any
    policy: str
    is_retrospective: bool
    steps: list[ShownStep]


def rounds_of(change: Change) -> list[ShownRound]:
    """Every version that somebody was asked about, the latest first, in a few queries."""
    versions = change.versions.select_related("round").prefetch_related(
        "round__steps__board",
        "round__steps__electors__user__person",
        "round__steps__votes__cast_by",
    )
    return [_round(version) for version in versions]


def _round(version: ContentVersion) -> ShownRound:
    asked = version.round
    return ShownRound(
        version,
        badge(asked.get_status_display(), STEP_TONES.get(asked.status, "")),
        asked.policy,
        asked.is_retrospective,
        [_step(step) for step in asked.steps.all()],
    )


def _step(step: ApprovalStep) -> ShownStep:
    votes = {vote.person_id: vote for vote in step.votes.all()}
    tally = tally_of(step, [(vote.person_id, vote.decision) for vote in votes.values()])
    told = {"there": tally.approvals, "needed": tally.required}
    return ShownStep(
        step,
        badge(step.get_status_display(), STEP_TONES.get(step.status, "")),
        _("%(there)s of %(needed)s approvals") % told,
        [
            _person(elector.user.get_full_name(), votes.get(elector.person_id))
            for elector in step.electors.all()
        ],
    )


def _person(name: str, vote: Vote | None) -> ShownVote:
    if vote is None:
        return ShownVote(name, badge(pgettext_lazy("vote", "No answer yet")), "", None, "")
    said = badge(vote.get_decision_display(), VOTE_TONES.get(vote.decision, ""))
    stood_in = "" if vote.person_id == vote.cast_by_person_id else str(vote.cast_by)
    return ShownVote(name, said, vote.comment, vote.cast_at, stood_in)


def amendment_of(change: Change) -> dict[str, Any] | None:
    """What the current version says other than the one before it, as a table; None for the first
    version, and where nothing is frozen now."""
    newest = list(change.versions.order_by("-number")[:2])
    if len(newest) < 2 or newest[0].sha256 != change.version_hash:
        return None
    return difference_of(differences(newest[1].content, newest[0].content))


def commits_of(change: Change) -> str:
    """What it brings to production, as a list in Markdown."""
    return "\n".join(f"- `{row.repository}@{row.commit}`" for row in change.commits.all())
