"""Retention: rules are data, what is due is counted and never erased without two approvals."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import ErasureWarrant
from core.errors import NotAllowed, Refused
from incidents.models import Incident
from people import services
from people.models import RetentionRule
from people.retention import RULES, due_rows
from people.services.retention import count_what_is_due
from tests.factories import an_incident

pytestmark = pytest.mark.django_db

ELEVEN_YEARS = timedelta(days=11 * 366)


@pytest.fixture
def rule(cast):
    count_what_is_due(timezone.now())
    return RetentionRule.objects.get(model="incidents.Incident")


def an_old_one(cast):
    incident = an_incident(cast, "resolved")
    ended = timezone.now() - ELEVEN_YEARS
    Incident.objects.filter(pk=incident.pk).update(status="closed", closed_at=ended)
    return incident


def due(rule):
    return list(due_rows(rule, timezone.now()))


def test_every_rule_of_the_beginning_names_its_source_once(rule):
    told = RetentionRule.objects.values_list("model", "months")
    assert sorted(told) == sorted((model, months) for model, _moment, months, _source in RULES)
    assert not RetentionRule.objects.filter(source="").exists()
    count_what_is_due(timezone.now())
    assert RetentionRule.objects.count() == len(RULES)


def test_what_was_closed_for_longer_is_due_and_nothing_else(cast, rule):
    old = an_old_one(cast)
    an_incident(cast, "resolved")
    assert due(rule) == [old]
    count_what_is_due(timezone.now())
    rule.refresh_from_db()
    assert rule.due_count == 1


def test_what_is_held_or_erased_already_is_not_due(cast, rule):
    held, erased = an_old_one(cast), an_old_one(cast)
    services.place_hold(held, actor=cast.security_admin, reason="suit")
    Incident.objects.filter(pk=erased.pk).update(title="[erased]")
    assert due(rule) == []


def test_taking_up_makes_a_request_and_erases_nothing(cast, rule, refuses):
    with refuses(Refused, "nothing is due"):
        services.take_up(rule, actor=cast.hr_partner)
    old = an_old_one(cast)
    request = services.take_up(rule, actor=cast.hr_partner)
    assert request.targets == [f"incidents.Incident:{old.pk}"]
    assert (request.status, ErasureWarrant.objects.count()) == ("received", 0)
    with refuses((NotAllowed, RetentionRule.DoesNotExist)):
        services.take_up(rule, actor=cast.auditor)


def test_a_rule_is_changed_with_a_reason_by_security_alone(cast, rule, refuses):
    changed = {"months": 60, "source": "Counsel, 2026-11", "reason": "opinion of counsel"}
    with refuses(NotAllowed):
        services.change_rule(rule, actor=cast.hr_partner, **changed)
    with refuses(ValidationError):
        services.change_rule(rule, actor=cast.security_admin, **{**changed, "reason": ""})
    services.change_rule(rule, actor=cast.security_admin, **changed)
    rule.refresh_from_db()
    assert rule.months == 60
    assert rule.history.latest().history_change_reason == "opinion of counsel"


def test_the_page_shows_rules_to_auditors_without_actions(cast, rule, client_of):
    page = f"/people/retentionrule/{rule.pk}/change/"
    html = client_of(cast.auditor).get(page).content.decode()
    assert "CUIFPE 41" in html
    assert "Change the rule" not in html
    assert "Change the rule" in client_of(cast.security_admin).get(page).content.decode()
    assert client_of(cast.agent_l1).get("/people/retentionrule/").status_code == 403
