"""What stands beside an incident: what it is about, who answers for it, who else is in it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assets.models import Asset, Service
from changes.models import Change
from core.admin import Button
from core.querysets import visible_rows
from core.record.side import Block, Fact, Row
from core.showing import badge, link, moment
from incidents.enums import LinkKind
from incidents.measuring import missed_clocks
from incidents.models import Incident, Request
from incidents.page import links_of, status_badge
from incidents.permissions import may_see_requests
from incidents.problem_page import problem_badge
from incidents.problem_permissions import may_see_problems
from incidents.request_page import status_badge as request_badge
from people.duty import Duty, duty_of
from people.sharing import shares_block
from sla.clocks import Clock
from sla.models import Client
from vendors.models import Vendor

type ButtonFor = Callable[..., Button | None]
"""`(action, label, full_label, **answers)` -> a button for a dialog; None where the person has
none."""

_SHOWN = 20  # requests about one incident; the list of requests filters by it
_TONES = {"critical": "red", "high": "orange"}


def side_of(incident: Incident, user: Any, button: ButtonFor) -> Iterator[Block]:
    """The blocks, in the order in which one asks for them at three in the morning."""
    yield _about(incident, user)
    if missed := missed_clocks(incident):
        yield _missed(incident, missed, button)
    yield _duty(incident)
    yield _cause(incident, user, button)
    if may_see_problems(user):
        yield _problems(incident, button)
    yield _details(incident, button)
    yield from _requests(incident, user, button)
    yield _links(incident, user, button)
    yield _watchers(incident, user, button)
    yield shares_block(incident, button)


def _about(incident: Incident, user: Any) -> Block:
    facts = [_service(incident.service, user)]
    seen = Asset.objects.visible_to(user).filter(affected_by__incident=incident)
    if assets := list(seen.order_by("name")):
        names = format_html("{}" + ", {}" * (len(assets) - 1), *(link(a, a.name) for a in assets))
        facts.append(Fact(_("affected assets"), names))
    if incident.client_id:
        facts.append(Fact(_("client"), _linked(Client, incident.client, user)))
    if incident.vendor_id:
        facts.append(Fact(_("vendor"), _linked(Vendor, incident.vendor, user)))
    return Block("about", _("Concerns"), tuple(facts))


def _service(service: Service, user: Any) -> Fact:
    named = _linked(Service, service, user)
    if not hasattr(named, "__html__"):  # a name without a page to open
        return Fact(_("service"), named)
    criticality = badge(service.get_criticality_display(), _TONES.get(service.criticality, ""))
    return Fact(_("service"), named, format_html("{} {}", service.get_tier_display(), criticality))


def _linked(model: Any, record: Any, user: Any) -> Any:
    """A name, leading to its page where the person may open that."""
    seen = visible_rows(model, user).filter(pk=record.pk).exists()
    return link(record) if seen else str(record)


def _missed(incident: Incident, missed: list[Clock], button: ButtonFor) -> Block:
    """Which targets were missed, and why, as a lead has said."""
    told = {row.metric: row for row in incident.breaches.select_related("reason", "told_by")}
    rows = []
    for clock in missed:
        row = told.get(clock.metric)
        said = badge(_("no reason yet"), "orange") if row is None else str(row.reason)
        if row and row.note:
            said = format_html("{} · {}", said, row.note)
        rows.append(Row(clock.target.label, said))
    action = button("explain_misses", pgettext("button", "Say why"), _("Say why it was missed"))
    return Block("missed", _("Missed targets"), rows=tuple(rows), action=action)


def _duty(incident: Incident) -> Block:
    duty = duty_of(incident.team, timezone.now())
    if duty.people is not None:
        rows = tuple(Row(str(person)) for person in duty.people)
        return Block("duty", _("On duty"), rows=rows, nothing=_("Nobody is on duty."))
    return Block("duty", _("On duty"), (Fact(incident.team, _("no rota yet"), _whom_to_ask(duty)),))


def _whom_to_ask(duty: Duty) -> str:
    members = ngettext("%d member", "%d members", duty.members) % duty.members
    if not duty.leads:
        return members
    led_by = ngettext("lead: %s", "leads: %s", len(duty.leads)) % ", ".join(duty.leads)
    return f"{members} · {led_by}"


def _cause(incident: Incident, user: Any, button: ButtonFor) -> Block:
    """The change that caused it, if the person sees that one."""
    cause = None
    if incident.caused_by_change_id:
        seen = Change.objects.visible_to(user).only("reference", "title")
        cause = seen.filter(pk=incident.caused_by_change_id).first()
    return Block(
        "cause",
        _("Caused by a change"),
        rows=(Row(link(cause)),) if cause else (),
        nothing=_("No change is named."),
        action=button("name_cause", pgettext("cause", "Name")),
    )


def _problems(incident: Incident, button: ButtonFor) -> Block:
    """The problems behind it, as the page has read them, and the way to raise one."""
    rows = [Row(link(found), problem_badge(found)) for found in incident.behind]
    if offered := button("link_problem", pgettext("button", "Link"), _("Link to a problem")):
        rows.append(Row("", action=offered))
    return Block(
        "problems",
        _("Problem"),
        rows=tuple(rows),
        nothing=_("No problem is linked."),
        action=button("raise_problem", pgettext("problem", "Raise"), _("Raise a problem")),
    )


def _details(incident: Incident, button: ButtonFor) -> Block:
    facts = [
        Fact(_("impact"), incident.get_impact_display()),
        Fact(_("urgency"), incident.get_urgency_display()),
        Fact(_("tier"), incident.get_tier_display()),
        Fact(_("channel"), incident.get_channel_display()),
        Fact(_("opened by"), str(incident.opened_by or _("The portal"))),
    ]
    if incident.priority_reason:
        facts.insert(2, Fact(_("reason for another priority"), incident.priority_reason))
    if incident.resolved_at:
        facts.append(Fact(_("resolved at"), moment(incident.resolved_at)))
    if incident.closed_at:
        facts.append(Fact(_("closed at"), moment(incident.closed_at)))
    if incident.is_drill:
        facts.append(Fact(_("drill"), _("No figure counts it.")))
    drill = button("set_drill", pgettext("button", "Drill …"), _("Drill or no drill"))
    return Block("details", _("Details"), tuple(facts), action=drill)


def _requests(incident: Incident, user: Any, button: ButtonFor) -> Iterator[Block]:
    """The requests that ask about it; nothing for those who see no requests."""
    if not may_see_requests(user):
        return
    seen = Request.objects.visible_to(user).values("pk")
    links = incident.request_links.filter(request__in=seen).select_related("request")
    found = list(links.defer("request__search").order_by("-request")[: _SHOWN + 1])
    rows = []
    for one in found[:_SHOWN]:
        spoken = _("Take back the link to %s") % one.request.reference
        label = pgettext("link", "Take back")
        unlink = button("unlink_request", label, spoken, request=one.request.reference)
        named = format_html("<small>{}</small> {}", one.get_kind_display(), link(one.request))
        rows.append(Row(named, request_badge(one.request), unlink))
    if len(found) > _SHOWN:
        rows.append(Row(_("and more")))
    yield Block(
        "requests",
        _("Asked about by requests"),
        rows=tuple(rows),
        nothing=_("None."),
        action=button("link_request", pgettext("button", "Link")),
    )


def _links(incident: Incident, user: Any, button: ButtonFor) -> Block:
    rows = []
    for found in links_of(incident, user):
        answers = {"kind": found.kind, "target": found.other.reference}
        spoken = _("Take back the link to %s") % found.other.reference
        unlink = (
            button("unlink", pgettext("link", "Take back"), spoken, **answers)
            if found.is_outward and found.kind != LinkKind.SPLIT_FROM
            else None
        )
        named = format_html("<small>{}</small> {}", found.label, link(found.other))
        rows.append(Row(named, status_badge(found.other), unlink))
    return Block(
        "links",
        _("Linked incidents"),
        rows=tuple(rows),
        nothing=_("None."),
        action=button("link", pgettext("button", "Link")),
    )


def _watchers(incident: Incident, user: Any, button: ButtonFor) -> Block:
    watchers = list(incident.watchers.select_related("user").order_by("user__username"))
    is_watching = any(watcher.user_id == user.pk for watcher in watchers)
    action = button("unwatch", _("Stop watching")) if is_watching else button("watch", _("Watch"))
    rows = tuple(Row(str(watcher.user)) for watcher in watchers)
    return Block("watchers", _("Watched by"), rows=rows, nothing=_("Nobody."), action=action)
