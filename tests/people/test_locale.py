"""Language and time zone follow the person; the API follows `Accept-Language` alone."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from people.services import edit_account

pytestmark = pytest.mark.urls("tests.people.urls")
SPANISH = {"accept-language": "es-CO,es;q=0.9,en;q=0.5"}


def test_the_account_s_language_and_zone_win(cast, client_of):
    edit_account(cast.norole, actor=cast.norole, language="es-mx", time_zone="America/Bogota")
    answer = client_of(cast.norole).get("/", headers={"accept-language": "en"})
    assert answer.content == b"norole es-mx America/Bogota"


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("es-CO,es;q=0.9,en;q=0.5", "es-mx"),
        ("es", "es-mx"),
        ("en-GB", "en"),
        ("fr, de;q=0.5", "en"),
        ("", "en"),
        ("*", "en"),
        (";;;q=x,,", "en"),
    ],
)
def test_others_get_what_their_browser_asks_for(db, asked, spoken):
    answer = Client().get("/public/", headers={"accept-language": asked})
    assert answer.content == f"AnonymousUser {spoken} UTC".encode()
    assert answer.headers["Content-Language"] == spoken
    assert "Accept-Language" in answer.headers["Vary"]


def test_one_person_s_settings_do_not_leak_into_the_next_request(cast, client_of):
    client_of(cast.outsider).get("/")
    assert Client().get("/public/").content == b"AnonymousUser en UTC"


@pytest.mark.parametrize(("asked", "spoken"), [("es-MX", "es-mx"), ("en", "en"), ("", "en")])
def test_the_api_answers_in_the_language_that_was_asked_for(cast, api_of, asked, spoken):
    client = api_of(cast.outsider)  # who reads Spanish in the portal
    client.cookies["django_language"] = "es-mx"
    answer = client.get("/api/v1/thing/", headers={"accept-language": asked})
    assert answer.json()["language"] == spoken


def test_the_api_speaks_to_strangers_as_well(db):
    detail = APIClient().get("/api/v1/thing/", headers=SPANISH).json()["detail"]
    assert "credenciales" in detail
