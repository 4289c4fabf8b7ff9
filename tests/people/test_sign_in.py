"""Sign-in: one answer to every failure, a lock after ten, and no word on which accounts exist."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from audit.models import OutboxEntry
from people.models import User
from people.services import disable_account

pytestmark = [pytest.mark.urls("tests.people.urls"), pytest.mark.django_db]
LOGIN = "/accounts/login/"
FAILED = "Wrong name or password."


@pytest.fixture
def password(cast):
    """Everybody's password in these tests."""
    User.objects.update(password=make_password("right"))
    return "right"


def sign_in(name, password, *, client=None, **extra):
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, **extra)


def is_in(answer):
    return answer.status_code == 302


def fail(times, name):
    return [sign_in(name, "wrong") for _ in range(times)]


@pytest.mark.parametrize("name", ["agent_l1", "AGENT_L1", " agent_l1 ", "agent_l1@cobalto.example"])
def test_people_sign_in_by_name_or_address(password, name):
    assert is_in(sign_in(name, password))


def test_a_signed_in_person_goes_where_they_wanted(password):
    answer = Client().post(
        f"{LOGIN}?next=/sensitive/", {"login": "agent_l1", "password": password, "next": "/public/"}
    )
    assert answer.headers["Location"] in ("/sensitive/", "/public/")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_is_sent_elsewhere(password, target):
    answer = Client().post(LOGIN, {"login": "agent_l1", "password": password, "next": target})
    assert answer.headers["Location"] == "/"


def test_every_failure_reads_alike(cast, password):
    disable_account(cast.agent_l2, actor=cast.admin, reason="left")
    fail(10, "team_lead")
    pages = [
        sign_in(name, given).content.decode()
        for name, given in [
            ("agent_l1", "wrong"),
            ("no_such_one", "wrong"),
            ("no_such_one@cobalto.example", "wrong"),
            ("agent_l2", password),  # disabled
            ("team_lead", password),  # locked
        ]
    ]
    assert all(FAILED in page for page in pages)
    assert len({_without_what_was_typed(page) for page in pages}) == 1


def _without_what_was_typed(page):
    import re

    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return re.sub(r'(name="login"[^>]*|)value="[^"]*"([^>]*name="login"|)', "", page)


@pytest.mark.parametrize("name", ["agent_l1", "no_such_one", "agent_l1@cobalto.example"])
def test_ten_failures_lock_a_name_that_exists_or_not(password, name):
    answers = fail(11, name)
    assert {answer.status_code for answer in answers} == {200}
    events = OutboxEntry.objects.filter(relation__startswith="event:login.").order_by("pk")
    assert list(events.values_list("relation", flat=True)) == [
        *["event:login.failed"] * 10,
        "event:login.locked",
    ]
    assert {event.after["given"] for event in events} == {name}


def test_nine_failures_do_not_lock(password):
    fail(9, "agent_l1")
    assert is_in(sign_in("agent_l1", password))


def test_the_right_password_is_refused_while_locked(password):
    fail(10, "agent_l1")
    assert not is_in(sign_in("agent_l1", password))


def test_other_people_are_not_affected(password):
    fail(10, "agent_l1")
    assert is_in(sign_in("agent_l2", password))


@pytest.mark.parametrize("alias", ["AGENT_L1", "agent_l1@cobalto.example", " agent_l1"])
def test_no_other_name_of_the_account_goes_round_the_lock(password, alias):
    fail(5, "agent_l1")
    fail(5, alias)
    assert not is_in(sign_in("agent_l1", password))
    assert not is_in(sign_in(alias, password))


