"""Thresholds fire once each, tell whom they concern, and what was wrong is withdrawn."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from incidents import services
from incidents.timeline import INCIDENT_TIMELINE
from notifications.enums import MessageKind
from notifications.models import Message
from notifications.texts import facts_of, subject_of
from sla.enums import EventKind, MarkKind, Metric
from sla.life_services import Happening, correct_moment, tell, withdraw
from sla.models import FiredThreshold, LifeClock
from sla.services import set_mark
from sla.thresholds import fire_thresholds
from tests.factories import a_service, an_incident
from tests.sla.agreeing import HOUR, in_force

MINUTE = timedelta(minutes=1)


@pytest.fixture
def gold(cast, approver, tienda):
    """Four hours to resolve at P1, eight at P2."""
    return in_force(cast, approver, "gold", client=tienda)


def opened(cast, tienda, ago, **facts):
    """A P1 that was opened so long ago."""
    facts = {"service": a_service(cast), "client": tienda, "impact": 1, "urgency": 1} | facts
    return an_incident(cast, at=timezone.now() - ago, **facts)


def fired(record=None):
    rows = FiredThreshold.objects.filter(**{"life": record.life} if record else {})
    return [(row.percent, row.withdrawn_at is None) for row in rows.order_by("pk")]


def heard():
    told = Message.objects.filter(kind=MessageKind.INCIDENT_CLOCK).order_by("pk")
    return [(m.recipient.username, m.context["percent"]) for m in told]


def test_what_has_fallen_due_fires_and_nothing_else(cast, gold, tienda):
    record = opened(cast, tienda, 3.1 * HOUR)
    opened(cast, tienda, HOUR)
    fire_thresholds()
    assert fired() == fired(record) == [(50, True), (75, True)]
    clock = record.life.clocks.get()
    assert (clock.next_percent, clock.next_due_at) == (90, clock.reached_at[2])


def test_sweeping_again_fires_nothing_again(cast, gold, tienda):
    opened(cast, tienda, 5 * HOUR)
    for _time in range(3):
        fire_thresholds()
    assert fired() == [(50, True), (75, True), (90, True), (100, True)]
    assert not LifeClock.objects.exclude(next_due_at=None).exists()


def test_whatever_is_retargeted_a_threshold_fires_once(cast, gold, tienda):
    record = opened(cast, tienda, 3.1 * HOUR)
    fire_thresholds()
    for priority in (2, 1, 2, 1):
        services.override_priority(record, actor=cast.team_lead, priority=priority, reason="so")
        fire_thresholds()
    assert fired() == [(50, True), (75, True)]
    assert record.life.clocks.get().next_percent == 90


def test_a_later_retargeting_withdraws_nothing(cast, gold, tienda):
    record = opened(cast, tienda, 2.1 * HOUR)
    fire_thresholds()
    services.override_priority(record, actor=cast.team_lead, priority=2, reason="not so bad")
    assert fired() == [(50, True)]
    clock = record.life.clocks.get()
    assert clock.next_percent == 75
    assert clock.next_due_at == record.opened_at + 6 * HOUR


def test_a_clock_that_stands_still_does_not_fire(cast, gold, tienda):
    record = opened(cast, tienda, 10 * HOUR)
    services.start_incident(record, actor=cast.agent_l1, at=record.opened_at + MINUTE)
    services.wait_for_customer(
        record, actor=cast.agent_l1, note="asked", at=record.opened_at + HOUR
    )
    fire_thresholds()
    assert fired() == []
    services.resume_incident(record, actor=cast.agent_l1, at=record.opened_at + 8.5 * HOUR)
    fire_thresholds()
    assert fired() == [(50, True)]


def test_what_was_reached_before_the_end_is_noted_and_told_to_nobody(cast, gold, tienda):
    record = opened(cast, tienda, 5 * HOUR)
    at = record.opened_at + 3.2 * HOUR
    tell(record.life, Happening(EventKind.RESOLVED), actor=None, at=at)
    fire_thresholds()
    assert (fired(), heard()) == ([(50, True), (75, True)], [])


def test_a_correction_withdraws_what_fired_wrongly_and_the_truth_fires(cast, gold, tienda):
    record = opened(cast, tienda, 3.5 * HOUR)
    services.start_incident(record, actor=cast.agent_l1, at=record.opened_at + MINUTE)
    fire_thresholds()
    assert fired() == [(50, True), (75, True)]
    start, life = record.opened_at, record.life
    waited = tell(
        life, Happening(EventKind.WAITED_FOR_CUSTOMER), actor=None, at=start + 2.5 * HOUR
    )[0]
    assert fired() == [(50, True), (75, False)]
    assert life.clocks.get().next_due_at is None
    correct_moment(waited, at=start + HOUR, actor=None)
    assert fired() == [(50, False), (75, False)]
    withdraw(waited.life.events.get(kind=waited.kind, superseded_at=None))
    fire_thresholds()
    assert fired() == [(50, False), (75, False), (50, True), (75, True)]


def test_a_merge_that_is_withdrawn_lets_the_clock_go_on(cast, gold, tienda):
    record = opened(cast, tienda, 3.5 * HOUR)
    merged = tell(record.life, Happening(EventKind.MERGED), actor=None, at=record.opened_at + HOUR)[
        0
    ]
    fire_thresholds()
    assert fired() == []
    withdraw(merged)
    fire_thresholds()
    assert fired() == [(50, True), (75, True)]


def test_a_mark_that_is_set_late_withdraws_too(cast, approver, tienda):
    in_force(cast, approver, "ack", client=tienda, metric=Metric.ACKNOWLEDGE)
    record = opened(cast, tienda, 3.5 * HOUR)
    fire_thresholds()
    at = record.opened_at + 2.5 * HOUR
    set_mark(record.life, MarkKind.ACKNOWLEDGED, at=at, actor=cast.agent_l1)
    assert fired() == [(50, True), (75, False)]


def test_each_round_of_the_update_cadence_has_its_own(cast, approver, tienda):
    in_force(cast, approver, "word", client=tienda, hours=1, metric=Metric.UPDATE_CADENCE)
    record = opened(cast, tienda, 5 * HOUR)
    tell(record.life, Happening(EventKind.UPDATED), actor=None, at=record.opened_at + 4 * HOUR)
    fire_thresholds()
    rounds = FiredThreshold.objects.order_by("round", "percent").values_list("round", "percent")
    assert list(rounds) == [(n, p) for n in (0, 1) for p in (50, 75, 90, 100)]


def test_a_clock_of_the_server_that_goes_back_fires_nothing_twice(cast, gold, tienda):
    """As if the deadline that has fired were still ahead when it is told again."""
    record = opened(cast, tienda, 2.5 * HOUR)
    fire_thresholds()
    clock = record.life.clocks.get()
    LifeClock.objects.update(next_percent=50, next_due_at=clock.reached_at[0])
    fire_thresholds()
    assert fired() == [(50, True)]
    assert record.life.clocks.get().next_percent == 75


# --- Who hears -------------------------------------------------------------------------------


def test_the_owner_hears_from_the_first_the_lead_from_the_second_once_each(cast, gold, tienda):
    record = opened(cast, tienda, 2.1 * HOUR, owner=cast.agent_l1)
    fire_thresholds()
    assert heard() == [("agent_l1", 50)]
    LifeClock.objects.update(reached_at=[record.opened_at + n * HOUR for n in (0, 1, 2, 4)])
    LifeClock.objects.update(next_percent=75, next_due_at=record.opened_at + HOUR)
    fire_thresholds()
    assert heard()[1:] == [("agent_l1", 90), ("team_lead", 90)]


def test_without_an_owner_the_lead_hears_from_the_first(cast, gold, tienda):
    opened(cast, tienda, 2.1 * HOUR)
    fire_thresholds()
    assert heard() == [("team_lead", 50)]


def test_who_is_owner_and_lead_hears_once(cast, gold, tienda):
    opened(cast, tienda, 3.1 * HOUR, owner=cast.team_lead)
    fire_thresholds()
    assert heard() == [("team_lead", 75)]


def test_what_fell_due_days_ago_is_noted_and_told_to_nobody(cast, gold, tienda):
    opened(cast, tienda, 60 * HOUR, owner=cast.agent_l1)
    fire_thresholds()
    assert (len(fired()), heard()) == (4, [])


@pytest.mark.parametrize(("language", "word"), [("en", "Resolve"), ("es-mx", None)])
def test_the_message_speaks_the_readers_language(cast, gold, tienda, language, word):
    record = opened(cast, tienda, 2.1 * HOUR, owner=cast.agent_l1)
    fire_thresholds()
    context = Message.objects.get(kind=MessageKind.INCIDENT_CLOCK).context
    with translation.override(language):
        facts = dict(facts_of(context))
        subject = subject_of(MessageKind.INCIDENT_CLOCK, context)
        label = str(Metric.RESOLVE.label)
        assert label in facts.values()
    assert "50 %" in facts.values()
    assert record.reference in subject
    assert word is None or word == label


def test_the_timeline_tells_what_fired_and_what_was_withdrawn(cast, gold, tienda):
    record = opened(cast, tienda, 2.1 * HOUR)
    fire_thresholds()
    at = record.opened_at + HOUR
    tell(record.life, Happening(EventKind.WAITED_FOR_CUSTOMER), actor=None, at=at)
    entries = INCIDENT_TIMELINE.read(record, cast.agent_l1, size=50, kinds=["clock"]).entries
    assert [e.text for e in entries] == [
        "Resolve, Gold: 50 % of the time was used. "
        "Withdrawn later: a correction shows that it was not so."
    ]


# --- What it costs, and two at once ----------------------------------------------------------


def test_the_sweep_costs_the_same_for_one_and_for_many(cast, gold, tienda):
    counts = []
    for many in (1, 6):
        for _n in range(many):
            opened(cast, tienda, 2.1 * HOUR, owner=cast.agent_l1)
        with CaptureQueriesContext(connection) as queries:
            fire_thresholds()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(fired()) == 7


def test_time_that_is_up_leaves_the_rest_to_the_next(cast, gold, tienda, monkeypatch):
    monkeypatch.setattr("sla.thresholds.BATCH", 1)
    for _n in range(3):
        opened(cast, tienda, 2.1 * HOUR)
    assert fire_thresholds(lambda: True)
    assert len(fired()) == 1
    assert not fire_thresholds()
    assert len(fired()) == 3


def test_the_database_fires_once(cast, gold, tienda):
    opened(cast, tienda, 2.1 * HOUR)
    fire_thresholds()
    row = FiredThreshold.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="sla_firedthreshold_once"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_fire_each_once(cast, gold, tienda, monkeypatch):
    monkeypatch.setattr("sla.thresholds.BATCH", 3)
    for _n in range(30):
        opened(cast, tienda, 2.1 * HOUR, owner=cast.agent_l1)
    failures = []
    ready = threading.Barrier(4)

    def sweep():
        try:
            ready.wait()
            fire_thresholds()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    fire_thresholds()
    assert len(fired()) == len(heard()) == 30
