"""What the database itself refuses about approvals, tried with SQL past every service."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from changes.models import ApprovalStep, Change, Vote
from tests.factories import a_change, a_service, vote

pytestmark = pytest.mark.django_db


@contextmanager
def refused(text):
    with pytest.raises(IntegrityError, match=text), transaction.atomic():
        yield


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_approved_needs_the_votes_of_every_step(cast):
    change = a_change(cast, "awaiting_approval", risk="medium")
    approve = "UPDATE changes_change SET status = 'approved' WHERE id = %s"

    for name in ("peer", "service_owner", "approver"):
        with refused("the votes on this version do not suffice"):
            run(approve, change.pk)
        vote(change, cast[name])
    with refused("the votes on this version do not suffice"):
        run(approve, change.pk)
    vote(change, cast.approver2)

    change.refresh_from_db()
    assert change.status == "approved"


@pytest.mark.parametrize("status", ["scheduled", "implementing", "verifying", "closed"])
def test_no_later_status_without_the_votes(cast, status):
    change = a_change(cast, "awaiting_approval")

    with refused("the votes on this version do not suffice"):
        run(
            "UPDATE changes_change SET status = %s, actual_start_at = now(),"
            " outcome = 'successful', ended_at = CASE WHEN %s = 'closed' THEN now() END"
            " WHERE id = %s",
            status,
            status,
            change.pk,
        )


def test_a_change_begins_as_a_draft(cast):
    change = a_change(cast)
    with refused("a change begins as a draft"):
        columns = [
            f.column
            for f in Change._meta.concrete_fields
            if not f.generated and f.column not in ("id", "life_id", "status")
        ]
        named = ", ".join(columns)
        run(
            f"INSERT INTO changes_change ({named}, status, life_id)"
            f" SELECT {named}, 'approved', life_id FROM changes_change WHERE id = %s",
            change.pk,
        )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "Something else"),
        ("description", "Something else"),
        ("backout_plan", ""),
        ("risk", "low"),
        ("type", "emergency"),
        ("planned_end_at", timezone.now() + timedelta(days=30)),
    ],
)
def test_material_columns_of_a_frozen_change_stay(cast, column, value):
    change = a_change(cast, "awaiting_approval", risk="high")

    with refused("what somebody was asked to approve is not altered"):
        run(f"UPDATE changes_change SET {column} = %s WHERE id = %s", value, change.pk)


def test_what_a_frozen_change_touches_stays(cast):
    change = a_change(cast, "awaiting_approval")

    with refused("what somebody was asked to approve is not altered"):
        run("DELETE FROM changes_affectedservice WHERE change_id = %s", change.pk)
    with refused("what somebody was asked to approve is not altered"):
        run(
            "INSERT INTO changes_affectedservice (change_id, service_id) VALUES (%s, %s)",
            change.pk,
            a_service(cast).pk,
        )


def test_a_hash_names_a_version_of_this_very_change(cast):
    change, other = a_change(cast, "approved"), a_change(cast, "assessing")

    with refused("this hash is of no version of the change"):
        run(
            "UPDATE changes_change SET version_hash = %s WHERE id = %s",
            change.version_hash,
            other.pk,
        )


def test_a_content_is_what_its_hash_says(cast):
    change = a_change(cast)
    with refused("changes_contentversion_hash_is_of_the_content"):
        run(
            "INSERT INTO changes_contentversion (change_id, number, content, sha256, frozen_at)"
            " VALUES (%s, 1, '{}', %s, now())",
            change.pk,
            "0" * 64,
        )


def cast_by_sql(change, user, *, seat=None, decision="approve", version_hash=None):
    step = ApprovalStep.objects.get(round__content__sha256=change.version_hash, status="open")
    run(
        "INSERT INTO changes_vote (step_id, person_id, cast_by_id, cast_by_person_id, decision,"
        " comment, version_hash, authentication, cast_at)"
        " VALUES (%s, %s, %s, %s, %s, 'why', %s, 'password', now())",
        step.pk,
        (seat or user).person_id,
        user.pk,
        user.person_id,
        decision,
        version_hash or change.version_hash,
    )


def test_a_vote_names_the_current_version(cast):
    change = a_change(cast, "awaiting_approval")
    with refused("the vote is about another version"):
        cast_by_sql(change, cast.peer, version_hash="f" * 64)


def test_only_who_was_asked_votes(cast):
    change = a_change(cast, "awaiting_approval")
    with refused("this person was not asked"):
        cast_by_sql(change, cast.approver)


def test_nobody_votes_for_somebody_who_did_not_ask_for_it(cast):
    change = a_change(cast, "awaiting_approval")
    with refused("nobody votes for somebody who did not ask for it"):
        cast_by_sql(change, cast.approver, seat=cast.peer)


def test_nobody_involved_votes_even_if_they_were_asked(cast):
    change = a_change(cast, "awaiting_approval")
    run("UPDATE changes_change SET implementer_id = %s WHERE id = %s", cast.peer.pk, change.pk)

    with refused("nobody approves what they have a part in"):
        cast_by_sql(change, cast.peer)
    cast_by_sql(change, cast.peer, decision="recuse")


@pytest.mark.parametrize("part", ["requester_id", "builder_id", "implementer_id"])
def test_nobody_who_approved_takes_a_part(cast, part):
    change = a_change(cast, "approved")

    with refused("nobody who approved a change takes a part in it"):
        run(f"UPDATE changes_change SET {part} = %s WHERE id = %s", cast.peer.pk, change.pk)


def test_nobody_who_approved_does_a_task(cast):
    change = a_change(cast, "approved")
    with refused("nobody who approved a change takes a part in it"):
        run(
            "INSERT INTO changes_changetask (change_id, position, title, assignee_id,"
            " planned_start_at, planned_end_at, status)"
            " VALUES (%s, 1, 'Switch over', %s, now(), now() + interval '1 hour', 'planned')",
            change.pk,
            cast.peer.pk,
        )


def test_an_emergency_does_not_start_on_nobodys_word(cast):
    change = a_change(cast, "assessing", type="emergency")
    with refused("an emergency needs the word of two members of the ECAB"):
        run(
            "UPDATE changes_change SET status = 'implementing', actual_start_at = now()"
            " WHERE id = %s",
            change.pk,
        )


@pytest.mark.parametrize("statement", ["UPDATE {} SET comment = 'x'", "DELETE FROM {}"])
def test_votes_stand(cast, statement):
    a_change(cast, "approved")
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        run(statement.format(Vote._meta.db_table))
    assert Vote.objects.count() == 2
