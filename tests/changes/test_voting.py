"""Who may vote for whom, when a vote counts, and that each counts once whatever happens."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from changes import services
from changes.models import ApprovalStep, BoardSeat, Change, Vote
from changes.services.configuring import end_seat, name_substitute
from core.errors import NotAllowed, Refused, ValidationError
from people.roles import Role
from people.services import create_account, grant_role
from tests.factories import a_change, boards, vote


def away(user, substitute):
    now = timezone.now()
    return name_substitute(
        actor=user,
        substitute=substitute,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
    )


def steps_of(change):
    steps = ApprovalStep.objects.filter(round__content__sha256=change.version_hash)
    return [(step.kind, step.status) for step in steps.order_by("position")]


@pytest.mark.django_db
def test_a_step_opens_when_the_one_before_is_approved(cast):
    change = a_change(cast, "awaiting_approval", risk="medium")
    assert steps_of(change) == [("peer", "open"), ("service_owner", "waiting"), ("cab", "waiting")]

    vote(change, cast.peer)

    assert steps_of(change) == [("peer", "approved"), ("service_owner", "open"), ("cab", "waiting")]


@pytest.mark.django_db
def test_a_rejection_ends_it_and_nobody_else_is_asked(cast):
    change = a_change(cast, "awaiting_approval", risk="medium")

    vote(change, cast.peer, "reject", comment="The back-out was never tried.")

    change.refresh_from_db()
    assert change.status == "rejected"
    assert steps_of(change) == [("peer", "rejected"), ("service_owner", "void"), ("cab", "void")]


@pytest.mark.django_db
def test_a_substitute_votes_for_who_is_away(cast):
    change = a_change(cast, "awaiting_approval")
    away(cast.peer, cast.approver)

    with pytest.raises(NotAllowed, match="does not ask this person"):
        vote(change, cast.approver)
    cast_one = vote(change, cast.approver, on_behalf_of=cast.peer)

    assert (cast_one.person, cast_one.cast_by) == (cast.peer.person, cast.approver)


@pytest.mark.django_db
def test_nobody_votes_for_who_did_not_name_them(cast):
    change = a_change(cast, "awaiting_approval", risk="medium")
    with pytest.raises(NotAllowed, match="did not name you"):
        vote(change, cast.approver, on_behalf_of=cast.peer)


@pytest.mark.django_db
def test_a_person_counts_once_also_as_a_substitute(cast):
    change = a_change(cast, "awaiting_approval", risk="medium")
    for name in ("peer", "service_owner", "approver"):
        vote(change, cast[name])
    away(cast.approver2, cast.approver)

    with pytest.raises(Refused, match="a person counts once"):
        vote(change, cast.approver, on_behalf_of=cast.approver2)


@pytest.mark.django_db
def test_a_delegate_brings_their_own_conflict(cast):
    change = a_change(cast, "awaiting_approval", builder=cast.approver)
    away(cast.peer, cast.approver)

    with pytest.raises(Refused, match="have a part in"):
        vote(change, cast.approver, on_behalf_of=cast.peer)


@pytest.mark.django_db
def test_a_second_account_of_who_asked_is_not_asked(cast):
    twin = create_account(
        actor=None, username="raquel2", email="raquel2@x.example", person=cast.requester.person
    )
    grant_role(twin, Role.PEER, actor=None, reason="test", team=cast.core_platform)

    change = a_change(cast, "awaiting_approval")

    with pytest.raises(NotAllowed, match="does not ask this person"):
        vote(change, twin)


@pytest.mark.django_db
def test_who_left_the_board_is_not_asked_any_more(cast):
    boards(cast)
    seats = BoardSeat.objects.filter(user=cast.approver2, board__is_emergency=False)
    end_seat(seats.get(), actor=None, ends_on=timezone.localdate())
    change = a_change(cast, "awaiting_approval", risk="medium")

    for name in ("peer", "service_owner"):
        vote(change, cast[name])
    with pytest.raises(Change.DoesNotExist):
        vote(change, cast.approver2)


@pytest.mark.django_db
def test_too_few_who_may_approve_is_told_before_anybody_is_asked(cast):
    change = a_change(cast, "assessing", risk="high", builder=cast.approver)

    with pytest.raises(Refused, match="needs 3 people who have no part in it; there are 2"):
        services.request_approval(change, actor=cast.requester)
    change.refresh_from_db()
    assert (change.status, change.version_hash) == ("assessing", "")


@pytest.mark.django_db
@pytest.mark.parametrize("decision", ["reject", "abstain", "recuse"])
def test_everything_but_approval_says_why(cast, decision):
    change = a_change(cast, "awaiting_approval")
    with pytest.raises(ValidationError, match="Say why"):
        vote(change, cast.peer, decision, comment="  ")


@pytest.mark.django_db
def test_whoever_is_asked_does_not_amend(cast):
    change = a_change(cast, "awaiting_approval")
    with pytest.raises(Refused, match="you were asked to approve it"):
        services.amend_change(change, actor=cast.service_owner, note="Mine now", title="Other")


@pytest.mark.django_db
def test_the_same_words_again_bring_no_vote_back(cast):
    change = a_change(cast, "awaiting_approval")
    vote(change, cast.peer)
    first = change.version_hash
    for title in ("Another title", "Renew the certificate of the SPEI link"):
        change = services.amend_change(change, actor=cast.requester, note="why", title=title)

    assert change.version_hash != first
    assert Vote.objects.filter(version_hash=change.version_hash).count() == 0


@pytest.mark.django_db
def test_an_emergency_starts_on_two_words_and_is_approved_afterwards(cast):
    change = a_change(cast, "assessing", type="emergency")
    with pytest.raises(Refused, match="two members of the ECAB"):
        services.start_change(change, actor=cast.implementer)
    for name in ("approver", "senior_approver"):
        services.record_verbal_approval(
            change,
            actor=cast.requester,
            person=cast[name].person,
            given_at=timezone.now(),
            how="bridge",
        )

    change = services.start_change(change, actor=cast.implementer)

    assert change.status == "implementing"
    assert steps_of(change) == [("ecab", "open"), ("senior", "waiting")]
    for name in ("approver", "cab_chair", "senior_approver"):
        vote(change, cast[name])
    change.refresh_from_db()
    assert change.status == "implementing"
    asked = change.versions.get().round
    assert asked.status == "approved"
    assert asked.due_at - change.actual_start_at > timedelta(days=1)


def in_threads(cast_one, count):
    ready, failed = Barrier(count), []

    def work():
        try:
            ready.wait(10)
            cast_one()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifty_votes_at_once_are_one():
    from tests.cast import assemble_cast

    cast = assemble_cast()
    change = a_change(cast, "awaiting_approval")
    seen = change.version_hash

    def once():
        services.cast_vote(
            Change.objects.get(pk=change.pk),
            actor=cast.peer,
            decision="approve",
            version_hash=seen,
            authentication="password",
        )

    failed = in_threads(once, 50)

    assert Vote.objects.count() == 1
    assert [isinstance(error, Refused) for error in failed] == [True] * 49
