"""Rubrics: drafted in both languages, put in force by another, unchanged from then on."""

import pytest
from django.db import DatabaseError, transaction

from core.errors import NotAllowed, Refused, ValidationError
from people.models import Criterion, Rubric
from people.quality.rubric_workflow import RUBRIC_WORKFLOW
from people.services import rubrics
from tests.people.judged import CRITERIA, a_rubric, criterion, texts

pytestmark = pytest.mark.django_db
API = "/api/v1/rubrics/"
LIFE_OF_A_RUBRIC = {
    ("draft", "set_criterion"): "draft",
    ("draft", "remove_criterion"): "draft",
    ("draft", "activate"): "active",
}


def page_of(row):
    return f"/people/rubric/{row.pk}/change/"


def test_the_table_is_the_life_of_a_rubric():
    statuses = [status for status, _label in Rubric._meta.get_field("status").choices]
    actions = {move.action for move in RUBRIC_WORKFLOW}
    found = {(s, a): RUBRIC_WORKFLOW.target(s, a) for s in statuses for a in actions}
    assert {move: to for move, to in found.items() if to} == LIFE_OF_A_RUBRIC


def test_the_next_version_begins_with_the_criteria_of_the_one_in_force(cast):
    first = a_rubric(cast)
    second = a_rubric(cast, active=False)
    assert (first.number, second.number, second.criteria.count()) == (1, 2, len(CRITERIA))
    assert [one.title_es for one in second.criteria.order_by("pk")] == [
        one["title_es"] for one in CRITERIA
    ]
    rubrics.activate_rubric(second, actor=cast.service_manager)
    first.refresh_from_db()
    assert first.status == "retired"


def test_another_person_puts_it_in_force_and_only_with_criteria(cast, refuses):
    empty = a_rubric(cast, active=False, criteria=())
    with refuses(Refused, "no criterion"):
        rubrics.activate_rubric(empty, actor=cast.service_manager)
    rubrics.set_criterion(empty, actor=cast.team_lead, **criterion())
    with refuses(NotAllowed):
        rubrics.activate_rubric(empty, actor=cast.team_lead)
    own = rubrics.draft_rubric(actor=cast.service_manager, **texts(key="own"))
    rubrics.set_criterion(own, actor=cast.service_manager, **criterion())
    with refuses(Refused, "drafted"):
        rubrics.activate_rubric(own, actor=cast.service_manager)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"anchors_en": ["one"]}, "5 ratings"),
        ({"anchors_es": ["1", "2", "3", "4", "5", "6"]}, "5 ratings"),
        ({"scale": 4}, "scales"),
        ({"weight": 0}, "greater than or equal"),
        ({"weight": 11}, "less than or equal"),
        ({"applies_en": "Sometimes"}, "both languages"),
        ({"title_en": " "}, "blank"),
        ({"title_es": ""}, "blank"),
    ],
)
def test_what_does_not_fit_is_no_criterion(cast, refuses, given, words):
    draft = a_rubric(cast, active=False, criteria=())
    with refuses(ValidationError, words):
        rubrics.set_criterion(draft, actor=cast.team_lead, **criterion() | given)


def test_a_criterion_is_said_anew_by_its_key(cast, refuses):
    draft = a_rubric(cast, active=False)
    with refuses(ValidationError, "this title"):
        rubrics.set_criterion(draft, actor=cast.team_lead, **criterion())
    key = "clear-to-the-client"
    rubrics.set_criterion(draft, actor=cast.team_lead, **criterion("Clearer", key=key, weight=9))
    assert draft.criteria.get(key=key).weight == 9
    rubrics.remove_criterion(draft, actor=cast.team_lead, key=key)
    assert not draft.criteria.filter(key=key).exists()
    with refuses(ValidationError, "no such"):
        rubrics.remove_criterion(draft, actor=cast.team_lead, key=key)


def test_texts_are_corrected_while_it_is_a_draft(cast, refuses):
    draft = a_rubric(cast, active=False)
    draft = rubrics.edit_rubric(draft, actor=cast.team_lead, title_en="Anew")
    assert draft.title_en == "Anew"
    with refuses(ValidationError):
        rubrics.edit_rubric(draft, actor=cast.team_lead, key="other")
    rubrics.activate_rubric(draft, actor=cast.service_manager)
    with refuses(Refused, "in force"):
        rubrics.edit_rubric(draft, actor=cast.team_lead, title_en="Again")
    with refuses(Refused):
        rubrics.set_criterion(draft, actor=cast.team_lead, **criterion("Late"))


