"""Sessions end: after a while without activity, after twelve hours, with the account."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from audit.models import OutboxEntry
from people.services import disable_account, enable_account

pytestmark = pytest.mark.urls("tests.people.urls")


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def later(clock, **by):
    clock.shift(timedelta(**by))


def test_a_session_lives_on_while_it_is_used(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    for _ in range(10):
        assert client.get("/").status_code == 200
        later(clock, minutes=14)


def test_a_session_ends_after_fifteen_idle_minutes(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    client.get("/")
    later(clock, minutes=15)
    answer = client.get("/?tab=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/%3Ftab%3D2"
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        "You were signed out after a while without activity. Sign in to go on."
    ]
    assert client.get("/").status_code == 302


def test_the_sign_in_page_shows_why(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    client.get("/")
    later(clock, minutes=15)
    page = client.get("/", follow=True)
    assert "You were signed out after a while" in page.content.decode()


def test_the_person_s_language_is_spoken_to_the_end(cast, client_of, clock):
    client = client_of(cast.outsider)
    assert client.get("/").headers["Content-Language"] == "es-mx"
    later(clock, minutes=15)
    assert client.get("/").headers["Content-Language"] == "es-mx"


def test_twelve_hours_are_the_end_however_busy(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    client.get("/")
    for _ in range(71):
        later(clock, minutes=10)
        assert client.get("/").status_code == 200
    later(clock, minutes=10)
    answer = client.get("/")
    assert answer.status_code == 302
    assert "longest time" in str(next(iter(get_messages(answer.wsgi_request))))


def test_background_requests_are_no_activity(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    client.get("/")
    statuses = []
    for _ in range(3):
        later(clock, minutes=5)
        statuses.append(client.get("/", headers={"x-background": "1"}).status_code)
    assert statuses == [200, 200, 302]


def test_the_end_of_a_session_is_an_event(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    client.get("/")
    later(clock, minutes=15)
    client.get("/")
    event = OutboxEntry.objects.get(relation="event:logout")
    assert (event.context["name"], event.context["reason"]) == ("agent_l1", "idle")


def test_activity_is_written_once_a_minute(cast, client_of, clock, django_assert_num_queries):
    client = client_of(cast.agent_l1)
    client.get("/")
    with django_assert_num_queries(2):  # the session and the account
        client.get("/")
    later(clock, seconds=61)
    with django_assert_num_queries(6):  # and presence noted, the session's row in a savepoint
        client.get("/")


def test_an_ended_session_is_401_for_the_api(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    assert client.get("/api/v1/thing/").status_code == 200
    later(clock, minutes=15)
    answer = client.get("/api/v1/thing/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Token realm="api"'


def test_an_ended_session_is_no_hindrance_on_public_pages(cast, client_of, clock):
    client = client_of(cast.agent_l1)
    client.get("/")
    later(clock, minutes=15)
    answer = client.get("/public/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"AnonymousUser")


def test_disabling_an_account_ends_its_sessions_for_good(cast, client_of):
    client = client_of(cast.agent_l1)
    assert client.get("/").status_code == 200
    disable_account(cast.agent_l1, actor=cast.admin, reason="left")
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/thing/").status_code == 401
    enable_account(cast.agent_l1, actor=cast.admin, reason="came back")
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/thing/").status_code == 401


def test_a_session_untouched_while_the_account_was_disabled_is_dead_as_well(cast, client_of):
    client = client_of(cast.agent_l1)
    client.get("/")
    disable_account(cast.agent_l1, actor=cast.admin, reason="left")
    enable_account(cast.agent_l1, actor=cast.admin, reason="came back")
    assert client.get("/").status_code == 302


def test_the_session_s_stamps_are_the_server_s(cast, client_of):
    client = client_of(cast.agent_l1)
    client.get("/")
    stored = Session.objects.get(pk=client.session.session_key).get_decoded()
    assert {"started_at", "seen_at"} <= set(stored)


def test_an_unsafe_api_request_of_a_session_needs_a_csrf_token(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.agent_l1)
    answer = client.post("/api/v1/thing/")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert "CSRF" in answer.json()["detail"]


def test_a_session_with_a_csrf_token_may_write(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.agent_l1)
    client.get("/accounts/logout/")  # a page with a form sets the cookie
    cookie = next(c for name, c in client.cookies.items() if "csrf" in name)
    answer = client.post(
        "/api/v1/thing/",
        data={},
        content_type="application/json",
        headers={"x-csrftoken": cookie.value},
    )
    assert answer.status_code == 201


def test_sensitive_pages_ask_for_the_password_again(cast):
    cast.agent_l1.set_password("right")
    cast.agent_l1.save()
    client = Client()
    client.force_login(cast.agent_l1)
    answer = client.get("/sensitive/")
    assert answer.headers["Location"] == "/accounts/reauthenticate/?next=%2Fsensitive%2F"
    wrong = client.post("/accounts/reauthenticate/", {"password": "no", "next": "/sensitive/"})
    assert wrong.status_code == 200
    right = client.post("/accounts/reauthenticate/", {"password": "right", "next": "/sensitive/"})
    assert right.headers["Location"] == "/sensitive/"
    assert client.get("/sensitive/").content == b"done by agent_l1"


def test_a_confirmation_counts_for_five_minutes(cast, clock):
    cast.agent_l1.set_password("right")
    cast.agent_l1.save()
    client = Client()
    client.force_login(cast.agent_l1)
    client.post("/accounts/reauthenticate/", {"password": "right"})
    later(clock, minutes=4, seconds=59)
    assert client.get("/sensitive/").status_code == 200
    later(clock, seconds=2)
    assert client.get("/sensitive/").status_code == 302


def test_signing_in_a_moment_ago_is_no_confirmation_of_this(cast):
    """Whoever finds an open portal must not be helped by its owner's having just come in."""
    client = Client()
    client.force_login(cast.agent_l1)
    assert client.get("/sensitive/").status_code in (302, 403)


def test_sessions_past_their_end_are_deleted(cast, client_of, clock):
    from people.tasks import forget_sessions

    client_of(cast.agent_l1).get("/")
    later(clock, hours=13)
    client_of(cast.agent_l2).get("/")
    forget_sessions()
    left = [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()]
    assert left == [str(cast.agent_l2.pk)]
