"""What went another way than the controls want is recorded once and never taken back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from changes.enums import ChangeType
from changes.models import ApprovalRound, ControlException
from changes.services.configuring import approve_standard_change, describe_standard_change
from tests.changes.test_freezes import HOUR, a_freeze, let_in, run
from tests.factories import a_change, vote

pytestmark = pytest.mark.django_db
LIST = "/changes/controlexception/"


def kinds():
    return list(ControlException.objects.order_by("pk").values_list("kind", flat=True))


def started_emergency(cast):
    change = a_change(cast, "submitted", type=ChangeType.EMERGENCY)
    for name in ("approver", "senior_approver"):
        services.record_verbal_approval(
            change,
            actor=cast.requester,
            person=cast[name].person,
            given_at=timezone.now() - HOUR,
            how="Call bridge",
        )
    return services.start_change(change, actor=cast.implementer)


def test_an_approval_that_is_late_is_recorded_once(cast):
    change = started_emergency(cast)
    asked = ApprovalRound.objects.get(content__change=change)
    assert services.record_what_is_late(asked.due_at - HOUR) == 0
    assert services.record_what_is_late(asked.due_at) == 1
    assert services.record_what_is_late(asked.due_at + HOUR) == 0

    row = ControlException.objects.get()
    assert (row.kind, row.change, row.round, row.by) == (
        "approval_late",
        change,
        asked,
        cast.implementer,
    )
    assert row.history.get().history_action == "change.record_control_exception"


def test_an_approval_that_is_refused_is_recorded_with_who_and_why(cast):
    change = started_emergency(cast)
    vote(change, cast.cab_chair, "reject", comment="It could have waited.")
    vote(change, cast.approver, "reject", comment="Same here.")

    row = ControlException.objects.get()
    assert (row.kind, row.change) == ("approval_refused", change)
    assert row.cause in ("It could have waited.", "Same here.")
    assert services.record_what_is_late(timezone.now() + timedelta(days=30)) == 0


def test_a_refusal_before_work_is_no_exception(cast):
    a_change(cast, "rejected")
    assert kinds() == []


def test_lifting_segregation_is_recorded(cast):
    change = a_change(cast, "awaiting_approval", risk="medium")
    asked = services.ask_for_exception(
        change,
        actor=cast.requester,
        person=cast.requester.person,
        reason="Nobody else knows the HSM",
        expires_at=timezone.now() + timedelta(days=3),
    )
    assert kinds() == []
    services.approve_exception(asked, actor=cast.cab_chair)

    row = ControlException.objects.get()
    assert (row.kind, row.segregation, row.by) == ("segregation", asked, cast.requester)
    assert row.cause == "Nobody else knows the HSM"


def test_a_freeze_exception_that_nobody_reviewed_is_recorded(cast):
    change = a_change(cast, "approved", risk="medium")
    held = let_in(cast, change, a_freeze(cast))
    assert services.record_what_is_late(held.review_due_at - HOUR) == 0
    assert services.record_what_is_late(held.review_due_at) == 1
    assert services.record_what_is_late(held.review_due_at) == 0

    row = ControlException.objects.get()
    assert (row.kind, row.freeze, row.by) == ("freeze_unreviewed", held, cast.requester)


def test_a_suspended_standard_change_is_recorded(cast):
    template = describe_standard_change(
        actor=cast.service_manager,
        name="Restart",
        description="Restart a node",
        backout_plan="Start it again",
        test_plan="Health check",
        failures_allowed=1,
    )
    approve_standard_change(
        template, actor=cast.cab_chair, expires_on=timezone.localdate() + timedelta(days=90)
    )
    change = a_change(cast, "assessing", type=ChangeType.STANDARD, template=template, risk="")
    for move, actor in (
        (services.request_approval, cast.requester),
        (services.schedule_change, cast.requester),
        (services.start_change, cast.implementer),
        (services.complete_change, cast.implementer),
        (services.verify_change, cast.implementer),
    ):
        change = move(change, actor=actor)
    services.close_change(change, actor=cast.requester, outcome="failed", review="It hung.")

    row = ControlException.objects.get()
    assert (row.kind, row.template, row.cause) == ("template_suspended", template, "It hung.")


def recorded(cast):
    change = a_change(cast, "approved", risk="medium")
    held = let_in(cast, change, a_freeze(cast, name=f"Freeze {change.pk}"))
    services.record_what_is_late(held.review_due_at)
    return ControlException.objects.latest("pk")


def test_the_database_takes_nothing_back(cast):
    row = recorded(cast)
    for statement in (
        "UPDATE changes_controlexception SET cause = '' WHERE id = %s",
        "DELETE FROM changes_controlexception WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            run(statement, row.pk)


def test_who_sees_it(cast):
    row = recorded(cast)
    seen = {
        name
        for name in ("auditor", "service_manager", "requester", "cab_chair", "admin", "outsider")
        if row in ControlException.objects.visible_to(cast[name])
    }
    assert seen == {"auditor", "service_manager", "cab_chair"}


def test_the_audit_page_lists_it_and_opens_it(cast, client_of):
    row = recorded(cast)
    browser = client_of(cast.auditor)
    shown = browser.get(LIST).content.decode()
    assert "Freeze exception not reviewed" in shown
    assert row.change.reference in shown
    assert "Review overdue" in shown
    other = browser.get(f"{LIST}?kind=segregation").content.decode()
    assert row.change.reference not in other
    page = browser.get(f"{LIST}{row.pk}/change/")
    assert page.status_code == 200
    assert client_of(cast.requester).get(f"{LIST}{row.pk}/change/").status_code in (403, 404)
    home = browser.get("/").content.decode()
    assert "Control exceptions" in home
    assert "kind=freeze_unreviewed" in home


def test_the_list_costs_the_same_for_one_and_for_three(cast, client_of):
    recorded(cast)
    browser = client_of(cast.auditor)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST)
    recorded(cast)
    recorded(cast)
    with CaptureQueriesContext(connection) as three:
        browser.get(LIST)

    assert len(one) == len(three)


def test_the_api_reads_it_and_writes_nothing(cast, api_of):
    row = recorded(cast)
    api = api_of(cast.auditor)
    (shown,) = api.get("/api/v1/control-exceptions/").json()["results"]
    assert (shown["kind"], shown["change"], shown["state"]) == (
        "freeze_unreviewed",
        row.change.reference,
        "Review overdue",
    )
    assert api.get(f"/api/v1/control-exceptions/{row.pk}/").json()["by"] == "requester"
    assert api_of(cast.requester).get("/api/v1/control-exceptions/").json()["results"] == []
    assert api.post("/api/v1/control-exceptions/", {}).status_code == 405


def test_the_service_manager_finds_the_reviews_that_are_due_at_home(cast, client_of):
    change = a_change(cast, "approved", risk="medium")
    held = let_in(cast, change, a_freeze(cast))
    browser = client_of(cast.service_manager)
    assert "#freezes" not in browser.get("/").content.decode()
    type(held).objects.filter(pk=held.pk).update(ends_at=timezone.now() - HOUR)

    assert "#freezes" in browser.get("/").content.decode()
