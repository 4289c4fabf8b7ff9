"""Clock profiles: which times of the mandate apply to which incidents, and that the past stays."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import Error, transaction
from django.utils import timezone

from audit.context import Channel, acting
from incidents.measuring import lives_of, targets_of
from incidents.models import Incident
from incidents.page import clocks_of_incident
from sla import clock_profiles
from sla.attainment import attainment_of
from sla.clock_profiles import Measured, Profile, targets_for
from sla.clocks import MANDATE, clocks_of
from sla.enums import ClockState
from sla.models import ClockProfile, Mark
from tests.factories import a_service, an_incident

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


def told(starts_at, **facts):
    """A profile as only the demo world may make one: in the past."""
    with transaction.atomic(), acting(channel=Channel.DEMO, action="clock_profile.add"):
        row = ClockProfile.objects.create(starts_at=starts_at, reason="agreed", **facts)
    caches["local"].clear()
    return row


def a_profile(name, **scope):
    scope = {"service_id": None, "country": "", "priority": None} | scope
    starts_at = timezone.now() - timedelta(days=1)
    return Profile(starts_at=scope.pop("starts_at", starts_at), targets=(name,), **scope)


def test_the_narrowest_applies_service_before_country_before_priority():
    now = timezone.now()
    one = Measured(7, "MX", 1, now)
    rows = [
        a_profile("any"),
        a_profile("P1", priority=1),
        a_profile("MX", country="MX"),
        a_profile("MX P1", country="MX", priority=1),
        a_profile("service", service_id=7),
    ]
    found = []
    while rows:
        held = sorted(rows, key=clock_profiles._place)
        chosen = targets_for(one, held)
        found.append(chosen[0])
        rows = [row for row in rows if row.targets != chosen]
    assert found == ["service", "MX P1", "MX", "P1", "any"]
    assert targets_for(one, ()) == MANDATE


def test_one_of_the_future_or_of_others_does_not_apply():
    now = timezone.now()
    rows = [
        a_profile("later", starts_at=now + MINUTE),
        a_profile("other", service_id=8),
        a_profile("abroad", country="CO"),
        a_profile("P2", priority=2),
    ]
    assert targets_for(Measured(7, "MX", 1, now), rows) == MANDATE


def _marks(incident, at, **after):
    incident.life.marks.all()._raw_delete("default")
    Mark.objects.bulk_create(
        Mark(life=incident.life, kind=kind, at=at + timedelta(seconds=s), source="human")
        for kind, s in after.items()
    )


def test_figures_and_clocks_go_by_the_same_profile(cast, now):
    service, other = a_service(cast), a_service(cast)
    opened = {"at": now - timedelta(hours=2), "impact": 1, "urgency": 1}
    before = an_incident(cast, service=service, **opened | {"at": now - timedelta(days=3)})
    slow = an_incident(cast, service=service, **opened)
    usual = an_incident(cast, service=other, **opened)
    told(
        now - timedelta(days=2),
        service=service,
        investigate_from="started",
        investigate_to="acknowledged",
        investigate_within=20 * MINUTE,
    )
    told(now - timedelta(days=1), country="MX", priority=1, remediate_within=30 * MINUTE)
    for incident in (before, slow, usual):
        _marks(
            incident,
            now - timedelta(hours=2),
            started=0,
            detected=30,
            acknowledged=900,
            investigated=1200,
            mitigated=1500,
        )
    states = {}
    for incident in Incident.objects.select_related("team", "life"):
        clocks = clocks_of_incident(incident, now)
        states[incident.pk] = [c.state == ClockState.MET for c in clocks]
    assert states == {
        before.pk: [True, False, False],
        slow.pk: [True, True, False],
        usual.pk: [True, False, True],
    }
    for incident in (before, slow, usual):
        span = {"all": (now - timedelta(days=9), now + timedelta(hours=1))}
        found = attainment_of(lives_of(Incident.objects.filter(pk=incident.pk)), span, now)
        figures = [found["all", target.metric].met == 1 for target in MANDATE]
        assert figures == states[incident.pk]


def test_one_in_force_is_neither_altered_nor_taken_away_nor_made_up(db, now):
    row = told(now - timedelta(days=1))
    for work in (
        lambda: ClockProfile.objects.filter(pk=row.pk).update(detect_within=2 * MINUTE),
        lambda: ClockProfile.objects.filter(pk=row.pk).delete(),
        lambda: ClockProfile.objects.create(starts_at=now - MINUTE, country="CO", reason="x"),
        lambda: ClockProfile.objects.create(starts_at=now + MINUTE, country="CO", reason="x"),
    ):
        refused = pytest.raises(Error, match="stays once it is in force")
        with refused, transaction.atomic(), acting(channel=Channel.WEB, action="x"):
            work()
    row.refresh_from_db()
    assert (row.detect_within, ClockProfile.objects.count()) == (MINUTE, 1)


def test_one_ahead_is_altered_but_not_into_the_past(db, now):
    row = ClockProfile.objects.create(starts_at=now + timedelta(days=1), reason="x")
    ClockProfile.objects.filter(pk=row.pk).update(detect_within=2 * MINUTE)
    with pytest.raises(Error, match="stays once it is in force"), transaction.atomic():
        ClockProfile.objects.filter(pk=row.pk).update(starts_at=now)
    row.refresh_from_db()
    assert (row.detect_within, row.starts_at) == (2 * MINUTE, now + timedelta(days=1))


def test_the_clocks_of_an_incident_by_api_say_its_targets(cast, client_of, now):
    told(now - timedelta(days=1), priority=1, detect_within=3 * MINUTE)
    incident = an_incident(cast, impact=1, urgency=1)
    url = f"/api/v1/incidents/{incident.reference}/clocks/"
    assert client_of(cast.agent_l1).get(url).json()[0]["target"] == "PT3M"
    assert targets_of(incident)[0].within == 3 * MINUTE


def test_clocks_of_nothing_wait():
    assert [c.state for c in clocks_of({}, timezone.now(), MANDATE)] == [ClockState.WAITING] * 3
