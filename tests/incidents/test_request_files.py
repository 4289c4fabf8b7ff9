"""Files of requests by REST: as visible as their request."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.incidents.asking import a_request

pytestmark = pytest.mark.django_db


def _file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"passed", content_type="text/plain")


def test_files_of_a_request_are_given_listed_and_downloaded(cast: Any, api_of: Any) -> None:
    request = a_request(cast)
    address = f"/api/v1/requests/{request.reference}/attachments/"
    made = api_of(cast.agent_l1).post(address, {"file": _file("a.log")}, format="multipart")
    assert made.status_code == 201, made.json()
    (listed,) = api_of(cast.agent_l2).get(address).json()
    assert (listed["name"], listed["size"], listed["uploaded_by"]) == ("a.log", 6, "agent_l1")
    content = f"{address}{listed['id']}/content/"
    answer = api_of(cast.agent_l2).get(content)
    assert b"".join(answer.streaming_content) == b"passed"
    for refused in (cast.norole, cast.outsider):
        assert api_of(refused).get(content).status_code == 404
