"""A repeated POST gets its first answer, and nothing is done twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.errors import Refused, ValidationError
from records.idempotency import Answer, StillAnswering, find_or_claim, keep_answer
from records.models import IdempotencyKey
from records.tasks import forget_idempotency_keys

ANSWER = Answer(201, {"reference": "INC-000001"}, {"ETag": '"1"'})


def test_the_first_answer_is_given_again(cast):
    assert find_or_claim(cast.agent_l1, "k", "body") is None
    keep_answer(cast.agent_l1, "k", "body", ANSWER)
    assert find_or_claim(cast.agent_l1, "k", "body") == ANSWER


def test_another_request_with_the_key_is_refused(cast):
    keep_answer(cast.agent_l1, "k", "body", ANSWER)
    with pytest.raises(Refused, match="another request"):
        find_or_claim(cast.agent_l1, "k", "other body")


def test_keys_belong_to_their_user(cast):
    keep_answer(cast.agent_l1, "k", "body", ANSWER)
    assert find_or_claim(cast.agent_l2, "k", "other body") is None


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b", "line\nbreak"])
def test_unusable_keys_are_refused(cast, key):
    with pytest.raises(ValidationError):
        find_or_claim(cast.agent_l1, key, "body")


@pytest.mark.django_db(transaction=True)
def test_a_key_cannot_be_claimed_outside_of_a_transaction(cast):
    with pytest.raises(RuntimeError):
        find_or_claim(cast.agent_l1, "k", "body")


@pytest.mark.django_db(transaction=True)
def test_a_second_request_while_the_first_is_answered_is_told_to_come_back(cast):
    claimed, answered = threading.Event(), threading.Event()

    def first():
        try:
            with transaction.atomic():
                assert find_or_claim(cast.agent_l1, "k", "body") is None
                claimed.set()
                answered.wait(10)
                keep_answer(cast.agent_l1, "k", "body", ANSWER)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    claimed.wait(10)
    with pytest.raises(StillAnswering), transaction.atomic():
        find_or_claim(cast.agent_l1, "k", "body")
    answered.set()
    thread.join()
    with transaction.atomic():
        assert find_or_claim(cast.agent_l1, "k", "body") == ANSWER


@pytest.mark.django_db(transaction=True)
def test_a_request_that_failed_leaves_its_key_free(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        find_or_claim(cast.agent_l1, "k", "body")
        keep_answer(cast.agent_l1, "k", "body", ANSWER)
        raise ZeroDivisionError
    with transaction.atomic():
        assert find_or_claim(cast.agent_l1, "k", "other body") is None


def test_keys_are_forgotten_after_three_days(cast):
    for key in ("old", "fresh"):
        keep_answer(cast.agent_l1, key, "body", ANSWER)
    ago = timezone.now() - timedelta(hours=72, seconds=1)
    IdempotencyKey.objects.filter(key="old").update(created_at=ago)
    assert forget_idempotency_keys() == 1
    assert IdempotencyKey.objects.get().key == "fresh"
