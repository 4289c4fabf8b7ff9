"""Changes in the portal: what is hidden is 404, what one votes on asks for the password first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes import services
from changes.models import Change, Vote
from tests.factories import a_change, a_service, boards, vote

pytestmark = pytest.mark.django_db
LIST = "/changes/change/"


def page_of(change):
    return f"{LIST}{change.pk}/change/"


def queries(browser, address):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["outsider", "norole", "admin"])
def test_what_is_hidden_is_not_there(cast, client_of, name):
    change = a_change(cast, "awaiting_approval")
    browser = client_of(cast[name])
    addresses = [
        page_of(change),
        f"{LIST}{change.pk}/history/",
        f"{LIST}{change.pk}/action/submit/",
        f"{LIST}{change.pk}/timeline/",
    ]
    assert {browser.get(address).status_code for address in addresses} <= {403, 404}
    assert change.title not in browser.get("/").content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(cast, client_of):
    a_change(cast, "scheduled")
    browser = client_of(cast.service_manager)
    browser.get(LIST)
    one = queries(browser, LIST)
    for status in ("draft", "awaiting_approval"):
        a_change(cast, status)
    assert queries(browser, LIST) == one


def test_the_page_costs_the_same_for_one_version_and_for_three(cast, client_of):
    change = a_change(cast, "awaiting_approval", risk="high")
    browser = client_of(cast.service_manager)
    browser.get(page_of(change))
    one = queries(browser, page_of(change))
    vote(change, cast.peer)
    for title in ("Second", "Third"):
        change = services.amend_change(change, actor=cast.requester, note="why", title=title)
    assert queries(browser, page_of(change)) <= one + 2  # two of the difference between versions


def test_a_change_is_raised_on_the_form(cast, client_of):
    boards(cast)
    service = a_service(cast)
    browser = client_of(cast.requester)
    sent = {
        "title": "Replace the HSM",
        "type": "normal",
        "team": cast.core_platform.pk,
        "services": [service.pk],
        "reason": "It is at the end of its life.",
        "environment": "production",
        "planned_start_at": "2030-01-05T01:00",
        "planned_end_at": "2030-01-05T05:00",
    }
    answer = browser.post(f"{LIST}add/", sent)

    assert answer.status_code == 302, answer.context["errors"]
    change = Change.objects.get()
    assert (change.title, change.requester, change.status) == (
        "Replace the HSM",
        cast.requester,
        "draft",
    )
    assert list(change.services.all()) == [service]
    assert change.planned_start_at.isoformat() == "2030-01-05T07:00:00+00:00"  # from Mexico's 1:00


def test_a_window_that_ends_before_it_starts_is_told_on_its_field(cast, client_of):
    browser = client_of(cast.requester)
    sent = {
        "title": "Replace the HSM",
        "type": "normal",
        "team": cast.core_platform.pk,
        "environment": "production",
        "planned_start_at": "2030-01-05T05:00",
        "planned_end_at": "2030-01-05T01:00",
    }
    answer = browser.post(f"{LIST}add/", sent)

    assert answer.status_code == 200
    assert "The planned end must come after the planned start." in answer.content.decode()
    assert Change.objects.count() == 0


def test_a_vote_asks_for_the_password_first(cast, client_of):
    change = a_change(cast, "awaiting_approval")
    browser = client_of(cast.peer)
    address = f"{LIST}{change.pk}/action/vote/"
    said = {"decision": "approve", "version_hash": change.version_hash}

    assert browser.get(address).headers["Location"].startswith("/accounts/reauthenticate/")
    assert browser.post(address, said).headers["Location"].startswith("/accounts/reauthenticate/")
    assert Vote.objects.count() == 0
    cast.peer.set_password("right")
    cast.peer.save()
    browser.force_login(cast.peer)
    browser.post("/accounts/reauthenticate/", {"password": "right"})
    assert browser.post(address, said).status_code == 302

    assert Vote.objects.get().authentication == "password"


def test_the_page_of_a_version_that_was_amended_shows_what_differs(cast, client_of):
    change = a_change(cast, "awaiting_approval")
    services.amend_change(change, actor=cast.requester, note="why", title="Renew both certificates")

    shown = client_of(cast.peer).get(page_of(change)).content.decode()

    assert "What differs from the version before" in shown
    assert "Renew both certificates" in shown


def test_who_only_looks_is_offered_no_work(cast, client_of):
    change = a_change(cast, "assessing")
    shown = client_of(cast.agent_l1).get(page_of(change)).content.decode()
    assert "action/request_approval/" not in shown
    assert "action/cancel/" not in shown
