"""The wallboard: what is open at the first priority, for whom, and at what cost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from incidents import services
from incidents.wallboard import SHOWN, board_of
from tests.factories import a_service, an_incident

PAGE = "/wallboard/"


@pytest.fixture(autouse=True)
def _no_kept_scores(db):
    cache.clear()


def an_urgent_one(cast, minutes=3, **given):
    at = timezone.now() - timedelta(minutes=minutes)
    facts = {"impact": 1, "urgency": 1, "at": at, "service": a_service(cast)}
    return an_incident(cast, **facts | given)


def references(user):
    return [row.incident.reference for row in board_of(user, timezone.now()).rows]


def test_it_shows_open_ones_of_the_first_priority_the_newest_first(cast):
    older, newer = an_urgent_one(cast, 60), an_urgent_one(cast, 2)
    an_incident(cast, impact=1, urgency=2)
    an_urgent_one(cast, status="resolved")
    assert references(cast.service_manager) == [newer.reference, older.reference]


def test_nobody_sees_there_what_they_may_not_see(cast):
    an_urgent_one(cast)
    assert references(cast.outsider) == []
    assert board_of(cast.outsider, timezone.now()).scores[0].month.measured == 0


def test_those_without_room_are_counted(cast):
    for _n in range(SHOWN + 2):
        an_urgent_one(cast)
    board = board_of(cast.service_manager, timezone.now())
    assert (len(board.rows), board.more) == (SHOWN, 2)


def test_running_clocks_say_from_where_they_go_on(cast, client_of):
    an_urgent_one(cast, 3, started_at=timezone.now() - timedelta(minutes=3, seconds=30))
    html = client_of(cast.agent_l1).get(PAGE).content.decode()
    assert html.count("wb-met") == 1  # detected within thirty seconds
    assert html.count("wb-running") == 2
    assert 'data-elapsed="180"' in html or 'data-elapsed="181"' in html


def test_a_missed_target_is_late_and_a_stopped_one_stands(cast, client_of):
    incident = an_urgent_one(cast, 30)
    services.mark_incident(
        incident,
        actor=cast.agent_l1,
        kind="investigated",
        at=timezone.now() - timedelta(minutes=28),
    )
    html = client_of(cast.agent_l1).get(PAGE).content.decode()
    assert (html.count("wb-late"), html.count("wb-met")) == (1, 1)
    assert "2:00" in html


def test_without_any_it_says_so(cast, client_of):
    assert "No P1 is open." in client_of(cast.agent_l1).get(PAGE).content.decode()


def test_titles_are_text(cast, client_of):
    an_urgent_one(cast, title="<script>alert(1)</script>")
    assert "<script>alert" not in client_of(cast.agent_l1).get(PAGE).content.decode()


@pytest.mark.parametrize(("name", "status"), [("agent_l1", 200), ("norole", 403), ("auditor", 200)])
def test_who_may_open_it(cast, client_of, name, status):
    assert client_of(cast[name]).get(PAGE).status_code == status


def test_it_asks_for_a_sign_in(client, cast):
    answer = client.get(PAGE)
    assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)


def test_it_is_kept_by_no_cache_and_looks_light_when_asked(cast, client_of):
    answer = client_of(cast.agent_l1).get(PAGE, {"look": "light"})
    assert "no-store" in answer["Cache-Control"]
    assert 'data-look="light"' in answer.content.decode()
    assert 'data-look="dark"' in client_of(cast.agent_l1).get(PAGE).content.decode()


def test_it_asks_the_same_for_one_and_for_many(cast, client_of, django_assert_num_queries):
    browser = client_of(cast.agent_l1)
    an_urgent_one(cast)
    browser.get(PAGE)
    with django_assert_num_queries(ASKED):
        browser.get(PAGE)
    an_urgent_one(cast)
    an_urgent_one(cast)
    with django_assert_num_queries(ASKED):
        browser.get(PAGE)


ASKED = 6
