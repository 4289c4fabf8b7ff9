"""Sources, their keys and their events: who may change them, and what is refused."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import OutboxEntry
from core.errors import NotAllowed, Refused, Stale, ValidationError
from integrations.models import AlertEvent, SourceKey
from integrations.services import (
    add_source,
    edit_source,
    forget_events_received_before,
    replay_event,
    revoke_key,
    rotate_key,
)
from integrations.tasks import forget_payloads
from tests.factories import a_service
from tests.integrations.conftest import a_source, an_alert


def test_a_source_is_added_by_those_who_configure(cast):
    source = a_source(cast, name="Core Prometheus", max_per_minute=10)
    assert (source.name, source.kind, source.max_per_minute) == (
        "Core Prometheus",
        "alertmanager",
        10,
    )
    assert source.history.get().history_action == "source.add"


@pytest.mark.parametrize("name", ["agent_l1", "service_manager", "auditor", "norole"])
def test_nobody_else_adds_a_source(cast, refuses, name):
    service = a_service(cast)
    with refuses(NotAllowed):
        add_source(actor=cast[name], name="x", kind="alertmanager", default_service=service)


BAD_FACTS = {
    "no name": {"name": ""},
    "an unknown kind": {"kind": "nagios"},
    "a severity without urgency": {"severities": {"critical": [1]}},
    "an impact that is none": {"severities": {"critical": [0, 1]}},
    "a true impact": {"severities": {"critical": [True, 1]}},
    "no map": {"severities": [1]},
    "a negative rate": {"max_per_minute": -1},
}


@pytest.mark.parametrize("case", BAD_FACTS)
def test_bad_facts_are_refused(cast, refuses, case):
    facts = {"name": "x", "kind": "alertmanager", "default_service": a_service(cast)}
    with refuses(ValidationError):
        add_source(actor=cast.admin, **facts | BAD_FACTS[case])


def test_a_name_is_given_once(cast, refuses):
    source = a_source(cast)
    with refuses(ValidationError):
        add_source(
            actor=cast.admin,
            name=source.name,
            kind="alertmanager",
            default_service=source.default_service,
        )


def test_editing_needs_the_current_version(cast, refuses):
    source = a_source(cast)
    edited = edit_source(source, actor=cast.admin, version=1, name="Other")
    assert (edited.name, edited.version) == ("Other", 2)
    with refuses(Stale):
        edit_source(source, actor=cast.admin, version=1, name="Third")


def test_the_kind_of_a_source_cannot_be_edited(cast, refuses):
    source = a_source(cast)
    with refuses(ValidationError):
        edit_source(source, actor=cast.admin, kind="alertmanager")


def test_secrets_are_told_once_and_only_their_digests_kept(cast):
    key, url_key, bearer = rotate_key(a_source(cast), actor=cast.admin)
    stored = SourceKey.objects.values().get(pk=key.pk)
    assert not {url_key, bearer} & {str(value) for value in stored.values()}
    assert (len(url_key), len(bearer)) == (43, 43)
    assert url_key.startswith(stored["hint"])


def test_two_pairs_live_and_a_third_is_refused(cast, refuses):
    source = a_source(cast)
    first, *_ = rotate_key(source, actor=cast.admin)
    rotate_key(source, actor=cast.admin)
    with refuses(Refused, "two pairs"):
        rotate_key(source, actor=cast.admin)
    revoke_key(first, actor=cast.admin)
    rotate_key(source, actor=cast.admin)
    assert source.keys.live().count() == 2


def test_the_database_refuses_a_third_live_pair_too(cast):
    source = a_source(cast)
    rotate_key(source, actor=cast.admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceKey.objects.create(source=source, slot=1, url_digest="x", bearer_digest="y")


def test_a_pair_is_revoked_once(cast, refuses):
    key, *_ = rotate_key(a_source(cast), actor=cast.admin)
    revoke_key(key, actor=cast.admin)
    with refuses(Refused, "revoked already"):
        revoke_key(key, actor=cast.admin)


def test_only_those_who_configure_turn_keys(cast, refuses):
    source = a_source(cast)
    key, *_ = rotate_key(source, actor=cast.admin)
    with refuses(NotAllowed):
        rotate_key(source, actor=cast.security_admin)
    with refuses(NotAllowed):
        revoke_key(key, actor=cast.security_admin)


def test_turning_keys_is_in_the_audit_trail_without_the_secrets(cast):
    source = a_source(cast)
    key, url_key, bearer = rotate_key(source, actor=cast.admin)
    revoke_key(key, actor=cast.admin)
    entries = OutboxEntry.objects.filter(relation__startswith="event:source.").order_by("pk")
    assert [(e.relation, e.key, e.context["name"]) for e in entries] == [
        ("event:source.key_rotated", str(source.pk), "admin"),
        ("event:source.key_revoked", str(source.pk), "admin"),
    ]
    told = str(list(entries.values_list("after", "context")))
    assert url_key not in told
    assert bearer not in told


@pytest.mark.parametrize("name", ["agent_l1", "auditor"])
def test_only_those_who_configure_replay(cast, sender, refuses, name):
    event = sender.sends(an_alert())
    with refuses(NotAllowed):
        replay_event(event, actor=cast[name])


def test_events_are_forgotten_after_thirty_days_unless_they_still_wait(sender):
    old, waiting, fresh = (sender.stores(an_alert(host=str(n))) for n in range(3))
    ago = timezone.now() - timedelta(days=30, seconds=1)
    AlertEvent.objects.filter(pk__in=[old.pk, waiting.pk]).update(received_at=ago)
    AlertEvent.objects.exclude(pk=waiting.pk).update(state="done")
    assert forget_payloads() == 1
    assert set(AlertEvent.objects.values_list("pk", flat=True)) == {waiting.pk, fresh.pk}


def test_forgetting_goes_in_batches(sender, monkeypatch):
    for n in range(5):
        sender.stores(an_alert(host=str(n)))
    AlertEvent.objects.update(state="done")
    monkeypatch.setattr("records.forgetting.forget.__kwdefaults__", {"batch": 2})
    assert forget_events_received_before(timezone.now() + timedelta(minutes=1)) == 5
