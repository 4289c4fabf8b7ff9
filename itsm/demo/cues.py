"""What each plot of a world is to be: how many are open now, what waits for weeks, what is over."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate
from random import Random

from incidents.enums import Status
from itsm.demo.paces import Pace
from itsm.demo.stories import Story, all_stories

OPEN_NOW = (
    Status.NEW,
    Status.TRIAGED,
    Status.IN_PROGRESS,
    Status.PENDING_CUSTOMER,
    Status.PENDING_VENDOR,
    Status.PENDING_CHANGE,
    Status.NEW,
    Status.IN_PROGRESS,
    Status.PENDING_VENDOR,
    Status.IN_PROGRESS,
    Status.PENDING_CUSTOMER,
    Status.NEW,
    Status.TRIAGED,
    Status.IN_PROGRESS,
    Status.PENDING_CHANGE,
)
RESOLVED_LATELY = 8  # of these the last three were reopened once
REOPENED = 3
FIRST = len(OPEN_NOW) + RESOLVED_LATELY  # told before the others
# What is not urgent and waits for weeks; only a world of some size has it.
BACKLOG = (
    Status.PENDING_CHANGE,
    Status.PENDING_CUSTOMER,
    Status.PENDING_VENDOR,
    Status.IN_PROGRESS,
    Status.TRIAGED,
) * 5
FIRST_OF_BACKLOG = 250
_CANCELLED, _REOPENED = 0.035, 0.03


@dataclass(frozen=True)
class Cue:
    """Which plot is wanted, where that is not left to chance."""

    story: Story
    status: Status
    impact: int = 0
    urgency: int = 0
    at: datetime | None = None
    is_first: bool = False
    is_reopened: bool = False
    is_old: bool = False
    storm: str = ""
    pace: Pace | None = None


def cue_of(seed: int, n: int) -> Cue:
    """The first are open now or were until lately; the others lie in the past, but for those that
    wait for long."""
    rng = Random(f"{seed}:cue:{n}")  # noqa: S311 -- a repeatable world, no secret
    is_old = FIRST_OF_BACKLOG <= n < FIRST_OF_BACKLOG + len(BACKLOG)
    if n < len(OPEN_NOW):
        status = OPEN_NOW[n]
    elif n < FIRST:
        status = Status.RESOLVED
    elif is_old:
        status = BACKLOG[n - FIRST_OF_BACKLOG]
    else:
        status = Status.CANCELLED if rng.random() < _CANCELLED else Status.CLOSED
    is_again = rng.random() < _REOPENED if n >= FIRST else n >= FIRST - REOPENED
    stories, weights = _fitting(status, is_old)
    story = rng.choices(stories, cum_weights=weights)[0]
    return Cue(
        story=story,
        status=status,
        impact=max(story.impact) if is_old else 0,
        urgency=max(story.urgency) if is_old else 0,
        is_first=n < FIRST,
        is_reopened=is_again,
        is_old=is_old,
    )


@cache
def _fitting(status: Status, is_old: bool) -> tuple[list[Story], list[float]]:
    """The stories that can stand there, and their weights as they add up."""
    stories = [story for story in all_stories() if _can_stand(story, status, is_old=is_old)]
    return stories, list(accumulate(story.weight for story in stories))


def _can_stand(story: Story, status: Status, *, is_old: bool) -> bool:
    """One waits for a vendor only where a vendor has a part, pay days are not always now, and only
    what is not urgent waits for weeks."""
    if is_old and (max(story.impact) < 3 or max(story.urgency) < 2):
        return False
    waits = {
        Status.PENDING_CUSTOMER: story.customer_notes,
        Status.PENDING_VENDOR: story.vendor_notes,
        Status.PENDING_CHANGE: story.change_notes,
    }
    is_past = status in (Status.CLOSED, Status.CANCELLED)
    return bool(waits.get(status, True)) and (is_past or not story.rhythm)
