"""Reading payloads in the shape of Alertmanager, whole and in parts; and the real ones."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import Incident
from integrations.alertmanager import read
from integrations.enums import AlertState
from integrations.models import Alert
from integrations.readings import Unreadable
from tests.factories import a_service

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "06_webhooks" / "alertmanager"

STARTS = {
    "2026-03-01T11:59:00Z": datetime(2026, 3, 1, 11, 59, tzinfo=UTC),
    "2026-03-01T05:59:00.739266876-06:00": datetime(2026, 3, 1, 11, 59, 0, 739266, tzinfo=UTC),
    "2026-03-01T11:59:00": datetime(2026, 3, 1, 11, 59, tzinfo=UTC),
    "2026-03-01 11:59:00+00:00": datetime(2026, 3, 1, 11, 59, tzinfo=UTC),
    "2026-03-01T12:00:30Z": NOW,  # their clock is ahead of ours
    "0001-01-01T00:00:00Z": NOW,
    "9999-12-31T23:59:59-14:00": NOW,
    "yesterday": NOW,
    "": NOW,
    None: NOW,
    7: NOW,
}


@pytest.mark.parametrize("written", STARTS)
def test_times_are_read_as_they_are_written(written):
    (reading,) = read({"alerts": [{"labels": {"alertname": "x"}, "startsAt": written}]}, NOW)
    assert reading.starts_at == STARTS[written]


STATES = [
    ({"status": "firing"}, {}, "firing"),
    ({"status": "resolved"}, {}, "resolved"),
    ({"status": "RESOLVED"}, {}, "resolved"),
    ({}, {"status": "resolved"}, "resolved"),
    ({"status": "firing"}, {"status": "resolved"}, "firing"),
    ({"status": {"state": "active"}}, {}, "firing"),
    ({}, {}, "firing"),
    ({"endsAt": "2026-03-01T11:59:59Z"}, {}, "resolved"),
    ({"endsAt": "2026-03-01T12:04:00Z"}, {}, "firing"),
    ({"status": 7}, {}, "firing"),
]


@pytest.mark.parametrize(("alert", "group", "state"), STATES)
def test_an_alert_fires_until_somebody_says_otherwise(alert, group, state):
    (reading,) = read({"alerts": [alert], **group}, NOW)
    assert reading.state == state


def test_without_a_fingerprint_the_labels_identify_an_alert():
    ways = [{"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "1", "b": "3"}]
    one, same, other = (read({"labels": labels}, NOW)[0].fingerprint for labels in ways)
    assert one == same != other
    assert len(one) == 64


def test_a_fingerprint_given_is_kept_and_one_too_long_hashed():
    given_one, long = (
        read({"labels": {}, "fingerprint": fingerprint}, NOW)[0].fingerprint
        for fingerprint in ("e0b5f4a1c9d8", "f" * 65)
    )
    assert given_one == "e0b5f4a1c9d8"
    assert len(long) == 64


def test_what_all_alerts_share_belongs_to_each():
    payload = {
        "commonLabels": {"alertname": "Down", "severity": "critical"},
        "commonAnnotations": {"summary": "It is down"},
        "alerts": [{"labels": {"severity": "info"}}, {}],
    }
    first, second = read(payload, NOW)
    assert (first.name, first.severity, first.summary) == ("Down", "info", "It is down")
    assert (second.name, second.severity) == ("Down", "critical")


UNREADABLE = {
    "The payload is not an object.": [],
    "“alerts” is not a list.": {"alerts": {}},
    "Alert 2 is not an object.": {"alerts": [{}, 7]},
    "“labels” of alert 1 is not an object.": {"alerts": [{"labels": [1]}]},
}


@pytest.mark.parametrize("reason", UNREADABLE)
def test_what_makes_no_sense_says_why(reason):
    with pytest.raises(Unreadable) as error:
        read(UNREADABLE[reason], NOW)
    assert str(error.value) == reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
_NAMES = ("labels", "annotations", "status", "startsAt", "endsAt", "fingerprint", "summary", "name")
_ALERT = st.fixed_dictionaries({}, optional=dict.fromkeys(_NAMES, _JSON))


@given(st.fixed_dictionaries({"alerts": st.lists(_ALERT, max_size=3)}, optional={"status": _JSON}))
def test_whatever_comes_is_read_in_order_or_refused(payload):
    try:
        readings = read(payload, NOW)
    except Unreadable:
        return
    for reading in readings:
        assert reading.starts_at <= (reading.ends_at or NOW) <= NOW
        assert (reading.ends_at is None) == (reading.state == AlertState.FIRING)
        assert reading.name
        assert 0 < len(reading.fingerprint) <= 64


# --- The real payloads -----------------------------------------------------------------------

needs_real_payloads = pytest.mark.skipif(not REAL.is_dir(), reason="no real payloads here")


@needs_real_payloads
def test_the_real_payload_of_alerta_becomes_its_incident(sender):
    payload = json.loads((REAL / "alerta_prometheus_v4_alert.json").read_text())
    assert sender.sends(**payload | {"alerts": []}).state == "done"
    event = sender.sends(*payload.pop("alerts"), **payload)
    incident, alert = Incident.objects.get(), Alert.objects.get()
    assert event.state == "done"
    assert (incident.title, incident.priority) == ("No things for over 10 minutes", 1)
    assert incident.service == sender.source.default_service
    assert incident.life.marks.current().get(kind="detected").at == event.received_at
    assert "Something terrible is happening" in incident.description
    assert (alert.name, alert.severity) == ("thing_dead", "critical")
    assert alert.starts_at == datetime(2017, 8, 3, 19, 17, 37, 804000, tzinfo=UTC)


def real_alerts():
    """Every alert that keep's generator makes: each template with all of its parameters."""
    templates = json.loads((REAL / "keep_prometheus_alerts_mock.json").read_text())
    for name, template in templates.items():
        parameters = template["parameters"]
        for values in itertools.product(*parameters.values()):
            payload = json.loads(json.dumps(template["payload"]))
            labels = payload["labels"]
            labels["alertname"] = name
            for path, value in zip(parameters, values, strict=True):
                labels[path.removeprefix("labels.")] = value
            yield payload | {"status": "firing", "startsAt": (NOW).isoformat()}


PRIORITY = {
    "HighCPUUsage": 1,
    "MQThirdFull (Message queue is over 33%)": 3,
    "MQFull (Message queue is full)": 1,
    "DiskSpaceLow": 3,
    "NetworkLatencyHigh": 5,
}


@needs_real_payloads
def test_the_real_payloads_of_keep_become_one_incident_for_each_service_and_name(cast, sender):
    a_service(cast, label="payments", name="Payments")
    start = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    alerts = [alert | {"startsAt": start} for alert in real_alerts()]
    assert len(alerts) > 100
    for n in range(0, len(alerts), 20):
        assert sender.sends(*alerts[n : n + 20]).state == "done"
    found = {(i.alert_key.split(":", 3)[3], i.service.name): i for i in Incident.objects.all()}
    default = sender.source.default_service.name
    wanted = {(name, default) for name in PRIORITY}
    wanted |= {(name, "Payments") for name in ("HighCPUUsage", "DiskSpaceLow")}
    assert set(found) == wanted
    assert {name: i.priority for (name, _service), i in found.items()} == PRIORITY
    assert sum(i.alerts.count() for i in found.values()) == len(alerts)
    assert found["HighCPUUsage", "Payments"].title == "CPU usage is over 90%"
