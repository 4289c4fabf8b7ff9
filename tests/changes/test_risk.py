"""The risk of a change: fifteen worked examples, and the laws that hold for all the others."""

from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from changes.enums import Risk
from changes.risk import (
    CHANCES,
    LEVELS,
    QUESTIONS,
    THRESHOLDS,
    Facts,
    assess,
    brier,
    calibration,
    level_of,
    missing,
)

QUIET = {question.code: question.answers[0].code for question in QUESTIONS}
WORST = {question.code: question.answers[-1].code for question in QUESTIONS}
NOTHING_RAISES = Facts(backout_tested=True)


def answers(text: str) -> dict[str, str]:
    """`"reach=all timing=peak"`: these, and the quiet answer to every other question."""
    return QUIET | dict(pair.split("=") for pair in text.split())


# What is changed: its answers where they are not the quiet ones, the facts where they are not
# those above; then the points, the codes of the rules that raise it, and the level.
WORKED_EXAMPLES = {
    "a text on a help page": ("", {}, 0, (), "low"),
    "a text on a help page, nobody tried its back-out": (
        "timing=usual",
        {"backout_tested": False},
        1,
        ("backout_untested",),
        "medium",
    ),
    "a new alarm": ("detection=watching timing=usual", {}, 2, (), "low"),
    "one more report for one client": (
        "reach=some experience=seldom data=adds detection=clients",
        {},
        7,
        (),
        "low",
    ),
    "one more report for all clients": (
        "reach=all experience=seldom data=adds detection=clients",
        {},
        9,
        (),
        "medium",
    ),
    "a monthly patch of the operating system": (
        "reach=some interruption=short tested=similar timing=usual backout=steps",
        {"in_pci_scope": True},
        8,
        ("pci",),
        "medium",
    ),
    "a reviewed rule in the firewall of the card network": (
        "security=reviewed backout=steps detection=watching",
        {"in_pci_scope": True},
        4,
        ("pci",),
        "medium",
    ),
    "a certificate of a payment rail, done every year": (
        "reach=all interruption=short security=reviewed backout=steps order=in_order",
        {"services_reached": 6},
        10,
        ("reached",),
        "medium",
    ),
    "a new ledger, its data converted in one night": (
        "reach=all money=directly interruption=long experience=never hands=two data=converts "
        "backout=restore",
        {"is_significant": True, "services_reached": 14},
        22,
        ("reached", "significant"),
        "high",
    ),
    "a settlement file in another layout, at both ends at once": (
        "reach=some money=directly experience=seldom hands=more order=at_once tested=similar "
        "backout=steps detection=watching timing=usual",
        {},
        18,
        (),
        "high",
    ),
    "a small fix where every third change failed": (
        "reach=some timing=usual",
        {"recent": 9, "failed": 3},
        3,
        ("history",),
        "high",
    ),
    "a small fix where one of two changes failed, which says nothing yet": (
        "reach=some timing=usual",
        {"recent": 2, "failed": 1},
        3,
        (),
        "low",
    ),
    "a small fix two days before the Buen Fin": (
        "reach=some timing=usual",
        {"days_to_freeze": 2},
        3,
        ("freeze",),
        "medium",
    ),
    "a small fix on a payday, inside the freeze": (
        "reach=some timing=peak",
        {"days_to_freeze": 0},
        5,
        ("freeze",),
        "high",
    ),
    "a small fix on a Sunday when the team has nobody on duty": (
        "reach=some",
        {"team_on_duty": False, "recent": 20, "failed": 3},
        2,
        ("history", "duty"),
        "medium",
    ),
}


@pytest.mark.parametrize("name", WORKED_EXAMPLES)
def test_worked_examples(name):
    said, facts, points, raised, level = WORKED_EXAMPLES[name]
    assessment = assess(answers(said), replace(NOTHING_RAISES, **facts))
    rules = tuple(line.code for line in assessment.lines if line.level)
    assert (assessment.points, rules, assessment.level) == (points, raised, level)


def test_there_are_fifteen_of_them_and_twelve_questions():
    assert (len(WORKED_EXAMPLES), len(QUESTIONS)) == (15, 12)


def test_codes_name_one_thing_each():
    assert len(QUIET) == len(QUESTIONS)
    for question in QUESTIONS:
        assert len({answer.code for answer in question.answers}) == len(question.answers)