def test_the_database_keeps_a_rubric_in_force(cast):
    active, draft = a_rubric(cast), a_rubric(cast, active=False, criteria=(), key="other")
    rows, own = Rubric.objects, active.criteria.all()
    attempts = [
        lambda: rows.filter(pk=active.pk).update(title_en="Other"),
        lambda: rows.filter(pk=active.pk).update(good_es="Otro"),
        lambda: rows.filter(pk=active.pk).update(
            status="draft", approved_at=None, approved_by=None
        ),
        lambda: rows.filter(pk=active.pk).delete(),
        lambda: own.update(weight=9),
        lambda: own.delete(),
        lambda: Criterion.objects.create(rubric=active, key="late", **criterion("Late")),
        lambda: rows.filter(pk=draft.pk).update(
            status="active", approved_at=active.approved_at, approved_by=cast.service_manager
        ),
        lambda: rows.create(key="x", number=1, drafted_by=cast.team_lead, status="retired"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_two_drafts_of_one_key_are_one_too_many(cast, refuses):
    a_rubric(cast, active=False)
    with refuses(ValidationError, "drafted already"):
        a_rubric(cast, active=False)


def test_drafts_are_seen_by_who_writes_them(cast):
    active, draft = a_rubric(cast), a_rubric(cast, active=False)
    for who in (cast.agent_l1, cast.hr_partner, cast.auditor):
        assert set(Rubric.objects.visible_to(who)) == {active}
    for who in (cast.team_lead, cast.service_manager):
        assert set(Rubric.objects.visible_to(who)) == {active, draft}
    for who in (cast.admin, cast.security_admin, cast.vendor_manager, cast.norole):
        assert not Rubric.objects.visible_to(who).exists()


def test_the_page_tells_what_good_is_in_both_languages(cast, client_of):
    row = a_rubric(cast)
    cast.agent_l1.language = "en"
    cast.agent_l1.save()
    text = client_of(cast.agent_l1).get(page_of(row)).content.decode()
    assert "the fix stays fixed" in text
    assert "Clear to the client 4" in text
    assert "Applies when: A vendor is part" in text
    cast.agent_l1.language = "es-mx"
    cast.agent_l1.save()
    text = client_of(cast.agent_l1).get(page_of(row)).content.decode()
    assert "lo arreglado queda arreglado" in text
    assert "Clear to the client 4 (es)" in text


def test_criteria_are_set_in_the_dialog(cast, client_of):
    draft = a_rubric(cast, active=False)
    client, address = client_of(cast.team_lead), f"/people/rubric/{draft.pk}/action/set_criterion/"
    shown = client.get(f"{address}?key=right-diagnosis").content.decode()
    assert "Right diagnosis 3" in shown
    told = criterion("Wholly new")
    told |= {name: "\n".join(told[name]) for name in ("anchors_en", "anchors_es")}
    answer = client.post(address, {**told, "weight": 2, "key": ""})
    assert answer.status_code in (200, 302), answer.content.decode()[:500]
    assert draft.criteria.get(key="wholly-new").weight == 2
    answer = client.post(address, {**told, "weight": 99, "key": "wholly-new"})
    assert draft.criteria.get(key="wholly-new").weight == 2


def test_rubrics_by_rest(cast):
    from rest_framework.test import APIClient

    client = APIClient()
    client.force_authenticate(cast.team_lead)
    made = client.post(API, texts(key="by-rest"), format="json")
    assert made.status_code == 201, made.content
    address = f"{API}{made.json()['reference']}/"
    told = {"action": "set_criterion", "weight": 1, **criterion()}
    told |= {name: "\n".join(told[name]) for name in ("anchors_en", "anchors_es")}
    answer = client.post(f"{address}transitions/", told, format="json")
    assert answer.status_code == 200, answer.content
    assert [one["key"] for one in answer.json()["criteria"]] == ["clear-to-the-client"]
    client.force_authenticate(cast.service_manager)
    answer = client.post(f"{address}transitions/", {"action": "activate"}, format="json")
    assert answer.json()["status"] == "active"
