"""What stands beside a change: what it touches, when, who plays which part, who watches."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from assets.models import Asset, Service
from changes.freeze_page import freezes_block
from changes.models import Change
from changes.page import window_of
from core.admin import Button
from core.record.side import Block, Fact, Row
from core.showing import link, moment
from people.sharing import shares_block
from sla.models import Client

type ButtonFor = Callable[..., Button | None]
"""`(action, label, full_label, **answers)` -> a button for a dialog; None where the person has
none."""


def side_of(change: Change, user: Any, button: ButtonFor) -> Iterator[Block]:
    """The blocks, in the order in which somebody who decides asks for them."""
    yield _touches(change, user)
    yield _when(change)
    if frozen := freezes_block(change):
        yield frozen
    yield _people(change)
    yield _watchers(change, user, button)
    yield shares_block(change, button)


def _touches(change: Change, user: Any) -> Block:
    facts = []
    for label, model, of in (
        (_("services"), Service, "touched_by__change"),
        (_("assets"), Asset, "altered_by__change"),
        (_("affected clients"), Client, "changes__change"),
    ):
        if rows := list(model.objects.visible_to(user).filter(**{of: change}).order_by("name")):
            names = [link(row, row.name) for row in rows]
            joined = format_html("{}" + ", {}" * (len(names) - 1), *names)
            facts.append(Fact(label, joined))
    return Block("touches", _("Touches"), tuple(facts), nothing=_("Nothing is named yet."))


def _when(change: Change) -> Block:
    facts = [Fact(_("planned window"), window_of(change))]
    if change.actual_start_at:
        facts.append(Fact(_("actual start"), moment(change.actual_start_at)))
    if change.actual_end_at:
        facts.append(Fact(_("actual end"), moment(change.actual_end_at)))
    facts.append(Fact(_("environment"), change.get_environment_display()))
    return Block("when", _("When and where"), tuple(facts))


def _people(change: Change) -> Block:
    parts = (
        (_("requester"), change.requester),
        (_("builder"), change.builder),
        (_("implementer"), change.implementer),
        (_("tester"), change.tester),
    )
    facts = [Fact(label, user.get_full_name()) for label, user in parts if user]
    return Block("people", _("People"), (*facts, Fact(_("team"), link(change.team))))


def _watchers(change: Change, user: Any, button: ButtonFor) -> Block:
    watchers = list(change.watchers.select_related("user").order_by("user__username"))
    is_watching = any(watcher.user_id == user.pk for watcher in watchers)
    action = button("unwatch", _("Stop watching")) if is_watching else button("watch", _("Watch"))
    rows = tuple(Row(str(watcher.user)) for watcher in watchers)
    return Block("watchers", _("Watched by"), rows=rows, nothing=_("Nobody."), action=action)