def test_no_other_host_name_goes_round_the_lock(password, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one.example", "two.example"):
        for _ in range(5):
            sign_in("agent_l1", "wrong", headers={"host": host})
    assert not is_in(sign_in("agent_l1", password, headers={"host": "one.example"}))


def test_the_lock_ends_thirty_minutes_after_the_tenth_failure(password):
    """Not after the first one, when the count would begin to forget."""
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        fail(9, "agent_l1")
        clock.move_to(start + timedelta(minutes=20))
        fail(1, "agent_l1")
        clock.move_to(start + timedelta(minutes=49))
        assert not is_in(sign_in("agent_l1", password))
        clock.move_to(start + timedelta(minutes=51))
        assert is_in(sign_in("agent_l1", password))


def test_failures_of_long_ago_do_not_count(password):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        fail(9, "agent_l1")
        clock.move_to(start + timedelta(minutes=31))
        fail(9, "agent_l1")
        assert is_in(sign_in("agent_l1", password))


def test_a_success_in_between_does_not_start_the_count_anew(password):
    fail(6, "agent_l1")
    assert is_in(sign_in("agent_l1", password))
    fail(4, "agent_l1")
    assert not is_in(sign_in("agent_l1", password))


@pytest.mark.parametrize(
    "name",
    [
        "agent_l1",
        "agent_l1@cobalto.example",
        "no_such_one",
        "no_such_one@cobalto.example",
        "agent_l2",  # disabled
        "team_lead",  # locked
        "admin",  # of no usable password
    ],
)
def test_every_answer_costs_one_hash(cast, password, monkeypatch, name):
    """Counted rather than timed: the slow hash is what an answer takes its time for."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    disable_account(cast.agent_l2, actor=cast.admin, reason="left")
    fail(10, "team_lead")
    User.objects.filter(username="admin").update(password=make_password(None))
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k)
    )
    sign_in(name, "wrong")
    assert len(hashed) == 1


def test_sign_in_and_out_are_events(cast, password):
    client = Client()
    sign_in("agent_l1", password, client=client)
    client.post("/accounts/logout/")
    events = OutboxEntry.objects.filter(relation__in=["event:login", "event:logout"])
    told = [(e.relation, e.context["name"], e.context["channel"]) for e in events.order_by("pk")]
    assert told == [("event:login", "agent_l1", "web"), ("event:logout", "agent_l1", "web")]


def test_the_password_is_in_no_event(password):
    sign_in("agent_l1", "my-mistyped-secret")
    assert not OutboxEntry.objects.filter(after__icontains="my-mistyped-secret").exists()


def test_signing_out_is_never_a_get(client_of, cast):
    client = client_of(cast.agent_l1)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "inactive/",
        "confirm-email/",
        "login/code/",
        "password/set/",
        "social/connections/",
    ],
)
def test_pages_that_are_not_offered_do_not_exist(client_of, cast, path):
    assert client_of(cast.agent_l1).get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("name", ["' OR 1=1 --", "<script>", "ñ☂" * 100, "x" * 10_000, "a\x00b"])
def test_strange_names_are_answered_not_stumbled_over(db, name):
    answer = sign_in(name, "x" * 5_000)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "<script></" not in answer.content.decode()


def test_sign_in_asks_for_a_csrf_token(password):
    client = Client(enforce_csrf_checks=True)
    assert sign_in("agent_l1", password, client=client).status_code == 403


def test_real_passwords_are_hashed_with_argon2(settings):
    from itsm.settings import PASSWORD_HASHERS

    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    user = User(username="x")
    user.set_password("right")
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password("right")


def test_a_changed_password_ends_the_other_sessions(cast, password):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in("agent_l1", password, client=client)
    new = "a new and long enough one"
    answer = here.post(
        "/accounts/password/change/",
        {"oldpassword": password, "password1": new, "password2": new},
    )
    assert answer.status_code == 302
    assert (here.get("/").status_code, elsewhere.get("/").status_code) == (200, 302)
    assert is_in(sign_in("agent_l1", new))
    event = OutboxEntry.objects.get(relation="event:password.change")
    assert event.context["name"] == "agent_l1"


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", "a new and long enough one", "a new and long enough one"),
        ("right", "short", "short"),
        ("right", "a new and long enough one", "another one, also long"),
        ("right", "right", "right"),
    ],
)
def test_a_bad_change_changes_nothing(cast, password, old, new, again):
    client = Client()
    sign_in("agent_l1", password, client=client)
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": again}
    )
    assert answer.status_code == 200
    assert User.objects.get(username="agent_l1").check_password("right")


def test_guessing_the_current_password_in_an_open_session_locks_too(cast, password):
    client = Client()
    sign_in("agent_l1", password, client=client)
    for _ in range(5):
        client.post("/accounts/password/change/", {"oldpassword": "wrong"})
    for _ in range(5):
        client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert not is_in(sign_in("agent_l1", password))


def test_the_sign_in_page_speaks_the_chosen_language(db):
    client = Client()
    assert 'lang="en"' in client.get(LOGIN).content.decode()
    answer = client.post("/accounts/language/", {"language": "es-mx", "next": LOGIN})
    assert answer.headers["Location"] == LOGIN
    assert '<html lang="es-mx"' in client.get(LOGIN).content.decode()


def test_the_language_switch_is_no_way_out(db):
    answer = Client().post(
        "/accounts/language/", {"language": "en", "next": "https://evil.example"}
    )
    assert answer.headers["Location"] == "/"
