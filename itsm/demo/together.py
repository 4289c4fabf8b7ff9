"""What went together in the demo world: the same told twice, the same asked twice, and a view that
a team shares."""

from audit.context import Channel, acting
from incidents import services
from incidents.models import Incident, Merge, Request
from incidents.services.requests import opening
from itsm.demo.founding import World
from people.models import User
from people.services.views import share_with_team
from records.saved_views import save_view


def tell_together(world: World) -> None:
    """Once, after incidents and requests were told."""
    if Merge.objects.exists():
        return
    _merge_incidents(world)
    _merge_requests(world)
    _share_view(world)


def _merge_incidents(world: World) -> None:
    """Two people told of the same thing: the later one goes on in the earlier."""
    agent = world.users["agent_l1"]
    mine = Incident.objects.visible_to(agent).open().filter(team=world.teams["payments-l1"])
    survivor = mine.order_by("-pk").first()
    if survivor is None:
        return
    with acting(channel=Channel.DEMO, actor=agent):
        twin = services.open_incident(
            actor=agent, title=survivor.title, service=survivor.service, team=survivor.team,
            description="Otra sucursal avisa de lo mismo por teléfono.", channel="phone",
            impact=survivor.impact, urgency=survivor.urgency,
        )  # fmt: skip
        note = "Es lo mismo que ya se atiende; seguimos en uno solo."
        services.merge(twin, actor=agent, into=survivor, note=note)


def _merge_requests(world: World) -> None:
    agent = world.users["agent_l1"]
    asked = Request.objects.open().filter(client=world.clients["abarrotes-la-purisima"])
    survivor = asked.order_by("pk").first()
    if survivor is None:
        return
    with acting(channel=Channel.DEMO, actor=agent):
        twin = _ask(survivor, agent, "Siguen esperando sus dos terminales", "email")
        note = "Preguntan otra vez por lo mismo."
        services.merge(twin, actor=agent, into=survivor, note=note)


def _ask(like: Request, agent: User, title: str, channel: str) -> Request:
    return opening.open_request(
        actor=agent, title=title, service=like.service, client=like.client, team=like.team,
        contact=like.contact, channel=channel, priority=like.priority,
    )  # fmt: skip


def _share_view(world: World) -> None:
    """What a team looks at first in the morning."""
    lead, team = world.users["team_lead"], world.teams["payments-l1"]
    with acting(channel=Channel.DEMO, actor=lead):
        view = save_view(
            actor=lead,
            list_name="incidents",
            name="Lo urgente del turno",
            query={"is_open": "true", "priority": "1,2"},
        )
        share_with_team(view, team, actor=lead)
