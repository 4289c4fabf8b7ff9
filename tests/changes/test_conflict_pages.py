"""Conflicts in the portal and the API: who sees what of them, who answers, at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes import services
from changes.models import Change, Conflict
from tests.changes.test_conflicts import a_pair, accept
from tests.factories import a_change, a_service

pytestmark = pytest.mark.django_db


def page_of(change):
    return f"/changes/change/{change.pk}/change/"


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def a_hidden_pair(cast):
    """The first is of Mexico, the second of a team in Colombia."""
    service = a_service(cast, countries=["MX", "CO"])
    seen = a_change(cast, services=[service])
    hidden = a_change(
        cast,
        services=[service],
        actor=None,
        requester=cast.outsider,
        team=cast.wallet_co,
        builder=cast.outsider,
        implementer=cast.outsider,
        title="Secret of Bogotá",
    )
    return seen, hidden


def conflict_rows(api, change):
    return api.get(f"/api/v1/changes/{change.reference}/conflicts/").json()


def test_both_sides_tell_of_each_other(cast, client_of):
    first, second = a_pair(cast)
    browser = client_of(cast.service_manager)
    for one, other in ((first, second), (second, first)):
        page = read(browser, page_of(one))
        tab = page[page.index('id="conflicts"') :]
        assert other.reference in tab
        assert "Same service" in tab


def test_which_change_it_is_with_is_told_only_to_who_sees_it(cast, client_of, api_of):
    seen, hidden = a_hidden_pair(cast)
    page = read(client_of(cast.service_manager), page_of(seen))
    assert "A change that you do not see" in page
    assert hidden.reference not in page
    assert "Secret of Bogotá" not in page
    (row,) = conflict_rows(api_of(cast.service_manager), seen)
    assert (row["kind"], row["change"]) == ("same_service", None)
    timeline = api_of(cast.service_manager).get(f"/api/v1/changes/{seen.reference}/history/")
    assert hidden.reference not in timeline.content.decode()


def test_the_page_costs_the_same_for_one_and_for_three(cast, client_of):
    service = a_service(cast)
    change = a_change(cast, services=[service])
    a_change(cast, services=[service])
    browser = client_of(cast.service_manager)
    read(browser, page_of(change))
    with CaptureQueriesContext(connection) as one:
        read(browser, page_of(change))
    for _ in range(2):
        a_change(cast, services=[service])
    with CaptureQueriesContext(connection) as three:
        read(browser, page_of(change))
    assert len(three) == len(one)


def test_one_is_accepted_in_the_portal(cast, client_of):
    first, second = a_pair(cast)
    one = Conflict.objects.get(kind="same_service")
    browser = client_of(cast.service_manager)
    address = f"/changes/change/{first.pk}/action/accept_conflict/"
    assert second.reference in read(browser, f"{address}?conflict={one.pk}")
    answer = browser.post(address, {"conflict": one.pk, "acceptance": "One after the other."})
    assert answer.status_code == 302, answer.content.decode()
    one.refresh_from_db()
    assert (one.status, one.accepted_by) == ("accepted", cast.service_manager)
    assert "One after the other." in read(browser, page_of(second))


def test_nobody_involved_is_offered_to_accept(cast, client_of):
    first, _second = a_pair(cast)
    offer = "action/accept_conflict/"
    assert offer in read(client_of(cast.service_manager), page_of(first))
    assert offer not in read(client_of(cast.requester), page_of(first))


def test_by_api_a_member_of_the_board_accepts(cast, api_of):
    service = a_service(cast)
    change = a_change(cast, "awaiting_approval", risk="high", services=[service])
    a_change(cast, services=[service], builder=cast.agent_l2, implementer=cast.agent_l2)
    (row,) = conflict_rows(api_of(cast.approver), change)
    address = f"/api/v1/changes/{change.reference}/conflicts/{row['id']}/accept/"
    refused = api_of(cast.requester).post(address, {"acceptance": "Mine."}, format="json")
    assert (refused.status_code, Conflict.objects.get(pk=row["id"]).status) == (403, "open")
    answer = api_of(cast.approver).post(address, {"acceptance": "Agreed."}, format="json")
    assert answer.status_code == 200, answer.json()
    told = answer.json()
    assert (told["status"], told["accepted_by"], told["acceptance"]) == (
        "accepted",
        "approver",
        "Agreed.",
    )
    again = api_of(cast.approver).post(address, {"acceptance": "Again."}, format="json")
    assert again.status_code == 409


@pytest.mark.parametrize("key", ["0", "99999999999999999999999"])
def test_a_conflict_of_no_such_number_is_not_found(cast, api_of, key):
    change = a_change(cast)
    address = f"/api/v1/changes/{change.reference}/conflicts/{key}/accept/"
    answer = api_of(cast.service_manager).post(address, {"acceptance": "?"}, format="json")
    assert answer.status_code == 404


def test_a_conflict_of_other_changes_is_not_found(cast, api_of):
    change = a_change(cast, builder=cast.peer, implementer=cast.peer)
    a_pair(cast)
    other = Conflict.objects.get(kind="same_service")
    address = f"/api/v1/changes/{change.reference}/conflicts/{other.pk}/accept/"
    answer = api_of(cast.service_manager).post(address, {"acceptance": "?"}, format="json")
    assert answer.status_code == 404


def test_the_list_is_narrowed_to_what_has_open_conflicts(cast, api_of):
    first, second = a_pair(cast)
    alone = a_change(cast, builder=cast.peer, implementer=cast.peer)
    api = api_of(cast.service_manager)

    def found(wanted):
        answer = api.get(f"/api/v1/changes/?has_conflicts={wanted}")
        return {row["reference"] for row in answer.json()["results"]}

    assert found("true") == {first.reference, second.reference}
    assert found("false") == {alone.reference}
    accept(first, cast.service_manager)
    assert found("true") == set()


def test_the_timeline_tells_that_it_was_found_accepted_and_resolved(cast, client_of):
    first, second = a_pair(cast)
    accept(first, cast.service_manager, "They run on separate nodes.")
    services.cancel_change(Change.objects.get(pk=second.pk), actor=cast.requester, note="Not now.")
    page = read(client_of(cast.service_manager), page_of(first)).lower()
    for words in ("conflict found", "conflict accepted", "conflict resolved"):
        assert words in page
    assert "they run on separate nodes." in page
