"""The life of an incident as a literal, over the whole cross product of statuses and actions."""

import itertools

import pytest

from incidents.enums import Status
from incidents.forms import ACTIONS
from incidents.workflow import INCIDENT_WORKFLOW

LIFE_OF_AN_INCIDENT = {
    ("new", "triage"): "triaged",
    ("new", "start"): "in_progress",
    ("new", "cancel"): "cancelled",
    ("new", "merge"): "merged",
    ("triaged", "start"): "in_progress",
    ("triaged", "cancel"): "cancelled",
    ("triaged", "merge"): "merged",
    ("in_progress", "wait_for_customer"): "pending_customer",
    ("in_progress", "wait_for_vendor"): "pending_vendor",
    ("in_progress", "wait_for_change"): "pending_change",
    ("in_progress", "hand_over"): "triaged",
    ("in_progress", "resolve"): "resolved",
    ("in_progress", "cancel"): "cancelled",
    ("in_progress", "merge"): "merged",
    ("pending_customer", "wait_for_vendor"): "pending_vendor",
    ("pending_customer", "wait_for_change"): "pending_change",
    ("pending_customer", "resume"): "in_progress",
    ("pending_customer", "hand_over"): "triaged",
    ("pending_customer", "resolve"): "resolved",
    ("pending_customer", "cancel"): "cancelled",
    ("pending_customer", "merge"): "merged",
    ("pending_vendor", "wait_for_customer"): "pending_customer",
    ("pending_vendor", "wait_for_change"): "pending_change",
    ("pending_vendor", "resume"): "in_progress",
    ("pending_vendor", "hand_over"): "triaged",
    ("pending_vendor", "resolve"): "resolved",
    ("pending_vendor", "cancel"): "cancelled",
    ("pending_vendor", "merge"): "merged",
    ("pending_change", "wait_for_customer"): "pending_customer",
    ("pending_change", "wait_for_vendor"): "pending_vendor",
    ("pending_change", "resume"): "in_progress",
    ("pending_change", "hand_over"): "triaged",
    ("pending_change", "resolve"): "resolved",
    ("pending_change", "cancel"): "cancelled",
    ("pending_change", "merge"): "merged",
    ("resolved", "reopen"): "in_progress",
    ("resolved", "close"): "closed",
    ("closed", "reopen"): "in_progress",
}
ALL_ACTIONS = sorted({action for _, action in LIFE_OF_AN_INCIDENT})


@pytest.mark.parametrize(("status", "action"), list(itertools.product(Status.values, ALL_ACTIONS)))
def test_an_action_leads_where_the_literal_says_and_nowhere_else(status, action):
    assert INCIDENT_WORKFLOW.target(status, action) == LIFE_OF_AN_INCIDENT.get((status, action))


def test_the_table_has_no_action_that_the_literal_lacks():
    assert sorted(t.action for t in INCIDENT_WORKFLOW) == ALL_ACTIONS


def test_every_action_of_the_table_has_its_form():
    assert set(ALL_ACTIONS) <= set(ACTIONS)


def test_an_action_of_another_status_is_refused_and_changes_nothing(cast):
    from core.errors import Refused
    from incidents import services
    from tests.factories import an_incident

    incident = an_incident(cast, "new")
    history = incident.history.count()
    with pytest.raises(Refused):
        services.close_incident(incident, actor=cast.agent_l1)
    incident.refresh_from_db()
    assert (incident.status, incident.history.count()) == ("new", history)
