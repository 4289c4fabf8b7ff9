"""Requests of the demo world that belong together: a whole with its part, one split in two, and
those that ask about an incident."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.context import Channel, acting
from incidents import services
from incidents.models import Incident, Request, RequestIncident, RequestLink
from incidents.services.requests import opening, progress
from itsm.demo.founding import World

_PART = "Dos terminales más para la sucursal Juriquilla"
_WHOLE = "Apertura de la sucursal Juriquilla"
_TOLD = "Terminales, usuarios y capacitación para el día 15; el cliente quiere una sola respuesta."
_ASKING = (
    "¿A qué hora liquida el corte del sábado?",
    "Alta de un usuario en el portal de comercios",
)
_SPLIT = "Rollos de papel para las terminales de Juriquilla"
_WHY = "El papel lo surte otra área; no debe detener las terminales."


@transaction.atomic
def tell_request_families(world: World, base: datetime) -> int:
    """A whole, its part and what was split off; returns how many requests were new."""
    part = Request.objects.filter(title=_PART).defer("search").first()
    if part is None or RequestLink.objects.exists():
        return 0
    agent, at = world.users["agent_l1"], base - timedelta(minutes=80)
    with acting(channel=Channel.DEMO, at=at, actor=agent):
        whole = opening.open_request(
            actor=agent, title=_WHOLE, description=_TOLD, service=part.service, team=part.team,
            client=part.client, contact=part.contact, channel="email", at=at,
        )  # fmt: skip
        progress.start_request(whole, actor=agent, at=at)
        services.link_records(part, "child_of", whole, actor=agent)
        services.set_cascade(whole, actor=agent, tells=True, prioritizes=True)
        services.split(part, actor=agent, title=_SPLIT, note=_WHY, at=at)
    return 2


@transaction.atomic
def tell_what_requests_ask(world: World, base: datetime) -> int:
    """Two requests that ask about one incident, which tells their clients; returns how many."""
    if RequestIncident.objects.exists():
        return 0
    asking = list(Request.objects.filter(title__in=_ASKING).defer("search").order_by("pk"))
    incidents = Incident.objects.filter(service__in=[row.service_id for row in asking])
    incident = incidents.open().filter(is_drill=False).defer("search").order_by("pk").last()
    if incident is None:
        return 0
    lead = world.users["service_manager"]
    with acting(channel=Channel.DEMO, at=base, actor=lead):
        for request, kind in zip(asking, ("about", "caused_by"), strict=False):
            services.link_request_to_incident(request, actor=lead, incident=incident, kind=kind)
        services.set_cascade(incident, actor=lead, tells_requests=True)
    return len(asking)
