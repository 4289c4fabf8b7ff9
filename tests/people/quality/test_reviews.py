"""Reviews: blind until all have submitted, shown with evidence, final but for a dispute."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from notifications.models import Message
from people.models import ExternalScore, QualityDispute, QualityRating, QualityReview, ReviewedWork
from people.quality.figures import beside_machines, cadence, drift, estimates, reviews_between
from people.quality.workflow import DISPUTE_WORKFLOW, REVIEW_WORKFLOW
from people.services import quality_disputes as disputes
from people.services import quality_plans
from people.services.external_scores import take_score
from people.services.quality_reviews import Given, decline_review, submit_review
from tests.people.reviewed import KEYS, a_draw, a_revealed_review, last_month, ratings, submitted

pytestmark = pytest.mark.django_db
LIFE_OF_A_REVIEW = {
    ("assigned", "submit"): "submitted",
    ("assigned", "decline"): "declined",
    ("submitted", "dispute"): "submitted",
}
LIFE_OF_A_DISPUTE = {
    ("raised", "concede"): "settled",
    ("raised", "keep"): "kept",
    ("raised", "withdraw"): "settled",
    ("kept", "withdraw"): "settled",
    ("kept", "escalate"): "escalated",
    ("escalated", "withdraw"): "settled",
    ("escalated", "decide"): "settled",
}


@pytest.mark.parametrize(
    ("model", "workflow", "life"),
    [
        (QualityReview, REVIEW_WORKFLOW, LIFE_OF_A_REVIEW),
        (QualityDispute, DISPUTE_WORKFLOW, LIFE_OF_A_DISPUTE),
    ],
)
def test_the_tables_are_what_may_become(model, workflow, life):
    statuses = [status for status, _label in model._meta.get_field("status").choices]
    actions = {move.action for move in workflow}
    found = {(s, a): workflow.target(s, a) for s in statuses for a in actions}
    assert {move: to for move, to in found.items() if to} == life


def pair_of(draw):
    """The two reviews of one piece."""
    work = ReviewedWork.objects.filter(draw=draw).order_by("pk").first()
    return QualityReview.objects.filter(work=work).by_others().order_by("reviewer")


# --- Blind ----------------------------------------------------------------------------------------


def test_nobody_sees_a_review_before_all_have_submitted(cast):
    first, second = pair_of(a_draw(cast))
    submitted(first)
    for who in (cast.agent_l1, cast.service_manager, cast.auditor, second.reviewer):
        assert not QualityReview.objects.visible_to(who).filter(pk=first.pk).exists(), who
        assert not QualityRating.objects.visible_to(who).filter(review=first).exists(), who
    assert QualityReview.objects.visible_to(first.reviewer).filter(pk=first.pk).exists()
    assert not Message.objects.filter(kind="quality_revealed").exists()
    submitted(second, 2, 3, 1, None)
    for who in (cast.agent_l1, cast.service_manager, cast.auditor, second.reviewer):
        assert QualityReview.objects.visible_to(who).filter(pk=first.pk).exists(), who
        assert QualityRating.objects.visible_to(who).filter(review=first).count() == 4, who
    for who in (cast.admin, cast.security_admin, cast.outsider, cast.hr_partner, cast.norole):
        assert not QualityReview.objects.visible_to(who).exists(), who
        assert not QualityRating.objects.visible_to(who).exists(), who
    assert Message.objects.get(kind="quality_revealed").recipient == cast.agent_l1


def test_what_people_say_of_their_own_work_comes_before_or_not_at_all(cast, refuses):
    draw = a_draw(cast, 1, has_self_review=True)
    own = QualityReview.objects.get(work__draw=draw, is_own_work=True)
    for review in pair_of(draw):
        submitted(review)
    own.refresh_from_db()
    assert own.status == "lapsed"
    with refuses(Refused):
        submitted(own)


# --- Submitting -----------------------------------------------------------------------------------


def test_a_review_is_scored_by_its_rubric(cast):
    review = a_revealed_review(cast, 4, 3, 1, None)
    # (2 x 3/4 + 3 x 2/4 + 1 x 1) / 6
    assert review.score == Decimal("0.6667")
    work = review.work
    assert work.revealed_at is not None


def test_a_critical_criterion_decides(cast):
    assert a_revealed_review(cast, 5, 5, 0, 3).score == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (ratings()[:3], f"rating_{KEYS[3]}"),
        ([*ratings(), Given("unknown", 1, "x")], "rating_unknown"),
        ([*ratings(), ratings()[0]], "ratings"),
        (ratings(6, 5, 1, None), f"rating_{KEYS[0]}"),
        (ratings(0, 5, 1, None), f"rating_{KEYS[0]}"),
        (ratings(None, 5, 1, None), f"rating_{KEYS[0]}"),
        ([Given(KEYS[0], 4, " "), *ratings()[1:]], f"quote_{KEYS[0]}"),
        ([Given(KEYS[0], 4, "x" * 2001), *ratings()[1:]], f"quote_{KEYS[0]}"),
    ],
)
def test_a_review_that_is_not_whole_is_not_taken(cast, given, field):
    review = pair_of(a_draw(cast, 1)).first()
    with pytest.raises(ValidationError) as refusal:
        submit_review(review, actor=review.reviewer, ratings=given, statement="x")
    assert list(refusal.value.message_dict) == [field]
    assert not QualityRating.objects.exists()


def test_a_figure_alone_judges_nobody(cast, refuses):
    review = pair_of(a_draw(cast, 1)).first()
    with refuses(ValidationError, "in words"):
        submit_review(review, actor=review.reviewer, ratings=ratings(), statement=" ")


def test_nobody_else_submits_and_nobody_twice(cast, refuses):
    first, second = pair_of(a_draw(cast, 1))
    with refuses(QualityReview.DoesNotExist):
        submit_review(first, actor=second.reviewer, ratings=ratings(), statement="x")
    submitted(first)
    with refuses(Refused):
        submitted(first)


def test_a_card_number_is_masked(cast):
    review = pair_of(a_draw(cast, 1)).first()
    told = [Given(KEYS[0], 4, "Card 4111111111111111"), *ratings()[1:]]
    row = submit_review(review, actor=review.reviewer, ratings=told, statement="4111111111111111")
    assert "4111111111111111" not in row.statement + row.ratings.first().quote


def test_a_reviewer_declines_where_another_one_stays(cast, refuses):
    first, second = pair_of(a_draw(cast, 1))
    with refuses(ValidationError, "Say why"):
        decline_review(first, actor=first.reviewer, note=" ")
    assert decline_review(first, actor=first.reviewer, note="My own shift").status == "declined"
    with refuses(Refused, "nobody else"):
        decline_review(second, actor=second.reviewer, note="Mine, too")
    submitted(second)
    second.work.refresh_from_db()
    assert second.work.revealed_at is not None


def test_the_database_keeps_what_was_submitted(cast):
    draw = a_draw(cast, 1)
    first, second = pair_of(draw)
    first = submitted(first)
    rating, one = first.ratings.first(), QualityReview.objects.filter(pk=first.pk)
    asked = rating.criterion
    attempts = [
        lambda: one.update(statement="Other"),
        lambda: one.update(score=1),
        lambda: one.update(status="assigned", ended_at=None, score=None),
        lambda: QualityRating.objects.filter(pk=rating.pk).update(rating=1),
        lambda: QualityRating.objects.filter(pk=rating.pk).update(settled=1),
        lambda: QualityRating.objects.filter(pk=rating.pk).delete(),
        lambda: QualityRating.objects.create(review=second, criterion=asked, rating=3),
        lambda: QualityRating.objects.create(review=second, criterion=asked, rating=9, quote="x"),
        lambda: QualityRating.objects.create(review=second, criterion=asked, quote="x"),
        lambda: QualityReview.objects.filter(pk=second.pk).update(
            status="submitted", ended_at=timezone.now(), statement="Without ratings"
        ),
        lambda: QualityDispute.objects.create(
            rating=rating, raised_by=cast.agent_l1, raised_at=timezone.now(), proposed=5,
            reason="Too early", due_on=timezone.localdate(),
        ),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


# --- Disputes -------------------------------------------------------------------------------------


def a_dispute(cast, review=None):
    review = review or a_revealed_review(cast, 3, 3, 1, None)
    return disputes.raise_dispute(
        review, actor=cast.agent_l1, criterion=KEYS[0], proposed=5, reason="The client thanked us"
    )


def test_a_conceded_dispute_changes_the_score(cast):
    dispute = a_dispute(cast)
    dispute = disputes.concede_dispute(dispute, actor=cast.team_lead)
    review = dispute.rating.review
    assert (dispute.status, dispute.rating.rating, dispute.rating.settled) == ("settled", 3, 5)
    assert review.score == Decimal("0.7500")  # (2 x 1 + 3 x 2/4 + 1) / 6


def test_a_kept_rating_is_accepted_or_goes_to_the_arbiter(cast, refuses):
    dispute = a_dispute(cast)
    with refuses(ValidationError, "Say why"):
        disputes.keep_rating(dispute, actor=cast.team_lead, note="")
    with refuses(Refused):
        disputes.escalate_dispute(dispute, actor=cast.agent_l1)
    dispute = disputes.keep_rating(dispute, actor=cast.team_lead, note="The first answer was late")
    with refuses(Refused, "who raised it"):
        disputes.escalate_dispute(dispute, actor=cast.team_lead)
    dispute = disputes.escalate_dispute(dispute, actor=cast.agent_l1)
    with refuses(Refused, "arbiter"):
        disputes.decide_dispute(dispute, actor=cast.team_lead, rating=4, note="x")
    with refuses(ValidationError, "scale"):
        disputes.decide_dispute(dispute, actor=cast.service_manager, rating=6, note="x")
    dispute = disputes.decide_dispute(
        dispute, actor=cast.service_manager, rating=4, note="Late, but clear"
    )
    assert (dispute.status, dispute.rating.settled) == ("settled", 4)
    told = Message.objects.filter(kind="quality_dispute")
    assert [one.recipient for one in told.order_by("pk")] == [
        cast.team_lead, cast.agent_l1, cast.service_manager, cast.agent_l1
    ]  # fmt: skip


def test_who_disputes_and_when(cast, refuses):
    review = a_revealed_review(cast, 3, 3, 1, None)
    told = {"criterion": KEYS[0], "proposed": 5, "reason": "x"}
    with refuses(Refused, "whose work"):
        disputes.raise_dispute(review, actor=cast.team_lead, **told)
    with refuses(QualityReview.DoesNotExist):
        disputes.raise_dispute(review, actor=cast.outsider, **told)
    for wrong, words in (
        ({"proposed": 3}, "rating that it has"),
        ({"proposed": 6}, "scale"),
        ({"criterion": KEYS[3]}, "not rated"),
        ({"criterion": "unknown"}, "not rated"),
        ({"reason": " "}, "Say why"),
    ):
        with refuses(ValidationError, words):
            disputes.raise_dispute(review, actor=cast.agent_l1, **told | wrong)
    late = timezone.now() + timedelta(days=31)
    with time_machine.travel(late, tick=True), refuses(Refused, "30 days"):
        disputes.raise_dispute(review, actor=cast.agent_l1, **told)
    a_dispute(cast, review)
    with refuses(Refused, "already"):
        disputes.raise_dispute(review, actor=cast.agent_l1, **told)


def test_disputes_do_not_stand_still(cast):
    dispute = a_dispute(cast)
    assert disputes.keep_disputes_moving(timezone.now()) == 0
    assert disputes.keep_disputes_moving(timezone.now() + timedelta(days=8)) == 1
    dispute.refresh_from_db()
    assert dispute.status == "escalated"


def test_what_was_kept_and_not_taken_further_is_settled(cast):
    dispute = disputes.keep_rating(a_dispute(cast), actor=cast.team_lead, note="Late")
    assert disputes.keep_disputes_moving(timezone.now() + timedelta(days=8)) == 1
    dispute.refresh_from_db()
    assert (dispute.status, dispute.settled_by, dispute.rating.settled) == ("settled", None, None)


# --- Figures --------------------------------------------------------------------------------------


def test_twenty_blind_reviews_lead_to_the_expected_interval(cast):
    """Two reviewers of ten pieces each; every piece counts once, by the mean of its two scores."""
    draw = a_draw(cast, 10, per_person=10)
    marks = [(5, 5), (4, 4), (5, 3), (3, 3), (4, 2), (5, 5), (2, 2), (4, 4), (5, 4), (3, 4)]
    works = ReviewedWork.objects.filter(draw=draw).order_by("pk")
    for work, pair in zip(works, marks, strict=True):
        for review, mark in zip(work.reviews.order_by("reviewer"), pair, strict=True):
            submitted(review, mark, mark, 1, None)
    found = estimates(QualityReview.objects.visible_to(cast.agent_l1))
    told = found[cast.agent_l1.person_id]
    # Scores are (5 x (mark - 1) / 4 + 1) / 6, four decimals each; their means by piece are
    # 1, .7917, .7917, .5833, .5833, 1, .375, .7917, .8959, .6875: mean .75, standard deviation
    # .19865; with 9 degrees of freedom t is 2.26216, so the interval reaches .14211 to either side.
    assert told.n == 10
    assert (round(told.mean, 4), round(told.low, 4), round(told.high, 4)) == (0.75, 0.6086, 0.8914)
    assert not estimates(QualityReview.objects.visible_to(cast.outsider))


def test_cadence_and_drift(cast):
    draw = a_draw(cast, 2)
    for work in ReviewedWork.objects.filter(draw=draw):
        lead = work.reviews.get(reviewer=cast.team_lead)
        submitted(lead, 5, 5, 1, None)
    other = QualityReview.objects.filter(work__draw=draw, reviewer=cast.agent_l2).first()
    submitted(other, 3, 3, 1, None)
    seen = reviews_between(cast.team_lead, last_month(), timezone.localdate())
    assert drift(seen)[cast.team_lead.pk].n == 1
    assert round(drift(seen)[cast.team_lead.pk].difference, 4) == 0.4167
    every = QualityReview.objects.filter(work__draw=draw)
    rows = {row["reviewer"]: row for row in cadence(every, timezone.localdate())}
    assert (rows[cast.team_lead.pk]["submitted"], rows[cast.team_lead.pk]["to_do"]) == (2, 0)
    assert (rows[cast.agent_l2.pk]["given"], rows[cast.agent_l2.pk]["to_do"]) == (2, 1)
    later = timezone.localdate() + timedelta(days=15)
    rows = {row["reviewer"]: row for row in cadence(every, later)}
    assert rows[cast.agent_l2.pk]["late"] == 1


# --- Machines -------------------------------------------------------------------------------------


def a_score(cast, reference, **given):
    facts = {
        "source": "sentiment",
        "model": "claro-es",
        "model_version": "2",
        "score": Decimal("0.5"),
        "explanation": "Two words of thanks",
        "scored_at": timezone.now() - timedelta(hours=1),
    }
    return take_score(actor=cast.team_lead, reference=reference, **facts | given)


def test_machines_are_a_second_opinion_where_a_team_wants_it(cast):
    review = a_revealed_review(cast, 5, 5, 1, None)
    row = a_score(cast, review.work.reference)
    assert not ExternalScore.objects.visible_to(cast.agent_l1).exists()
    quality_plans.edit_plan(review.work.draw.plan, actor=cast.team_lead, shows_scores=True)
    for who in (cast.agent_l1, cast.team_lead, cast.service_manager):
        assert ExternalScore.objects.visible_to(who).get() == row
    for who in (cast.admin, cast.outsider, cast.norole):
        assert not ExternalScore.objects.visible_to(who).exists()
    assert estimates(QualityReview.objects.visible_to(cast.agent_l1))[
        cast.agent_l1.person_id
    ].mean == 1  # fmt: skip
    [told] = beside_machines(QualityReview.objects.visible_to(cast.team_lead), [row])
    assert (told.source, told.difference, told.n) == ("sentiment", -0.5, 1)


def test_what_is_no_score_is_not_taken(cast, refuses):
    reference = a_revealed_review(cast).work.reference
    for wrong in (
        {"score": Decimal("1.1")},
        {"score": Decimal("-0.1")},
        {"explanation": " "},
        {"source": "no slug"},
        {"scored_at": timezone.now() + timedelta(hours=1)},
    ):
        with refuses(ValidationError):
            a_score(cast, reference, **wrong)
    with refuses(ValidationError, "no record"):
        a_score(cast, "INC-999999")
    a_score(cast, reference)
    with refuses(ValidationError, "already"):
        a_score(cast, reference)
    with refuses(NotAllowed):
        take_score(
            actor=cast.agent_l1, reference=reference, source="csat", model="m", model_version="1",
            score=Decimal(1), explanation="x", scored_at=timezone.now(),
        )  # fmt: skip
    for attempt in (
        lambda: ExternalScore.objects.update(score=1),
        lambda: ExternalScore.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
