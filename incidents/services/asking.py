"""What requests take over from the incidents that they ask about: a merge carries the link, words
for the client and the resolution are passed on. The requests are altered by their own services,
under the actor's own rights, and what refuses is told."""

from datetime import datetime
from typing import Any

from django.db import transaction

from incidents.enums import ForRequests
from incidents.models import Cascade, Incident, Merge, Request, RequestIncident
from incidents.request_enums import RequestOutcome
from incidents.services.families import PassingOn
from incidents.services.requests import locking
from incidents.services.requests.conversation import comment_on_request
from incidents.services.requests.progress import resolve_request


def carry_links(merge: Merge, row: Incident | Request, survivor: Any, *, actor: Any) -> None:
    """The survivor takes over which requests ask about which incidents; what is linked there
    already stays as it is."""
    here, other = ("request", "incident") if isinstance(row, Request) else ("incident", "request")
    for link in RequestIncident.objects.filter(**{here: row.pk}).order_by("pk"):
        RequestIncident.objects.get_or_create(
            **{here: survivor, f"{other}_id": getattr(link, f"{other}_id")},
            defaults={"kind": link.kind, "created_by": actor, "carried_by": merge},
        )


def take_back_carried(merge: Merge) -> None:
    """The merge was none: what only it brought to the survivor goes again."""
    RequestIncident.objects.filter(carried_by=merge).delete()


def pass_on_words(incident: Incident, *, actor: Any, text: str, at: datetime | None) -> None:
    """What is said for the client of an incident is said on the requests too, where it passes that
    on."""
    if _switches_of(incident).tells_requests:
        _each(
            incident,
            actor,
            lambda request: comment_on_request(
                request, actor=actor, text=text, is_internal=False, at=at
            ),
        )


def pass_on_resolution(incident: Incident, *, actor: Any, chosen: str, at: datetime) -> None:
    """Resolve the requests with the incident, where that was chosen; else as its switch says."""
    switched = _switches_of(incident).resolves_requests
    if chosen == ForRequests.RESOLVE or (not chosen and switched):
        answers = {"outcome": RequestOutcome.ANSWERED, "resolution": incident.resolution}
        _each(
            incident,
            actor,
            lambda request: resolve_request(request, actor=actor, at=at, **answers),
        )


def _each(incident: Incident, actor: Any, act: Any) -> None:
    """After the incident and its parts: whoever holds both kinds holds incidents first."""
    requests = list(incident.request_links.values_list("request", flat=True))
    if not requests:
        return
    with transaction.atomic():
        locking.hold_requests(requests)
        PassingOn(requests, actor, Request).each(incident, act)


def _switches_of(incident: Incident) -> Cascade:
    found = Cascade.objects.filter(life=incident.life_id).first()
    return found or Cascade(life_id=incident.life_id)
