"""Attainment over many lives says what the clocks of each life say."""

from datetime import timedelta
from statistics import median

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.measuring import lives_of
from incidents.models import Incident
from sla.attainment import attainment_of
from sla.clocks import MANDATE, clocks_of
from sla.enums import ClockState, MarkKind
from sla.models import Mark
from tests.factories import an_incident

SECONDS = st.none() | st.integers(0, 1_500)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


def _figures(now, incidents=None, **spans):
    rows = Incident.objects.all() if incidents is None else incidents
    spans = spans or {"all": (now - timedelta(days=29), now + timedelta(hours=1))}
    found = attainment_of(lives_of(rows), spans, now)
    return {key: (x.measured, x.met, x.median) for key, x in found.items()}


def _set(incident, at, **after):
    """The marks of a life and nothing else: seconds after a moment, None for no mark."""
    incident.life.marks.all()._raw_delete("default")
    Mark.objects.bulk_create(
        Mark(life=incident.life, kind=kind, at=at + timedelta(seconds=seconds), source="human")
        for kind, seconds in after.items()
        if seconds is not None
    )


def test_exactly_on_the_target_is_met_and_a_second_later_is_not(cast, now):
    incident, other = an_incident(cast, "resolved"), an_incident(cast, "resolved")
    at = now - timedelta(hours=2)
    _set(incident, at, started=0, detected=60, investigated=360, mitigated=660)
    _set(other, at, started=0, detected=61, investigated=362, mitigated=662)
    assert _figures(now) == {
        ("all", "detect"): (2, 1, timedelta(seconds=60.5)),
        ("all", "investigate"): (2, 1, timedelta(seconds=300.5)),
        ("all", "remediate"): (2, 1, timedelta(seconds=600.5)),
    }


def test_what_is_open_and_late_counts_as_missed_with_its_time_so_far(cast, now):
    incident = an_incident(cast)
    _set(incident, now - timedelta(minutes=20), started=0, detected=30)
    assert _figures(now) == {
        ("all", "detect"): (1, 1, timedelta(seconds=30)),
        ("all", "investigate"): (1, 0, timedelta(minutes=19, seconds=30)),
        ("all", "remediate"): (1, 0, timedelta(minutes=19, seconds=30)),
    }


def test_what_still_runs_within_its_time_is_not_measured_yet(cast, now):
    incident = an_incident(cast)
    _set(incident, now - timedelta(minutes=4), started=0, detected=10)
    assert _figures(now)["all", "remediate"] == (0, 0, None)


def test_a_mark_that_was_corrected_no_longer_counts(cast, now):
    incident = an_incident(cast, "resolved")
    _set(incident, now - timedelta(hours=1), started=0, detected=30)
    mark = incident.life.marks.get(kind=MarkKind.DETECTED)
    Mark.objects.filter(pk=mark.pk).update(superseded_at=now)
    Mark.objects.create(
        life=incident.life, kind="detected", at=mark.at + timedelta(minutes=5), source="human"
    )
    assert _figures(now)["all", "detect"] == (1, 0, timedelta(minutes=5, seconds=30))


def test_a_life_counts_in_every_span_that_it_falls_into(cast, now):
    _set(an_incident(cast, "resolved"), now - timedelta(hours=1), started=0, detected=30)
    hour = (now - timedelta(hours=1), now + timedelta(hours=1))
    past = (now - timedelta(days=2), now - timedelta(days=1))
    found = _figures(now, hour=hour, day=(now - timedelta(days=1), hour[1]), past=past)
    assert {key for key, _figures in found.items() if key[1] == "detect"} == {
        ("hour", "detect"),
        ("day", "detect"),
    }


def test_nobodys_lives_are_nothing(cast, now):
    an_incident(cast)
    assert _figures(now, Incident.objects.none()) == {}


@given(
    st.lists(st.tuples(SECONDS, SECONDS, SECONDS, SECONDS, st.booleans()), min_size=1, max_size=4)
)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_figures_are_those_of_the_clocks(cast, lives):
    now = timezone.now().replace(microsecond=0)
    at = now - timedelta(minutes=25)
    Incident.objects.all().update(opened_at=now - timedelta(days=40))  # of the example before
    clocks = []
    for *marks, is_open in lives:
        incident = an_incident(cast, "new" if is_open else "cancelled")
        kinds = dict(zip(("started", "detected", "investigated", "mitigated"), marks, strict=True))
        _set(incident, at, **kinds)
        held = {mark.kind: mark for mark in incident.life.marks.all()}
        clocks.append((is_open, clocks_of(held, now)))
    expected = {}
    for i, target in enumerate(MANDATE):
        ends = {ClockState.MET, ClockState.BREACHED}
        told = [
            clock
            for is_open, of_life in clocks
            if (clock := of_life[i]).state in ends or (is_open and clock.state == ClockState.LATE)
        ]
        met = sum(clock.state == ClockState.MET for clock in told)
        middle = median(clock.elapsed for clock in told) if told else None
        expected["all", target.metric] = (len(told), met, middle)
    assert _figures(now) == expected
