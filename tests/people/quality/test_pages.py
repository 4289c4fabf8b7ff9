"""The pages and REST of quality: who gets to which, what they show, what they refuse."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from people.models import QualityDispute, QualityPlan, QualityReview, ReviewedWork
from people.services import quality_plans
from people.services.quality_disputes import raise_dispute
from tests.people.judged import a_rubric
from tests.people.quality.test_reviews import a_score
from tests.people.reviewed import (
    KEYS,
    a_draw,
    a_plan,
    a_revealed_review,
    last_month,
    resolved_last_month,
    submitted,
)

pytestmark = pytest.mark.django_db


def page_of(row):
    return f"/people/{row._meta.model_name}/{row.pk}/change/"


def dialog_of(row, action):
    return f"/people/{row._meta.model_name}/{row.pk}/action/{action}/"


def rest(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def answers(**given):
    told = {f"rating_{KEYS[0]}": "4", f"rating_{KEYS[1]}": "5", f"rating_{KEYS[2]}": "1"}
    told |= {f"rating_{KEYS[3]}": "none", f"quote_{KEYS[0]}": "«Gracias»", "statement": "Sound"}
    return told | given


# --- Plans and draws ------------------------------------------------------------------------------


def test_a_plan_is_made_and_drawn_in_the_portal(cast, client_of):
    a_rubric(cast)
    team = resolved_last_month(cast, 2)[0].team
    client = client_of(cast.team_lead)
    told = {
        "title": "First line", "team": team.pk, "source": "incidents", "days": 14,
        "rubric_key": "incident-handling", "per_person": 2, "reviews_each": 1,
        "arbiter": cast.service_manager.pk, "is_active": "on",
    }  # fmt: skip
    shown = client.get("/people/qualityplan/add/").content.decode()
    assert "Wallet Colombia" not in shown
    answer = client.post("/people/qualityplan/add/", told)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    plan = QualityPlan.objects.get()
    answer = client.post(dialog_of(plan, "add_reviewer"), {"user": cast.team_lead.pk})
    assert answer.status_code in (200, 302)
    answer = client.post(dialog_of(plan, "draw"), {"month": f"{timezone.localdate():%Y-%m}"})
    assert "not over" in answer.content.decode()
    client.post(dialog_of(plan, "draw"), {"month": f"{last_month():%Y-%m}"})
    draw = plan.draws.get()
    assert draw.seed in client.get(page_of(draw)).content.decode()
    taken = client.get(f"/people/qualitydraw/{draw.pk}/population.txt")
    assert taken.content.decode() == draw.population
    text = client.get(page_of(plan)).content.decode()
    assert str(draw.reference) in text
    assert client_of(cast.agent_l1).get(page_of(draw)).status_code == 200
    address = f"/people/qualitydraw/{draw.pk}/population.txt"
    assert client_of(cast.agent_l1).get(address).status_code == 404
    for who in (cast.admin, cast.outsider, cast.norole):
        assert client_of(who).get(page_of(draw)).status_code in (403, 404)


def test_whoever_leads_nothing_gets_no_buttons(cast, client_of):
    plan = a_plan(cast)
    client = client_of(cast.agent_l1)
    assert "/action/draw/" not in client.get(page_of(plan)).content.decode()
    assert client.get(dialog_of(plan, "draw")).status_code == 404
    assert client.get(f"{page_of(plan)}?edit").status_code in (200, 403)
    assert client.get("/people/qualityplan/add/").status_code == 403


# --- Reviews --------------------------------------------------------------------------------------


def test_a_review_is_written_in_the_dialog(cast, client_of):
    draw = a_draw(cast, 1)
    review = QualityReview.objects.get(work__draw=draw, reviewer=cast.agent_l2)
    client = client_of(cast.agent_l2)
    shown = client.get(dialog_of(review, "submit")).content.decode()
    assert "Right diagnosis 4" in shown
    assert "What shows it" in shown or "Qué lo muestra" in shown
    answer = client.post(dialog_of(review, "submit"), answers(**{f"quote_{KEYS[0]}": " "}))
    assert answer.status_code == 400
    answer = client.post(dialog_of(review, "submit"), answers(statement=""))
    assert answer.status_code == 400
    answer = client.post(dialog_of(review, "submit"), answers())
    assert answer.status_code in (200, 302)
    review.refresh_from_db()
    assert review.status == "submitted"
    assert client_of(cast.agent_l1).get(page_of(review)).status_code == 404
    submitted(QualityReview.objects.get(work__draw=draw, reviewer=cast.team_lead))
    text = client_of(cast.agent_l1).get(page_of(review)).content.decode()
    assert "«Gracias»" in text
    assert "/action/dispute/" in text


def test_a_dispute_goes_through_the_portal(cast, client_of):
    review = a_revealed_review(cast, 3, 3, 1, None)
    told = {"criterion": KEYS[0], "proposed": 5, "reason": "The call says so"}
    answer = client_of(cast.agent_l1).post(dialog_of(review, "dispute"), told)
    assert answer.status_code in (200, 302)
    dispute = QualityDispute.objects.get()
    assert client_of(cast.agent_l1).get(page_of(dispute)).status_code == 200
    lead = client_of(cast.team_lead)
    assert "The call says so" in lead.get(page_of(dispute)).content.decode()
    lead.post(dialog_of(dispute, "keep"), {"note": "Not in the record", "version": 1})
    client_of(cast.agent_l1).post(dialog_of(dispute, "escalate"), {})
    manager = client_of(cast.service_manager)
    manager.post(dialog_of(dispute, "decide"), {"rating": 4, "note": "Half of it", "version": 3})
    dispute.refresh_from_db()
    assert (dispute.status, dispute.rating.settled) == ("settled", 4)
    text = client_of(cast.agent_l1).get(page_of(review)).content.decode()
    assert "<s>3</s>" in text


@pytest.mark.parametrize("model", ["qualityplan", "qualitydraw", "qualityreview", "qualitydispute"])
def test_lists_ask_as_often_for_many_as_for_one(cast, client_of, model):
    review = a_revealed_review(cast, 3, 3, 1, None)
    raise_dispute(review, actor=cast.agent_l1, criterion=KEYS[0], proposed=5, reason="x")
    client = client_of(cast.team_lead)
    client.get(f"/people/{model}/?tab=all")
    with CaptureQueriesContext(
        connection,
    ) as once:
        answer = client.get(f"/people/{model}/?tab=all" if model == "qualityreview" else
                            f"/people/{model}/")  # fmt: skip
    assert answer.status_code == 200
    assert len(once) < 40


# --- The page of quality --------------------------------------------------------------------------


def test_the_page_tells_scores_with_how_sure_they_are(cast, client_of):
    draw = a_draw(cast, 2)
    for review in QualityReview.objects.filter(work__draw=draw):
        submitted(review)
    work = ReviewedWork.objects.filter(draw=draw).first()
    a_score(cast, work.reference)
    quality_plans.edit_plan(draw.plan, actor=cast.team_lead, shows_scores=True)
    for who, sees in (
        (cast.team_lead, True), (cast.agent_l1, True), (cast.auditor, True),
    ):  # fmt: skip
        who.language = "en"
        who.save()
        text = client_of(who).get("/quality/").content.decode()
        assert (cast.agent_l1.person.full_name in text) == sees
        assert 'class="interval interval-few"' in text
        assert "sentiment" in text
    with CaptureQueriesContext(connection) as asked:
        client_of(cast.team_lead).get("/quality/")
    assert len(asked) < 45
    for who in (cast.admin, cast.hr_partner, cast.norole):
        assert client_of(who).get("/quality/").status_code in (403, 404)
    assert cast.agent_l1.person.full_name not in (
        client_of(cast.outsider).get("/quality/").content.decode()
    )


@pytest.mark.parametrize("query", ["start=x", "start=1999-01", "start=2026-05&end=2026-01"])
def test_months_that_are_none_are_told(cast, client_of, query):
    answer = client_of(cast.team_lead).get(f"/quality/?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


# --- REST -----------------------------------------------------------------------------------------


def test_a_review_by_rest(cast):
    review = QualityReview.objects.get(
        work__draw=a_draw(cast, 1, reviews_each=1, reviewers=(cast.team_lead,))
    )
    address = f"/api/v1/quality-reviews/{review.reference}/submit/"
    told = {
        "ratings": [
            {"criterion": KEYS[0], "rating": 4, "quote": "«Gracias»"},
            {"criterion": KEYS[1], "rating": 5},
            {"criterion": KEYS[2], "rating": 1},
            {"criterion": KEYS[3], "rating": None},
        ],
        "statement": "Sound",
    }
    assert rest(cast.agent_l1).post(address, told, format="json").status_code == 404
    client = rest(cast.team_lead)
    answer = client.post(address, told | {"statement": ""}, format="json")
    assert answer.status_code == 400
    answer = client.post(address, told | {"ratings": told["ratings"][:3]}, format="json")
    assert answer.status_code == 400
    assert f"rating_{KEYS[3]}" in answer.content.decode()
    answer = client.post(address, told | {"ratings": [{"criterion": "x"}]}, format="json")
    assert answer.status_code == 400
    answer = client.post(address, told, format="json")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["score"]) == ("submitted", "0.9167")
    told = {"action": "dispute", "criterion": KEYS[0], "proposed": 5, "reason": "x"}
    answer = rest(cast.agent_l1).post(
        f"/api/v1/quality-reviews/{review.reference}/transitions/", told, format="json"
    )
    assert answer.status_code == 200, answer.content
    [dispute] = rest(cast.agent_l1).get("/api/v1/quality-disputes/").json()["results"]
    answer = client.post(
        f"/api/v1/quality-disputes/{dispute['reference']}/transitions/",
        {"action": "concede"},
        format="json",
    )
    assert (answer.json()["status"], answer.json()["settled"]) == ("settled", 5)


def test_plans_draws_and_scores_by_rest(cast):
    incident = resolved_last_month(cast, 1)[0]
    a_rubric(cast)
    client = rest(cast.team_lead)
    told = {
        "title": "First line", "team": incident.team.slug, "source": "incidents",
        "rubric_key": "incident-handling", "per_person": 2, "reviews_each": 1, "days": 14,
        "arbiter": "service_manager",
    }  # fmt: skip
    answer = client.post("/api/v1/quality-plans/", told, format="json")
    assert answer.status_code == 201, answer.content
    address = f"/api/v1/quality-plans/{answer.json()['reference']}/"
    for body in (
        {"action": "add_reviewer", "user": str(cast.team_lead.pk)},
        {"action": "draw", "month": f"{last_month():%Y-%m}"},
    ):
        answer = client.post(f"{address}transitions/", body, format="json")
        assert answer.status_code == 200, answer.content
    assert answer.json()["reviewers"] == ["team_lead"]
    [draw] = client.get("/api/v1/quality-draws/").json()["results"]
    address = f"/api/v1/quality-draws/{draw['reference']}/"
    assert client.get(f"{address}population/").content.decode().startswith(incident.reference)
    assert [one["reference"] for one in client.get(f"{address}works/").json()] == [
        incident.reference
    ]
    assert rest(cast.agent_l1).get(f"{address}population/").status_code == 403
    assert rest(cast.agent_l1).get(f"{address}works/").json() == []
    told = {
        "reference": incident.reference, "source": "csat", "model": "survey",
        "model_version": "1", "score": "0.9", "explanation": "Nine of ten",
        "scored_at": timezone.now().isoformat(),
    }  # fmt: skip
    answer = client.post("/api/v1/external-scores/", told, format="json")
    assert answer.status_code == 201, answer.content
    answer = client.post("/api/v1/external-scores/", told | {"score": "2"}, format="json")
    assert answer.status_code == 400
