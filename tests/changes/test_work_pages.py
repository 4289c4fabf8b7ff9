"""Tasks, exceptions, words by telephone and commits on the page of a change, and by API."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes import services
from changes.models import ChangeTask, SegregationException, VerbalApproval
from tests.factories import a_change

pytestmark = pytest.mark.django_db
LIST = "/changes/change/"


def page_of(change):
    return f"{LIST}{change.pk}/change/"


def action(change, name):
    return f"{LIST}{change.pk}/action/{name}/"


def local(at):
    return at.astimezone(ZoneInfo("America/Mexico_City")).strftime("%Y-%m-%dT%H:%M")


def text(browser, address):
    return browser.get(address).content.decode()


def a_task(change, cast, title="Replace the first node"):
    start = change.planned_start_at + timedelta(minutes=10)
    return services.plan_task(
        change,
        actor=cast.requester,
        title=title,
        assignee=cast.implementer,
        planned_start_at=start,
        planned_end_at=start + timedelta(minutes=30),
    )


def an_exception(change, cast):
    return services.ask_for_exception(
        change,
        actor=cast.requester,
        person=cast.requester.person,
        reason="Nobody else knows the HSM.",
        expires_at=timezone.now() + timedelta(days=3),
    )


def confirmed(browser, user):
    user.set_password("right")
    user.save()
    browser.force_login(user)
    browser.post("/accounts/reauthenticate/", {"password": "right"})
    return browser


# --- Tasks --------------------------------------------------------------------------------------


def test_a_task_is_planned_started_and_finished_on_the_page(cast, client_of):
    change = a_change(cast, "draft")
    browser = client_of(cast.requester)
    start = change.planned_start_at + timedelta(minutes=10)
    said = {
        "title": "Replace the first node",
        "assignee": "implementer",
        "planned_start_at": local(start),
        "planned_end_at": local(start + timedelta(minutes=30)),
    }

    answer = browser.post(action(change, "plan_task"), said)
    assert answer.headers["Location"] == f"{page_of(change)}#tasks"
    task = ChangeTask.objects.get()
    assert (task.title, task.assignee) == ("Replace the first node", cast.implementer)
    assert f"action/start_task/?task={task.pk}" in text(browser, page_of(change))

    for name, status in (("start_task", "started"), ("finish_task", "done")):
        assert browser.post(action(change, name), {"task": task.pk}).status_code == 302
        task.refresh_from_db()
        assert task.status == status
    assert "action/start_task/" not in text(browser, page_of(change))


def test_a_task_outside_the_window_is_told_on_its_field(cast, client_of):
    change = a_change(cast, "draft")
    start = change.planned_end_at + timedelta(hours=1)
    said = {
        "title": "Too late",
        "planned_start_at": local(start),
        "planned_end_at": local(start + timedelta(hours=1)),
    }
    answer = client_of(cast.requester).post(action(change, "plan_task"), said)

    assert answer.status_code == 400
    assert answer.context["form"].errors["planned_start_at"] == [
        "A task lies within the planned window of its change."
    ]


@pytest.mark.parametrize("task", ["", "0", "x", "9" * 30, "\x00"])
def test_what_is_no_task_is_told(cast, client_of, task):
    change = a_change(cast, "draft")
    a_task(change, cast)
    answer = client_of(cast.requester).post(action(change, "start_task"), {"task": task})
    assert answer.status_code == 400


def test_a_task_of_another_change_is_no_choice(cast, client_of):
    change, other = a_change(cast, "draft"), a_change(cast, "draft")
    task = a_task(other, cast)
    answer = client_of(cast.requester).post(action(change, "skip_task"), {"task": task.pk})
    assert answer.status_code == 400
    task.refresh_from_db()
    assert task.status == "planned"


def test_who_only_looks_is_offered_no_task(cast, client_of):
    change = a_change(cast, "draft")
    a_task(change, cast)
    shown = text(client_of(cast.auditor), page_of(change))
    assert "Replace the first node" in shown
    assert not re.findall(r"action/\w+_task/", shown)


def test_the_page_costs_the_same_for_one_task_and_for_three(cast, client_of):
    change = a_change(cast, "draft", type="emergency")
    browser = client_of(cast.requester)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(page_of(change)).status_code == 200
        return len(seen)

    a_task(change, cast)
    cost()
    one = cost()
    for title in ("Second", "Third"):
        a_task(change, cast, title)
    assert cost() == one


def test_tasks_go_on_by_api(cast, api_of):
    change = a_change(cast, "draft")
    task = a_task(change, cast)
    answer = api_of(cast.requester).post(
        f"/api/v1/changes/{change.reference}/transitions/",
        {"action": "start_task", "task": task.pk},
        format="json",
    )
    assert answer.status_code == 200, answer.data
    task.refresh_from_db()
    assert task.status == "started"


# --- Exceptions ---------------------------------------------------------------------------------


def test_an_exception_is_asked_for_and_a_second_person_agrees(cast, client_of):
    change = a_change(cast, "assessing")
    said = {
        "person": "requester",
        "reason": "Nobody else knows the HSM.",
        "expires_at": local(timezone.now() + timedelta(days=3)),
    }
    browser = client_of(cast.requester)
    assert browser.post(action(change, "ask_for_exception"), said).status_code == 302
    exception = SegregationException.objects.get()
    assert (exception.person, exception.approved_at) == (cast.requester.person, None)
    own = text(browser, page_of(change))
    assert "Nobody else knows the HSM." in own
    assert "action/approve_exception/" not in own

    second = client_of(cast.service_owner)
    assert f"action/approve_exception/?exception={exception.pk}" in text(second, page_of(change))
    said = {"exception": exception.pk}
    address = action(change, "approve_exception")
    assert second.post(address, said).headers["Location"].startswith("/accounts/reauthenticate/")
    exception.refresh_from_db()
    assert exception.approved_at is None
    assert confirmed(second, cast.service_owner).post(address, said).status_code == 302
    exception.refresh_from_db()
    assert exception.approved_by == cast.service_owner


def test_who_asked_does_not_agree_with_themselves(cast, client_of):
    change = a_change(cast, "assessing")
    exception = an_exception(change, cast)
    browser = confirmed(client_of(cast.requester), cast.requester)
    answer = browser.post(action(change, "approve_exception"), {"exception": exception.pk})
    assert answer.status_code == 403
    exception.refresh_from_db()
    assert exception.approved_at is None


def test_an_exception_is_for_who_has_a_part(cast, client_of):
    change = a_change(cast, "assessing")
    said = {
        "person": "peer",
        "reason": "x",
        "expires_at": local(timezone.now() + timedelta(days=3)),
    }
    answer = client_of(cast.requester).post(action(change, "ask_for_exception"), said)
    assert answer.status_code == 400
    assert "person" in answer.context["form"].errors


def test_an_exception_is_not_approved_by_api(cast, api_of):
    change = a_change(cast, "assessing")
    exception = an_exception(change, cast)
    answer = api_of(cast.service_owner).post(
        f"/api/v1/changes/{change.reference}/transitions/",
        {"action": "approve_exception", "exception": exception.pk},
        format="json",
    )
    assert answer.status_code == 400
    exception.refresh_from_db()
    assert exception.approved_at is None


# --- Words by telephone -------------------------------------------------------------------------


def test_words_are_recorded_for_an_emergency(cast, client_of):
    change = a_change(cast, "assessing", type="emergency")
    browser = client_of(cast.requester)
    assert "action/record_verbal_approval/" in text(browser, page_of(change))
    said = {
        "person": "approver",
        "given_at": local(timezone.now() - timedelta(minutes=2)),
        "how": "Call bridge",
    }
    assert browser.post(action(change, "record_verbal_approval"), said).status_code == 302
    word = VerbalApproval.objects.get()
    assert (word.person, word.recorded_by) == (cast.approver.person, cast.requester)
    assert "Call bridge" in text(browser, page_of(change))
    assert browser.post(action(change, "record_verbal_approval"), said).status_code == 400


def test_only_an_emergency_offers_it(cast, client_of):
    change = a_change(cast, "assessing")
    browser = client_of(cast.requester)
    assert "action/record_verbal_approval/" not in text(browser, page_of(change))
    said = {"person": "approver", "given_at": local(timezone.now()), "how": "Telephone"}
    assert browser.post(action(change, "record_verbal_approval"), said).status_code == 409
    assert VerbalApproval.objects.count() == 0


def test_words_of_somebody_on_no_board_for_emergencies_are_no_choice(cast, client_of):
    change = a_change(cast, "assessing", type="emergency")
    said = {"person": "peer", "given_at": local(timezone.now()), "how": "Telephone"}
    answer = client_of(cast.requester).post(action(change, "record_verbal_approval"), said)
    assert answer.status_code == 400


def test_words_by_api(cast, api_of):
    change = a_change(cast, "assessing", type="emergency")
    answer = api_of(cast.requester).post(
        f"/api/v1/changes/{change.reference}/transitions/",
        {
            "action": "record_verbal_approval",
            "person": "approver",
            "given_at": timezone.now().isoformat(),
            "how": "Telephone",
        },
        format="json",
    )
    assert answer.status_code == 200, answer.data
    assert VerbalApproval.objects.get().person == cast.approver.person


# --- Commits ------------------------------------------------------------------------------------


def form_of(change, **said):
    return {
        "title": change.title,
        "reason": change.reason,
        "environment": change.environment,
        "version": change.version,
        "services": [service.pk for service in change.services.all()],
        "initial-services": [service.pk for service in change.services.all()],
        "planned_start_at": local(change.planned_start_at),
        "planned_end_at": local(change.planned_end_at),
        **said,
    }


def commits_of(change):
    return [(row.repository, row.commit) for row in change.commits.order_by("commit")]


def test_commits_are_written_one_on_a_line(cast, client_of):
    change = a_change(cast, "draft")
    browser = client_of(cast.requester)
    typed = "kupay/ledger@4f2a9c1\r\n\r\n  kupay/switch@9d0e \r\n"

    answer = browser.post(page_of(change), form_of(change, commits=typed))

    assert answer.status_code == 302, answer.context["errors"]
    assert commits_of(change) == [("kupay/ledger", "4f2a9c1"), ("kupay/switch", "9d0e")]
    assert "kupay/ledger@4f2a9c1" in text(browser, f"{page_of(change)}?edit=1")
    assert "kupay/switch@9d0e" in text(browser, page_of(change))


@pytest.mark.parametrize(
    "typed", ["ledger", "@4f2a", "ledger@", "led\x00ger@4f2a", "a@" + "b" * 101]
)
def test_a_line_that_is_no_commit_is_told(cast, client_of, typed):
    change = a_change(cast, "draft")
    answer = client_of(cast.requester).post(page_of(change), form_of(change, commits=typed))
    assert answer.status_code == 200
    assert "is not a commit" in answer.content.decode()


def test_commits_that_nobody_touched_stay_as_somebody_else_made_them(cast, client_of):
    change = a_change(cast, "draft", commits=[("kupay/ledger", "4f2a9c1")])
    read = form_of(
        change,
        title="Another title",
        commits="kupay/ledger@4f2a9c1",
        **{"initial-commits": "kupay/ledger@4f2a9c1"},
    )
    services.edit_change(change, actor=cast.implementer, commits=[("kupay/switch", "9d0e")])

    answer = client_of(cast.requester).post(page_of(change), read)

    assert answer.status_code == 302, answer.context["errors"]
    assert commits_of(change) == [("kupay/switch", "9d0e")]
    change.refresh_from_db()
    assert change.title == "Another title"
