"""Calibrations: started, rated blind, revealed together, talked about and closed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.context import Channel, acting
from core.errors import NotAllowed, Refused, ValidationError
from notifications.models import Message
from people.calibration.enums import CalibrationStatus
from people.calibration.figures import agreement_of, leanings
from people.models import Calibration, CalibrationPiece, CalibrationRater, CalibrationRating
from people.services import calibrations, quality_plans
from people.services.calibrations import calibrated_until
from tests.evidence.world import a_colleague
from tests.people.calibrated import a_calibration, rated, revealed
from tests.people.reviewed import a_plan, ratings, resolved_last_month

pytestmark = pytest.mark.django_db
KEY = "incident-handling"


def test_the_reviewers_rate_the_same_work_and_see_it_together(cast):
    calibration = a_calibration(cast)
    assert calibration.pieces.count() == 3
    one, other = (rater.user for rater in calibration.raters.order_by("pk"))
    rated(calibration, one, (4, 5, 1, None))
    calibration.refresh_from_db()
    assert calibration.status == CalibrationStatus.RATING
    for who, sees in ((one, 12), (other, 0), (cast.service_manager, 0), (cast.auditor, 0)):
        assert CalibrationRating.objects.visible_to(who).count() == sees, who
    rated(calibration, other, (3, 5, 1, 2))
    calibration.refresh_from_db()
    assert calibration.status == CalibrationStatus.REVEALED
    for who in (one, other, cast.service_manager, cast.auditor):
        assert CalibrationRating.objects.visible_to(who).count() == 24, who
    for who in (cast.agent_l1, cast.admin, cast.norole, cast.outsider):
        assert not Calibration.objects.visible_to(who).exists(), who
        assert not CalibrationRating.objects.visible_to(who).exists(), who


def test_it_is_closed_with_words_and_its_raters_count_as_calibrated(cast):
    calibration = revealed(cast)
    today = timezone.localdate()
    users = [rater.user_id for rater in calibration.raters.all()]
    assert calibrated_until(KEY, users, on=today) == {}
    with pytest.raises(ValidationError):
        calibrations.close_calibration(calibration, actor=cast.team_lead, summary=" ")
    closed = calibrations.close_calibration(
        calibration, actor=cast.team_lead, summary="Card 4111 1111 1111 1111 is no evidence"
    )
    assert "4111 1111" not in closed.summary
    until = today + timedelta(days=180)
    assert calibrated_until(KEY, users, on=today) == dict.fromkeys(users, until)
    assert calibrated_until("other-key", users, on=today) == {}
    assert calibrated_until(KEY, users, on=until) == {}
    assert calibrated_until(KEY, users, on=until - timedelta(days=1)) != {}
    with pytest.raises(Refused):
        calibrations.cancel_calibration(closed, actor=cast.team_lead, note="x")


def test_agreement_is_told_by_criterion_and_drift_by_rater(cast):
    calibration = revealed(cast, (4, 5, 1, None), (3, 5, 1, 2))
    rows = CalibrationRating.objects.select_related("criterion", "rater__user__person")
    told = {one.criterion.key: one for one in agreement_of(rows)}
    clear = told["clear-to-the-client"]
    assert clear.kappa == pytest.approx(0.0)  # each gave always the same, never the other's
    assert clear.alpha == pytest.approx(1 - 1 / (3 * 3 * 2 / 30))
    assert told["right-diagnosis"].kappa is None  # all gave one rating
    assert (told["told-the-vendor"].alpha, told["told-the-vendor"].pieces) == (None, 0)
    apart = {one.rater.user_id: one for one in leanings(rows)}
    first, second = calibration.raters.order_by("pk")
    assert apart[first.user_id].difference == pytest.approx(0.25 / 3)
    assert apart[second.user_id].difference == pytest.approx(-0.25 / 3)
    assert apart[first.user_id].n == 9


def test_nobody_rates_their_own_work_nor_what_was_reviewed(cast):
    resolved_last_month(cast, 2, owner=cast.agent_l2)
    calibration = a_calibration(cast)
    raters = {rater.user.person_id for rater in calibration.raters.all()}
    assert not raters & set(calibration.pieces.values_list("person", flat=True))
    with pytest.raises(Refused):  # one at a time
        a_calibration(cast, plan=calibration.plan)
    calibrations.cancel_calibration(calibration, actor=cast.team_lead, note="Holidays")
    with pytest.raises(ValidationError, match="only 0 pieces"):
        a_calibration(cast, plan=calibration.plan)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"pieces": 1}, ValidationError),
        ({"pieces": 21}, ValidationError),
        ({"pieces": 9}, ValidationError),
        ({"days": 0}, ValidationError),
        ({"month": timezone.localdate() + timedelta(days=40)}, ValidationError),
    ],
)
def test_what_cannot_be_started(cast, given, error):
    with pytest.raises(error):
        a_calibration(cast, **given)
    assert not Calibration.objects.exists()


def test_only_who_leads_the_team_starts_it_with_two_reviewers(cast):
    plan = a_plan(cast, team=resolved_last_month(cast, 3)[0].team, reviewers=[cast.agent_l2])
    with pytest.raises(Refused, match="two reviewers"):
        a_calibration(cast, plan=plan)
    quality_plans.add_reviewer(plan, actor=cast.team_lead, user=cast.team_lead)
    for who in (cast.agent_l2, cast.auditor):
        with pytest.raises(NotAllowed):
            a_calibration(cast, plan=plan, actor=who)
    a_calibration(cast, plan=plan)


def test_a_piece_is_rated_once_and_whole_by_its_raters(cast):
    calibration = a_calibration(cast)
    piece = calibration.pieces.first().reference
    rater = cast.agent_l2

    def rate(who=rater, reference=piece, given=None):
        calibrations.rate_piece(
            calibration, actor=who, piece=reference, ratings=given or ratings(1, 1, 0, 1)
        )

    with pytest.raises(ValidationError) as wrong:
        rate(given=ratings(9, 5, 1, 2)[:3])
    assert set(wrong.value.message_dict) == {
        "rating_clear-to-the-client",
        "rating_told-the-vendor",
    }
    with pytest.raises(ValidationError):
        rate(reference="INC-999999")
    with pytest.raises(Refused, match="other people"):
        rate(who=cast.service_manager)
    rate()
    with pytest.raises(Refused, match="already"):
        rate()


def test_a_late_rater_is_left_out_while_two_remain(cast):
    third = a_colleague(cast, "agent")
    reviewers = (cast.team_lead, cast.agent_l2, third)
    calibration = a_calibration(cast, reviewers=reviewers)
    for who in reviewers[:2]:
        rated(calibration, who)
    calibration.refresh_from_db()
    assert calibration.status == CalibrationStatus.RATING
    out = {"actor": cast.team_lead, "note": "On leave"}
    with pytest.raises(ValidationError):
        calibrations.leave_rater_out(calibration, user=cast.agent_l2, **out)
    told = calibrations.leave_rater_out(calibration, user=third, **out)
    assert told.status == CalibrationStatus.REVEALED
    with pytest.raises(Refused):
        calibrations.rate_piece(told, actor=third, piece="x", ratings=[])


def test_two_are_not_made_one(cast):
    calibration = a_calibration(cast)
    with pytest.raises(Refused, match="cancel it instead"):
        calibrations.leave_rater_out(
            calibration, actor=cast.team_lead, user=cast.agent_l2, note="On leave"
        )


def refused(rows, **changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**changes)


def test_the_database_refuses_what_would_break_the_blindness(cast):
    calibration = a_calibration(cast)
    rows = Calibration.objects.filter(pk=calibration.pk)
    now = timezone.now()
    refused(rows, status="revealed", revealed_at=now)
    refused(CalibrationRater.objects.all(), done_at=now)
    rated(calibration, cast.agent_l2)
    refused(CalibrationRating.objects.all(), rating=1)
    refused(CalibrationPiece.objects.all(), reference="INC-1")
    refused(CalibrationRater.objects.filter(user=cast.agent_l2), done_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalibrationPiece.objects.create(
            calibration=calibration, reference="INC-2", person=cast.agent_l1.person
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CalibrationRater.objects.create(calibration=calibration, user=cast.service_manager)
    for model in (CalibrationRating, CalibrationPiece, CalibrationRater, Calibration):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_who_is_late_is_told_once(cast):
    with acting(channel=Channel.IMPORT, at=timezone.now() - timedelta(days=8)):
        calibration = a_calibration(cast, days=3)
    for _twice in range(2):
        calibrations.remind_of_calibrations(timezone.now())
    keys = Message.objects.filter(recipient=cast.agent_l2, reference=calibration.reference)
    assert keys.filter(idempotency_key__contains=":due").count() == 1


def test_its_page_asks_as_often_for_many_as_for_few(cast, client_of):
    client = client_of(cast.team_lead)
    counts = []
    for reviewers, pieces in (((cast.team_lead, cast.agent_l2), 2), (None, 6)):
        people = reviewers or (cast.team_lead, cast.agent_l2, a_colleague(cast, "agent"))
        calibration = revealed(cast, pieces=pieces, reviewers=people)
        url = f"/people/calibration/{calibration.pk}/change/"
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            text = client.get(url).content.decode()
        assert "Krippendorff" in text
        counts.append(len(asked))
        calibrations.close_calibration(calibration, actor=cast.team_lead, summary="Read it so")
        quality_plans.edit_plan(calibration.plan, actor=cast.team_lead, is_active=False)
    assert counts[0] == counts[1]


def test_before_it_is_told_a_page_shows_the_own_ratings_alone(cast, client_of):
    calibration = a_calibration(cast)
    rated(calibration, cast.agent_l2, (2, 2, 0, 2), note="Zacapoaxtla")
    url = f"/people/calibration/{calibration.pk}/change/"
    for who, sees in ((cast.agent_l2, True), (cast.team_lead, False), (cast.auditor, False)):
        text = client_of(who).get(url).content.decode()
        assert ("Zacapoaxtla" in text) == sees, who
        history = client_of(who).get(url.replace("change", "history"))
        assert "Zacapoaxtla" not in history.content.decode()
    assert client_of(cast.agent_l1).get(url).status_code == 404
