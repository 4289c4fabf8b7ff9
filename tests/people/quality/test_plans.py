"""Plans and their draws: drawn once a month, to be drawn again by anybody."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from incidents.models import ReviewedIncident
from notifications.models import Message
from people.models import QualityDraw, QualityPlan, QualityReview, QualityReviewer, ReviewedWork
from people.quality.sampling import population_hash
from people.services import quality_plans
from people.services.quality_draws import draw_again, draw_due, draw_month
from tests.people.judged import a_rubric
from tests.people.quality.test_sampling import drawn_again
from tests.people.reviewed import a_draw, a_plan, last_month, resolved_last_month

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"source": "poems"}, "no such work"),
        ({"rubric_key": "unknown"}, "No rubric in force"),
        ({"per_person": 0}, "greater than or equal"),
        ({"reviews_each": 4}, "less than or equal"),
        ({"days": 2}, "greater than or equal"),
        ({"title": " "}, "blank"),
    ],
)
def test_what_does_not_fit_is_no_plan(cast, refuses, given, words):
    a_rubric(cast)
    with refuses(ValidationError, words):
        a_plan(cast, **given)


def test_a_team_is_planned_by_who_leads_it(cast, refuses):
    plan = a_plan(cast)
    with refuses(ValidationError, "drawn for this rubric already"):
        a_plan(cast)
    with refuses(ValidationError, "do not lead"):
        a_plan(cast, team=cast.teams["wallet-co"])
    for who in (cast.agent_l1, cast.auditor):
        with refuses(NotAllowed):
            quality_plans.edit_plan(plan, actor=who, per_person=3)
    for who in (cast.admin, cast.outsider, cast.hr_partner):
        with refuses(QualityPlan.DoesNotExist):
            quality_plans.edit_plan(plan, actor=who, per_person=3)


def test_the_arbiter_does_not_review(cast, refuses):
    plan = a_plan(cast)
    with refuses(Refused, "none of the reviewers"):
        quality_plans.add_reviewer(plan, actor=cast.team_lead, user=cast.service_manager)
    with refuses(ValidationError, "none of the reviewers"):
        quality_plans.edit_plan(plan, actor=cast.team_lead, arbiter=cast.agent_l2)
    with refuses(ValidationError, "does not include"):
        quality_plans.add_reviewer(plan, actor=cast.team_lead, user=cast.auditor)
    with refuses(ValidationError, "already"):
        quality_plans.add_reviewer(plan, actor=cast.team_lead, user=cast.agent_l2)
    with pytest.raises(DatabaseError), transaction.atomic():
        QualityReviewer.objects.create(plan=plan, user=cast.service_manager)
    with pytest.raises(DatabaseError), transaction.atomic():
        QualityPlan.objects.filter(pk=plan.pk).update(arbiter=cast.agent_l2)


def test_a_month_is_drawn_once_and_can_be_drawn_again(cast, refuses):
    draw = a_draw(cast, 5)
    works = list(ReviewedWork.objects.filter(draw=draw).order_by("person", "reference"))
    assert len(works) == 2
    assert draw.population.count("\n") == 5
    assert draw.population_hash == population_hash(draw.population)
    assert [piece.reference for piece in draw_again(draw)] == [one.reference for one in works]
    assert drawn_again(draw.population, draw.size, draw.seed) == [one.reference for one in works]
    assert {one.work_id for one in ReviewedIncident.objects.all()} == {one.pk for one in works}
    assert QualityReview.objects.filter(work__draw=draw).count() == 4
    told = Message.objects.filter(kind="quality_review")
    assert {one.recipient for one in told} == {cast.team_lead, cast.agent_l2}
    with refuses(Refused, "drawn already"):
        draw_month(draw.plan, actor=cast.team_lead, month=last_month())


def test_what_was_drawn_stays(cast):
    draw = a_draw(cast)
    work = ReviewedWork.objects.filter(draw=draw).first()
    attempts = [
        lambda: QualityDraw.objects.filter(pk=draw.pk).update(seed="00"),
        lambda: QualityDraw.objects.filter(pk=draw.pk).delete(),
        lambda: ReviewedWork.objects.filter(pk=work.pk).delete(),
        lambda: ReviewedWork.objects.filter(pk=work.pk).update(reference="INC-999999"),
        lambda: ReviewedWork.objects.filter(pk=work.pk).update(revealed_at=timezone.now()),
        lambda: QualityPlan.objects.filter(pk=draw.plan_id).update(rubric_key="other"),
        lambda: QualityPlan.objects.filter(pk=draw.plan_id).delete(),
        lambda: QualityReview.objects.filter(work=work).delete(),
        lambda: QualityReview.objects.filter(work=work).update(reviewer=cast.service_manager),
        lambda: QualityReview.objects.create(
            work=work, reviewer=cast.agent_l1, due_on=timezone.localdate()
        ),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_nobody_reviews_their_own_work_but_as_such(cast):
    draw = a_draw(cast, has_self_review=True, reviewers=(cast.agent_l1, cast.agent_l2))
    reviews = QualityReview.objects.filter(work__draw=draw)
    assert set(reviews.filter(reviewer=cast.agent_l1).values_list("is_own_work", flat=True)) == {
        True
    }
    assert reviews.by_others().values("reviewer").distinct().get() == {"reviewer": cast.agent_l2.pk}


def test_nothing_is_drawn_where_nobody_can_review_or_nothing_was_done(cast, refuses):
    [incident] = resolved_last_month(cast, 1)
    plan = a_plan(cast, team=incident.team, reviewers=(cast.agent_l1,))
    with refuses(Refused, "nobody can review"):
        draw_month(plan, actor=cast.team_lead, month=last_month())
    assert not QualityDraw.objects.exists()
    with refuses(Refused, "nothing was finished"):
        draw_month(plan, actor=cast.team_lead, month=last_month() - timedelta(days=40))
    with refuses(ValidationError, "not over"):
        draw_month(plan, actor=cast.team_lead, month=timezone.localdate())
    with refuses(NotAllowed):
        draw_month(plan, actor=cast.agent_l1, month=last_month())


def test_last_month_is_drawn_by_itself_once(cast):
    [incident] = resolved_last_month(cast, 1)
    plan = a_plan(cast, team=incident.team)
    assert (draw_due(timezone.now()), draw_due(timezone.now())) == (1, 0)
    assert plan.draws.get().month == last_month()


def test_who_sees_plans_and_draws(cast):
    draw = a_draw(cast)
    for who in (cast.team_lead, cast.service_manager, cast.agent_l1, cast.agent_l2, cast.auditor):
        assert QualityPlan.objects.visible_to(who).exists(), who
        assert QualityDraw.objects.visible_to(who).filter(pk=draw.pk).exists(), who
    for who in (cast.admin, cast.security_admin, cast.outsider, cast.hr_partner, cast.norole):
        assert not QualityPlan.objects.visible_to(who).exists(), who
        assert not QualityDraw.objects.visible_to(who).exists(), who
