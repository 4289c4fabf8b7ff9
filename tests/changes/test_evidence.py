"""Changes as evidence: what is a member, what its story tells, which seats were not kept apart."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from changes.evidence.population import CHANGES
from changes.models import Change
from evidence.numbering import gaps_of
from evidence.period import Period
from tests.changes.deployments import a_deployment, a_repository, review_later
from tests.factories import a_change, a_service
from tests.ledger import seal_here

pytestmark = pytest.mark.django_db


def now() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=2), today + timedelta(days=2))


def facts_of(change: Change) -> dict[str, Any]:
    (item,) = CHANGES.members(now()).filter(pk=change.pk)
    return {a.name: a.value(item) for a in CHANGES.attributes}


def test_only_what_was_implemented_is_a_member_and_every_other_number_has_its_cause(cast):
    first = a_change(cast, "closed")
    a_change(cast, "draft")
    a_change(cast, "cancelled")
    a_change(cast, "scheduled")
    lost = a_change(cast, "draft")
    a_change(cast, "implementing")
    last = a_change(cast, "verifying")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM changes_affectedservice WHERE change_id = %s", [lost.pk])
        cursor.execute("DELETE FROM changes_conflict WHERE %s IN (change_id, other_id)", [lost.pk])
        cursor.execute("DELETE FROM changes_change WHERE id = %s", [lost.pk])
        cursor.execute("SELECT nextval(pg_get_serial_sequence('changes_change', 'id'))")
    later = a_change(cast, "closed")
    seal_here()

    assert [c.pk for c in CHANGES.members(now())] == [first.pk, last.pk, later.pk]
    causes = [gap.cause for gap in gaps_of(CHANGES, now())]
    assert causes[:3] == ["a draft", "cancelled before it was implemented",
                          "not implemented: Scheduled"]  # fmt: skip
    assert causes[3].startswith("deleted: entry ")
    assert causes[4:] == ["its work goes on", "never used: what drew it was undone"]


def test_the_facts_of_6_5_1_are_told_one_by_one(cast):
    change = a_change(cast, "closed")
    told = facts_of(change)
    assert told["approved_by"] == ["peer", "service_owner"]
    assert told["approved_at"] <= told["actual_start_at"]
    assert told["version_hash"] == change.version_hash
    for name in ("reason", "description", "security_impact", "test_result", "backout_plan"):
        assert told[name], name


def test_the_story_says_who_voted_on_what_and_how_they_were_known(cast):
    change = a_change(cast, "closed")
    items = list(CHANGES.members(now()).filter(pk=change.pk))
    (asked,) = CHANGES.story(items)[change.pk]["approvals"]
    votes = [vote for step in asked["steps"] for vote in step["votes"]]
    assert asked["sha256"] == change.version_hash
    said = ("cast_by", "decision", "version_hash", "authentication")
    assert [[vote[name] for name in said] for vote in votes] == [
        ["peer", "approve", change.version_hash, "password"],
        ["service_owner", "approve", change.version_hash, "password"],
    ]


def test_two_accounts_of_one_person_are_one_person(cast):
    change = a_change(cast, "verifying")
    peer = cast.peer.person_id
    rules = {rule.name: rule for rule in CHANGES.segregation}
    (item,) = CHANGES.members(now()).filter(pk=change.pk)
    assert [list(rule.breaches(item)) for rule in rules.values()] == [[]] * len(rules)
    item.requester.person_id = peer  # as a second account of the peer's
    assert list(rules["requester_approver"].breaches(item)) == ["peer"]


def test_deployments_are_the_second_source(cast):
    a_change(cast, "closed")
    a_repository(a_service(cast))
    deployed = a_deployment()
    review_later()
    told = CHANGES.second_source(now())
    assert told["count"] == 1
    assert told["deployed_without_a_change"] == 1
    assert deployed.reference in {row["item"] for row in told["differences"]}
