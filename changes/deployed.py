"""Which change a deployment belongs to, and what is wrong about it. Pure: facts in, a verdict out.

Detecting what was changed without authorisation is NIST SP 800-53 CM-3 and CM-5, and CIS control 4;
the four questions are asked in the order in which an answer makes the next one pointless.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.enums import ChangeType, FindingKind

SHORTEST_COMMIT = 7
"""Git abbreviates to seven digits; fewer could be any commit."""


@dataclass(frozen=True)
class Deployed:
    """What was reported. `service_id` is that of its repository, None where no service has it."""

    repository: str
    commit: str
    at: datetime
    digest: str = ""
    named_change: str = ""
    service_id: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A change that was approved, or began on the word of the ECAB, and may be the one."""

    pk: int
    reference: str
    type: str = ChangeType.NORMAL
    commits: frozenset[tuple[str, str]] = frozenset()
    service_ids: frozenset[int] = frozenset()
    planned: tuple[datetime, datetime] | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None


def same_commit(one: str, other: str) -> bool:
    """The same, or one the beginning of the other, long enough to mean one commit only."""
    one, other = one.lower(), other.lower()
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= SHORTEST_COMMIT and longer.startswith(shorter))


def brings(change: Candidate, deployed: Deployed) -> bool:
    """Whether the change names this very commit or artefact of this repository."""
    told = [commit for repository, commit in change.commits if repository == deployed.repository]
    return any(
        same_commit(commit, deployed.commit)
        or (deployed.digest != "" and commit.lower() == deployed.digest.lower())
        for commit in told
    )


def covers(change: Candidate, at: datetime) -> bool:
    """Whether a moment lies in its window. An emergency has no other than from when to when it was
    worked on; what ends has ended when it ends."""
    if change.type != ChangeType.EMERGENCY and change.planned is not None:
        return change.planned[0] <= at < change.planned[1]
    if change.began_at is None:
        return False
    return change.began_at <= at and (change.ended_at is None or at <= change.ended_at)


def change_of(deployed: Deployed, candidates: Iterable[Candidate]) -> Candidate | None:
    """The change that the deployment belongs to: the one it names, else one that brings the commit,
    else one about its service whose window it lies in. Of several the nearest in time."""
    found = list(candidates)
    for fits in (
        lambda change: change.reference == deployed.named_change,
        lambda change: brings(change, deployed),
        lambda change: deployed.service_id in change.service_ids and covers(change, deployed.at),
    ):
        if fitting := [change for change in found if fits(change)]:
            return min(fitting, key=lambda change: (_distance(change, deployed.at), -change.pk))
    return None


def _distance(change: Candidate, at: datetime) -> timedelta:
    """How far a moment is from its window; nothing inside it."""
    if covers(change, at):
        return timedelta(0)
    ends = [
        moment
        for moment in (*(change.planned or ()), change.began_at, change.ended_at)
        if moment is not None
    ]
    return min((abs(at - moment) for moment in ends), default=timedelta.max)


def verdict(deployed: Deployed, change: Candidate | None) -> FindingKind | None:
    """What is wrong about a deployment; None where nothing is. Who names no commit of a repository
    has approved none, and none is another than approved only where some was named."""
    if change is None:
        return FindingKind.NO_CHANGE
    names_some = any(repository == deployed.repository for repository, _c in change.commits)
    if names_some and not brings(change, deployed):
        return FindingKind.OTHER_COMMIT
    if not covers(change, deployed.at):
        return FindingKind.OUTSIDE_WINDOW
    return None
