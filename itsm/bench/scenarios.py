"""What is measured: the requests of each scenario, how many of them, and what we aim at."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.conf import settings
from django.test import Client

from incidents.enums import Status
from incidents.models import Incident
from integrations.models import AlertSource
from integrations.services import edit_source, rotate_key
from itsm.bench.changes import AIMED_AT, change_calls
from itsm.bench.loading import COMMON_WORD, RARE_WORD
from itsm.bench.measuring import Call
from itsm.bench.vendors import COMPARED
from itsm.demo.founding import SOURCE, World
from people.models import User
from people.services import mint_token

WHO = "service_manager"  # sees all of Mexico: the widest scope that a person who works has
_API = "/api/v1/incidents/"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Scenario:
    """One line of the table; `aim` says in words what we want it to be."""

    name: str
    calls: Callable[[], Iterator[Call]]
    count: int
    connections: int = 1
    aim: str = ""


class Scenarios:
    """The scenarios on one loaded database, with a token, a session and a hook of their own."""

    def __init__(self, world: World, *, is_quick: bool) -> None:
        self.world = world
        self.share = 0.25 if is_quick else 1.0
        self.user: User = world.users[WHO]
        _token, secret = mint_token(self.user, actor=self.user, name="bench", scopes=["write"])
        self.token = {"Authorization": f"Token {secret}", "Accept": "application/json"}
        self.session = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={_session_of(self.user)}"}
        self.hook, self.bearer = _open_hook()
        self._number = count(1)

    def all(self) -> list[Scenario]:
        """In the order in which they run: what reads comes before what writes."""
        return [
            Scenario("API: read an incident", self._read, self._times(400), aim="5 ms"),
            Scenario(
                "API: list of 50 by status and priority",
                self._list,
                self._times(200),
                aim="15 ms, growth 1.3",
            ),
            Scenario(
                "API: search, a common word",
                self._search(COMMON_WORD),
                self._times(200),
                aim="20 ms, growth 1.3",
            ),
            Scenario(
                "API: search, a rare word",
                self._search(RARE_WORD),
                self._times(200),
                aim="20 ms, growth 1.3",
            ),
            Scenario("Portal: home", self._page("/"), self._times(60), aim="growth 1.3"),
            Scenario(
                "Portal: list of 50 incidents",
                self._page("/incidents/incident/?tab=all"),
                self._times(100),
                aim="60 ms, growth 1.3",
            ),
            Scenario(
                "Portal: queue page of 50 open records",
                self._page("/queues/?queue=team"),
                self._times(60),
                aim="150 ms, growth 1.3",
            ),
            Scenario(
                "Portal: rows and clocks of a queue of 50",
                self._rows_of("/queues/?queue=team"),
                self._times(60),
                aim="150 ms, growth 1.3",
            ),
            Scenario("Portal: an incident", self._record, self._times(60), aim="growth 1.3"),
            Scenario(
                "Portal: search over everything",
                self._page(f"/palette/?q={RARE_WORD}"),
                self._times(100),
                aim="50 ms",
            ),
            *self._changes(),
            Scenario(
                "API: create an incident",
                self.create,
                self._times(300),
                aim="12 ms, 12 statements",
            ),
            Scenario(
                "Hook: take in an alert, 8 connections",
                self._alert,
                self._times(4_000),
                connections=8,
                aim="50 ms, 300 per s",
            ),
        ]

    def of_queues(self, size: int) -> list[Scenario]:
        """The queues of whoever sees so many open records, each with clocks and holders."""
        aim = "150 ms"
        asked = {
            "Portal: team queue": self._page("/queues/?queue=team"),
            "Portal: rows of the team queue": self._rows_of("/queues/?queue=team"),
            "Portal: what breaches next": self._page("/queues/?queue=breaching"),
            "Portal: rows of what breaches next": self._rows_of("/queues/?queue=breaching"),
        }
        return [
            Scenario(f"{name}, {size:,} open", calls, self._times(60), aim=aim)
            for name, calls in asked.items()
        ]

    def of_vendors(self, size: int) -> Scenario:
        """The vendors side by side, each with the scores of two years."""
        name = f"Portal: vendors side by side, {size:,} incidents"
        return Scenario(name, self._page(COMPARED), self._times(60), aim="300 ms")

    def _changes(self) -> Iterator[Scenario]:
        """What is asked of the changes, as `changes.py` lists it."""
        for name, asked in change_calls(self.token, self.session, self.user).items():
            aim = AIMED_AT.get(name, "")
            yield Scenario(name, _as_calls(asked), self._times(60), aim=aim)

    def _times(self, usual: int) -> int:
        return max(20, round(usual * self.share))

    def _read(self) -> Iterator[Call]:
        seen = Incident.objects.visible_to(self.user).order_by("pk")
        references = list(seen.values_list("reference", flat=True)[:: max(1, seen.count() // 500)])
        rng = Random(1)  # noqa: S311 -- a repeatable order, no secret
        while True:
            yield Call("GET", f"{_API}{rng.choice(references)}/", self.token)

    def _list(self) -> Iterator[Call]:
        wanted = ",".join((Status.NEW, Status.TRIAGED, Status.IN_PROGRESS))
        while True:
            yield Call("GET", f"{_API}?status={wanted}&priority=3&limit=50", self.token)

    def _search(self, word: str) -> Callable[[], Iterator[Call]]:
        def calls() -> Iterator[Call]:
            while True:
                yield Call("GET", f"{_API}?search={word}&limit=50", self.token)

        return calls

    def _page(self, path: str) -> Callable[[], Iterator[Call]]:
        def calls() -> Iterator[Call]:
            while True:
                yield Call("GET", path, self.session)

        return calls

    def _rows_of(self, path: str) -> Callable[[], Iterator[Call]]:
        def calls() -> Iterator[Call]:
            while True:
                yield Call("GET", path, {**self.session, "X-Rows": "1"})

        return calls

    def _record(self) -> Iterator[Call]:
        keys = list(Incident.objects.visible_to(self.user).order_by("-pk").values_list("pk")[:60])
        while True:
            for (pk,) in keys:
                yield Call("GET", f"/incidents/incident/{pk}/change/", self.session)

    def create(self) -> Iterator[Call]:
        """Incidents, one after the other."""
        service = self.world.services["spei-transfers"].reference
        for n in self._number:
            body = {
                "title": f"CEP de SPEI tarda más de {n} minutos en generarse",
                "description": "Hay transferencias liquidadas que siguen sin comprobante.",
                "service": service,
                "impact": 2,
                "urgency": 2,
            }
            headers = {**self.token, **_JSON}
            yield Call("POST", _API, headers, json.dumps(body).encode(), status=201)

    def _alert(self) -> Iterator[Call]:
        headers = {"Authorization": f"Bearer {self.bearer}", **_JSON}
        for n in self._number:
            yield Call("POST", self.hook, headers, json.dumps(_payload(n)).encode(), status=202)


def _as_calls(asked: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Call]]:
    def calls() -> Iterator[Call]:
        for method, path, headers in asked():
            yield Call(method, path, headers)

    return calls


def _session_of(user: User) -> str:
    """The key of a session in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _open_hook() -> tuple[str, str]:
    """The path and the secret of a source that may send as fast as it can."""
    source = AlertSource.objects.get(name=SOURCE)
    edit_source(source, actor=None, max_per_minute=10_000_000)
    source.keys.all().update(revoked_at=datetime.now(UTC))
    _key, url_key, bearer = rotate_key(source, actor=None)
    return f"/hooks/{source.kind}/{url_key}/", bearer


def _payload(n: int) -> dict[str, Any]:
    """One alert of Alertmanager's webhook, about 1 kB."""
    labels = {
        "alertname": "SpeiCepLag",
        "service": "spei-transfers",
        "severity": "warning",
        "cluster": "k8s-qro-1",
        "pod": f"spei-cep-fetcher-{n % 40}",
    }
    annotations = {
        "summary": f"CEP late by {n % 50} minutes",
        "description": "Transfers are settled and their receipt is still missing.",
    }
    started_at = datetime.now(UTC) - timedelta(seconds=30)
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": annotations,
        "startsAt": started_at.isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.cobalto.example/graph?g0.expr=cep_lag",
        "fingerprint": f"{n:016x}",
    }
    return {
        "version": "4",
        "status": "firing",
        "receiver": "itsm",
        "groupKey": '{}:{alertname="SpeiCepLag"}',
        "groupLabels": {"alertname": "SpeiCepLag"},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "https://alertmanager.cobalto.example",
        "alerts": [alert],
    }
