"""Standard changes in the portal: described by one person, approved by another."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from changes import services
from changes.models import ChangeTemplate
from changes.services.configuring import (
    approve_standard_change,
    describe_standard_change,
    edit_standard_change,
)
from core.errors import Refused
from tests.changes.test_boards_pages import cost, text
from tests.changes.test_freezes import run
from tests.factories import a_change

pytestmark = pytest.mark.django_db
LIST = "/changes/changetemplate/"


def a_template(cast, name="Rotate the log keys", **said):
    facts = {
        "name": name,
        "description": "The keys of the log signer, once a quarter.",
        "test_plan": "A line is signed and verified.",
        "backout_plan": "The old key stays valid for a day.",
    }
    return describe_standard_change(actor=cast.service_owner, **facts | said)


def page_of(template):
    return f"{LIST}{template.pk}/change/"


def approval_of(template):
    return f"{LIST}{template.pk}/action/approve/"


def in_days(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def confirmed(browser, user):
    user.set_password("right")
    user.save()
    browser.force_login(user)
    browser.post("/accounts/reauthenticate/", {"password": "right"})
    return browser


@pytest.mark.parametrize("name", ["service_owner", "service_manager"])
def test_a_standard_change_is_described(cast, client_of, name):
    said = {
        "name": "Rotate the log keys",
        "description": "Once a quarter.",
        "test_plan": "A line is signed.",
        "backout_plan": "The old key stays.",
        "failures_allowed": "3",
    }
    answer = client_of(cast[name]).post(f"{LIST}add/", said)

    assert answer.status_code == 302, answer.context["errors"]
    template = ChangeTemplate.objects.get()
    assert (template.owner, template.failures_allowed) == (cast[name], 3)
    assert "Awaits approval" in text(client_of(cast[name]), LIST)


def test_others_describe_none(cast, client_of):
    for name in ("requester", "approver", "admin", "auditor"):
        assert client_of(cast[name]).get(f"{LIST}add/").status_code == 403


def test_approval_wants_the_password_and_an_end(cast, client_of):
    template = a_template(cast)
    browser = client_of(cast.approver)
    assert "action/approve/" in text(browser, page_of(template))
    said = {"expires_on": in_days(90)}
    answer = browser.post(approval_of(template), said)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    template.refresh_from_db()
    assert template.approved_at is None

    confirmed(browser, cast.approver)
    late = browser.post(approval_of(template), {"expires_on": in_days(400)})
    assert late.status_code == 400
    assert late.context["form"].errors["expires_on"] == ["It must end within a year."]
    assert browser.post(approval_of(template), said).status_code == 302

    template.refresh_from_db()
    assert (template.approved_by, template.expires_on) == (
        cast.approver,
        date.fromisoformat(in_days(90)),
    )
    assert "In force until" in text(browser, page_of(template))


def test_neither_its_owner_nor_who_approves_nothing_is_offered_approval(cast, client_of):
    template = a_template(cast)
    for name in ("service_owner", "requester", "peer", "auditor"):
        browser = confirmed(client_of(cast[name]), cast[name])
        assert "action/approve/" not in text(browser, page_of(template))
        assert browser.post(approval_of(template), {}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "badge"),
    [
        ({"is_suspended": True}, "Suspended"),
        ({"expires_on": date(2024, 1, 1)}, "Expired"),
        ({}, "In force until"),
    ],
)
def test_the_list_says_how_it_stands(cast, client_of, fields, badge):
    template = a_template(cast)
    approve_standard_change(
        template, actor=cast.approver, expires_on=timezone.localdate() + timedelta(days=30)
    )
    ChangeTemplate.objects.filter(pk=template.pk).update(**fields)
    assert badge in text(client_of(cast.requester), LIST)


@pytest.mark.parametrize("name", ["hr_partner", "security_admin", "norole"])
def test_who_has_nothing_to_do_with_changes_finds_none(cast, client_of, name):
    template = a_template(cast)
    assert client_of(cast[name]).get(page_of(template)).status_code in (403, 404)


def test_the_list_costs_the_same_for_one_and_for_three(cast, client_of):
    a_template(cast)
    browser = client_of(cast.requester)
    one = cost(browser, LIST)
    for name in ("Second", "Third"):
        a_template(cast, name)
    assert cost(browser, LIST) == one


def test_described_anew_it_is_another_version_and_awaits_approval(cast, client_of):
    template = a_template(cast)
    approve_standard_change(
        template, actor=cast.cab_chair, expires_on=timezone.localdate() + timedelta(days=90)
    )
    template.refresh_from_db()
    before = a_change(cast, "assessing", type="standard", template=template, risk="")
    owner = client_of(cast.service_owner)
    said = {
        "name": template.name,
        "description": "The keys of the log signer, once a month.",
        "test_plan": template.test_plan,
        "backout_plan": template.backout_plan,
        "failures_allowed": "2",
        "version": template.version,
    }
    assert "another version" in owner.get(f"{page_of(template)}?edit=1").content.decode()
    assert owner.post(page_of(template), said).status_code == 302

    template.refresh_from_db()
    assert (template.revision, template.approved_at, template.described_by) == (
        2,
        None,
        cast.service_owner,
    )
    assert (before.template_revision, before.description) != (2, template.description)
    assert "Awaits approval" in text(owner, LIST)


def test_what_was_raised_by_the_version_before_is_raised_again(cast, refuses):
    template = a_template(cast)
    expires_on = timezone.localdate() + timedelta(days=90)
    approve_standard_change(template, actor=cast.cab_chair, expires_on=expires_on)
    change = a_change(cast, "assessing", type="standard", template=template, risk="")
    template = edit_standard_change(template, actor=cast.service_owner, test_plan="Two lines")
    with refuses(Refused, "not approved, has expired"):
        services.request_approval(change, actor=cast.requester)
    approve_standard_change(template, actor=cast.cab_chair, expires_on=expires_on)
    with refuses(Refused, "described anew since"):
        services.request_approval(change, actor=cast.requester)


def test_who_described_it_anew_does_not_approve_it(cast, refuses):
    template = a_template(cast)
    ChangeTemplate.objects.update(described_by=cast.cab_chair)
    with refuses(Refused, "recuse yourself"):
        approve_standard_change(
            template, actor=cast.cab_chair, expires_on=timezone.localdate() + timedelta(days=9)
        )


def test_saying_the_same_alters_nothing(cast):
    template = a_template(cast)
    approve_standard_change(
        template, actor=cast.cab_chair, expires_on=timezone.localdate() + timedelta(days=9)
    )
    same = edit_standard_change(template, actor=cast.service_owner, name=template.name)
    assert (same.revision, same.approved_at is None) == (1, False)


def test_the_database_alters_nothing_that_was_approved(cast):
    template = a_template(cast)
    approve_standard_change(
        template, actor=cast.cab_chair, expires_on=timezone.localdate() + timedelta(days=9)
    )
    for what in ("description = 'x'", "backout_plan = 'x'", "revision = 3", "revision = 0"):
        with pytest.raises(IntegrityError, match="not altered"), transaction.atomic():
            run(f"UPDATE changes_changetemplate SET {what}")
