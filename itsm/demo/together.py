"""What turned out to be the same, money that was taken back, and a view that a team shares."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from audit.context import Channel, acting
from incidents.enums import Status
from incidents.models import Incident, Request
from incidents.request_enums import RequestStatus
from incidents.services import merge
from incidents.services.requests import adjusting, opening
from itsm.demo.founding import World
from people.models import TeamView
from people.services.views import share_with_team
from records.saved_views import save_view

_HOUR = timedelta(hours=1)
_PAIRS = 2  # of incidents, at most
_APART = timedelta(days=4)
_SAME = "Es la misma falla: se sigue en el primero que se abrió."
_ASKED_TWICE = "Lo pidió por teléfono y otra vez por el portal."
_TAKEN_BACK = "La comisión era correcta: correspondía a dos terminales."


def tell_twins(world: World, base: datetime) -> None:
    """A request that was asked twice, and one of money that is not wanted any more."""
    agent = world.users["agent_l1"]
    first = Request.objects.filter(status=RequestStatus.ASSIGNED, client__isnull=False)
    asked = first.select_related("client", "service", "team").order_by("pk").first()
    if asked is None:
        return
    at = base - _HOUR
    with transaction.atomic(), acting(channel=Channel.DEMO, at=at, actor=agent):
        facts = {"service": asked.service, "client": asked.client, "team": asked.team, "at": at}
        again = opening.open_request(
            actor=agent, kind=asked.kind, title=asked.title, description=_ASKED_TWICE,
            channel="portal", priority=asked.priority, **facts,
        )  # fmt: skip
        merge(again, actor=agent, into=asked, note=_ASKED_TWICE, at=at)
        money = opening.open_request(
            actor=agent, kind="account_adjustment", title="Comisión que parecía cobrada de más",
            channel="email", priority=4, **facts,
        )  # fmt: skip
        row = adjusting.propose_adjustment(
            money, actor=agent, effect="credit", amount=Decimal("310.50"), currency="MXN",
            account="Comercio 00502-7", reason="Dos cargos de renta el mismo día.", at=at,
        )  # fmt: skip
        adjusting.withdraw_adjustment(row, actor=agent, note=_TAKEN_BACK)


def tell_duplicates(world: World, base: datetime) -> None:
    """Incidents that are open on the same service since about the same time, with the same team."""
    if Incident.objects.filter(status=Status.MERGED).exists():
        return
    lead = world.users["team_lead"]
    seen = Incident.objects.visible_to(lead).open().select_related("team", "service")
    first: dict[tuple[int, int], Incident] = {}
    told = 0
    for incident in seen.filter(alert_key="", opened_at__lt=base).order_by("opened_at", "pk"):
        key = (incident.service_id, incident.team_id)
        same = first.setdefault(key, incident)
        if same == incident or incident.opened_at - same.opened_at > _APART:
            first[key] = incident
            continue
        with acting(channel=Channel.DEMO, at=base, actor=lead):
            merge(incident, actor=lead, into=same, note=_SAME, at=base)
        del first[key]
        told += 1
        if told == _PAIRS:
            return


def share_views(world: World) -> None:
    """What the first line begins with, as its lead arranged it."""
    if TeamView.objects.exists():
        return
    lead = world.users["team_lead"]
    with acting(channel=Channel.DEMO, actor=lead):
        view = save_view(
            actor=lead, list_name="incident", name="Urgentes del turno",
            query={"priority": "1,2"},
        )  # fmt: skip
        share_with_team(view, world.teams["payments-l1"], actor=lead)
