"""A trickle of alerts, so that the clocks move while somebody looks: `ITSM_DEMO_LIVE=1`.

Each tick ends what has fired for long enough, lets the crew work on what it has opened, and now and
then fires something new. All it knows is in the database, so any tick may be the first after a
restart. Whoever takes an incident up by hand keeps it: the crew finishes only what is left lying.
"""

import tomllib
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q
from django.utils import timezone

from core.errors import Refused
from incidents import services
from incidents.enums import ResolutionCode, Status
from incidents.models import Incident
from integrations.enums import AlertState, EventState
from integrations.models import Alert, AlertSource
from itsm.demo.crew import AGENTS, COLLEAGUES
from itsm.demo.firing import Firing, payload_of
from itsm.demo.live_hook import Hook, NotTaken, hook_of_live_source, live_source
from itsm.demo.plan import find_job
from itsm.demo.words import draw_words
from itsm.runtime.lease import Lease
from people.models import User
from sla.enums import MarkKind

FILE = Path(__file__).parent / "live.toml"
MAX_OPEN = 3
MAX_A_DAY = 120
_CHANCE = 0.12  # that a tick fires, where there is room: every three minutes or so
_FIRES_FOR = (150, 780)  # seconds, drawn for each alert
_TAKEN_UP_AFTER = (100, 260)  # time enough for whoever looks to be quicker
_RESOLVED_AFTER = (60, 300)  # the end of its last alert
_LEFT_LYING = timedelta(minutes=45)  # even what somebody took up

_log = structlog.get_logger(__name__)


def is_on() -> bool:
    """Only in demo mode, only where asked for, and only in a world that the demo founded."""
    return settings.DEMO and settings.DEMO_LIVE and find_job() is not None


def tick(now: datetime | None = None, rng: Random | None = None) -> None:
    """One step, unless another worker is at it."""
    if not is_on():
        return
    lease = Lease("demo-live")
    try:
        if lease.acquire():
            _tick(now or timezone.now(), rng or Random())  # noqa: S311 -- a show, no secret
    finally:
        lease.release()


def _tick(now: datetime, rng: Random) -> None:
    try:
        hook = hook_of_live_source()
        source = live_source()
        if source is None or source.events.filter(state=EventState.RECEIVED).exists():
            return  # what came before is not digested yet: nothing is known of it
        _end_alerts(source, hook, now)
        for incident in _open_incidents(source):
            with suppress(Refused, ObjectDoesNotExist):  # somebody was quicker
                _work_on(incident, now)
        if _has_room(source, now) and rng.random() < _CHANCE:
            _fire(source, hook, now, rng)
    except NotTaken as error:
        _log.info("live_demo_waits", reason=str(error))  # the next tick tries again


def _fire(source: AlertSource, hook: Hook, now: datetime, rng: Random) -> None:
    """Something new that does not fire already; it began some seconds ago."""
    firing_now = set(source.alerts.filter(state=AlertState.FIRING).values_list("name", flat=True))
    told = rng.choice([told for told in _catalogue() if told["name"] not in firing_now])
    words = draw_words(rng, "")
    firing = Firing(
        name=told["name"],
        service=told["service"],
        severity=told["severity"],
        summary=told["summary"].format(**words),
        description=told["description"].format(**words),
        labels={name: value.format(**words) for name, value in told["labels"].items()},
    )
    starts_at = now - timedelta(seconds=rng.randint(6, 80))
    hook.post(payload_of(firing, starts_at, occasion=starts_at.isoformat()))


def _end_alerts(source: AlertSource, hook: Hook, now: datetime) -> None:
    for alert in source.alerts.filter(state=AlertState.FIRING).order_by("pk"):
        if now >= alert.starts_at + _drawn(alert.fingerprint, _FIRES_FOR):
            hook.post(_ending(alert, now))


def _ending(alert: Alert, now: datetime) -> dict[str, Any]:
    """The same alert once more, now resolved."""
    common = ("alertname", "service", "severity")
    labels = {name: value for name, value in alert.labels.items() if name not in common}
    texts = (alert.annotations.get("summary", ""), alert.annotations.get("description", ""))
    service = alert.labels["service"]
    firing = Firing(alert.name, service, alert.severity, *texts, labels)
    payload = payload_of(firing, alert.starts_at, ends_at=now)
    payload["alerts"][0]["fingerprint"] = alert.fingerprint
    return payload


def _open_incidents(source: AlertSource) -> list[Incident]:
    ours = Incident.objects.open().filter(alerts__source=source)
    still_firing = Count("alerts", filter=Q(alerts__state=AlertState.FIRING))
    return list(
        ours.annotate(still_firing=still_firing)
        .select_related("owner", "team", "life")
        .order_by("pk")
    )


def _has_room(source: AlertSource, now: datetime) -> bool:
    today = source.alerts.filter(starts_at__gt=now - timedelta(days=1)).count()
    return len(_open_incidents(source)) < MAX_OPEN and today < MAX_A_DAY


def _work_on(incident: Incident, now: datetime) -> None:
    """The next thing that the crew would do."""
    age = now - incident.opened_at
    is_ours = incident.owner is None or incident.owner.username in COLLEAGUES
    if not is_ours and age < _LEFT_LYING:
        return
    if incident.owner is None:
        if age >= _drawn(f"{incident.pk}:take", _TAKEN_UP_AFTER):
            _take_up(incident, now)
    elif not incident.still_firing:  # type: ignore[attr-defined]  # -- annotated
        over_at = max(alert.ends_at for alert in incident.alerts.all() if alert.ends_at)
        if now >= over_at + _drawn(f"{incident.pk}:resolve", _RESOLVED_AFTER):
            _resolve(incident, by=incident.owner if is_ours else None)


def _take_up(incident: Incident, now: datetime) -> None:
    names = [name for name in AGENTS[incident.team.slug] if name in COLLEAGUES]
    worker = User.objects.get(username=Random(incident.pk).choice(names))  # noqa: S311 -- as above
    services.start_incident(incident, actor=worker)
    services.comment_on_incident(incident, actor=worker, text=_say(incident, "found"))
    services.mark_incident(incident, actor=worker, kind=MarkKind.INVESTIGATED, at=now)


def _resolve(incident: Incident, *, by: Any) -> None:
    """By whoever works on it; what a visitor left lying, by the portal."""
    if incident.status in (Status.NEW, Status.TRIAGED):
        services.start_incident(incident, actor=by)
    services.resolve_incident(
        incident,
        actor=by,
        resolution_code=ResolutionCode.FIXED,
        resolution=_say(incident, "resolution"),
    )


def _say(incident: Incident, what: str) -> str:
    """What the catalogue has the crew say of the incident's first alert."""
    name = incident.alerts.order_by("pk")[0].name
    told = next(told for told in _catalogue() if told["name"] == name)
    return told[what].format(**draw_words(Random(incident.pk), ""))  # noqa: S311 -- as above


def _drawn(key: str, seconds: tuple[int, int]) -> timedelta:
    """A length of time that is the same whenever one asks."""
    return timedelta(seconds=Random(key).randint(*seconds))  # noqa: S311 -- as above


@cache
def _catalogue() -> list[dict[str, Any]]:
    return tomllib.loads(FILE.read_text())["alert"]
