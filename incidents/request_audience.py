"""Who hears about a request. Whether people may still see it is asked again before it is sent."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from incidents.models import Request
from notifications.enums import MessageKind
from notifications.services import is_news, notify
from people.models import User


def tell_request_owner(request: Request, *, but: Any) -> None:
    """The new owner hears of it, unless they took it themselves."""
    if request.owner and request.owner != but:
        _tell([request.owner], request, MessageKind.REQUEST_ASSIGNED, _now())


def tell_request_watchers(
    request: Request, kind: MessageKind, *, but: Any, about: Any = ""
) -> None:
    """The owner and the watchers hear of it, except whoever did it."""
    if not is_news():
        return
    followers = User.objects.filter(
        Q(pk=request.owner_id) | Q(pk__in=request.watchers.values("user")), is_active=True
    )
    if but is not None:
        followers = followers.exclude(pk=but.pk)
    _tell(followers, request, kind, str(about or _now()), about)


def may_see_request(user: Any, reference: str) -> bool:
    """Whether a person may see the request a message is about; asked just before sending."""
    return Request.objects.visible_to(user).filter(reference=reference).exists()


def _tell(people: Any, request: Request, kind: MessageKind, key: str, about: Any = "") -> None:
    path = {"path": f"{_page_of(request)}#c-{about}"} if about else {}
    tell_people(people, request, kind, f"{kind}:{key}", **path)


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
            "path": _page_of(request),
            **facts,
        },
        key=f"{request.reference}:{key}",
    )


def _page_of(request: Request) -> str:
    return f"/incidents/request/{request.pk}/change/"


def _now() -> str:
    return f"{timezone.now().timestamp():.6f}"
