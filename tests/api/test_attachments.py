"""Files by API: given as multipart, given back for saving only, as visible as their record."""

import hashlib
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from incidents.models import Incident, IncidentAttachment
from tests.api.test_problems import assert_problem
from tests.factories import an_incident

pytestmark = pytest.mark.django_db

URL = "/api/v1/attachments/"
LOG = b"10:00 switch down\n10:01 switch up\n"


def give(api: Any, record: Any, data: bytes = LOG, name: str = "switch.log", **options: Any) -> Any:
    body = {"record": record, "file": SimpleUploadedFile(name, data)}
    return api.post(URL, body, format="multipart", **options)


def test_a_file_is_given_and_given_back(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    answer = give(agent, incident.reference)
    body = answer.json()
    assert answer.status_code == 201, body
    assert answer["Location"] == f"http://testserver{URL}{body['id']}/"
    assert (body["record"], body["name"], body["size"]) == (
        incident.reference,
        "switch.log",
        len(LOG),
    )
    assert body["sha256"] == hashlib.sha256(LOG).hexdigest()
    assert agent.get(answer["Location"]).json() == body
    content = agent.get(f"{URL}{body['id']}/content/")
    assert b"".join(content.streaming_content) == LOG
    assert content["Content-Disposition"] == 'attachment; filename="switch.log"'
    assert content["X-Content-Type-Options"] == "nosniff"
    assert content["Content-Security-Policy"].startswith("sandbox")
    assert content["Content-Type"] == "text/plain"


def test_a_file_is_as_visible_as_its_record(cast: Any, agent: Any, api_of: Any) -> None:
    incident = an_incident(cast)
    pk = give(agent, incident.reference).json()["id"]
    outsider = api_of(cast.outsider)
    for path in (f"{URL}{pk}/", f"{URL}{pk}/content/"):
        assert_problem(outsider.get(path), 404, "not-found")
    assert outsider.get(URL).json()["results"] == []
    Incident.objects.filter(pk=incident.pk).update(team=cast.wallet_co)
    assert_problem(agent.get(f"{URL}{pk}/content/"), 404, "not-found")
    hidden = give(agent, incident.reference)
    unknown = give(agent, "INC-999999")
    assert_problem(hidden, 400, "invalid")
    assert hidden.json() == unknown.json()


def test_a_file_that_is_not_the_one_given_is_not_handed_out(cast: Any, agent: Any) -> None:
    pk = give(agent, an_incident(cast).reference, b"genuine text\n").json()["id"]
    attachment = IncidentAttachment.objects.get(pk=pk)
    storage = storages["default"]
    with storage.open(attachment.file.name, "wb") as file:
        file.write(b"forged text\n")
    assert_problem(agent.get(f"{URL}{pk}/content/"), 409, "refused")
    storage.delete(attachment.file.name)
    assert_problem(agent.get(f"{URL}{pk}/content/"), 404, "not-found")


def test_who_may_only_read_gives_no_file(cast: Any, api_of: Any) -> None:
    answer = give(api_of(cast.auditor), an_incident(cast).reference)
    assert_problem(answer, 403, "permission-denied")
    assert not IncidentAttachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html>"),
        ("run.exe", b"MZ"),
        ("photo.php.jpg", b"\xff\xd8"),
        ("picture.png", b"no picture"),
        ("empty.txt", b""),
        ("noextension", b"a"),
        ("../../etc/passwd", b"a"),
    ],
)
def test_files_that_are_not_let_in_are_refused(
    cast: Any, agent: Any, name: str, data: bytes
) -> None:
    assert_problem(give(agent, an_incident(cast).reference, data, name), 400, "invalid")
    assert not IncidentAttachment.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"record": "INC-000001"}, {"file": "text"}, {"record": "a\x00b", "file": "x"}]
)
def test_what_is_missing_is_named(agent: Any, body: Any) -> None:
    assert_problem(agent.post(URL, body, format="multipart"), 400, "invalid")


def test_files_come_as_multipart_only(cast: Any, agent: Any) -> None:
    answer = agent.post(URL, {"record": "INC-000001", "file": "a"}, format="json")
    assert_problem(answer, 415, "unsupported-media-type")
    broken = agent.post(URL, b"--x\r\nnothing", content_type="multipart/form-data; boundary=x")
    assert broken.status_code == 400
    unbounded = agent.post(URL, b"--x", content_type="multipart/form-data")
    assert unbounded.status_code == 400


def test_a_huge_file_is_413_before_it_is_read(agent: Any) -> None:
    answer = agent.post(
        URL, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9)
    )
    assert_problem(answer, 413, "too-large")


def test_the_same_file_under_the_same_key_is_given_once(cast: Any, agent: Any) -> None:
    reference = an_incident(cast).reference
    key = {"idempotency-key": "file-1"}
    first, second = (give(agent, reference, headers=key) for _ in range(2))
    assert first.json() == second.json()
    other = give(agent, reference, b"another text\n", headers=key)
    assert_problem(other, 409, "refused")
    assert IncidentAttachment.objects.count() == 1
