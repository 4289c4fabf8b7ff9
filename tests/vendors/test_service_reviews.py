"""Service reviews: what is on the agenda, who closes them, what then stays, what goes on."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from tests.factories import a_vendor
from tests.vendors.contracts import a_contract
from tests.vendors.reviews import a_card, a_review, in_days, minuted
from tests.vendors.scores import a_scorecard
from vendors import services
from vendors.models import (
    ImprovementPlan,
    ReviewAction,
    ReviewAttendee,
    ReviewItem,
    Scorecard,
    ServiceReview,
)
from vendors.reviews.agenda import cards_of
from vendors.reviews.content import digest_of
from vendors.reviews.enums import ActionStatus, PlanStatus, ReviewStatus
from vendors.reviews.workflow import ACTION_WORKFLOW, PLAN_WORKFLOW, REVIEW_WORKFLOW
from vendors.scorecards.periods import period_of

pytestmark = pytest.mark.django_db

LIFE_OF_A_REVIEW = {
    ("planned", "refresh"): "planned",
    ("planned", "hold"): "held",
    ("planned", "cancel"): "cancelled",
    ("held", "close"): "closed",
}
LIFE_OF_AN_ACTION = {
    ("open", "finish"): "done",
    ("open", "drop"): "dropped",
    ("done", "verify"): "verified",
    ("done", "reopen"): "open",
}
LIFE_OF_A_PLAN = {
    ("drafted", "agree"): "agreed",
    ("agreed", "meet"): "met",
    ("agreed", "miss"): "not_met",
}


@pytest.mark.parametrize(
    ("workflow", "statuses", "life"),
    [
        (REVIEW_WORKFLOW, ReviewStatus, LIFE_OF_A_REVIEW),
        (ACTION_WORKFLOW, ActionStatus, LIFE_OF_AN_ACTION),
        (PLAN_WORKFLOW, PlanStatus, LIFE_OF_A_PLAN),
    ],
)
def test_what_is_not_in_the_table_is_refused(workflow, statuses, life):
    actions = {move.action for move in workflow}
    found = {
        (status, action): target
        for status, action in product(statuses.values, actions)
        if (target := workflow.target(status, action)) is not None
    }
    assert found == life


def kinds(review):
    return list(review.items.order_by("number").values_list("kind", flat=True))


def test_the_agenda_is_drafted_from_what_is_known(cast):
    review = a_review(cast)
    assert kinds(review) == ["scorecard", "weak"]
    weak = review.items.get(kind="weak")
    assert [row["said"] for row in weak.rows] == ["reports: 40 % (40.0)"]
    assert [str(one) for one in review.attendees.all()] == [cast.vendor_manager.get_full_name()]


def test_the_agenda_is_drafted_anew_and_own_items_stay(cast):
    review = a_review(cast, card=a_card(cast, a_vendor(country="MX", tier="tactical")))
    services.add_item(review, actor=cast.vendor_manager, title="Their new owner", takes=15)
    terms = {"starts_on": timezone.localdate() - timedelta(days=165), "initial_term": "P365D"}
    a_contract(cast, "active", vendor=review.vendor, renewal_term="P365D", **terms)
    services.give_figure(
        review.scorecard, actor=cast.vendor_manager, kpi="reports", value=Decimal(90), evidence="x"
    )
    services.refresh_review(review, actor=cast.vendor_manager)
    told = kinds(review)
    assert (told[0], told[-1]) == ("scorecard", "own")
    assert "weak" not in told
    assert list(review.items.values_list("number", flat=True)) == list(range(1, len(told) + 1))
    assert review.items.get(kind="own").title == "Their new owner"


def test_open_actions_and_plans_come_back_in_the_next_review(cast):
    vendor = a_vendor(country="MX")
    first = a_review(cast, "closed", a_card(cast, vendor, back=1))
    services.add_action(
        first, actor=cast.finance, what="Report weekly", contact="Ana", due_on=in_days(20)
    )
    draft_plan(cast, first)
    second = a_review(cast, card=a_card(cast, vendor))
    assert kinds(second) == ["scorecard", "weak", "actions", "plans"]
    action = second.items.get(kind="actions").rows[0]
    assert action["reference"] == first.reference
    assert action["said"] == f"Report weekly · {in_days(20)}"
    other = a_review(cast)  # of another vendor
    assert kinds(other) == ["scorecard", "weak"]


def test_closing_locks_the_scorecard_and_freezes_the_review(cast):
    review = a_review(cast, "closed")
    card = Scorecard.objects.get(pk=review.scorecard_id)
    assert (card.status, card.locked_by) == ("locked", cast.vendor_manager)
    assert review.status == "closed"
    assert review.closed_by == cast.vendor_manager
    assert review.digest == digest_of(review, cards_of(card))


def test_a_quarter_takes_its_months_with_it(cast):
    vendor = a_vendor(country="MX")
    month = a_card(cast, vendor)
    services.measure_period(quarter_before(), timezone.now())
    quarter = Scorecard.objects.get(vendor=vendor, period="quarter")
    assert cards_of(month) == [month]
    first, after = quarter_before().first, quarter_before().after
    inside = list(
        Scorecard.objects.filter(
            vendor=vendor, period="month", starts_on__gte=first, starts_on__lt=after
        ).order_by("starts_on")
    )
    assert cards_of(quarter) == [quarter, *inside]


def quarter_before():
    return period_of(timezone.localdate(), "quarter").previous


def test_a_locked_scorecard_is_fine(cast):
    card = a_card(cast)
    services.lock_scorecard(card, actor=cast.vendor_manager)
    assert a_review(cast, "closed", card).status == "closed"


def test_nobody_closes_on_minutes_of_their_own(cast, refuses):
    review = minuted(cast, a_review(cast, "held"), cast.vendor_manager)
    with refuses(Refused, "you have written minutes of it yourself"):
        services.close_review(review, actor=cast.vendor_manager)
    assert Scorecard.objects.get(pk=review.scorecard_id).status == "open"


def test_the_database_refuses_it_too(cast):
    review = minuted(cast, a_review(cast, "held"), cast.vendor_manager)
    services.lock_scorecard(review.scorecard, actor=cast.vendor_manager)
    closed = {
        "status": "closed",
        "closed_by": cast.vendor_manager,
        "closed_at": timezone.now(),
        "digest": "a" * 64,
    }
    with pytest.raises(IntegrityError, match="another than wrote"), transaction.atomic():
        ServiceReview.objects.filter(pk=review.pk).update(**closed)


@pytest.mark.parametrize("lacks", ["minutes", "attendance", "vendor"])
def test_a_review_is_not_closed_half_told(cast, refuses, lacks):
    review = a_review(cast, "held")
    if lacks != "minutes":
        services.write_minutes(review, actor=cast.finance, number=1, minutes="Weekly.")
    if lacks != "attendance":
        sides = ["ours"] if lacks == "vendor" else ["ours", "vendor"]
        there = review.attendees.filter(side__in=sides)
        services.tell_attendance(review, actor=cast.finance, there=list(there))
    said = {
        "minutes": "it has no minutes yet",
        "attendance": "whether they were there",
        "vendor": "nobody of one of the sides",
    }
    with refuses(Refused, said[lacks]):
        services.close_review(review, actor=cast.vendor_manager)


def test_whoever_may_not_lock_is_refused_with_the_reason(cast, refuses):
    """A scorecard whose month runs is not locked, and so its review is not closed."""
    review = a_review(cast, "held", running_card(cast))
    minuted(cast, review)
    with refuses(Refused, "its period has not ended yet"):
        services.close_review(review, actor=cast.vendor_manager)
    with refuses(NotAllowed):
        services.close_review(review, actor=cast.finance)


def running_card(cast):
    vendor = a_card(cast).vendor
    period = period_of(timezone.localdate(), "month")
    card = a_scorecard(vendor, period, timezone.now())
    return services.give_figure(
        card, actor=cast.vendor_manager, kpi="reports", value=Decimal(50), evidence="x"
    )


def test_one_review_goes_through_a_scorecard(cast, refuses):
    review = a_review(cast)
    with refuses(Refused, "goes through it already"):
        a_review(cast, card=review.scorecard)
    services.cancel_review(review, actor=cast.vendor_manager, note="Ill")
    assert a_review(cast, card=review.scorecard).status == "planned"


def test_it_is_not_held_before_its_time(cast, refuses):
    review = a_review(cast, planned_at=timezone.now() + timedelta(hours=2))
    with refuses(Refused, "planned for later"):
        services.hold_review(review, actor=cast.vendor_manager)


def test_a_cancelled_review_says_why(cast, refuses):
    review = a_review(cast)
    with refuses(ValidationError, "Say why"):
        services.cancel_review(review, actor=cast.vendor_manager, note=" ")
    assert services.cancel_review(review, actor=cast.vendor_manager, note="Ill").reason == "Ill"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vendors_servicereview SET place = 'x'",
        "UPDATE vendors_servicereview SET status = 'held'",
        "DELETE FROM vendors_servicereview",
        "UPDATE vendors_reviewitem SET minutes = 'x'",
        "DELETE FROM vendors_reviewitem",
        "UPDATE vendors_reviewattendee SET was_there = false",
        "DELETE FROM vendors_reviewattendee",
    ],
)
def test_what_was_closed_stays(cast, statement):
    a_review(cast, "closed")
    with (
        pytest.raises(IntegrityError, match=r"stays as it was closed|not deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_agenda_and_attendees_are_refused_afterwards(cast, refuses, status):
    review = a_review(cast, status)
    manager = cast.vendor_manager
    with refuses(Refused, "stays as it is"):
        services.add_item(review, actor=manager, title="x")
    with refuses(Refused, "stays as it is"):
        services.add_attendee(review, actor=manager, name="Eva")
    with refuses(Refused, "between holding and closing"):
        services.write_minutes(review, actor=cast.finance, number=1, minutes="x")
    with refuses(Refused, "only a planned review"):
        services.edit_review(review, actor=manager, place="Room 5")


def test_attendees_are_people_of_both_sides(cast, refuses):
    review = a_review(cast)
    vendor, manager = review.vendor, cast.vendor_manager
    facts = {"name": "Ana", "role": "Account manager", "level": 1, "email": "ana@example.com"}
    services.add_contact(vendor, actor=manager, **facts)
    contact = vendor.contacts.get()
    services.add_attendee(review, actor=manager, contact=contact)
    services.add_attendee(review, actor=manager, user=cast.finance)
    services.remove_contact(vendor, actor=manager, contact=contact)
    told = review.attendees.order_by("pk").values_list("side", "user__username", "name", "role")
    assert list(told) == [
        ("ours", "vendor_manager", "", ""),
        ("vendor", None, "Ana", "Account manager"),
        ("ours", "finance", "", ""),
    ]
    with refuses(ValidationError, "on the list already"):
        services.add_attendee(review, actor=manager, user=cast.finance)
    with refuses(ValidationError, "Choose an account"):
        services.add_attendee(review, actor=manager)
    other = a_vendor(country="MX")
    services.add_contact(other, actor=manager, **facts)
    with refuses(ValidationError, "no contact of this vendor"):
        services.add_attendee(review, actor=manager, contact=other.contacts.get())


# --- Actions --------------------------------------------------------------------------------------


def an_action(cast, review=None, **given):
    review = review or a_review(cast, "closed")
    facts = {"what": "Report weekly", "contact": "Ana", "due_on": in_days(20)}
    services.add_action(review, actor=cast.finance, **facts | given)
    return review.actions.latest("pk")


def test_an_action_is_done_and_verified_by_another(cast, refuses):
    action = an_action(cast)
    review = action.review
    services.finish_action(review, actor=cast.finance, part=action, note="Three reports came")
    with refuses(Refused, "you do not verify an action of your own"):
        services.verify_action(review, actor=cast.finance, part=action)
    services.verify_action(review, actor=cast.vendor_manager, part=action)
    action.refresh_from_db()
    assert (action.status, action.verified_by) == ("verified", cast.vendor_manager)
    for verb in (services.finish_action, services.drop_action):
        with refuses(Refused):
            verb(review, actor=cast.vendor_manager, part=action, note="x")


def test_owners_do_not_verify_what_another_reported(cast, refuses):
    action = an_action(cast, contact="", owner=cast.vendor_manager)
    services.finish_action(action.review, actor=cast.finance, part=action, note="Seen")
    with refuses(Refused, "of your own"):
        services.verify_action(action.review, actor=cast.vendor_manager, part=action)
    told = {"status": "verified", "verified_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewAction.objects.filter(pk=action.pk).update(verified_by=cast.vendor_manager, **told)


def test_an_action_opens_again_or_is_dropped(cast, refuses):
    action = an_action(cast)
    review = action.review
    services.finish_action(review, actor=cast.finance, part=action, note="Sent")
    services.reopen_action(review, actor=cast.vendor_manager, part=action, note="Empty file")
    with refuses(ValidationError, "Say how or why"):
        services.drop_action(review, actor=cast.vendor_manager, part=action, note="")
    services.drop_action(review, actor=cast.vendor_manager, part=action, note="Moot")
    action.refresh_from_db()
    assert (action.status, action.note, action.done_by) == ("dropped", "Moot", None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"contact": ""}, "not both"),
        ({"owner": "vendor_manager"}, "not both"),
        ({"due_on": -2}, "on or after that of the review"),
        ({"what": ""}, "cannot be blank"),
    ],
)
def test_bad_actions_are_refused(cast, refuses, given, said):
    review = a_review(cast, "closed")
    facts = dict(given)
    if "owner" in facts:
        facts["owner"] = cast[facts["owner"]]
    if "due_on" in facts:
        facts["due_on"] = in_days(facts["due_on"])
    with refuses(ValidationError, said):
        an_action(cast, review, **facts)


def test_actions_belong_to_reviews_that_were_held(cast, refuses):
    for status in ("planned", "cancelled"):
        review = a_review(cast, status)
        with refuses(Refused, "has not been held"):
            an_action(cast, review)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vendors_reviewaction SET what = 'x'",
        "UPDATE vendors_reviewaction SET due_on = due_on + 30",
        "DELETE FROM vendors_reviewaction",
    ],
)
def test_what_was_agreed_to_be_done_stays(cast, statement):
    an_action(cast)
    with (
        pytest.raises(IntegrityError, match=r"as it was agreed|not deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# --- Improvement plans ----------------------------------------------------------------------------


def draft_plan(cast, review=None, **given):
    review = review or a_review(cast, "closed")
    facts = {
        "kpi": "reports",
        "target_value": Decimal(80),
        "due_on": in_days(90),
        "measures": "Two more people",
        "contact": "Ana",
        "owner": cast.vendor_manager,
    }
    services.draft_improvement(review, actor=cast.finance, **facts | given)
    return review.plans.get()


@pytest.mark.parametrize(("met", "status"), [(True, "met"), (False, "not_met")])
def test_a_plan_is_closed_by_another_than_drafted_it(cast, refuses, met, status):
    plan = draft_plan(cast)
    assert plan.from_value == Decimal(40)
    review, told = plan.review, {"part": plan, "met": met, "note": "Read from the card"}
    with refuses(Refused):
        services.end_improvement(review, actor=cast.vendor_manager, **told)
    services.agree_improvement(review, actor=cast.vendor_manager, part=plan)
    with refuses(Refused, "you do not close a plan of your own"):
        services.end_improvement(review, actor=cast.finance, **told)
    services.end_improvement(review, actor=cast.vendor_manager, **told)
    plan.refresh_from_db()
    assert (plan.status, plan.ended_by) == (status, cast.vendor_manager)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"target_value": Decimal(40)}, "no better"),
        ({"target_value": Decimal(30)}, "no better"),
        ({"kpi": "unknown"}, "Nothing is known"),
        ({"due_on": -5}, "on or after"),
        ({"measures": ""}, "cannot be blank"),
        ({"contact": ""}, "cannot be blank"),
    ],
)
def test_bad_plans_are_refused(cast, refuses, given, said):
    review = a_review(cast, "closed")
    if "due_on" in given:
        given = {"due_on": in_days(given["due_on"])}
    with refuses(ValidationError, said):
        draft_plan(cast, review, **given)


def test_a_figure_has_one_plan_in_a_review(cast, refuses):
    plan = draft_plan(cast)
    with refuses(Refused, "a plan for this figure already"):
        draft_plan(cast, plan.review)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vendors_improvementplan SET target_value = 41",
        "UPDATE vendors_improvementplan SET status = 'met', ended_at = now(), ended_by_id = 1",
        "DELETE FROM vendors_improvementplan",
    ],
)
def test_a_plan_stays_as_it_is(cast, statement):
    draft_plan(cast)
    with (
        pytest.raises(IntegrityError, match=r"as it was agreed|not deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# --- Who sees and does what -----------------------------------------------------------------------


def test_reviews_are_seen_with_the_scorecards_of_their_vendor(cast):
    here = a_review(cast, "closed")
    seen = {
        name: set(ServiceReview.objects.visible_to(cast[name]))
        for name in ("vendor_manager", "finance", "auditor", "service_manager", "approver")
    }
    assert seen == {name: {here} for name in seen}
    hidden = ("agent_l1", "outsider", "admin", "requester")
    for model in (ServiceReview, ReviewItem, ReviewAttendee, ReviewAction, ImprovementPlan):
        assert [list(model.objects.visible_to(cast[name])) for name in hidden] == [[]] * 4


def test_only_their_keepers_plan_and_only_minuters_write(cast, refuses):
    review, card = a_review(cast, "held"), a_card(cast)
    with refuses(NotAllowed):
        services.write_minutes(review, actor=cast.auditor, number=1, minutes="x")
    with refuses(NotAllowed):
        services.add_item(review, actor=cast.finance, title="x")
    with refuses(NotAllowed):
        services.plan_review(
            actor=cast.finance,
            scorecard=card,
            planned_at=timezone.now(),
            place="x",
            chair=cast.finance,
        )
