"""Requests that are too large: refused by their length, in the reader's language, and nothing of
them is read; bodies in chunks, which tell no length, are read up to the limit."""

import json
from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.test.client import ClientHandler

from incidents.models import Incident, IncidentAttachment
from itsm.uploads import FORM_OVERHEAD, with_length
from records.file_types import MAX_BYTES
from tests.api.test_problems import assert_problem
from tests.factories import a_service, an_incident

FORM = "multipart/form-data; boundary=b"
TOO_LARGE = MAX_BYTES + FORM_OVERHEAD + 1


class Untouched(BytesIO):
    """Nobody may read it."""

    def read(self, *_args):
        raise AssertionError("the body was read")


def claims(length, content_type=FORM):
    """What a request looks like that says it has such a body."""
    return {"content_type": content_type, "CONTENT_LENGTH": str(length), "wsgi.input": Untouched()}


def test_a_page_refuses_in_the_persons_language(cast, client_of):
    cast.agent_l1.language = "es-mx"
    cast.agent_l1.save()
    incident = an_incident(cast)
    address = f"/incidents/incident/{incident.pk}/action/attach/"
    answer = client_of(cast.agent_l1).post(address, **claims(TOO_LARGE))
    assert (answer.status_code, answer["Content-Language"]) == (413, "es-mx")
    assert "25.1" in answer.content.decode()
    assert 'lang="es-mx"' in answer.content.decode()
    assert not IncidentAttachment.objects.exists()


def test_a_dialog_is_told_in_the_dialog(cast, client_of):
    browser = client_of(cast.agent_l1)
    address = f"/incidents/incident/{an_incident(cast).pk}/action/attach/"
    answer = browser.post(address, headers={"X-Dialog": "1"}, **claims(TOO_LARGE))
    text = answer.content.decode()
    assert answer.status_code == 413
    assert 'role="alert"' in text
    assert "<html" not in text


@pytest.mark.parametrize(
    ("path", "length", "content_type"),
    [
        ("/accounts/login/", 2 * 2**20 + 1, "application/x-www-form-urlencoded"),
        ("/accounts/login/", TOO_LARGE, FORM),
        ("/incidents/incident/add/", 2 * 2**20 + 1, "text/plain"),
        ("/nowhere/", "9" * 5000, FORM),
    ],
)
def test_strangers_are_refused_too(client, db, path, length, content_type):
    answer = client.post(path, **claims(length, content_type))
    assert answer.status_code == 413
    assert "Nothing was stored." in answer.content.decode()


@pytest.mark.parametrize("length", [2 * 2**20 + 1, 10**12])
def test_rest_answers_with_a_problem(cast, api_of, length):
    program = api_of(cast.agent_l1)
    answer = program.post("/api/v1/incidents/", **claims(length, "application/json"))
    assert_problem(answer, 413, "too-large")


def test_a_form_with_too_much_text_is_too_large_as_well(cast, client_of):
    facts = {"title": "a", "service": a_service(cast).pk, "description": "x" * (2 * 2**20 + 1)}
    answer = client_of(cast.agent_l1).post("/incidents/incident/add/", facts)
    assert answer.status_code == 413
    assert not Incident.objects.exists()


def test_what_is_as_large_as_may_be_arrives(cast, client_of):
    incident = an_incident(cast)
    address = f"/incidents/incident/{incident.pk}/action/attach/"
    file = BytesIO(b"a" * MAX_BYTES)
    file.name = "log.txt"
    assert client_of(cast.agent_l1).post(address, {"file": file}).status_code == 302
    assert incident.attachments.get().size == MAX_BYTES


@pytest.fixture
def sent_in_chunks(cast, api_of):
    """What is answered to a POST with a body of which nobody says how long it is."""
    handler = ClientHandler(enforce_csrf_checks=False)
    application = with_length(lambda environ, _start_response: handler(environ))
    secret = api_of(cast.agent_l1).defaults["HTTP_AUTHORIZATION"]

    def send(path, body, content_type="application/json"):
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "HTTP_AUTHORIZATION": secret,
            "HTTP_HOST": "testserver",
            "HTTP_TRANSFER_ENCODING": "chunked",
            "CONTENT_TYPE": content_type,
            "wsgi.input": body,
            "wsgi.input_terminated": True,
        }
        setup_testing_defaults(environ)
        answer = application(environ, None)
        return answer.status_code, json.loads(answer.content)

    return send


def test_a_body_in_chunks_is_read_as_any_other(cast, sent_in_chunks):
    body = json.dumps({"title": "in chunks", "service": a_service(cast).reference}).encode()
    status, told = sent_in_chunks("/api/v1/incidents/", BytesIO(body))
    assert (status, told["title"]) == (201, "in chunks")


@pytest.mark.parametrize("content_type", ["application/json", FORM])
def test_an_endless_body_is_read_no_further_than_may_be(cast, sent_in_chunks, content_type):
    limit = 2 * 2**20
    endless = BytesIO(b" " * (limit + 2**20))
    path = "/api/v1/attachments/" if content_type == FORM else "/api/v1/incidents/"
    status, told = sent_in_chunks(path, endless, content_type)
    assert (status, told["type"]) == (413, "urn:itsm:problem:too-large")
    assert endless.tell() <= limit + 65536
