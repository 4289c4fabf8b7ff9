"""A real Alertmanager with the configuration of the how-to, firing at the real portal."""

import json
import shutil
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from incidents.models import Incident
from tests.factories import a_service
from tests.faults.programs import (
    CHECKOUT,
    Program,
    environment,
    eventually,
    python,
    running,
    worker_command,
)
from tests.integrations.conftest import a_sender
from tests.notifications.conftest import free_port

ALERTMANAGER = shutil.which("prometheus-alertmanager")
HOW_TO = CHECKOUT / "docs" / "how-to" / "alertmanager.yml"


def web_server(port: int, given: dict[str, str], var: Path) -> Program:
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --blocking-threads 2 --no-ws"
    command = python("-m", "granian", *options.split(), "itsm.wsgi:application")
    return Program("web", command, given, var)


def alertmanager(port: int, portal_port: int, sender, var: Path) -> Program:
    config = HOW_TO.read_text()
    for placeholder, value in {
        "localhost:8000": f"127.0.0.1:{portal_port}",
        "ADDRESS_KEY": sender.url_key,
        "BEARER": sender.bearer,
    }.items():
        assert placeholder in config
        config = config.replace(placeholder, value)
    (var / "alertmanager.yml").write_text(config)
    command = [
        ALERTMANAGER,
        f"--config.file={var}/alertmanager.yml",
        f"--storage.path={var}/alertmanager",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    return Program("alertmanager", command, environment(var), var)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 -- our own, on loopback
            return answer.status == 200
    except OSError:
        return False


def tell(port: int, alert: dict[str, object]) -> None:
    """As Prometheus does it."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v2/alerts",
        json.dumps([alert]).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- our own, on loopback
        assert answer.status == 200


@pytest.mark.slow
@pytest.mark.skipif(not ALERTMANAGER, reason="no prometheus-alertmanager on this machine")
@pytest.mark.django_db(transaction=True)
def test_a_real_alert_becomes_an_incident_and_its_end_mitigates_it(cast, tmp_path):
    service = a_service(cast, label="spei-transfers", name="SPEI transfers")
    sender = a_sender(cast)
    web_port, alert_port = free_port(), free_port()
    given = environment(tmp_path)
    programs = [
        web_server(web_port, given, tmp_path),
        Program("worker", worker_command(), given, tmp_path),
        Program("relay", python("manage.py", "relay"), given, tmp_path),
        alertmanager(alert_port, web_port, sender, tmp_path),
    ]
    with running(*programs):
        eventually(lambda: answers(f"http://127.0.0.1:{web_port}/healthz"), within=60)
        eventually(lambda: answers(f"http://127.0.0.1:{alert_port}/-/ready"), within=30)
        now = datetime.now(UTC)
        alert = {
            "labels": {
                "alertname": "SpeiTransfersSlow",
                "service": "spei-transfers",
                "severity": "critical",
            },
            "annotations": {"summary": "SPEI transfers take more than five seconds"},
            "startsAt": (now - timedelta(seconds=20)).isoformat(),
            "endsAt": (now + timedelta(hours=1)).isoformat(),
        }
        tell(alert_port, alert)
        incident = eventually(Incident.objects.first, within=60)
        marks = {mark.kind: mark for mark in incident.life.marks.current()}
        assert (incident.title, incident.service, incident.priority) == (
            "SPEI transfers take more than five seconds",
            service,
            1,
        )
        assert set(marks) == {"started", "detected"}
        assert {mark.source for mark in marks.values()} == {"machine"}
        assert marks["detected"].at - now < timedelta(seconds=60)
        fingerprint = incident.alerts.get().fingerprint
        assert f"SpeiTransfersSlow, huella {fingerprint}" in marks["detected"].evidence

        tell(alert_port, alert | {"endsAt": datetime.now(UTC).isoformat()})
        mitigated = eventually(
            lambda: incident.life.marks.current().filter(kind="mitigated").first(), within=60
        )
    assert (mitigated.source, mitigated.precision) == ("machine", "exact")
    assert incident.alerts.get().state == "resolved"
