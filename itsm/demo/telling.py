"""Tells plots through the incident services, each in one transaction and only once."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from audit.context import Channel, acting
from incidents import services
from incidents.enums import Tier
from incidents.models import Incident
from itsm.demo.deployed import Causes
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from itsm.demo.plots import Plot
from itsm.demo.stage import Step
from people.enums import TeamTier
from sla.enums import MarkKind, MarkSource, Precision

_LOCK = 7_311_001_500  # class of the advisory locks on the numbers of the world's incidents


class Teller:
    """Tells plots into a world whose incidents have the numbers from `first` on."""

    def __init__(self, world: World, first: int) -> None:
        self.world = world
        self.first = first
        self.causes: Causes | None = None

    def tell(self, plot: Plot, *, also: Callable[[], None] = lambda: None) -> bool:
        """Tell one plot; False when it is told already. `also` runs in the same transaction."""
        pk = self.first + plot.number
        with in_one_piece():
            with connection.cursor() as cursor:  # the command and the job may both be at it
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK + pk])
            is_new = not Incident.objects.filter(pk=pk).exists()
            if is_new:
                with acting(channel=Channel.DEMO, at=plot.opened_at):
                    incident = self._open(plot, pk)
                    self._name_cause(incident)
                for step in plot.steps:
                    at = plot.opened_at + step.after
                    with acting(channel=Channel.DEMO, at=at):
                        self._take(incident, plot, step, at)
            also()
        return is_new

    def tell_all(self, plots: Iterable[Plot]) -> int:
        """Tell plots in the given order; returns how many were new."""
        return sum(self.tell(plot) for plot in plots)

    def _open(self, plot: Plot, pk: int) -> Incident:
        world = self.world
        service = world.services[plot.service]
        is_second = service.support_team.tier != TeamTier.L1
        return services.open_incident(
            actor=world.users.get(plot.opened_by),
            number=pk,
            title=plot.title,
            description=plot.description,
            service=service,
            tier=Tier.L2 if is_second else Tier.L1,
            impact=plot.impact,
            urgency=plot.urgency,
            channel=plot.channel,
            client=world.clients.get(plot.client),
            # Those of the fleet are not there yet when the first incidents are told.
            assets=[world.assets[name] for name in plot.assets if name in world.assets],
            started_at=plot.started_at,
            detected_at=plot.detected_at,
            source=MarkSource.MACHINE if plot.evidence else MarkSource.HUMAN,
            evidence=plot.evidence,
            at=plot.opened_at,
        )

    def _name_cause(self, incident: Incident) -> None:
        cause = self.causes and self.causes.of(incident.service_id, incident.opened_at)
        if cause:
            services.edit_incident(incident, actor=None, caused_by_change=cause)

    def _take(self, incident: Incident, plot: Plot, step: Step, at: datetime) -> None:
        actor = self.world.users[step.actor] if step.actor else None
        details = dict(step.details)
        match step.verb:
            case "link":
                target = Incident.objects.get(pk=self.first + details["target"])
                services.link_records(incident, details["kind"], target, actor=actor)
            case "share":
                user = self.world.users[details["user"]]
                until = timezone.now() + timedelta(days=details["days"])
                services.share_incident(incident, actor=actor, user=user, until=until)
            case "attach":
                data = details["text"].encode()
                services.attach_to_incident(
                    incident, actor=actor, name=details["name"], data=data, at=at
                )
            case "started_earlier":
                services.mark_incident(
                    incident,
                    actor=actor,
                    kind=MarkKind.STARTED,
                    at=(plot.started_at or plot.detected_at)
                    - timedelta(minutes=details["minutes"]),
                    precision=Precision.ESTIMATED,
                    evidence="Grafana",
                )
            case "watch":
                services.watch_incident(incident, actor=actor)
            case "override_priority":
                priority, reason = details["to"], details["reason"]
                services.override_priority(incident, actor=actor, priority=priority, reason=reason)
            case _:
                self._move(incident, step.verb, actor, at, details)

    def _move(
        self, incident: Incident, verb: str, actor: Any, at: datetime, details: dict[str, Any]
    ) -> None:
        """What takes `at`: the moves of the workflow, comments and the other marks."""
        found = {"team": self.world.teams, "vendor": self.world.vendors, "owner": self.world.users}
        for name, rows in found.items():
            if name in details:
                details[name] = rows[details[name]]  # type: ignore[index]  # -- rows by their name
        if verb in ("investigated", "mitigated"):
            verb, details = "mark", {"kind": MarkKind(verb)}
        if verb == "resolve":
            details["resolution_code"] = details.pop("code")
        _VERBS[verb](incident, actor=actor, at=at, **details)


_VERBS: dict[str, Callable[..., Any]] = {
    "triage": services.triage_incident,
    "assign": services.assign_incident,
    "hand_over": services.hand_over_incident,
    "start": services.start_incident,
    "comment": services.comment_on_incident,
    "mark": services.mark_incident,
    "wait_for_customer": services.wait_for_customer,
    "wait_for_vendor": services.wait_for_vendor,
    "wait_for_change": services.wait_for_change,
    "resume": services.resume_incident,
    "resolve": services.resolve_incident,
    "reopen": services.reopen_incident,
    "close": services.close_incident,
    "cancel": services.cancel_incident,
}
