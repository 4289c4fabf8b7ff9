"""What happens without anybody doing it: expiry, reminders, and each of them once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes import services
from changes.models import Change
from notifications.models import Message
from tests.factories import a_change

pytestmark = pytest.mark.django_db


def test_what_was_not_begun_in_its_window_expires_once(cast):
    late = [a_change(cast, status) for status in ("awaiting_approval", "approved", "scheduled")]
    begun = a_change(cast, "implementing")
    after = timezone.now() + timedelta(hours=3)

    assert services.expire_changes(timezone.now()) == 0
    assert services.expire_changes(after) == 3
    assert services.expire_changes(after) == 0

    stored = Change.objects.in_bulk()
    assert {stored[change.pk].status for change in late} == {"expired"}
    assert stored[begun.pk].status == "implementing"


def test_votes_on_what_has_expired_count_no_more(cast):
    change = a_change(cast, "expired")
    assert change.versions.get().round.status == "void"


def test_who_has_not_answered_in_time_is_reminded_once(cast):
    change = a_change(cast, "awaiting_approval")
    Message.objects.all().delete()
    late = timezone.now() + timedelta(days=2)

    assert services.remind_electors(timezone.now()) == 0
    assert services.remind_electors(late) == 1
    assert services.remind_electors(late) == 0

    told = Message.objects.order_by("pk").values_list("recipient__username", "kind")
    assert sorted(told) == [("peer", "change_asks_for_vote"), ("requester", "change_vote_late")]
    assert change.status == "awaiting_approval"
