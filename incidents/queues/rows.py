"""The rows of a queue as HTML: made in Python, with a constant number of statements for a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.showing import NOTHING, badge, duration, moment
from incidents.enums import Priority
from incidents.queues.kinds import WORK_KINDS, WorkKind
from incidents.queues.places import Queue
from sla.deadlines import Deadline, Mandated, next_deadlines
from sla.holding import held_by, holding_bar

MOST = 50
HEADINGS = (  # name, label, what it is on a phone
    ("reference", gettext_lazy("Reference"), "meta"),
    ("title", gettext_lazy("Title"), "title"),
    ("priority", gettext_lazy("Priority"), "meta"),
    ("status", gettext_lazy("Status"), "meta"),
    ("client", gettext_lazy("Client and service"), ""),
    ("owner", gettext_lazy("Owner"), ""),
    ("deadline", gettext_lazy("Next deadline"), "meta wide"),
    ("holding", gettext_lazy("Who holds the time"), "meta wide"),
)
_CELLS = "".join(f'<td class="col-{name} {phone}{{}}">{{}}</td>' for name, _l, phone in HEADINGS)
_ROW = f'<tr data-id="{{}}-{{}}" data-version="{{}}">{{}}{_CELLS}</tr>'
_TICK = '<td class="tick"><input type="checkbox" name="ids" value="{}" aria-label="{}"></td>'


def work_key(kind: WorkKind, record: Any) -> str:
    """What a tick box sends: the kind, the record and the version that is shown."""
    return f"{kind.name}-{record.pk}-{record.version}"


@dataclass(frozen=True)
class Rows:
    """One page of a queue; `next` is the place of the one that follows, empty for the last."""

    body: SafeString
    shown: int
    next: str


def rows_of(queue: Queue, user: Any, now: datetime, after: str = "") -> Rows:
    """The rows from a place on. ValueError where it is no place of this queue."""
    page = queue.page(user, MOST, after)
    lives = [record.life_id for _kind, record in page.rows]
    mandated = {
        record.life_id: Mandated(kind.mandate(record), record.priority == Priority.P1)
        for kind, record in page.rows
        if kind.mandate
    }
    deadlines = next_deadlines(lives, now, mandated=mandated)
    held = held_by(lives, now)
    may_change = {kind.name: user.has_perm(kind.change_permission) for _n, kind in WORK_KINDS}
    body = format_html_join(
        "\n",
        "{}",
        (
            (
                _row(
                    kind,
                    record,
                    may_change[kind.name],
                    _due(kind, record, deadlines.get(record.life_id), now),
                    holding_bar(held.get(record.life_id, [])),
                ),
            )
            for kind, record in page.rows
        ),
    )
    return Rows(body, len(page.rows), page.next)


def _row(kind: WorkKind, record: Any, is_worked: bool, due: Any, bar: Any) -> SafeString:
    meta = record._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
    status, priority = kind.badges(record)
    values = {
        "reference": format_html('<a href="{}" data-open>{}</a>', url, record.reference),
        "title": format_html('<a href="{}" tabindex="-1">{}</a>', url, record.title),
        "priority": priority,
        "status": status,
        "client": format_html(
            "{} <small>{}</small>",
            getattr(record, "client", None) or NOTHING,
            record.service or "",
        ),
        "owner": record.owner or NOTHING,
        "deadline": due,
        "holding": bar or NOTHING,
    }
    key = work_key(kind, record)
    tick = format_html(_TICK, key, _("Select %s") % record.reference) if is_worked else ""
    cells = (
        part
        for name, _label, _phone in HEADINGS
        for part in (" is-empty" if values[name] == NOTHING else "", values[name])
    )
    return format_html(_ROW, kind.name, record.pk, record.version, tick, *cells)


def _due(kind: WorkKind, record: Any, due: Deadline | None, now: datetime) -> Any:
    """The next deadline. Where the client was promised to hear from us before that, it is the
    promise; one for later stands below."""
    promised = kind.promised_at(record)
    if promised is None:
        return _deadline(due)
    if due is None or promised < due.due_at:
        label = str(_("Contact promised"))
        return _deadline(Deadline("", label, promised, promised - now))
    label = _("Contact promised for")
    later = format_html('<small class="promised">{} {}</small>', label, moment(promised))
    return format_html("{} {}", _deadline(due), later)


def _deadline(due: Deadline | None) -> Any:
    if due is None:
        return NOTHING
    time = duration(due.remaining)
    left = _("%s late") % time if due.is_missed else _("%s left") % time
    return format_html(
        '<span class="due" title="{}">{} <small>{} <span>{}</span></small></span>',
        f"{due.agreement}: {due.metric}" if due.agreement else due.metric,
        badge(left, "red" if due.is_missed else "blue"),
        due.metric,
        moment(due.due_at),
    )
