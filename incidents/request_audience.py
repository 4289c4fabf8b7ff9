"""Who hears about a request. Whether people may still see it is asked again before it is sent."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from incidents.models import Incident, Merge, Request, RequestWatcher
from notifications.enums import MessageKind
from notifications.services import is_news, notify
from people.models import User


def tell_request_owner(request: Request, *, but: Any) -> None:
    """The new owner hears of it, unless they took it themselves."""
    if request.owner and request.owner != but:
        _tell([request.owner], request, MessageKind.REQUEST_ASSIGNED, _now())


def tell_mentioned_on_request(
    request: Request, people: Iterable[Any], *, by: Any, about: Any
) -> None:
    """Those whom a comment calls by name hear of it; once, however often it names them."""
    _tell(people, request, MessageKind.REQUEST_MENTIONED, str(about), about, by=str(by))


def tell_request_watchers(
    request: Request,
    kind: MessageKind,
    *,
    but: Any,
    about: Any = "",
    told: Iterable[Any] = (),
) -> None:
    """The owner and the watchers, also of what is merged into it, hear of it, except whoever did it
    and those who were told."""
    if is_news():
        followers = _followers(request, but).exclude(pk__in=[person.pk for person in told])
        _tell(followers, request, kind, str(about or _now()), about)


def tell_who_asks_about(incident: Incident, *, but: Any) -> None:
    """Whoever owns or watches an open request about an incident, and sees that one, hears that it
    was resolved."""
    if not is_news():
        return
    asking = Request.objects.open().filter(incident_links__incident=incident.pk).defer("search")
    for request in asking.select_related("service").order_by("pk"):
        people = [
            person
            for person in _followers(request, but)
            if Incident.objects.visible_to(person).filter(pk=incident.pk).exists()
        ]
        kind = MessageKind.REQUEST_INCIDENT_RESOLVED
        _tell(people, request, kind, _now(), incident=incident.reference)


def _followers(request: Request, but: Any) -> Any:
    merged = Merge.objects.filter(into=request.life_id, undone_at__isnull=True)
    gone = RequestWatcher.objects.filter(request__life__in=merged.values("life"))
    watching = Q(pk__in=request.watchers.values("user")) | Q(pk__in=gone.values("user"))
    followers = User.objects.filter(Q(pk=request.owner_id) | watching, is_active=True)
    return followers if but is None else followers.exclude(pk=but.pk)


def may_see_request(user: Any, reference: str) -> bool:
    """Whether a person may see the request a message is about; asked just before sending."""
    return Request.objects.visible_to(user).filter(reference=reference).exists()


def requests_as_contacts(user: Any) -> Any:
    """Requests as contacts of clients, for the figures about handling; cancelled ones are none."""
    return Request.objects.visible_to(user).counted()


def page_of_request(request: Request, comment_id: Any = "") -> str:
    """Where one reads on: the request's page, at the comment that the message is about."""
    page = f"/incidents/request/{request.pk}/change/"
    return f"{page}#c-{comment_id}" if comment_id else page


def _tell(
    people: Any, request: Request, kind: MessageKind, key: str, about: Any = "", **facts: str
) -> None:
    path = page_of_request(request, about)
    tell_people(people, request, kind, f"{kind}:{key}", path=path, **facts)


def tell_people(people: Any, request: Request, kind: MessageKind, key: str, **facts: str) -> None:
    """Tell them what the message of this kind says of a request; once for a key."""
    heard_by = list(people) if is_news() else []
    if not heard_by:
        return
    notify(
        heard_by,
        kind,
        reference=request.reference,
        context={
            "reference": request.reference,
            "title": request.title,
            "service": str(request.service or ""),
            "path": page_of_request(request),
            **facts,
        },
        key=f"{request.reference}:{key}",
    )


def _now() -> str:
    return f"{timezone.now().timestamp():.6f}"
