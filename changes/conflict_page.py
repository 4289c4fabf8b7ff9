"""The tab about a change's conflicts: with what, about what, for which time, and who answered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Service
from changes.enums import ENDED, ConflictStatus, Severity
from changes.foresight import conflicts_of
from changes.models import Change, Conflict
from changes.models.conflicts import NEVER_ACCEPTED
from changes.permissions import may_accept_conflicts, may_approve_changes
from changes.rules import is_in_hand
from changes.task_page import ButtonFor
from core.admin import Button, Panel
from core.admin_pages import row_of_buttons
from core.showing import badge, exact, link, listed, shown, span
from people.models import Person

TONES = {Severity.BLOCKING: "red", Severity.WARNING: "yellow", Severity.FREEZE: "orange"}
MOST_ROWS = 200


@dataclass(frozen=True)
class ShownConflict:
    """A conflict as one side's reader sees it: what they may not see is not named."""

    conflict: Conflict
    other: Change | None
    is_hidden: bool  # the other change is none of the reader's
    services: list[Service]
    assets: list[Asset]
    people: list[Person]
    unnamed: int  # services and assets that the reader does not see


def shown_conflicts(change: Change, user: Any) -> list[ShownConflict]:
    """Every conflict of a change with what the reader may see of it, in a few queries."""
    rows = conflicts_of(change)[:MOST_ROWS]
    ids = {_other(one, change) for one in rows} - {None}
    changes = _by_id(Change.objects.visible_to(user).filter(pk__in=ids).defer("search"))
    services = _by_id(Service.objects.visible_to(user).filter(pk__in=_all(rows, "services")))
    assets = _by_id(Asset.objects.visible_to(user).filter(pk__in=_all(rows, "assets")))
    people = _by_id(Person.objects.filter(pk__in=_all(rows, "people")))
    return [
        ShownConflict(
            one,
            changes.get(_other(one, change)),
            _other(one, change) is not None and _other(one, change) not in changes,
            named := [services[pk] for pk in one.services if pk in services],
            known := [assets[pk] for pk in one.assets if pk in assets],
            [people[pk] for pk in one.people if pk in people],
            len(one.services) + len(one.assets) - len(named) - len(known),
        )
        for one in rows
    ]


def _other(one: Conflict, change: Change) -> int | None:
    return one.change_id if one.other_id == change.pk else one.other_id


def _all(rows: Iterable[Conflict], name: str) -> set[int]:
    return {pk for one in rows for pk in getattr(one, name)}


def _by_id(rows: Any) -> dict[Any, Any]:
    return {row.pk: row for row in rows}


def conflict_panel(change: Change, user: Any, button: ButtonFor) -> Panel:
    """The conflicts, those that nobody answered first; counted are these alone."""
    rows = shown_conflicts(change, user)
    own = _answerable(rows, change, user)
    buttons = [_accepting(r.conflict, button) if r.conflict.pk in own else [] for r in rows]
    columns = [_("Conflict"), _("With"), _("What"), _("Overlap"), _("Status")]
    drawn: list[tuple[Any, ...]] = [
        (
            format_html("{} {}", one.conflict.get_kind_display(), severity_badge(one.conflict)),
            _with(one),
            _about(one),
            _time(one.conflict),
            _answer(one.conflict),
        )
        for one in rows
    ]
    if any(buttons):
        columns.append(_("Actions"))
        drawn = [(*row, row_of_buttons(own)) for row, own in zip(drawn, buttons, strict=True)]
    content = {
        "columns": columns,
        "rows": drawn,
        "nothing": _("Nothing is in its way."),
    }
    count = sum(one.conflict.status == ConflictStatus.OPEN for one in rows)
    return Panel("conflicts", _("Conflicts"), "portal/table.html", content, count)


def conflict_lines(change: Change, user: Any) -> list[Any]:
    """What nobody has answered for, in a line each."""
    return [
        format_html(
            "{} {} {} {}",
            one.conflict.get_kind_display(),
            severity_badge(one.conflict),
            _with(one),
            _time(one.conflict),
        )
        for one in shown_conflicts(change, user)
        if one.conflict.status == ConflictStatus.OPEN
    ]


def severity_badge(one: Conflict) -> Any:
    if one.status == ConflictStatus.RESOLVED:
        return ""
    return badge(one.get_severity_display(), TONES.get(Severity(one.severity), ""))


def _with(one: ShownConflict) -> Any:
    if one.other is not None:
        return link(one.other, f"{one.other.reference} {one.other.title}")
    if one.is_hidden:
        return _("A change that you do not see")
    return link(one.conflict.freeze) if one.conflict.freeze else shown(None)


def _about(one: ShownConflict) -> Any:
    names = [link(thing, thing.name) for thing in (*one.services, *one.assets)]
    names += [person.full_name for person in one.people]
    if one.unnamed:
        names.append(_("something that you do not see"))
    if one.conflict.steps > 1:
        names.append(_("over %(count)s steps") % {"count": one.conflict.steps})
    return listed(names) if names else shown(None)


def _time(one: Conflict) -> Any:
    return span(one.starts_at, one.ends_at) if one.starts_at else shown(None)


def _answer(one: Conflict) -> Any:
    if one.status == ConflictStatus.RESOLVED:
        return format_html("{}<br>{}", badge(one.get_status_display()), exact(one.resolved_at))
    if one.status == ConflictStatus.OPEN:
        return badge(one.get_status_display(), "orange")
    return format_html(
        "{}<br>{} · {}<br>{}",
        badge(one.get_status_display(), "green"),
        one.accepted_by.get_full_name(),
        exact(one.accepted_at),
        one.acceptance,
    )


def _answerable(rows: list[ShownConflict], change: Change, user: Any) -> set[int]:
    """The open conflicts that are this person's to accept; see `rules.is_theirs_to_accept`."""
    has_a_say = may_approve_changes(user) or is_in_hand(change, user) is None
    if change.status in ENDED or not may_accept_conflicts(user) or not has_a_say:
        return set()
    asked = [one.conflict for one in rows if one.conflict.status == ConflictStatus.OPEN]
    ids = {pk for one in asked for pk in (one.change_id, one.other_id)}
    near = Change.objects.filter(pk__in=ids - {None}).involving(user.person_id)
    own = set(near.order_by().values_list("pk", flat=True))
    return {
        one.pk
        for one in asked
        if one.kind not in NEVER_ACCEPTED
        and not (one.severity == Severity.BLOCKING and {one.change_id, one.other_id} & own)
    }


def _accepting(one: Conflict, button: ButtonFor) -> list[Button]:
    found = button("accept_conflict", _("Accept"), conflict=one.pk)
    label = _("Accept the conflict: %(kind)s") % {"kind": one.get_kind_display()}
    return [replace(found, full_label=label)] if found else []
