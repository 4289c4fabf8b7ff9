"""Tells plots through the incident services, each in one transaction and only once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit.context import Channel, acting
from incidents import services
from incidents.models import Incident
from itsm.demo.founding import World
from itsm.demo.plots import Plot
from itsm.demo.scenes import Step
from sla.enums import MarkKind, MarkSource

_LOCK = 7_311_001_500  # class of the advisory locks on the numbers of the world's incidents


class Teller:
    """Tells plots into a world whose incidents have the numbers from `first` on."""

    def __init__(self, world: World, first: int) -> None:
        self.world = world
        self.first = first

    def tell(self, plot: Plot, *, also: Callable[[], None] = lambda: None) -> bool:
        """Tell one plot; False when it is told already. `also` runs in the same transaction."""
        pk = self.first + plot.number
        with transaction.atomic(), acting(channel=Channel.DEMO):
            with connection.cursor() as cursor:  # the command and the job may both be at it
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK + pk])
            is_new = not Incident.objects.filter(pk=pk).exists()
            if is_new:
                incident = self._open(plot, pk)
                for step in plot.steps:
                    self._take(incident, step, plot.opened_at + step.after)
            also()
        return is_new

    def tell_all(self, plots: Iterable[Plot]) -> int:
        """Tell plots in the given order; returns how many were new."""
        return sum(self.tell(plot) for plot in plots)

    def _open(self, plot: Plot, pk: int) -> Incident:
        world = self.world
        return services.open_incident(
            actor=world.users.get(plot.opened_by),
            number=pk,
            title=plot.title,
            description=plot.description,
            service=world.services[plot.service],
            impact=plot.impact,
            urgency=plot.urgency,
            channel=plot.channel,
            client=world.clients.get(plot.client),
            assets=[world.assets[name] for name in plot.assets],
            started_at=plot.started_at,
            detected_at=plot.detected_at,
            source=MarkSource.MACHINE if plot.evidence else MarkSource.HUMAN,
            evidence=plot.evidence,
            at=plot.opened_at,
        )

    def _take(self, incident: Incident, step: Step, at: datetime) -> None:
        actor = self.world.users[step.actor] if step.actor else None
        details = dict(step.details)
        match step.verb:
            case "triage":
                services.triage_incident(incident, actor=actor, at=at)
            case "assign":
                owner = self.world.users[details["owner"]]
                services.assign_incident(incident, actor=actor, owner=owner, at=at)
            case "watch":
                services.watch_incident(incident, actor=actor)
            case "hand_over":
                details["team"] = self.world.teams[details["team"]]
                services.hand_over_incident(incident, actor=actor, at=at, **details)
            case "override_priority":
                priority, reason = details["to"], details["reason"]
                services.override_priority(incident, actor=actor, priority=priority, reason=reason)
            case "investigated" | "mitigated":
                kind = MarkKind(step.verb)
                services.mark_incident(incident, actor=actor, kind=kind, at=at)
            case "link":
                target = Incident.objects.get(pk=self.first + details["target"])
                services.link_incidents(incident, details["kind"], target, actor=actor)
            case "comment":
                services.comment_on_incident(incident, actor=actor, at=at, **details)
            case "wait_for_vendor":
                details["vendor"] = self.world.vendors[details["vendor"]]
                services.wait_for_vendor(incident, actor=actor, at=at, **details)
            case "resolve":
                services.resolve_incident(
                    incident,
                    actor=actor,
                    resolution_code=details["code"],
                    resolution=details["resolution"],
                    at=at,
                )
            case _:
                self._move(incident, step.verb, actor, at, details)

    def _move(
        self, incident: Incident, verb: str, actor: Any, at: datetime, details: dict[str, Any]
    ) -> None:
        moves: dict[str, Callable[..., Incident]] = {
            "start": services.start_incident,
            "wait_for_customer": services.wait_for_customer,
            "wait_for_change": services.wait_for_change,
            "resume": services.resume_incident,
            "reopen": services.reopen_incident,
            "close": services.close_incident,
            "cancel": services.cancel_incident,
        }
        moves[verb](incident, actor=actor, at=at, **details)
