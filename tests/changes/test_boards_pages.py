"""What approval rests on, in the portal: boards and policies."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes.models import ApprovalPolicy, Board, BoardSeat
from tests.factories import boards

pytestmark = pytest.mark.django_db
BOARDS = "/changes/board/"
POLICIES = "/changes/approvalpolicy/"


@pytest.fixture
def cab(cast):
    boards(cast)
    return Board.objects.get(is_emergency=False)


def text(browser, address):
    return browser.get(address).content.decode()


def cost(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def action(board, name):
    return f"{BOARDS}{board.pk}/action/{name}/"


# --- Boards -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hr_partner", "security_admin", "norole"])
def test_who_has_nothing_to_do_with_changes_finds_none(cast, client_of, cab, name):
    browser = client_of(cast[name])
    policy = ApprovalPolicy.objects.first()
    answers = {
        browser.get(address).status_code
        for address in (
            f"{BOARDS}{cab.pk}/change/",
            f"{POLICIES}{policy.pk}/change/",
            action(cab, "seat_member"),
            f"{BOARDS}{cab.pk}/history/",
        )
    }
    assert answers <= {403, 404}


def test_the_page_names_the_chair_first_and_who_left_last(cast, client_of, cab):
    seat = cab.seats.get(user=cast.approver)
    seat.ends_on = timezone.localdate() - timedelta(days=1)  # over in every time zone
    seat.save()

    shown = text(client_of(cast.auditor), f"{BOARDS}{cab.pk}/change/")

    places = [shown.index(cast[n].get_full_name()) for n in ("cab_chair", "approver2", "approver")]
    assert places == sorted(places)
    assert "action/end_seat/" not in shown


def test_a_board_is_founded_and_somebody_seated(cast, client_of):
    browser = client_of(cast.admin)
    assert browser.post(f"{BOARDS}add/", {"name": "CAB Colombia"}).status_code == 302
    board = Board.objects.get()
    said = {"user": cast.approver.pk, "starts_on": "2026-01-08", "is_chair": "on"}

    assert browser.post(action(board, "seat_member"), said).status_code == 302

    seat = board.seats.get()
    assert (seat.user, seat.is_chair, str(seat.starts_on)) == (cast.approver, True, "2026-01-08")
    said = {"seat": seat.pk, "ends_on": "2026-02-01"}
    assert browser.post(action(board, "end_seat"), said).status_code == 302
    seat.refresh_from_db()
    assert str(seat.ends_on) == "2026-02-01"


def test_who_may_not_approve_is_offered_no_seat(cast, client_of, cab):
    said = {"user": cast.agent_l1.pk, "starts_on": "2026-01-08"}
    answer = client_of(cast.admin).post(action(cab, "seat_member"), said)
    assert answer.status_code == 400
    assert not BoardSeat.objects.filter(user=cast.agent_l1).exists()


def test_a_seat_of_another_board_is_no_choice(cast, client_of, cab):
    other = BoardSeat.objects.filter(board__is_emergency=True).first()
    said = {"seat": other.pk, "ends_on": "2026-02-01"}
    assert client_of(cast.admin).post(action(cab, "end_seat"), said).status_code == 400


def test_a_chair_does_not_seat_members(cast, client_of, cab):
    assert client_of(cast.cab_chair).get(action(cab, "seat_member")).status_code == 404
    assert client_of(cast.cab_chair).get(f"{BOARDS}add/").status_code == 403


def test_lists_and_pages_cost_the_same_for_one_seat_and_for_three(cast, client_of, cab):
    browser = client_of(cast.admin)
    addresses = [BOARDS, f"{BOARDS}{cab.pk}/change/"]
    three = [cost(browser, address) for address in addresses]
    Board.objects.exclude(pk=cab.pk).get()
    BoardSeat.objects.exclude(user=cast.cab_chair).update(ends_on=timezone.localdate())
    assert [cost(browser, address) for address in addresses] == three


# --- Policies -----------------------------------------------------------------------------------


def test_a_policy_tells_its_steps_in_order(cast, client_of, cab):
    policy = ApprovalPolicy.objects.get(type="normal", risk="high")
    shown = text(client_of(cast.requester), f"{POLICIES}{policy.pk}/change/")
    marks = ("1. Technical peer", "2. Service owner", "3. CAB", "4. Senior final approval")
    assert [shown.index(mark) for mark in marks] == sorted(shown.index(mark) for mark in marks)
    assert "At least 3 approve" in shown


def a_policy(cab, **said):
    return {
        "name": "Normal change, low risk, two peers",
        "type": "normal",
        "risk": "low",
        "kind_1": "peer",
        "quorum_1": "n_of_m",
        "needed_1": "2",
        "present_1": "2",
        "hours_1": "48",
        "kind_3": "cab",
        "board_3": cab.pk,
        "quorum_3": "percent",
        "needed_3": "60",
        "present_3": "1",
        "hours_3": "72",
        "accepts_tokens_3": "on",
        **said,
    }


def test_a_new_policy_replaces_the_one_in_force(cast, client_of, cab):
    old = ApprovalPolicy.objects.get(type="normal", risk="low")
    answer = client_of(cast.admin).post(f"{POLICIES}add/", a_policy(cab))

    assert answer.status_code == 302, answer.context["errors"]
    new = ApprovalPolicy.objects.get(type="normal", risk="low", is_active=True)
    assert new != old
    told = new.steps.values_list("position", "kind", "quorum", "needed", "accepts_tokens")
    assert list(told.order_by("position")) == [
        (1, "peer", "n_of_m", 2, False),
        (2, "cab", "percent", 60, True),
    ]
    assert new.steps.get(position=1).due_in.total_seconds() == 48 * 3600
    old.refresh_from_db()
    assert not old.is_active


@pytest.mark.parametrize(
    ("said", "text_of_error"),
    [
        ({"kind_1": "", "kind_3": ""}, "A policy needs at least one step."),
        ({"board_3": ""}, "The CAB and the ECAB are boards; nobody else is."),
        ({"needed_3": "101"}, "100"),
        ({"quorum_1": "most"}, "most"),
        ({"type": "standard"}, "standard"),
        ({"hours_1": "0"}, "1"),
        ({"name": "Emergency change"}, "already exists"),
    ],
)
def test_a_bad_policy_is_told_and_replaces_nothing(cast, client_of, cab, said, text_of_error):
    before = list(ApprovalPolicy.objects.values_list("pk", "is_active").order_by("pk"))
    answer = client_of(cast.admin).post(f"{POLICIES}add/", a_policy(cab, **said))
    assert answer.status_code == 200
    assert text_of_error in answer.content.decode()
    assert list(ApprovalPolicy.objects.values_list("pk", "is_active").order_by("pk")) == before


def test_only_who_configures_sets_policies(cast, client_of, cab):
    for name in ("service_manager", "cab_chair", "auditor"):
        browser = client_of(cast[name])
        assert browser.get(f"{POLICIES}add/").status_code == 403
        assert browser.post(f"{POLICIES}add/", a_policy(cab)).status_code == 403


def test_the_list_costs_the_same_for_one_policy_and_for_four(cast, client_of, cab):
    browser = client_of(cast.admin)
    four = cost(browser, POLICIES)
    ApprovalPolicy.objects.exclude(type="emergency").update(is_active=False)
    assert cost(browser, POLICIES) == four
