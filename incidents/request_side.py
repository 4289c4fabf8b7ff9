"""What stands beside a request: whom it is for, its money, who else is in it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assets.models import Service
from core.admin import Button
from core.querysets import visible_rows
from core.record.side import Block, Fact, Row
from core.showing import link, moment
from incidents.adjustment_limits import sum_of
from incidents.models import Incident, Request
from incidents.page import status_badge as incident_badge
from incidents.request_enums import RequestLinkKind
from incidents.request_page import adjustment_badge, links_of, status_badge
from people.sharing import shares_block
from sla.enums import RequestKind
from sla.models import Client
from vendors.models import Vendor

type ButtonFor = Callable[..., Button | None]


def request_side(request: Request, user: Any, button: ButtonFor) -> Iterator[Block]:
    """The blocks, in the order in which one asks for them."""
    yield _about(request, user)
    if request.kind == RequestKind.ADJUSTMENT:
        yield _adjustments(request, button)
    yield _details(request)
    yield _incidents(request, user, button)
    yield _links(request, user, button)
    yield _watchers(request, user, button)
    yield shares_block(request, button)


def _about(request: Request, user: Any) -> Block:
    facts = []
    if request.client_id:
        facts.append(Fact(_("client"), _linked(Client, request.client, user)))
    if request.contact:
        reach = " · ".join(filter(None, (request.contact.email, request.contact.phone)))
        facts.append(Fact(_("contact"), request.contact.name, reach))
    elif request.asked_by:
        facts.append(Fact(_("who asks"), request.asked_by))
    if request.service_id:
        facts.append(Fact(_("service"), _linked(Service, request.service, user)))
    if request.vendor_id:
        facts.append(Fact(_("vendor"), _linked(Vendor, request.vendor, user)))
    return Block("about", _("Concerns"), tuple(facts), nothing=_("Nobody outside is named."))


def _adjustments(request: Request, button: ButtonFor) -> Block:
    rows = tuple(
        Row(format_html("{} <small>{}</small>", link(a), sum_of(a)), adjustment_badge(a))
        for a in request.adjustments.order_by("pk")
    )
    return Block(
        "adjustments",
        _("Account adjustment"),
        rows=rows,
        nothing=_("None is proposed yet."),
        action=button("propose_adjustment", pgettext("adjustment", "Propose")),
    )


def _details(request: Request) -> Block:
    facts = [
        Fact(_("kind"), request.get_kind_display()),
        Fact(_("channel"), request.get_channel_display()),
        Fact(_("language"), request.get_language_display()),
        Fact(_("opened by"), str(request.opened_by or _("The portal"))),
    ]
    if request.request_type:
        facts.insert(1, Fact(_("type"), request.request_type))
    if request.resolved_at:
        facts.append(Fact(_("resolved at"), moment(request.resolved_at)))
    if request.closed_at:
        facts.append(Fact(_("closed at"), moment(request.closed_at)))
    for call in request.calls.all():
        facts.append(Fact(_("telephone call"), link(call)))
    return Block("details", _("Details"), tuple(facts))


def _incidents(request: Request, user: Any, button: ButtonFor) -> Block:
    seen = Incident.objects.visible_to(user).values("pk")
    links = request.incident_links.filter(incident__in=seen).select_related("incident")
    rows = []
    for found in links.defer("incident__search").order_by("incident"):
        incident = found.incident
        spoken = _("Take back the link to %s") % incident.reference
        label = pgettext("link", "Take back")
        unlink = button("unlink_incident", label, spoken, incident=incident.reference)
        named = format_html("<small>{}</small> {}", found.get_kind_display(), link(incident))
        rows.append(Row(named, incident_badge(incident), unlink))
    return Block(
        "incidents",
        _("Asks about incidents"),
        rows=tuple(rows),
        nothing=_("None."),
        action=button("link_incident", pgettext("button", "Link")),
    )


def _links(request: Request, user: Any, button: ButtonFor) -> Block:
    rows = []
    for found in links_of(request, user):
        answers = {"kind": found.kind, "target": found.other.reference}
        spoken = _("Take back the link to %s") % found.other.reference
        unlink = (
            button("unlink", pgettext("link", "Take back"), spoken, **answers)
            if found.is_outward and found.kind != RequestLinkKind.SPLIT_FROM
            else None
        )
        named = format_html("<small>{}</small> {}", found.label, link(found.other))
        rows.append(Row(named, status_badge(found.other), unlink))
    return Block(
        "links",
        _("Linked requests"),
        rows=tuple(rows),
        nothing=_("None."),
        action=button("link", pgettext("button", "Link")),
    )


def _watchers(request: Request, user: Any, button: ButtonFor) -> Block:
    watchers = list(request.watchers.select_related("user").order_by("user__username"))
    is_watching = any(watcher.user_id == user.pk for watcher in watchers)
    action = button("unwatch", _("Stop watching")) if is_watching else button("watch", _("Watch"))
    rows = tuple(Row(str(watcher.user)) for watcher in watchers)
    return Block("watchers", _("Watched by"), rows=rows, nothing=_("Nobody."), action=action)


def _linked(model: Any, record: Any, user: Any) -> Any:
    """A name, leading to its page where the person may open that."""
    seen = visible_rows(model, user).filter(pk=record.pk).exists()
    return link(record) if seen else str(record)