def test_answers_go_from_nothing_to_the_worst():
    for question in QUESTIONS:
        points = [answer.points for answer in question.answers]
        assert points[0] == 0
        assert points == sorted(set(points))


def test_the_questionnaire_alone_can_say_every_level():
    assert [level_of(points) for points in (0, 7, 8, 17, 18, 43)] == [
        Risk.LOW,
        Risk.LOW,
        Risk.MEDIUM,
        Risk.MEDIUM,
        Risk.HIGH,
        Risk.HIGH,
    ]
    assert assess(WORST, NOTHING_RAISES).points == 43
    assert THRESHOLDS[-1] == (Risk.LOW, 0)


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"recent": 100, "failed": 14}, None),
        ({"recent": 100, "failed": 15}, "medium"),
        ({"recent": 20, "failed": 3}, "medium"),
        ({"recent": 100, "failed": 29}, "medium"),
        ({"recent": 10, "failed": 3}, "high"),
        ({"recent": 4, "failed": 4}, None),
        ({"recent": 5, "failed": 0}, None),
        ({"days_to_freeze": None}, None),
        ({"days_to_freeze": 3}, None),
        ({"days_to_freeze": 1}, "medium"),
        ({"days_to_freeze": 0}, "high"),
        ({"services_reached": 3}, None),
        ({"services_reached": 4}, "medium"),
        ({"services_reached": 10}, "high"),
        ({"team_on_duty": None}, None),
        ({"team_on_duty": True}, None),
        ({"team_on_duty": False}, "medium"),
        ({"backout_tested": False}, "medium"),
        ({"in_pci_scope": True}, "medium"),
        ({"is_significant": True}, "high"),
    ],
)
def test_the_edges_of_every_rule(facts, level):
    assessment = assess(QUIET, replace(NOTHING_RAISES, **facts))
    assert [line.level for line in assessment.lines if line.level] == ([level] if level else [])
    assert assessment.level == (level or "low")


def test_a_back_out_counts_as_untested_until_somebody_says_otherwise():
    assert [line.code for line in assess(QUIET, Facts()).lines if line.level] == [
        "backout_untested"
    ]


def test_what_is_unanswered_is_named_in_order_and_adds_nothing():
    said = {"timing": "peak", "reach": "all"}
    assert [question.code for question in missing(said)] == [
        question.code for question in QUESTIONS if question.code not in said
    ]
    assert missing(QUIET) == ()
    assert assess(said, NOTHING_RAISES).points == 7


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"weather": "rain"}, r"\['weather'\] are no questions"),
        ({"reach": "most"}, "'most' is no answer to 'reach'"),
        ({"reach": ""}, "'' is no answer to 'reach'"),
    ],
)
def test_unknown_questions_and_answers_are_refused(said, message):
    with pytest.raises(ValueError, match=message):
        assess(said, NOTHING_RAISES)


@pytest.mark.parametrize("facts", [{"recent": 1, "failed": 2}, {"failed": -1}])
def test_impossible_histories_are_refused(facts):
    with pytest.raises(ValueError, match="cannot have failed"):
        Facts(**facts)


def test_every_reason_is_told_in_the_language_of_whoever_reads_it():
    facts = Facts(20, 6, False, 1, 12, False, True, True)
    lines = assess(answers("reach=all"), facts).lines
    with translation.override("en"):
        english = [str(line.text) for line in lines]
    assert english[0] == "Who notices if it goes wrong? All clients, or a payment rail"
    assert english[len(QUESTIONS) :] == [
        "6 of the service's last 20 changes failed",
        "Nobody has tried its back-out",
        "A freeze is 1 day away",
        "12 services depend on what is changed",
        "Nobody of the team is on duty then",
        "It touches what PCI DSS protects",
        "It is a significant change after PCI DSS 6.5.2",
    ]
    assert str(assess(QUIET, Facts(days_to_freeze=0)).lines[-1].text) == "It lies inside a freeze"
    assert str(assess(QUIET, Facts(days_to_freeze=2)).lines[-1].text) == "A freeze is 2 days away"


def one_of(question):
    return st.sampled_from([answer.code for answer in question.answers])


