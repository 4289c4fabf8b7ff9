"""The hook stores what a source sends, and nothing of anybody else."""

import hashlib
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.models import AlertEvent
from integrations.services import edit_source, revoke_key, rotate_key
from records.models import CardNumberFinding
from tests.integrations.conftest import a_sender, an_alert

GROUP = {"version": "4", "alerts": [an_alert()]}


def test_an_event_is_stored_and_its_id_given(sender):
    body = json.dumps(GROUP).encode()
    answer = sender.post(body)
    event = AlertEvent.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"id": event.pk})
    assert event.payload == GROUP
    assert event.sha256 == hashlib.sha256(body).hexdigest()
    assert (event.source, event.state) == (sender.source, "received")


def test_one_alert_alone_is_stored_too(sender):
    assert sender.post(an_alert()).status_code == 202


def test_a_missing_slash_costs_no_alert(sender):
    assert sender.post(GROUP, path=sender.path.rstrip("/")).status_code == 202


def test_a_known_source_costs_one_statement(sender, django_assert_num_queries):
    sender.post(GROUP)
    with django_assert_num_queries(1):
        sender.post(GROUP)


def test_card_numbers_are_masked_before_they_are_stored(sender):
    alert = an_alert() | {"annotations": {"summary": "declined for card 4111 1111 1111 1111"}}
    sender.post({"alerts": [alert]})
    stored = json.dumps(AlertEvent.objects.get().payload)
    assert "1111 1111 1111" not in stored
    assert CardNumberFinding.objects.get().where == "integrations_alertevent.payload"


REFUSALS = {
    "no secret": ({"headers": {}}, 401),
    "another secret": ({"headers": {"authorization": "Bearer x"}}, 401),
    "another scheme": ({"headers": {"authorization": "Token x"}}, 401),
    "an unknown address": ({"path": "/hooks/alertmanager/abcdefghijklmnop/"}, 404),
    "an unknown kind of source": ({"path": "/hooks/nagios/abcdefghijklmnop/"}, 404),
    "a form": ({"content_type": "application/x-www-form-urlencoded"}, 415),
    "text": ({"content_type": "text/plain"}, 415),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_are_problems_and_store_nothing(sender, case):
    given, status = REFUSALS[case]
    answer = sender.post(GROUP, **given)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert not AlertEvent.objects.exists()


def test_a_secret_asked_for_says_which_kind(sender):
    assert sender.post(GROUP, headers={})["WWW-Authenticate"] == "Bearer"


def test_the_address_of_one_source_with_the_secret_of_another_is_refused(cast, sender):
    other = a_sender(cast)
    headers = {"authorization": f"Bearer {other.bearer}"}
    assert sender.post(GROUP, headers=headers).status_code == 401


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_only_post_is_answered(client, sender, method):
    answer = getattr(client, method)(sender.path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


BAD_BODIES = {
    "nothing": b"",
    "no JSON": b"{alerts:",
    "truncated": json.dumps(GROUP).encode()[:-3],
    "not UTF-8": b'{"alerts": ["\xff\xfe\xfa"]}',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "no alerts": b'{"status": "firing"}',
    "alerts that are no list": b'{"alerts": {"status": "firing"}}',
    "NaN": b'{"alerts": [NaN]}',
    "infinite": b'{"alerts": [-Infinity]}',
    "a float beyond all": b'{"alerts": [1e999]}',
    "an integer beyond all": b'{"alerts": [' + b"9" * 5000 + b"]}",
    "deep": b'{"alerts": ' + b"[" * 100 + b"]" * 100 + b"}",
    "bottomless": b'{"alerts": ' + b"[" * 500_000,
}


@pytest.mark.parametrize("case", BAD_BODIES)
def test_bad_bodies_are_a_400_and_store_nothing(sender, case):
    answer = sender.post(BAD_BODIES[case])
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert not AlertEvent.objects.exists()


def test_what_postgresql_cannot_store_is_made_harmless(sender):
    body = b'{"alerts": [{"labels": {"a\\u0000b": "\\ud800 \\udfff\\u0000", "alertname": "x"}}]}'
    assert sender.post(body).status_code == 202
    labels = AlertEvent.objects.get().payload["alerts"][0]["labels"]
    assert labels == {"a\ufffdb": "\ufffd \ufffd\ufffd", "alertname": "x"}


def test_of_repeated_keys_the_last_counts(sender):
    body = b'{"alerts": 1, "alerts": [], "x": 1, "x": 2}'
    assert sender.post(body).status_code == 202
    assert AlertEvent.objects.get().payload == {"alerts": [], "x": 2}


def test_a_large_body_is_refused_by_its_length_before_anything_is_asked(db, client):
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(
            "/hooks/alertmanager/whatever/", b"x" * (1024 * 1024 + 1), content_type="text/plain"
        )
    assert (answer.status_code, len(queries)) == (413, 0)


def test_a_large_body_is_refused_while_it_is_read(sender):
    endless = io.BytesIO(b" " * (2 * 1024 * 1024))
    answer = sender.post(
        b"",
        headers={"authorization": f"Bearer {sender.bearer}", "transfer-encoding": "chunked"},
        **{"wsgi.input": endless, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 413
    assert endless.tell() <= 1024 * 1024 + 65536


def test_a_body_in_chunks_is_read_without_a_length(sender):
    answer = sender.post(
        b"",
        headers={"authorization": f"Bearer {sender.bearer}", "transfer-encoding": "chunked"},
        **{"wsgi.input": io.BytesIO(json.dumps(GROUP).encode()), "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 202


def test_a_source_that_sends_too_much_is_told_when_to_come_back(cast):
    sender = a_sender(cast, max_per_minute=3)
    statuses = [sender.post(GROUP).status_code for _ in range(4)]
    assert statuses == [202, 202, 202, 429]
    assert 1 <= int(sender.post(GROUP)["Retry-After"]) <= 20
    assert AlertEvent.objects.count() == 3


def test_both_pairs_of_keys_work_until_one_is_revoked(cast, sender):
    key, url_key, bearer = rotate_key(sender.source, actor=cast.admin)
    new = type(sender)(sender.source, url_key, bearer)
    assert [s.post(GROUP).status_code for s in (sender, new)] == [202, 202]
    revoke_key(sender.source.keys.exclude(pk=key.pk).get(), actor=cast.admin)
    assert [s.post(GROUP).status_code for s in (sender, new)] == [404, 202]


def test_a_key_revoked_by_another_process_is_refused_within_five_seconds(sender, monkeypatch):
    from django.utils import timezone

    from integrations import keys

    sender.post(GROUP)
    sender.source.keys.update(revoked_at=timezone.now())
    now = keys.time.monotonic()
    monkeypatch.setattr(keys.time, "monotonic", lambda: now + 5)
    assert sender.post(GROUP).status_code == 404


def test_an_inactive_source_is_not_there(cast, sender):
    edit_source(sender.source, actor=cast.admin, is_active=False)
    assert sender.post(GROUP).status_code == 404
