"""The home page: which cards a role finds there and in what order, and the page itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dashboard import CARDS, Card, Content
from itsm.home_drawing import drawn
from people.roles import Role
from people.scope import scope_of

_ESTATE = ("own_services", "pressing", "changes", "news", "watched", "services")
_BOARD = ("changes", "pressing", "news", "watched")
_SUPPLY = ("vendors", "waiting", "pressing", "news", "mandate", "watched")

# What each role looks at, the most urgent first.
BY_ROLE: dict[Role, tuple[str, ...]] = {
    Role.AGENT: (
        *("pressing", "my_work", "unowned", "requests", "queue", "news", "watched"),
        "mandate",
    ),
    Role.TEAM_LEAD: (
        *("pressing", "unowned", "adjustments", "requests", "team_load", "queue", "news"),
        "my_work",
        *("mandate", "volume", "hours", "services"),
    ),
    Role.SERVICE_MANAGER: (
        *("pressing", "queue", "unowned", "adjustments", "requests"),
        *("freeze_reviews", "findings_of_deployments", "news"),
        "control_failures",
        *("mandate", "volume", "change_measures", "services", "hours", "team_load", "my_work"),
    ),
    Role.REQUESTER: _ESTATE,
    Role.IMPLEMENTER: _ESTATE,
    Role.PEER: _ESTATE,
    Role.SERVICE_OWNER: (*_ESTATE, "mandate"),
    Role.CAB_MEMBER: _BOARD,
    Role.CAB_CHAIR: (*_BOARD, "freeze_reviews"),
    Role.SENIOR_APPROVER: _BOARD,
    Role.VENDOR_MANAGER: _SUPPLY,
    Role.FINANCE: _SUPPLY,
    Role.HR_PARTNER: ("colleagues",),
    Role.AUDITOR: (
        *("control_failures", "audit_asked", "integrity", "control_exceptions"),
        *("findings", "findings_of_deployments", "grants"),
        *("events", "evidence"),
        "pressing",
        *("mandate", "volume", "services", "hours"),
    ),
    Role.PLATFORM_ADMIN: ("jobs", "messages", "alerts", "grants", "tokens"),
    Role.SECURITY_ADMIN: (
        "control_failures",
        "sign_ins",
        "integrity",
        "grants",
        "tokens",
        "findings",
        "events",
    ),
}
AFTER = 2  # so many of the role's own cards
# Says something only where something is to be said.
FOR_ALL = ("audit_asks_me", "own_access", "my_devices", "access_reviews")


@dataclass(frozen=True)
class Shown:
    """A card on the page with its content; without one it is a place, to be filled later."""

    slug: str
    card: Card
    content: Content | None
    parts: tuple[Any, ...] = ()


def page(site: Any, request: HttpRequest) -> HttpResponse:
    """The cards of the person's roles; of slow ones the place only, unless `?all` asks for them."""
    if slug := request.GET.get("card"):
        return _one(request, slug)
    scope = scope_of(request.user)
    context = {**site.each_context(request), "title": _("Home"), "has_role": bool(scope.roles)}
    now, everything = timezone.now(), "all" in request.GET
    shown = []
    for slug, card in cards_of(request.user):
        if card.is_slow and not everything:
            shown.append(Shown(slug, card, None))
        elif content := card.content(request.user, now):
            shown.append(Shown(slug, card, content, drawn(content.parts)))
    context["bands"] = in_bands(shown)
    return TemplateResponse(request, "admin/index.html", context)


def _one(request: HttpRequest, slug: str) -> HttpResponse:
    """One card for the page that is open already; 404 where the person does not have it."""
    card = dict(cards_of(request.user)).get(slug)
    content = card.content(request.user, timezone.now()) if card else None
    if card is None or content is None:
        raise Http404
    shown = Shown(slug, card, content, drawn(content.parts))
    return TemplateResponse(request, "home/card.html", {"card": shown})


def cards_of(user: Any) -> Iterator[tuple[str, Card]]:
    """Slug and card in the order for the person's roles: each as early as in any of these."""
    scope = scope_of(user)
    if not scope.roles:
        return
    places: dict[str, int] = dict.fromkeys(FOR_ALL, AFTER)
    for role in (role for role in BY_ROLE if role in scope.roles):
        for place, slug in enumerate(BY_ROLE[role]):
            places[slug] = min(place, places.get(slug, place))
    for slug in sorted(places, key=places.__getitem__):
        card = CARDS[slug]
        if not card.permission or card.permission in scope.permissions:
            yield slug, card


def in_bands(shown: Iterable[Shown]) -> list[list[Shown]]:
    """The same cards: a wide one stands alone, what lies between two of these shares columns."""
    bands = groupby(shown, key=lambda item: item.slug if item.card.is_wide else "")
    return [list(band) for _key, band in bands]
