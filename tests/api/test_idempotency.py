"""A POST with a key has its effect once."""

import threading
from typing import Any

import pytest
from django.db import connection

from incidents.models import Incident, IncidentComment
from records.models import IdempotencyKey
from tests.api.test_problems import assert_problem
from tests.factories import a_service, an_incident

URL = "/api/v1/incidents/"
KEY = {"idempotency-key": "a1b2c3"}


@pytest.mark.django_db
def test_the_same_request_again_gives_the_first_answer(agent: Any, service: Any) -> None:
    body = {"title": "once", "service": service.reference}
    first, second = (agent.post(URL, body, headers=KEY) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert (second["ETag"], second["Location"]) == (first["ETag"], first["Location"])
    assert second["Idempotency-Replayed"] == "true"
    assert Incident.objects.count() == 1


@pytest.mark.django_db
def test_the_order_of_members_makes_no_other_request(agent: Any, service: Any) -> None:
    agent.post(URL, {"title": "once", "service": service.reference}, headers=KEY)
    answer = agent.post(URL, {"service": service.reference, "title": "once"}, headers=KEY)
    assert answer.status_code == 201
    assert Incident.objects.count() == 1


@pytest.mark.django_db
def test_a_key_used_for_another_request_is_409(cast: Any, agent: Any, service: Any) -> None:
    agent.post(URL, {"title": "once", "service": service.reference}, headers=KEY)
    answer = agent.post(URL, {"title": "twice", "service": service.reference}, headers=KEY)
    assert_problem(answer, 409, "refused")
    comment = agent.post(f"{URL}INC-{Incident.objects.get().pk:06d}/comments/", {}, headers=KEY)
    assert_problem(comment, 409, "refused")
    assert (Incident.objects.count(), IncidentComment.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_another_persons_key_is_another_key(cast: Any, agent: Any, api_of: Any) -> None:
    body = {"title": "once", "service": a_service(cast).reference}
    answers = [api.post(URL, body, headers=KEY) for api in (agent, api_of(cast.agent_l2))]
    assert answers[0].json()["reference"] != answers[1].json()["reference"]


@pytest.mark.django_db
def test_a_refused_request_leaves_its_key_free(agent: Any, service: Any) -> None:
    assert_problem(agent.post(URL, {"title": "once"}, headers=KEY), 400, "invalid")
    assert not IdempotencyKey.objects.exists()
    answer = agent.post(URL, {"title": "once", "service": service.reference}, headers=KEY)
    assert answer.status_code == 201


@pytest.mark.django_db
def test_actions_and_comments_take_keys_too(cast: Any, agent: Any) -> None:
    incident = an_incident(cast)
    for _ in range(2):
        answer = agent.post(f"{URL}{incident.reference}/comments/", {"text": "a"}, headers=KEY)
        assert answer.status_code == 201
        answer = agent.post(
            f"{URL}{incident.reference}/transitions/",
            {"action": "triage"},
            headers={"idempotency-key": "another"},
        )
        assert answer.status_code == 200  # a second triage would be refused
    assert IncidentComment.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a" * 201, "a\tb", "\xe9\x01"])
def test_bad_keys_are_refused(agent: Any, service: Any, key: str) -> None:
    body = {"title": "once", "service": service.reference}
    answer = agent.post(URL, body, headers={"idempotency-key": key})
    told = assert_problem(answer, 400, "invalid")
    assert [error["field"] for error in told["errors"]] == ["Idempotency-Key"]
    assert not Incident.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_five_at_once_make_one(cast: Any, api_of: Any) -> None:
    api = api_of(cast.agent_l1)
    header = api._credentials or api.defaults
    body = {"title": "once", "service": a_service(cast).reference}
    start, answers = threading.Barrier(5), []

    def ask() -> None:
        from rest_framework.test import APIClient

        client = APIClient()
        client.defaults.update(header)
        start.wait()
        try:
            answers.append(client.post(URL, body, headers=KEY))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Incident.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["reference"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert api.post(URL, body, headers=KEY).json()["reference"] in made
