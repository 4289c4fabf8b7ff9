"""Whether a step is decided: a pure function of its rule, its votes and who takes part.

The database keeps a weaker copy (`triggers.py`), which may refuse but never decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from changes.enums import Decision, Quorum, StepStatus


@dataclass(frozen=True)
class Rule:
    """When the votes of `members` people suffice.

    `needed` is a number for `n_of_m` and a percentage for `percent`. `present` is how many must
    take part at least: by any vote but a recusal, or by being in the meeting.
    """

    quorum: Quorum
    members: int
    needed: int = 1
    present: int = 1

    def required(self, recused: int = 0) -> int:
        """How many approvals are required when so many people recused themselves.

        Recusal lowers what “all” and “percent” require, never what “n of m” does, and never below
        one: where nobody is left, nobody approved.
        """
        left = max(self.members - recused, 0)
        match self.quorum:
            case Quorum.FIRST:
                return 1
            case Quorum.ALL:
                return max(left, 1)
            case Quorum.PERCENT:
                return max(ceil(left * self.needed / 100), 1)
            case Quorum.N_OF_M:
                return max(self.needed, 1)
        raise ValueError(f"{self.quorum!r} is no rule")


@dataclass(frozen=True)
class Tally:
    """How a step stands."""

    status: StepStatus
    approvals: int
    required: int
    taking_part: int
    outstanding: int
    """How many members have said nothing yet."""


def decide(rule: Rule, votes: Mapping[int, Decision], present: Iterable[int] = ()) -> Tally:
    """How a step stands after these votes, by seat, with these members in the meeting.

    Approved: enough approvals and enough people take part. Rejected: a refusal where one suffices
    (the first answer, all), or so many that enough approvals or participants can no longer come.
    Else open. An abstention takes part and approves nothing.
    """
    counts = Counter(Decision(said) for said in votes.values())
    recused = counts[Decision.RECUSE]
    outstanding = rule.members - len(votes)
    approvals, rejections = counts[Decision.APPROVE], counts[Decision.REJECT]
    spoke = {seat for seat, said in votes.items() if said != Decision.RECUSE}
    silent_there = {seat for seat in present if seat not in votes}
    taking_part = len(spoke) + len(silent_there)
    required = rule.required(recused)

    if rule.quorum in (Quorum.FIRST, Quorum.ALL) and rejections:
        status = StepStatus.REJECTED
    elif approvals >= required and taking_part >= rule.present:
        status = StepStatus.APPROVED
    elif approvals + outstanding < required or len(spoke) + outstanding < rule.present:
        status = StepStatus.REJECTED  # not even if all the others approved
    else:
        status = StepStatus.OPEN
    return Tally(status, approvals, required, taking_part, outstanding)
