"""What the verbs do beyond the table: owners, marks, priorities, refusals that change nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotAllowed, Refused, Stale, ValidationError
from incidents import services
from incidents.enums import PRIORITY_OF, Impact, Priority, Urgency
from incidents.models import Incident
from people.roles import Role
from people.scope import forget_scope
from people.services import grant_role
from sla.enums import MarkKind
from tests.factories import a_service, a_vendor, an_asset, an_incident

pytestmark = pytest.mark.django_db


def marks_of(incident):
    return {mark.kind for mark in incident.life.marks.current()}


def test_an_incident_goes_to_the_support_team_of_its_service(cast):
    incident = an_incident(cast)
    assert (incident.team, incident.status, incident.reference) == (
        cast.payments_l1,
        "new",
        f"INC-{incident.pk:06d}",
    )


def test_priority_follows_the_matrix(cast):
    for (impact, urgency), priority in PRIORITY_OF.items():
        service = a_service(cast)
        incident = an_incident(cast, service=service, impact=impact, urgency=urgency)
        assert incident.priority == priority


def test_the_matrix_covers_every_pair_and_never_falls_with_either():
    assert set(PRIORITY_OF) == {(i, u) for i in Impact for u in Urgency}
    for (impact, urgency), priority in PRIORITY_OF.items():
        if impact < 3:
            assert PRIORITY_OF[Impact(impact + 1), urgency] > priority
        if urgency < 3:
            assert PRIORITY_OF[impact, Urgency(urgency + 1)] > priority


def test_whoever_starts_work_on_an_ownerless_incident_owns_it_and_acknowledges_it(cast):
    incident = an_incident(cast, "in_progress")
    assert incident.owner == cast.agent_l1
    assert marks_of(incident) == {MarkKind.DETECTED, MarkKind.ACKNOWLEDGED}


def test_resolving_says_how_and_sets_the_marks(cast):
    incident = an_incident(cast, "resolved")
    assert incident.resolution == "Restarted the switch link."
    assert {MarkKind.RESOLVED, MarkKind.MITIGATED} <= marks_of(incident)


def test_resolving_without_a_word_is_refused_and_changes_nothing(cast):
    incident = an_incident(cast, "in_progress")
    with pytest.raises(ValidationError):
        services.resolve_incident(
            incident, actor=cast.agent_l1, resolution_code="fixed", resolution=" "
        )
    incident.refresh_from_db()
    assert (incident.status, incident.resolved_at) == ("in_progress", None)
    assert MarkKind.RESOLVED not in marks_of(incident)


def test_reopening_takes_back_that_it_was_over(cast):
    incident = an_incident(cast, "resolved")
    incident = services.reopen_incident(incident, actor=cast.agent_l1, note="again")
    assert (incident.status, incident.resolved_at, incident.resolution) == ("in_progress", None, "")
    assert marks_of(incident) == {MarkKind.DETECTED, MarkKind.ACKNOWLEDGED}


def test_reopening_after_seven_days_is_refused(cast):
    incident = an_incident(cast, "closed")
    Incident.objects.filter(pk=incident.pk).update(
        resolved_at=timezone.now() - timedelta(days=7, seconds=1)
    )
    with pytest.raises(Refused, match="seven days"):
        services.reopen_incident(incident, actor=cast.agent_l1, note="again")
    incident.refresh_from_db()
    assert incident.status == "closed"


def test_what_nobody_reopened_is_closed_by_the_system(cast):
    old, fresh = an_incident(cast, "resolved"), an_incident(cast, "resolved")
    week_ago = timezone.now() - timedelta(days=8)
    Incident.objects.filter(pk=old.pk).update(resolved_at=week_ago)
    assert services.close_incidents_resolved_before(timezone.now() - timedelta(days=7)) == 1
    assert list(Incident.objects.filter(status="closed")) == [old]
    fresh.refresh_from_db()
    assert fresh.status == "resolved"


def test_waiting_for_a_vendor_attributes_the_incident_to_it(cast):
    vendor = a_vendor()
    incident = services.wait_for_vendor(
        an_incident(cast, "in_progress"), actor=cast.agent_l1, vendor=vendor, note="their link"
    )
    assert (incident.vendor, incident.status) == (vendor, "pending_vendor")


def test_an_edit_with_an_old_version_is_refused_and_changes_nothing(cast):
    incident = an_incident(cast)
    services.edit_incident(incident, actor=cast.agent_l1, version=1, title="First")
    with pytest.raises(Stale):
        services.edit_incident(incident, actor=cast.agent_l2, version=1, title="Second")
    incident.refresh_from_db()
    assert (incident.title, incident.version) == ("First", 2)


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_what_is_over_is_no_longer_edited(cast, status):
    incident = an_incident(cast, status, title="as it was")
    with pytest.raises(Refused, match="no longer edited"):
        services.edit_incident(incident, actor=cast.agent_l1, title="as it was not")
    incident.refresh_from_db()
    assert incident.title == "as it was"


def test_a_status_cannot_be_edited(cast):
    with pytest.raises(ValidationError):
        services.edit_incident(an_incident(cast), actor=cast.agent_l1, status="closed")


def test_an_agent_of_another_country_cannot_even_find_it(cast):
    incident = an_incident(cast)
    with pytest.raises(Incident.DoesNotExist):
        services.start_incident(incident, actor=cast.outsider)


def test_an_agent_cannot_open_an_incident_they_would_not_see(cast):
    service = a_service(cast, support_team=cast.wallet_co, countries=["CO"])
    with pytest.raises(NotAllowed):
        an_incident(cast, service=service)
    assert not Incident.objects.exists()


def test_an_auditor_sees_but_does_not_act(cast):
    incident = an_incident(cast)
    assert list(Incident.objects.visible_to(cast.auditor)) == [incident]
    with pytest.raises(NotAllowed):
        services.start_incident(incident, actor=cast.auditor)


def test_an_incident_is_not_assigned_to_somebody_who_cannot_work_on_it(cast):
    incident = an_incident(cast)
    with pytest.raises(ValidationError):
        services.assign_incident(incident, actor=cast.agent_l1, owner=cast.outsider)
    incident.refresh_from_db()
    assert incident.owner is None


def test_handing_over_puts_it_before_the_other_team_without_an_owner(cast):
    incident = services.hand_over_incident(
        an_incident(cast, "in_progress"), actor=cast.agent_l1, team=cast.payments_l2, note="db"
    )
    assert (incident.team, incident.owner, incident.status) == (cast.payments_l2, None, "triaged")


def test_an_overridden_priority_needs_the_role_and_ends_with_the_next_assessment(cast):
    incident = an_incident(cast)
    with pytest.raises(NotAllowed):
        services.override_priority(
            incident, actor=cast.agent_l1, priority=Priority.P1, reason="payroll day"
        )
    incident = services.override_priority(
        incident, actor=cast.team_lead, priority=Priority.P1, reason="payroll day"
    )
    assert (incident.priority, incident.priority_reason) == (Priority.P1, "payroll day")
    incident = services.edit_incident(incident, actor=cast.agent_l1, impact=Impact.LOW)
    assert (incident.priority, incident.priority_reason) == (Priority.P4, "")


def test_affected_assets_become_exactly_the_given_ones_and_each_change_has_history(cast):
    first, second = an_asset(cast), an_asset(cast)
    incident = an_incident(cast, assets=[first])
    edited = services.edit_incident(incident, actor=cast.agent_l1, assets=[second])
    again = services.edit_incident(incident, actor=cast.agent_l1, assets=[second])
    assert (edited.version, again.version) == (2, 2)
    assert list(incident.assets.all()) == [second]
    lines = incident.affected_assets.model.history.order_by("history_id")
    assert [(line.asset_id, line.history_type) for line in lines] == [
        (first.pk, "+"),
        (first.pk, "-"),
        (second.pk, "+"),
    ]


def test_a_shared_incident_is_read_until_the_moment_and_not_worked_on(cast):
    service = a_service(cast, support_team=cast.wallet_co, countries=["CO"])
    incident = an_incident(cast, actor=cast.outsider, service=service)
    until = timezone.now() + timedelta(days=1)
    with pytest.raises(NotAllowed):
        services.share_incident(incident, actor=cast.outsider, user=cast.agent_l1, until=until)
    assert not Incident.objects.visible_to(cast.agent_l1).exists()
    share_as_lead_of_colombia(cast, incident, until)
    assert list(Incident.objects.visible_to(cast.agent_l1)) == [incident]
    with pytest.raises(Refused, match="reach"):
        services.start_incident(incident, actor=cast.agent_l1)
    with time_machine.travel(until, tick=False):
        assert not Incident.objects.visible_to(cast.agent_l1).exists()


def share_as_lead_of_colombia(cast, incident, until):
    grant_role(cast.outsider, Role.TEAM_LEAD, actor=cast.admin, reason="stands in", country="CO")
    forget_scope(cast.outsider)
    services.share_incident(incident, actor=cast.outsider, user=cast.agent_l1, until=until)


def test_a_mark_before_the_start_is_refused(cast):
    now = timezone.now()
    incident = an_incident(cast, started_at=now - timedelta(minutes=5))
    with pytest.raises(ValidationError):
        services.mark_incident(
            incident, actor=cast.agent_l1, kind="investigated", at=now - timedelta(minutes=6)
        )
    assert MarkKind.INVESTIGATED not in marks_of(incident)


def test_card_numbers_are_masked_before_anything_is_stored(cast):
    from audit.models import OutboxEntry
    from records.models import CardNumberFinding

    number = "4111 1111 1111 1111"
    incident = an_incident(cast, title=f"Card {number} declined", description=number)
    services.comment_on_incident(incident, actor=cast.agent_l1, text=f"it is {number}")
    stored = str(list(OutboxEntry.objects.values())) + str(list(Incident.history.values()))
    assert number not in stored
    assert "411111XXXXXX1111" in stored.replace(" ", "")
    assert {f.reference for f in CardNumberFinding.objects.all()} == {incident.reference}


def test_a_step_sends_what_is_new_and_asks_who_sees_it_only_when_that_may_have_changed(cast):
    incident = an_incident(cast)
    with CaptureQueriesContext(connection) as seen:
        started = services.start_incident(incident, actor=cast.agent_l1)
    statements = [query["sql"] for query in seen]
    (update,) = (sql for sql in statements if 'UPDATE "incidents_incident"' in sql)
    assert '"description" =' not in update
    assert sum("incidents_incidentshare" in sql for sql in statements) == 1  # as it is locked
    assert started.version == Incident.objects.get(pk=incident.pk).version == 2
    with pytest.raises(NotAllowed, match="no longer see"):
        services.hand_over_incident(
            started, actor=cast.agent_l1, team=cast.wallet_co, note="theirs", owner=None
        )
    assert Incident.objects.get(pk=incident.pk).team == incident.team
