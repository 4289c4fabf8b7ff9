"""Laws of a step's decision: every combination of votes on boards of up to seven, and more.

Which seat says what does not matter (that is a law of its own below), so that the multisets of
answers, with silence as a fifth one, are all the combinations there are.
"""

from collections.abc import Iterator
from itertools import combinations_with_replacement
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.decision import Rule, Tally, decide
from changes.enums import Decision, Quorum, StepStatus

APPROVE, REJECT, ABSTAIN, RECUSE = Decision
FALLS_WITH_RECUSAL = (Quorum.ALL, Quorum.PERCENT)
ONE_REFUSAL_SUFFICES = (Quorum.FIRST, Quorum.ALL)
PERCENTAGES = (1, 34, 50, 51, 67, 100)

type Said = tuple[Decision | None, ...]  # by seat; None is silence


def rules_of(members: int) -> Iterator[Rule]:
    """Every rule a board of so many could have; some need more people than there are."""
    for present in range(1, members + 1):
        yield Rule(Quorum.FIRST, members, present=present)
        yield Rule(Quorum.ALL, members, present=present)
        for needed in range(1, members + 2):
            yield Rule(Quorum.N_OF_M, members, needed, present)
        for percentage in PERCENTAGES:
            yield Rule(Quorum.PERCENT, members, percentage, present)


def votes_of(said: Said) -> dict[int, Decision]:
    return {seat: answer for seat, answer in enumerate(said) if answer is not None}


def tally(rule: Rule, said: Said, silent_there: int = 0) -> Tally:
    """How a step stands when so many of the silent members sit in the meeting."""
    silent = [seat for seat, answer in enumerate(said) if answer is None]
    return decide(rule, votes_of(said), silent[:silent_there])


def combinations(members: int) -> Iterator[tuple[Rule, Said, int]]:
    every = list(combinations_with_replacement((*Decision, None), members))
    for rule in rules_of(members):
        for said in every:
            for there in range(said.count(None) + 1):
                yield rule, said, there


boards = pytest.mark.parametrize("members", range(8))


@boards
def test_nothing_is_approved_without_the_approvals_and_the_people_it_requires(members):
    for rule, said, there in combinations(members):
        t = tally(rule, said, there)
        approvals = said.count(APPROVE)
        assert t.approvals == approvals
        if t.status == StepStatus.APPROVED:
            assert approvals >= t.required >= 1
            assert members - said.count(None) - said.count(RECUSE) + there >= rule.present


@boards
def test_where_one_refusal_suffices_a_refused_step_is_never_shown_as_granted(members):
    for rule, said, there in combinations(members):
        if rule.quorum in ONE_REFUSAL_SUFFICES and REJECT in said:
            assert tally(rule, said, there).status == StepStatus.REJECTED


@boards
def test_enough_approvals_of_enough_people_are_approved_and_nothing_else_is(members):
    for rule, said, there in combinations(members):
        t = tally(rule, said, there)
        refused = rule.quorum in ONE_REFUSAL_SUFFICES and REJECT in said
        enough = t.approvals >= t.required and t.taking_part >= rule.present
        assert (t.status == StepStatus.APPROVED) == (enough and not refused)


@boards
def test_without_a_single_refusing_word_a_step_is_rejected_only_when_nothing_can_approve_it(
    members,
):
    """The silent members are let say anything: open means that some of it would approve."""
    for rule in rules_of(members):
        for said in combinations_with_replacement((*Decision, None), members):
            spoken = tuple(answer for answer in said if answer is not None)
            if rule.quorum in ONE_REFUSAL_SUFFICES and REJECT in spoken:
                continue
            completed = combinations_with_replacement(Decision, members - len(spoken))
            possible = any(
                tally(rule, (*spoken, *rest)).status == StepStatus.APPROVED for rest in completed
            )
            assert (tally(rule, said).status == StepStatus.REJECTED) == (not possible)


@boards
def test_when_everybody_has_spoken_the_step_is_decided(members):
    for rule in rules_of(members):
        for said in combinations_with_replacement(Decision, members):
            assert tally(rule, said).status in (StepStatus.APPROVED, StepStatus.REJECTED)


@boards
def test_recusal_lowers_what_all_and_percent_require_and_nothing_else(members):
    for rule in rules_of(members):
        required = [rule.required(recused) for recused in range(members + 1)]
        if rule.quorum in FALLS_WITH_RECUSAL:
            assert required == sorted(required, reverse=True)
            assert required[-1] == 1  # never nothing, even where nobody is left
        else:
            assert len(set(required)) == 1


@boards
def test_where_everybody_recused_themselves_nobody_approved(members):
    for rule in rules_of(members):
        assert tally(rule, (RECUSE,) * members).status == StepStatus.REJECTED


@boards
def test_one_more_approval_never_makes_an_approved_step_anything_else(members):
    for rule, said, there in combinations(members):
        if None in said and tally(rule, said, there).status == StepStatus.APPROVED:
            silent = said.index(None)
            more = (*said[:silent], APPROVE, *said[silent + 1 :])
            assert tally(rule, more, max(there - 1, 0)).status == StepStatus.APPROVED


@boards
def test_approving_instead_of_abstaining_is_never_worse_for_the_change(members):
    order = (StepStatus.REJECTED, StepStatus.OPEN, StepStatus.APPROVED)
    for rule, said, there in combinations(members):
        if ABSTAIN in said:
            abstained = said.index(ABSTAIN)
            approved = (*said[:abstained], APPROVE, *said[abstained + 1 :])
            before, after = tally(rule, said, there), tally(rule, approved, there)
            assert order.index(after.status) >= order.index(before.status)


