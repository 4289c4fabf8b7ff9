"""Messages are left in the caller's transaction, as each recipient wishes."""

from datetime import UTC, datetime, time

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from core.errors import NotAllowed, Stale, ValidationError
from notifications.enums import MessageKind
from notifications.models import Message, Preference
from notifications.services import edit_preferences, notify
from tests.notifications.conftest import tell

NIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)  # 02:00 in Mexico City
MORNING = datetime(2026, 3, 2, 13, tzinfo=UTC)


def test_everybody_gets_one_message_and_nobody_gets_none(cast):
    people = [cast.agent_l1, None, cast.agent_l2, cast.agent_l1]
    notify(people, MessageKind.INCIDENT_OPENED, reference="INC-000001", context={}, key="k")
    assert sorted(Message.objects.values_list("recipient__username", "idempotency_key")) == [
        ("agent_l1", f"k:{cast.agent_l1.pk}"),
        ("agent_l2", f"k:{cast.agent_l2.pk}"),
    ]


def test_the_same_key_is_one_message(cast):
    for _ in range(2):
        tell(cast.agent_l1, key="same")
    assert Message.objects.count() == 1


def test_a_long_key_still_tells_messages_apart(cast):
    tell(cast.agent_l1, key="x" * 200 + "1")
    tell(cast.agent_l1, key="x" * 200 + "2")
    assert Message.objects.count() == 2


def test_what_is_not_wanted_is_kept_as_suppressed(cast):
    edit_preferences(
        cast.agent_l1, actor=cast.agent_l1, muted_kinds=[MessageKind.INCIDENT_COMMENTED]
    )
    tell(cast.agent_l1, cast.agent_l2, kind=MessageKind.INCIDENT_COMMENTED)
    assert dict(Message.objects.values_list("recipient__username", "state")) == {
        "agent_l1": "suppressed",
        "agent_l2": "queued",
    }


@pytest.fixture
def sleeper(cast):
    """Does not want to be disturbed between ten in the evening and seven."""
    edit_preferences(cast.agent_l1, actor=cast.agent_l1, quiet_from=time(22), quiet_until=time(7))
    return cast.agent_l1


@time_machine.travel(NIGHT, tick=False)
def test_quiet_hours_put_a_message_off(sleeper):
    (message,) = tell(sleeper)
    assert message.due_at == MORNING


@time_machine.travel(NIGHT, tick=False)
def test_what_is_urgent_comes_through_quiet_hours(sleeper):
    (message,) = tell(sleeper, is_urgent=True)
    assert message.due_at == NIGHT


def test_a_message_is_gone_with_its_transaction(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(cast.agent_l1)
        raise ZeroDivisionError
    assert not Message.objects.exists()


def test_all_recipients_cost_the_same_statements(cast, django_assert_num_queries):
    for people in ([cast.agent_l1], [cast.agent_l1, cast.agent_l2, cast.team_lead]):
        with django_assert_num_queries(2):
            notify(
                people,
                MessageKind.INCIDENT_OPENED,
                reference="INC-000001",
                context={},
                key=f"k{len(people)}",
            )


# --- Preferences -----------------------------------------------------------------------------


def test_preferences_have_versions(cast):
    first = edit_preferences(
        cast.agent_l1, actor=cast.agent_l1, quiet_from=time(22), quiet_until=time(7)
    )
    second = edit_preferences(
        cast.agent_l1, actor=cast.agent_l1, version=first.version, quiet_until=time(8)
    )
    assert second.version == first.version + 1
    with pytest.raises(Stale):
        edit_preferences(cast.agent_l1, actor=cast.agent_l1, version=first.version)


BAD_WISHES = {
    "half a pair": {"quiet_from": time(22)},
    "no hours at all": {"quiet_from": time(22), "quiet_until": time(22)},
    "an unknown kind": {"muted_kinds": ["weather"]},
    "silence about the own account": {"muted_kinds": [MessageKind.ACCOUNT_SECURITY]},
}


@pytest.mark.parametrize("case", BAD_WISHES)
def test_bad_wishes_are_refused(cast, refuses, case):
    with refuses(ValidationError):
        edit_preferences(cast.agent_l1, actor=cast.agent_l1, **BAD_WISHES[case])
    assert not Preference.objects.exists()


def test_people_choose_for_themselves(cast, refuses):
    with refuses(NotAllowed):
        edit_preferences(cast.agent_l1, actor=cast.admin, muted_kinds=[])


# --- Waking the relay ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_transaction_names_its_task_once_when_it_commits(cast):
    import psycopg

    params = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        params.pop(name, None)
    with psycopg.connect(**params, autocommit=True) as listener:
        listener.execute("LISTEN itsm_work")
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL pgtrigger.ignore = 'notifications_message:wake_workers'")
            tell(cast.agent_l1)
            tell(cast.agent_l2, cast.team_lead)
            assert list(listener.notifies(timeout=0.2)) == []
        heard = [(n.channel, n.payload) for n in listener.notifies(timeout=0.5)]
    assert heard == [("itsm_work", "notifications.deliver_due")]
    assert timezone.now()
