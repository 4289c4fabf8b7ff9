"""What alerts become: incidents with marks, one for a group, mitigated when the last one ends."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation
from django.utils.translation import gettext

from incidents.models import Incident
from incidents.services import (
    cancel_incident,
    close_incident,
    edit_incident,
    mark_incident,
    override_priority,
    resolve_incident,
    start_incident,
)
from integrations.models import Alert, AlertEvent
from integrations.services import edit_source, replay_event
from people.models import Team
from tests.factories import a_service
from tests.integrations.conftest import a_sender, an_alert, digest, is_over

pytestmark = pytest.mark.django_db


def marks_of(incident):
    return {mark.kind: mark for mark in incident.life.marks.current()}


def resolve(cast, incident):
    start_incident(incident, actor=cast.agent_l1)
    return resolve_incident(
        incident, actor=cast.agent_l1, resolution_code="fixed", resolution="Restarted."
    )


def minutes_ago(n):
    return timezone.now() - timedelta(minutes=n)


# --- Opening ---------------------------------------------------------------------------------


def test_an_alert_opens_an_incident_of_the_service_that_its_label_names(cast, sender):
    service = a_service(cast, label="card-auth", name="Card authorisation")
    alert = an_alert("DeclinesHigh", service="Card-AUTH", severity="critical")
    event = sender.sends(alert)
    incident = Incident.objects.get()
    assert event.state == "done"
    assert (incident.title, incident.service) == ("DeclinesHigh is on", service)
    assert (incident.impact, incident.urgency, incident.priority) == (1, 1, 1)
    assert (incident.channel, incident.team, incident.opened_by) == (
        "monitoring",
        cast.payments_l1,
        None,
    )
    assert incident.alert_key == f"alertmanager:{sender.source.pk}:card-auth:DeclinesHigh"


def test_its_marks_are_the_machines(sender):
    starts_at = datetime.now(UTC).replace(microsecond=123456) - timedelta(minutes=3)
    event = sender.sends(an_alert(starts_at=starts_at))
    marks = marks_of(Incident.objects.get())
    assert {kind: (m.at, m.source, m.precision) for kind, m in marks.items()} == {
        "started": (starts_at, "machine", "exact"),
        "detected": (event.received_at, "machine", "exact"),
    }
    fingerprint = Alert.objects.get().fingerprint
    told = marks["detected"].evidence
    assert told.startswith(f"{sender.source.name}: HighLatency, ")
    assert told.endswith(f" {event.pk}, SHA-256 {event.sha256}")
    assert f" {fingerprint}, " in told


def test_an_unknown_service_is_the_sources_default(sender):
    sender.sends(an_alert(service="nobody-knows-it"))
    assert Incident.objects.get().service == sender.source.default_service


def test_a_retired_service_gets_no_new_incidents(cast, sender):
    a_service(cast, label="old", is_retired=True)
    sender.sends(an_alert(service="old"))
    assert Incident.objects.get().service == sender.source.default_service


SEVERITIES = {
    "critical": (1, 1),
    "page": (1, 1),
    "high": (2, 1),
    "error": (2, 1),
    "Major": (2, 1),
    "warning": (2, 2),
    "info": (3, 3),
    "": (2, 2),
    "who knows": (2, 2),
}


@pytest.mark.parametrize("severity", SEVERITIES)
def test_severities_have_an_impact_and_an_urgency(sender, severity):
    sender.sends(an_alert(severity=severity))
    incident = Incident.objects.get()
    assert (incident.impact, incident.urgency) == SEVERITIES[severity]


def test_a_source_may_map_its_severities_itself(cast, sender):
    edit_source(sender.source, actor=cast.admin, severities={"Sev-3": [3, 2]})
    sender.sends(an_alert(severity="sev-3"))
    incident = Incident.objects.get()
    assert (incident.impact, incident.urgency) == (3, 2)


def test_the_description_cannot_be_read_as_markdown(sender):
    alert = an_alert("Odd", evil="|x|<script>", link="[a](javascript:b)")
    sender.sends(alert | {"annotations": {"summary": "**bold**\n# head"}})
    incident = Incident.objects.get()
    assert incident.title == "**bold** # head"
    assert "<script>" not in incident.description
    assert r"\|x\|\<script\>" in incident.description
    assert r"\[a\]\(javascript:b\)" in incident.description
    assert "<http://prometheus.example/graph?g0.expr=up>" in incident.description


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("MX", ["alerta", "etiquetas", "fuente de alertas", "huella"]),
        ("CO", ["alerta", "etiquetas", "fuente de alertas", "huella"]),
        ("US", ["alert", "labels", "alert source", "fingerprint"]),
    ],
)
def test_it_is_told_in_the_language_of_the_teams_country(cast, sender, country, words):
    team = Team.objects.create(
        slug="abroad", name="Abroad", tier="l1", subsidiary=cast.mx, country=country
    )
    a_service(cast, label="abroad", support_team=team)
    with translation.override("en"):  # of whoever replays it, say
        sender.sends(an_alert(service="abroad"))
    told = Incident.objects.get().description
    assert [word for word in words if f"| {word} |" in told] == words


def test_a_start_that_nobody_can_believe_is_no_mark(sender):
    sender.sends(an_alert(starts_at=datetime(2017, 8, 3, 15, 17, tzinfo=UTC)))
    assert set(marks_of(Incident.objects.get())) == {"detected"}
    assert Alert.objects.get().starts_at == datetime(2017, 8, 3, 15, 17, tzinfo=UTC)


# --- Joining ---------------------------------------------------------------------------------


def test_alerts_of_one_service_and_name_are_one_incident(sender):
    for host in "abc":
        sender.sends(an_alert(host=host))
    incident = Incident.objects.get()
    assert incident.alerts.count() == 3


def test_another_name_or_service_or_source_is_another_incident(cast, sender):
    a_service(cast, label="wallet", name="Wallet")
    other = a_sender(cast, default_service=sender.source.default_service)
    sender.sends(an_alert())
    sender.sends(an_alert("DiskFull"))
    sender.sends(an_alert(service="wallet"))
    other.sends(an_alert())
    assert Incident.objects.count() == 4


def test_an_alert_received_again_is_counted(sender):
    alert = an_alert()
    sender.sends(alert)
    event = sender.sends(alert)
    known = Alert.objects.get()
    assert (known.count, known.last_event, known.last_received_at) == (
        2,
        event.pk,
        event.received_at,
    )


def test_one_event_may_hold_alerts_of_several_groups(sender):
    alerts = [an_alert("A", host="1"), an_alert("A", host="2"), an_alert("B")]
    sender.sends(*alerts)
    assert sorted(i.alerts.count() for i in Incident.objects.all()) == [1, 2]


def test_a_storm_in_one_event_is_one_incident_with_few_statements(
    sender, django_assert_max_num_queries
):
    event = sender.stores(*[an_alert(host=f"h{n}") for n in range(600)])
    with django_assert_max_num_queries(60):
        digest()
    event.refresh_from_db()
    assert event.state == "done"
    assert Incident.objects.get().alerts.count() == 600


def test_an_alert_that_becomes_worse_raises_the_incident(sender):
    sender.sends(an_alert(severity="warning", host="a"))
    sender.sends(an_alert(severity="critical", host="b"))
    incident = Incident.objects.get()
    assert (incident.impact, incident.urgency, incident.priority) == (1, 1, 1)


def test_what_people_have_judged_is_not_raised_by_repetition(cast, sender):
    alert = an_alert(severity="critical")
    sender.sends(alert)
    edit_incident(Incident.objects.get(), actor=cast.agent_l1, impact=3, urgency=3)
    sender.sends(alert)
    assert Incident.objects.get().priority == 5


def test_a_priority_set_by_a_person_stands(cast, sender):
    sender.sends(an_alert(severity="warning", host="a"))
    incident = Incident.objects.get()
    override_priority(incident, actor=cast.team_lead, priority=5, reason="a test bench")
    sender.sends(an_alert(severity="critical", host="b"))
    assert Incident.objects.get().priority == 5


def test_an_earlier_start_moves_the_machines_mark(sender):
    sender.sends(an_alert(host="a", starts_at=minutes_ago(2)))
    earlier = minutes_ago(9)
    sender.sends(an_alert(host="b", starts_at=earlier))
    assert marks_of(Incident.objects.get())["started"].at == earlier


def test_an_earlier_start_does_not_move_a_persons_mark(cast, sender):
    sender.sends(an_alert(host="a", starts_at=minutes_ago(2)))
    said = minutes_ago(4)
    mark_incident(Incident.objects.get(), actor=cast.agent_l1, kind="started", at=said)
    sender.sends(an_alert(host="b", starts_at=minutes_ago(9)))
    assert marks_of(Incident.objects.get())["started"].at == said


# --- Ending ----------------------------------------------------------------------------------


def test_the_incident_is_mitigated_when_its_last_alert_ends(sender):
    a, b = an_alert(host="a", starts_at=minutes_ago(9)), an_alert(host="b")
    sender.sends(a, b)
    incident = Incident.objects.get()
    sender.sends(is_over(b, minutes_ago(1)))
    assert "mitigated" not in marks_of(incident)
    sender.sends(is_over(a, minutes_ago(5)))
    mark = marks_of(incident)["mitigated"]
    assert mark.at == Alert.objects.get(labels__host="b").ends_at
    assert (mark.source, mark.precision) == ("machine", "exact")
    incident.refresh_from_db()
    assert incident.status == "new"


def test_an_end_without_a_time_is_when_we_heard_of_it(sender):
    alert = an_alert()
    sender.sends(alert)
    event = sender.sends(alert | {"status": "resolved"})
    assert marks_of(Incident.objects.get())["mitigated"].at == event.received_at


def test_an_end_before_its_start_is_the_start(sender):
    alert = an_alert(starts_at=minutes_ago(2))
    sender.sends(alert)
    sender.sends(is_over(alert, minutes_ago(5)))
    marks = marks_of(Incident.objects.get())
    assert marks["mitigated"].at == marks["started"].at


def test_an_end_without_a_beginning_opens_nothing(sender):
    event = sender.sends(is_over(an_alert()))
    assert event.state == "done"
    assert not Incident.objects.exists()


def test_firing_again_takes_the_mitigation_back(sender):
    alert = an_alert(starts_at=minutes_ago(9))
    sender.sends(alert)
    sender.sends(is_over(alert))
    sender.sends(an_alert(starts_at=minutes_ago(0)))
    incident = Incident.objects.get()
    assert set(marks_of(incident)) == {"started", "detected"}
    assert Alert.objects.get().state == "firing"


def test_the_machines_end_is_better_than_the_guess_of_a_resolution(cast, sender):
    alert = an_alert(starts_at=minutes_ago(9))
    sender.sends(alert)
    resolve(cast, Incident.objects.get())
    end = minutes_ago(3)
    sender.sends(is_over(alert, end))
    mark = marks_of(Incident.objects.get())["mitigated"]
    assert (mark.at, mark.source) == (end, "machine")


def test_a_persons_mitigation_stands(cast, sender):
    alert = an_alert(starts_at=minutes_ago(9))
    sender.sends(alert)
    said = minutes_ago(4)
    mark_incident(Incident.objects.get(), actor=cast.agent_l1, kind="mitigated", at=said)
    sender.sends(is_over(alert, minutes_ago(2)))
    assert marks_of(Incident.objects.get())["mitigated"].at == said


# --- Coming back -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_closed", [False, True])
def test_an_alert_soon_after_the_resolution_reopens_the_incident(cast, sender, is_closed):
    alert = an_alert(starts_at=minutes_ago(9))
    sender.sends(alert)
    sender.sends(is_over(alert))
    incident = resolve(cast, Incident.objects.get())
    if is_closed:
        close_incident(incident, actor=cast.agent_l1)
    with time_machine.travel(timezone.now() + timedelta(minutes=29), tick=True):
        sender.sends(an_alert(host="other", starts_at=timezone.now()))
    incident = Incident.objects.get()
    assert (incident.status, incident.alerts.count()) == ("in_progress", 2)
    assert "mitigated" not in marks_of(incident)


def test_an_alert_long_after_the_resolution_opens_another_incident(cast, sender):
    alert = an_alert(starts_at=minutes_ago(9))
    sender.sends(alert)
    sender.sends(is_over(alert))
    incident = resolve(cast, Incident.objects.get())
    Incident.objects.filter(pk=incident.pk).update(resolved_at=minutes_ago(31))
    sender.sends(an_alert(starts_at=minutes_ago(0)))
    assert Incident.objects.count() == 2


def test_an_alert_after_the_cancellation_opens_another_incident(cast, sender):
    sender.sends(an_alert(host="a"))
    cancel_incident(Incident.objects.get(), actor=cast.agent_l1, note="a drill")
    sender.sends(an_alert(host="b"))
    assert sorted(Incident.objects.values_list("status", flat=True)) == ["cancelled", "new"]


# --- Order -----------------------------------------------------------------------------------


def test_a_firing_alert_older_than_its_end_is_ignored(sender):
    alert = an_alert()
    late = sender.stores(alert)
    AlertEvent.objects.filter(pk=late.pk).update(state="dead")
    sender.sends(alert)
    sender.sends(is_over(alert))
    AlertEvent.objects.filter(pk=late.pk).update(state="received")
    digest()
    known = Alert.objects.get()
    assert (known.state, known.count) == ("resolved", 3)
    assert "mitigated" in marks_of(Incident.objects.get())


def test_a_late_copy_of_what_is_over_is_ignored(sender):
    alert = an_alert()
    sender.sends(alert)
    sender.sends(is_over(alert))
    sender.sends(alert)
    assert Alert.objects.get().state == "resolved"


def test_an_old_start_long_after_the_end_is_news(sender):
    """Prometheus was away: Alertmanager took the alert for over, and it never was."""
    alert = an_alert()
    sender.sends(alert)
    sender.sends(is_over(alert))
    Alert.objects.update(last_received_at=minutes_ago(6))
    sender.sends(alert)
    assert Alert.objects.get().state == "firing"


def test_an_end_waits_for_the_beginning_that_came_before_it(sender):
    alert = an_alert()
    first = sender.stores(alert)
    AlertEvent.objects.filter(pk=first.pk).update(due_at=timezone.now() + timedelta(hours=1))
    second = sender.stores(is_over(alert))
    from integrations.digest import digest_batch

    digest_batch()
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("received", 0)
    digest()
    assert Alert.objects.get().state == "resolved"
    assert "mitigated" in marks_of(Incident.objects.get())


# --- Failing and doing again -----------------------------------------------------------------


def test_what_cannot_be_read_is_a_dead_letter_at_once(sender):
    event = sender.sends("not an alert")
    assert (event.state, event.fault, event.fault_facts) == ("dead", "alert", {"number": 1})
    assert event.error == "Alert 1 is not an object."


def test_what_fails_again_and_again_is_a_dead_letter_and_holds_up_nobody(sender):
    service = sender.source.default_service
    type(service).objects.filter(pk=service.pk).update(is_retired=True)
    broken = sender.stores(an_alert())
    fine = sender.stores()
    digest()
    for event in (broken, fine):
        event.refresh_from_db()
    assert (broken.state, broken.attempts, fine.state) == ("dead", 5, "done")
    with translation.override("es-mx"):
        told = gettext("This service is retired.")
    assert (broken.fault, broken.fault_facts) == ("refused", {"said": told})
    assert told != "This service is retired."
    assert not Incident.objects.exists()


def test_a_dead_letter_can_be_replayed_when_its_cause_is_mended(cast, sender):
    service = sender.source.default_service
    type(service).objects.filter(pk=service.pk).update(is_retired=True)
    event = sender.sends(an_alert())
    replay_event(event, actor=cast.admin)
    event.refresh_from_db()
    assert (event.state, event.replays) == ("dead", 1)
    type(service).objects.filter(pk=service.pk).update(is_retired=False)
    replay_event(event, actor=cast.admin)
    event.refresh_from_db()
    assert (event.state, event.error, event.replays) == ("done", "", 2)
    assert Incident.objects.get().alerts.count() == 1


def test_replaying_has_no_second_effect(cast, sender):
    alert = an_alert()
    fired = sender.sends(alert)
    over = sender.sends(is_over(alert))
    before = (Alert.objects.values().get(), Incident.objects.values("version").get())
    for event in (fired, over, fired):
        replay_event(event, actor=cast.admin)
    assert (Alert.objects.values().get(), Incident.objects.values("version").get()) == before
