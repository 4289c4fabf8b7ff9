"""Clock profiles: which times of the mandate apply to which incidents, and that the past stays."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.context import Channel, acting
from core.errors import Refused, ValidationError
from incidents.measuring import lives_of, targets_of
from incidents.models import Incident
from incidents.page import clocks_of_incident
from sla import clock_profiles
from sla.attainment import attainment_of
from sla.clock_profile_services import change_clock_profile
from sla.clock_profiles import Measured, Profile, targets_for
from sla.clocks import MANDATE
from sla.enums import ClockState
from sla.models import ClockProfile, Mark
from tests.factories import a_service, an_incident
from tests.sla.clock_profiles import a_clock_profile

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
    return Profile(starts_at=scope.pop("starts_at", starts_at), times=(name,), **scope)


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
        chosen = next(row for row in held if row.fits(one))
        found.append(chosen.times[0])
        rows.remove(chosen)
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


# --- Kept by administrators -----------------------------------------------------------------------


PAGE = "/sla/clockprofile/"


def _answers(moment, **given):
    usual = {
        "service": "",
        "country": "CO",
        "priority": "1",
        "starts_at": moment.strftime("%Y-%m-%dT%H:%M"),
        "reason": "The wallet is watched by its vendor.",
        "detect_from": "started",
        "detect_to": "detected",
        "detect_within": "2 min",
        "investigate_from": "detected",
        "investigate_to": "investigated",
        "investigate_within": "8 min",
        "remediate_from": "detected",
        "remediate_to": "mitigated",
        "remediate_within": "PT15M",
    }
    return usual | given


def test_an_administrator_adds_one_by_its_page(cast, client_of, now):
    soon = timezone.localtime(now + timedelta(days=2))
    answer = client_of(cast.admin).post(f"{PAGE}add/", _answers(soon))
    assert answer.status_code == 302
    row = ClockProfile.objects.get()
    told = (row.detect_within, row.investigate_within, row.remediate_within)
    assert told == (2 * MINUTE, 8 * MINUTE, 15 * MINUTE)
    assert (row.country, row.priority, row.service) == ("CO", 1, None)
    assert row.history.latest().history_action == "clock_profile.add"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"detect_within": "soon"}, "is no length of time"),
        ({"detect_within": "2 d"}, "within a day at most"),
        ({"detect_from": "mitigated"}, "from a mark to a later one"),
        ({"starts_at": "2020-01-01T00:00"}, "at least five minutes ahead"),
    ],
)
def test_what_makes_no_sense_is_told_so(cast, client_of, now, given, said):
    soon = timezone.localtime(now + timedelta(days=2))
    answer = client_of(cast.admin).post(f"{PAGE}add/", _answers(soon, **given))
    assert (answer.status_code, said in answer.content.decode()) == (200, True)
    assert not ClockProfile.objects.exists()


def test_others_read_it_and_keep_none(cast, client_of):
    row = a_clock_profile(country="CO", priority=1)
    agent = client_of(cast.agent_l1)
    assert "CO · P1" in agent.get(PAGE).content.decode()
    assert agent.get(f"{PAGE}{row.pk}/change/").status_code == 200
    assert agent.get(f"{PAGE}add/").status_code == 403
    assert client_of(cast.norole).get(PAGE).status_code == 403


def test_the_list_asks_the_same_for_one_and_for_three(cast, client_of, django_assert_num_queries):
    browser = client_of(cast.admin)
    a_clock_profile(service=a_service(cast))
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as once:
        browser.get(PAGE)
    a_clock_profile(service=a_service(cast))
    a_clock_profile(service=a_service(cast))
    with django_assert_num_queries(len(once)):
        browser.get(PAGE)


def test_one_in_force_is_not_altered_by_a_service_either(db, now):
    row = told(now - timedelta(days=1))
    with pytest.raises(Refused):
        change_clock_profile(row, actor=None, detect_within=2 * MINUTE)
    row.refresh_from_db()
    assert row.detect_within == MINUTE


def test_one_scope_has_one_profile_of_a_moment(db, now):
    soon = now + timedelta(days=1)
    a_clock_profile(starts_at=soon)
    with pytest.raises(ValidationError):
        a_clock_profile(starts_at=soon)
    assert ClockProfile.objects.count() == 1


def test_it_is_kept_by_api(cast, client_of, now):
    browser = client_of(cast.admin)
    body = {"starts_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}", "reason": "agreed"}
    made = browser.post(
        "/api/v1/clock-profiles/", body | {"detect_within": "PT90S"}, "application/json"
    )
    assert (made.status_code, made.json()["detect_within"]) == (201, "PT1M30S")
    url = f"/api/v1/clock-profiles/{made.json()['id']}/"
    changed = browser.patch(
        url, {"priority": 1}, "application/json", headers={"If-Match": made["ETag"]}
    )
    assert (changed.status_code, changed.json()["priority"]) == (200, 1)
    late = browser.post(
        "/api/v1/clock-profiles/", body | {"starts_at": "2020-01-01T00:00:00Z"}, "application/json"
    )
    assert late.status_code == 400