whole = st.fixed_dictionaries({q.code: one_of(q) for q in QUESTIONS})
partial = st.fixed_dictionaries({}, optional={q.code: one_of(q) for q in QUESTIONS})
histories = st.integers(0, 50).flatmap(
    lambda recent: st.tuples(st.just(recent), st.integers(0, recent))
)
facts = st.builds(
    lambda history, *rest: Facts(*history, *rest),
    histories,
    st.booleans(),
    st.none() | st.integers(0, 30),
    st.integers(0, 40),
    st.none() | st.booleans(),
    st.booleans(),
    st.booleans(),
)


def rank(answers_, facts_):
    return LEVELS.index(assess(answers_, facts_).level)


@given(partial, facts)
def test_the_lines_add_up_to_the_points_and_none_is_above_the_level(said, known):
    assessment = assess(said, known)
    assert sum(line.points for line in assessment.lines) == assessment.points
    levels = [level_of(assessment.points)]
    levels += [line.level for line in assessment.lines if line.level]
    assert assessment.level == max(levels, key=LEVELS.index)
    assert [line.code for line in assessment.lines][: len(said)] == [
        question.code for question in QUESTIONS if question.code in said
    ]
    assert all(str(line.text) for line in assessment.lines)


@given(whole, facts, st.randoms())
def test_the_order_of_the_answers_does_not_matter(said, known, random):
    shuffled = dict(random.sample(list(said.items()), len(said)))
    assert assess(shuffled, known) == assess(said, known)


@given(whole, facts, st.sampled_from(QUESTIONS), st.data())
def test_a_worse_answer_never_lowers_the_level(said, known, question, data):
    codes = [answer.code for answer in question.answers]
    worse = data.draw(st.sampled_from(codes[codes.index(said[question.code]) :]))
    assert rank(said | {question.code: worse}, known) >= rank(said, known)


@given(partial, facts)
def test_answering_what_was_missing_never_lowers_the_level(said, known):
    assert rank(QUIET | said, known) == rank(said, known) <= rank(WORST | said, known)


@given(whole, facts)
def test_a_worse_fact_never_lowers_the_level(said, known):
    for worse in (
        {"backout_tested": False},
        {"days_to_freeze": 0},
        {"services_reached": known.services_reached + 6},
        {"team_on_duty": False},
        {"in_pci_scope": True},
        {"is_significant": True},
        {"recent": known.recent + 1, "failed": known.failed + 1},
    ):
        assert rank(said, replace(known, **worse)) >= rank(said, known)


@given(whole, facts)
def test_not_knowing_who_is_on_duty_is_as_if_somebody_were(said, known):
    unknown, there = (assess(said, replace(known, team_on_duty=x)) for x in (None, True))
    assert unknown == there


foretold = st.lists(st.tuples(st.sampled_from(Risk), st.booleans()))


@given(foretold, st.randoms())
def test_calibration_counts_every_change_once_whatever_their_order(pairs, random):
    table = calibration(iter(pairs))
    assert [row.level for row in table] == list(LEVELS)
    assert sum(row.n for row in table) == len(pairs)
    assert sum(row.wrong for row in table) == sum(wrong for _level, wrong in pairs)
    assert calibration(random.sample(pairs, len(pairs))) == table


@given(foretold.filter(bool))
def test_the_brier_score_is_what_its_parts_by_level_say(pairs):
    """Murphy's partition of 1973, without splitting what lies between the levels: the distance
    of each level from its promise, and the spread inside it."""
    parts = sum(
        row.n * ((row.foretold - row.share) ** 2 + row.share * (1 - row.share))
        for row in calibration(pairs)
        if row.n
    )
    score = brier(iter(pairs))
    assert score == pytest.approx(parts / len(pairs))
    assert 0 <= score <= 1


def test_examples_of_calibration_and_score():
    pairs = [(Risk.LOW, False)] * 3 + [(Risk.HIGH, True), (Risk.HIGH, False)]
    rows = [(row.level, row.n, row.wrong, row.share) for row in calibration(pairs)]
    assert rows == [("low", 3, 0, 0.0), ("medium", 0, 0, None), ("high", 2, 1, 0.5)]
    assert brier(pairs) == pytest.approx((3 * 0.02**2 + 0.7**2 + 0.3**2) / 5)
    assert (brier([]), list(CHANCES.values())) == (None, sorted(CHANCES.values()))
