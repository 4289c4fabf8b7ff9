"""The past may be told: the history shows when it was, the ledger when it was told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from audit.context import Channel, acting, told_moment
from audit.models import OutboxEntry
from people.models import Subsidiary

pytestmark = pytest.mark.django_db
THEN = datetime(2025, 4, 1, 9, 30, tzinfo=UTC)


def founded(channel, at):
    """The history line of a row that is written in these circumstances."""
    with acting(channel=channel, at=at):
        company = Subsidiary.objects.create(name="Cobalto Perú", country="PE")
    return company.history.get()


@pytest.mark.parametrize("channel", [Channel.DEMO, Channel.IMPORT])
def test_the_history_has_the_moment_that_is_told(channel):
    line = founded(channel, THEN)
    assert line.history_date == THEN
    entry = OutboxEntry.objects.get(relation="people_subsidiary", key=line.id)
    assert timezone.now() - entry.at < timedelta(minutes=1)
    assert entry.context["at"] == THEN.isoformat()


@pytest.mark.parametrize("channel", sorted(set(Channel) - {Channel.DEMO, Channel.IMPORT}))
def test_nobody_else_moves_their_deeds_in_time(channel):
    assert timezone.now() - founded(channel, THEN).history_date < timedelta(minutes=1)


def test_nobody_tells_the_future():
    line = founded(Channel.DEMO, timezone.now() + timedelta(days=2))
    assert line.history_date < timezone.now() + timedelta(minutes=1)


def test_rules_judge_the_past_by_its_own_time():
    with acting(channel=Channel.IMPORT, at=THEN):
        assert told_moment() == THEN
    with acting(channel=Channel.WEB, at=THEN):
        assert timezone.now() - told_moment() < timedelta(minutes=1)
    assert timezone.now() - told_moment() < timedelta(minutes=1)
