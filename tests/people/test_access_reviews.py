"""Reviews of access: a complete list, hashed; somebody else decides; what is taken away is done."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused
from notifications.models import Message
from people import services
from people.enums import ReviewDecision, ReviewStatus
from people.models import AccessRemoval, AccessReview, AccessReviewItem, RoleGrant, User
from people.roles import Role
from people.services.review_rounds import announce_next, keep_reviews
from tests.people.reviews import announced, decide_all, item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(cast):
    return announced(cast)


@pytest.fixture
def running(cast, review):
    return services.start_review(review, actor=cast.security_admin)


def sql(text, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, params)


def refused_by_database(text, *params):
    with pytest.raises(DatabaseError, match=r"people_refused|violates check"):
        sql(text, *params)


# --- The list -----------------------------------------------------------------------------------


def test_every_account_is_on_the_list_also_disabled_ones_services_and_auditors(cast, review):
    robot = services.create_account(
        actor=cast.admin, username="robot", email="robot@cobalto.example"
    )
    services.disable_account(cast.norole, actor=cast.admin, reason="left")
    running = services.start_review(review, actor=cast.security_admin)
    listed = set(running.items.values_list("account__username", flat=True))
    assert listed == set(User.objects.values_list("username", flat=True))
    assert {"robot", "norole", "auditor"} <= listed
    assert running.extract_count == running.accounts_total == len(listed)
    assert item_of(running, cast.norole).was_active is False
    assert json.loads(item_of(running, robot).line)["kind"] == "service"


def test_the_hash_is_of_the_lines_as_they_are_kept(cast, running):
    lines = running.items.order_by("number").values_list("line", flat=True)
    text = "".join(f"{line}\n" for line in lines)
    assert running.extract_sha256 == sha256(text.encode()).hexdigest()
    told = json.loads(item_of(running, cast.agent_l1).line)
    assert told["account"] == "agent_l1"
    assert [(g["role"], g["where"]) for g in told["grants"]] == [("agent", "team:payments-l1")]
    assert [m["team"] for m in told["memberships"]] == ["payments-l1"]


def test_a_line_tells_tokens_with_their_end_and_never_their_secret(cast, review):
    token, secret = services.mint_token(
        cast.agent_l1, actor=cast.agent_l1, name="script", scopes=["read"], days=9
    )
    running = services.start_review(review, actor=cast.security_admin)
    line = item_of(running, cast.agent_l1).line
    assert [t["name"] for t in json.loads(line)["tokens"]] == ["script"]
    assert json.loads(line)["tokens"][0]["expires_at"] is not None
    assert secret not in line
    assert token.digest not in line


def test_a_team_or_a_country_lists_its_own_accounts_only(cast):
    team = services.start_review(announced(cast, team=cast.payments_l1), actor=cast.security_admin)
    named = set(team.items.values_list("account__username", flat=True))
    assert named == {"agent_l1", "team_lead"}
    country = services.start_review(announced(cast, country="CO"), actor=cast.security_admin)
    assert set(country.items.values_list("account__username", flat=True)) == {"outsider"}
    assert country.accounts_total > country.extract_count


def test_the_list_is_read_with_as_many_queries_for_many_accounts(
    cast, django_assert_num_queries, review
):
    from people.review_extract import accounts_of, line_of, with_access

    at = timezone.now()
    for few in (True, False):
        accounts = accounts_of(review, at)
        accounts = accounts.filter(username__startswith="a") if few else accounts
        with django_assert_num_queries(4):
            assert [line_of(account) for account in with_access(accounts, at)]


# --- Who reviews --------------------------------------------------------------------------------


def test_the_lead_reviews_the_team_and_nobody_themselves(cast, running):
    assert item_of(running, cast.agent_l1).reviewer == cast.team_lead
    assert item_of(running, cast.agent_l2).reviewer == cast.service_manager  # has no lead
    assert item_of(running, cast.team_lead).reviewer != cast.team_lead
    assert item_of(running, cast.security_admin).reviewer == cast.admin
    assert not running.items.filter(reviewer__isnull=True).exists()
    assert not running.items.reviewed_by_themselves().exists()


def test_a_second_account_of_the_same_person_reviews_nothing_of_it(cast, running, refuses):
    second = services.create_account(
        actor=cast.admin,
        username="lead2",
        email="lead2@cobalto.example",
        person=cast.agent_l1.person,
    )
    services.grant_role(second, Role.SERVICE_MANAGER, actor=None, reason="x", country="MX")
    item = item_of(running, cast.agent_l1)
    with refuses(Refused, "their own access"):
        services.assign_reviewer(item, actor=cast.security_admin, reviewer=second, reason="x")
    refused_by_database(
        "UPDATE people_accessreviewitem SET reviewer_id = %s WHERE id = %s", second.pk, item.pk
    )
    refused_by_database(
        "UPDATE people_accessreviewitem SET reviewer_id = account_id WHERE id = %s", item.pk
    )


@pytest.mark.parametrize("who", ["agent_l1", "service_manager", "security_admin", "auditor"])
def test_only_the_reviewer_decides(cast, running, who, refuses):
    item = item_of(running, cast.agent_l1)
    with refuses((NotAllowed, AccessReviewItem.DoesNotExist)):
        services.keep_access(item, actor=cast[who])


def test_another_reviewer_is_named_with_a_reason_and_is_asked(cast, running):
    item = item_of(running, cast.agent_l1)
    services.assign_reviewer(
        item, actor=cast.security_admin, reviewer=cast.service_manager, reason="on leave"
    )
    item.refresh_from_db()
    assert item.reviewer == cast.service_manager
    assert item.history.latest().history_change_reason == "on leave"
    services.keep_access(item, actor=cast.service_manager)
    assert Message.objects.filter(recipient=cast.service_manager, reference=running.reference)


def test_one_whose_role_does_not_review_is_not_named(cast, running):
    item = item_of(running, cast.agent_l1)
    with pytest.raises(ValidationError):
        services.assign_reviewer(
            item, actor=cast.security_admin, reviewer=cast.agent_l2, reason="x"
        )


# --- Decisions ----------------------------------------------------------------------------------


def test_what_is_not_kept_needs_a_reason(cast, running, refuses):
    item = item_of(running, cast.agent_l1)
    with refuses(ValidationError):
        services.remove_access(item, actor=cast.team_lead, comment="  ")
    with refuses(ValidationError):
        services.change_access(item, actor=cast.team_lead, comment="x", grants=[])
    with refuses(ValidationError):
        services.change_access(
            item, actor=cast.team_lead, comment="x", grants=cast.agent_l2.grants.all()
        )


def test_a_removed_account_stays_open_until_it_is_disabled(cast, running):
    item = item_of(running, cast.agent_l1)
    services.remove_access(item, actor=cast.team_lead, comment="left the team")
    removal = AccessRemoval.objects.get(item=item)
    assert (removal.grant, removal.done_at) == (None, None)
    asked = Message.objects.filter(kind="access_removal_asked").values_list(
        "recipient__username", flat=True
    )
    assert set(asked) == {"admin", "security_admin"}
    services.disable_account(cast.agent_l1, actor=cast.admin, reason="review")
    removal.refresh_from_db()
    assert removal.done_at is not None


def test_a_changed_account_stays_open_until_the_very_grant_has_ended(cast, running):
    kept = services.grant_role(
        cast.agent_l1, Role.IMPLEMENTER, actor=None, reason="x", team=cast.core_platform
    )
    gone = cast.agent_l1.grants.get(role=Role.AGENT)
    item = item_of(running, cast.agent_l1)
    services.change_access(item, actor=cast.team_lead, comment="not needed", grants=[gone])
    services.end_grant(kept, actor=cast.security_admin, reason="another matter")
    removal = AccessRemoval.objects.get(item=item)
    assert removal.done_at is None
    services.end_grant(gone, actor=cast.security_admin, reason="review")
    removal.refresh_from_db()
    gone.refresh_from_db()
    assert removal.done_at == gone.ends_at


def test_a_grant_that_ends_by_itself_is_found_done_by_the_daily_round(cast, running):
    grant = cast.agent_l1.grants.get()
    item = item_of(running, cast.agent_l1)
    services.change_access(item, actor=cast.team_lead, comment="not needed", grants=[grant])
    RoleGrant.objects.filter(pk=grant.pk).update(ends_at=timezone.now())
    keep_reviews(timezone.now())
    assert AccessRemoval.objects.get(item=item).done_at is not None


def test_what_is_being_taken_away_is_decided_for_good_and_a_keep_is_not(cast, running, refuses):
    item = item_of(running, cast.agent_l1)
    services.keep_access(item, actor=cast.team_lead)
    services.remove_access(item, actor=cast.team_lead, comment="after all")
    with refuses(Refused, "taken away already"):
        services.keep_access(item, actor=cast.team_lead)
    refused_by_database(
        "UPDATE people_accessreviewitem SET decision = 'keep' WHERE id = %s", item.pk
    )


def test_access_that_changed_after_the_list_is_flagged_until_the_decision(cast, running):
    def stale():
        found = running.items.with_staleness().filter(is_stale=True)
        return set(found.values_list("account__username", flat=True))

    assert stale() == set()
    services.keep_access(item_of(running, cast.outsider), actor=cast.security_admin)
    services.grant_role(cast.outsider, Role.FINANCE, actor=None, reason="x", country="CO")
    services.grant_role(cast.agent_l1, Role.FINANCE, actor=None, reason="x", country="MX")
    services.remove_from_team(cast.agent_l2.person, cast.payments_l2, actor=cast.admin)
    services.disable_account(cast.norole, actor=cast.admin, reason="left")
    assert stale() == {"agent_l1", "agent_l2", "norole"}


# --- Sign-off -----------------------------------------------------------------------------------


def test_management_signs_once_all_is_decided_and_done(cast, running, refuses):
    decide_all(running, but=[cast.agent_l1])
    with refuses(Refused, "1 account is not decided yet"):
        services.sign_off_review(running, actor=cast.senior_approver)
    item = item_of(running, cast.agent_l1)
    services.remove_access(item, actor=cast.team_lead, comment="left")
    with refuses(Refused, "1 removal of access is not done yet"):
        services.sign_off_review(running, actor=cast.senior_approver)
    services.disable_account(cast.agent_l1, actor=cast.admin, reason="review")
    closed = services.sign_off_review(running, actor=cast.senior_approver, note="seen")
    assert (closed.status, closed.signed_by) == (ReviewStatus.CLOSED, cast.senior_approver)
    signers = Message.objects.filter(reference=running.reference, kind="access_review_asked")
    assert signers.filter(recipient=cast.senior_approver).exists()


@pytest.mark.parametrize("who", ["security_admin", "admin", "team_lead", "service_manager"])
def test_whoever_runs_or_reviews_does_not_sign(cast, running, who, refuses):
    decide_all(running)
    with refuses(Refused):
        services.sign_off_review(running, actor=cast[who])


def test_a_signer_who_reviewed_in_it_under_another_account_is_refused(cast, running, refuses):
    second = services.create_account(
        actor=cast.admin,
        username="boss2",
        email="boss2@cobalto.example",
        person=cast.senior_approver.person,
    )
    services.grant_role(second, Role.TEAM_LEAD, actor=None, reason="x", team=cast.payments_l2)
    item = item_of(running, cast.agent_l2)
    services.assign_reviewer(item, actor=cast.security_admin, reviewer=second, reason="x")
    decide_all(running)
    with refuses(Refused, "you reviewed access in it yourself"):
        services.sign_off_review(running, actor=cast.senior_approver)
    refused_by_database(
        "UPDATE people_accessreview SET status = 'closed', signed_by_id = %s, signed_at = now()"
        " WHERE id = %s",
        cast.senior_approver.pk,
        running.pk,
    )
    assert services.sign_off_review(running, actor=cast.cab_chair).status == ReviewStatus.CLOSED


def test_the_database_signs_nothing_that_is_undecided(cast, running):
    refused_by_database(
        "UPDATE people_accessreview SET status = 'closed', signed_by_id = %s, signed_at = now()"
        " WHERE id = %s",
        cast.senior_approver.pk,
        running.pk,
    )


def test_a_closed_review_is_final_for_the_database_too(cast, running):
    item = item_of(running, cast.agent_l1)
    services.remove_access(item, actor=cast.team_lead, comment="left")
    services.disable_account(cast.agent_l1, actor=cast.admin, reason="review")
    decide_all(running, but=[cast.agent_l1])
    services.sign_off_review(running, actor=cast.senior_approver)
    for text in (
        "UPDATE people_accessreview SET note = 'x' WHERE id = %s",
        "UPDATE people_accessreview SET status = 'running' WHERE id = %s",
        "DELETE FROM people_accessreview WHERE id = %s",
        "UPDATE people_accessreviewitem SET comment = 'x' WHERE review_id = %s",
        "DELETE FROM people_accessreviewitem WHERE review_id = %s",
        "UPDATE people_accessremoval SET due_on = '2030-01-01' WHERE item_id IN"
        " (SELECT id FROM people_accessreviewitem WHERE review_id = %s)",
        "DELETE FROM people_accessremoval WHERE item_id IN"
        " (SELECT id FROM people_accessreviewitem WHERE review_id = %s)",
    ):
        refused_by_database(text, running.pk)


def test_the_list_is_taken_once_whoever_writes(cast, running):
    item = item_of(running, cast.agent_l1)
    refused_by_database("UPDATE people_accessreview SET extract_sha256 = repeat('0', 64)")
    refused_by_database("UPDATE people_accessreviewitem SET line = '{}' WHERE id = %s", item.pk)
    refused_by_database(
        "INSERT INTO people_accessreviewitem (review_id, number, account_id, was_active, line,"
        " decision, comment, version) SELECT review_id, 9999, account_id, true, '{}', '', '', 1"
        " FROM people_accessreviewitem WHERE id = %s",
        item.pk,
    )


def test_nothing_counts_as_done_that_is_still_there(cast, running):
    item = item_of(running, cast.agent_l1)
    services.remove_access(item, actor=cast.team_lead, comment="left")
    refused_by_database("UPDATE people_accessremoval SET done_at = now()")


# --- The round of the year ----------------------------------------------------------------------


def test_the_next_review_is_announced_two_weeks_before_six_months_have_passed(cast, review):
    running = services.start_review(review, actor=cast.security_admin)
    decide_all(running)
    closed = services.sign_off_review(running, actor=cast.senior_approver)
    from people.review_schedule import next_start

    due = next_start(timezone.localdate(closed.extracted_at))
    noon = timezone.now().replace(hour=12)
    days = (due - timezone.localdate(noon)).days
    assert announce_next(noon + timedelta(days=days - 15)) is None
    following = announce_next(noon + timedelta(days=days - 14))
    assert (following.starts_on, following.owner) == (due, cast.security_admin)
    assert announce_next(noon + timedelta(days=days)) is None  # one is open


def test_six_months_are_calendar_months():
    from people.review_schedule import months_later

    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_later(date(2026, 1, 15), 6) == date(2026, 7, 15)
    assert months_later(date(2027, 12, 1), 6) == date(2028, 6, 1)


def test_the_system_starts_what_is_due_and_reminds_then_escalates(cast, review):
    now = timezone.now()
    keep_reviews(now)
    review.refresh_from_db()
    assert review.status == ReviewStatus.RUNNING

    def told(kind):
        found = Message.objects.filter(kind=kind, reference=review.reference)
        return set(found.values_list("recipient__username", flat=True))

    assert "team_lead" in told("access_review_asked")
    assert told("access_review_late") == set()
    keep_reviews(now + timedelta(days=32))
    assert "team_lead" in told("access_review_late")
    assert "senior_approver" not in told("access_review_late")
    keep_reviews(now + timedelta(days=40))
    assert {"senior_approver", "cab_chair"} <= told("access_review_late")


def test_two_reviews_of_the_same_accounts_are_not_open_at_once(cast, review, refuses):
    with refuses(ValidationError):
        announced(cast)
    services.cancel_review(review, actor=cast.security_admin, note="another day")
    assert announced(cast).status == ReviewStatus.ANNOUNCED


@pytest.mark.parametrize("who", ["team_lead", "senior_approver", "auditor", "admin"])
def test_only_security_administrators_run_reviews(cast, review, who, refuses):
    with refuses(NotAllowed):
        services.announce_review(
            actor=cast[who], owner=cast.security_admin, starts_on=timezone.localdate(), country="MX"
        )
    with refuses((NotAllowed, AccessReview.DoesNotExist)):
        services.start_review(review, actor=cast[who])


# --- Who sees -----------------------------------------------------------------------------------


def test_reviewers_see_their_own_accounts_and_nobody_else_any(cast, running):
    def seen(who):
        items = AccessReviewItem.objects.visible_to(cast[who])
        return set(items.values_list("account__username", flat=True))

    everybody = set(running.items.values_list("account__username", flat=True))
    lead = set(
        running.items.filter(reviewer=cast.team_lead).values_list("account__username", flat=True)
    )
    assert seen("team_lead") == lead == {"agent_l1"}
    for who in ("security_admin", "admin", "auditor", "senior_approver", "cab_chair"):
        assert seen(who) == everybody
    for who in ("agent_l1", "outsider", "norole", "hr_partner", "finance", "approver"):
        assert seen(who) == set()
        assert not AccessReview.objects.visible_to(cast[who]).exists()


def test_decisions_are_named_in_the_literal():
    assert set(ReviewDecision.values) == {"keep", "change", "remove"}