@boards
def test_the_databases_weaker_copy_never_asks_for_more_than_the_rule(members):
    """It knows what is required of all members, and takes every recusal off that."""
    for rule in rules_of(members):
        falls = rule.quorum in FALLS_WITH_RECUSAL
        for recused in range(members + 1):
            weaker = max(1, rule.required() - (recused if falls else 0))
            assert weaker <= rule.required(recused)


@boards
def test_those_who_sit_there_silently_take_part_and_approve_nothing(members):
    for rule, said, there in combinations(members):
        alone, together = tally(rule, said), tally(rule, said, there)
        assert together.taking_part == alone.taking_part + there
        assert (together.approvals, together.required) == (alone.approvals, alone.required)
        if together.status != alone.status:
            assert (alone.status, together.status) == (StepStatus.OPEN, StepStatus.APPROVED)


@pytest.mark.parametrize(
    ("rule", "said", "status"),
    [
        (Rule(Quorum.FIRST, 3), (), "open"),
        (Rule(Quorum.FIRST, 3), (APPROVE,), "approved"),
        (Rule(Quorum.FIRST, 3), (REJECT,), "rejected"),
        (Rule(Quorum.FIRST, 3), (ABSTAIN,), "open"),
        (Rule(Quorum.ALL, 3), (APPROVE, APPROVE), "open"),
        (Rule(Quorum.ALL, 3), (APPROVE, APPROVE, RECUSE), "approved"),
        (Rule(Quorum.ALL, 3), (APPROVE, APPROVE, ABSTAIN), "rejected"),
        (Rule(Quorum.N_OF_M, 5, 3), (APPROVE, APPROVE, REJECT, REJECT), "open"),
        (Rule(Quorum.N_OF_M, 5, 3), (APPROVE, APPROVE, RECUSE, RECUSE, RECUSE), "rejected"),
        (Rule(Quorum.N_OF_M, 5, 3, present=4), (APPROVE, APPROVE, APPROVE), "open"),
        (Rule(Quorum.N_OF_M, 5, 3, present=4), (APPROVE, APPROVE, APPROVE, REJECT), "approved"),
        (Rule(Quorum.N_OF_M, 2, 3), (), "rejected"),
        (Rule(Quorum.PERCENT, 5, 50), (APPROVE, APPROVE), "open"),
        (Rule(Quorum.PERCENT, 5, 50), (APPROVE, APPROVE, RECUSE), "approved"),
        (Rule(Quorum.PERCENT, 5, 50), (REJECT, REJECT, REJECT), "rejected"),
        (Rule(Quorum.ALL, 0), (), "rejected"),
    ],
)
def test_what_a_board_would_expect(rule, said, status):
    assert decide(rule, dict(enumerate(said))).status == status


def test_an_unknown_rule_or_answer_is_refused():
    with pytest.raises(ValueError, match="is no rule"):
        Rule("whoever", 3).required()
    with pytest.raises(ValueError, match="'maybe'"):
        decide(Rule(Quorum.ALL, 3), {1: "maybe"})


rules = st.integers(1, 40).flatmap(
    lambda members: st.builds(
        Rule,
        st.sampled_from(Quorum),
        st.just(members),
        st.integers(1, 100),
        st.integers(1, members),
    )
)


def votes_for(rule: Rule) -> st.SearchStrategy[dict[int, Decision]]:
    seats = st.integers(0, rule.members - 1)
    return st.dictionaries(seats, st.sampled_from(Decision), max_size=rule.members)


@given(rules.flatmap(lambda rule: st.tuples(st.just(rule), votes_for(rule), st.randoms())))
def test_neither_the_order_of_the_votes_nor_who_gave_which_matters(case):
    rule, votes, random = case
    shuffled = random.sample(list(votes.items()), len(votes))
    seats = random.sample(range(rule.members), len(votes))
    moved = dict(zip(seats, votes.values(), strict=True))
    assert decide(rule, dict(shuffled)) == decide(rule, votes) == decide(rule, moved)


@given(rules.flatmap(lambda rule: st.tuples(st.just(rule), votes_for(rule))))
def test_the_figures_of_a_tally_add_up(case):
    rule, votes = case
    t = decide(rule, votes, present=range(rule.members))
    recused = sum(answer == RECUSE for answer in votes.values())
    assert t.outstanding == rule.members - len(votes) >= 0
    assert t.taking_part == rule.members - recused
    assert t.approvals == sum(answer == APPROVE for answer in votes.values())


@given(rules.flatmap(lambda rule: st.tuples(st.just(rule), votes_for(rule))))
def test_sitting_there_counts_once_for_those_who_voted_and_not_for_the_recused(case):
    rule, votes = case
    assert decide(rule, votes, present=votes) == decide(rule, votes)


@given(st.integers(1, 200), st.integers(1, 100), st.data())
def test_a_percentage_is_of_those_left_rounded_up(members, percentage, data):
    recused = data.draw(st.integers(0, members))
    required = Rule(Quorum.PERCENT, members, percentage).required(recused)
    left = members - recused
    assert required * 100 >= left * percentage or left == 0
    assert (required - 1) * 100 < max(left * percentage, 1)
    assert required == max(ceil(left * percentage / 100), 1)
