"""The rows of a queue as HTML: made in Python, with a constant number of statements for a page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.showing import NOTHING, badge, duration, moment
from incidents.queues.deadlines import Deadline, next_deadlines
from incidents.queues.kinds import WorkKind
from incidents.queues.places import Queue
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


def work_key(kind: WorkKind, record: Any) -> str:
    """What a tick box sends: the kind, the record and the version that is shown."""
    return f"{kind.name}-{record.pk}-{record.version}"


def rows_of(queue: Queue, user: Any, now: datetime) -> tuple[SafeString, int, bool]:
    """The rows, how many they are, and whether there are more."""
    found = queue.first(user, MOST + 1)
    shown = found if queue.is_by_deadline else found[:MOST]
    deadlines = next_deadlines([record.life_id for _kind, record in shown], now)
    if queue.is_by_deadline:
        last = datetime.max.replace(tzinfo=now.tzinfo)
        shown.sort(key=lambda one: d.due_at if (d := deadlines.get(one[1].life_id)) else last)
        shown = shown[:MOST]
    held = held_by([record.life_id for _kind, record in shown], now)
    body = format_html_join(
        "\n",
        "{}",
        (
            (
                _row(
                    kind,
                    record,
                    user.has_perm(kind.change_permission),
                    _deadline(deadlines.get(record.life_id)),
                    holding_bar(held.get(record.life_id, [])),
                ),
            )
            for kind, record in shown
        ),
    )
    return body, len(shown), len(found) > MOST


def _row(kind: WorkKind, record: Any, is_worked: bool, due: Any, bar: Any) -> SafeString:
    meta = record._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
    status, priority = kind.badges(record)
    promised = kind.promised_at(record)
    values = {
        "reference": format_html('<a href="{}" data-open>{}</a>', url, record.reference),
        "title": format_html('<a href="{}" tabindex="-1">{}</a>', url, record.title),
        "priority": priority,
        "status": status,
        "client": format_html(
            "{} <small>{}</small>", record.client or NOTHING, record.service or ""
        ),
        "owner": record.owner or NOTHING,
        "deadline": due if promised is None else _promised(due, promised),
        "holding": bar or NOTHING,
    }
    key = work_key(kind, record)
    tick = format_html(
        '<td class="tick"><input type="checkbox" name="ids" value="{}" aria-label="{}"></td>',
        key,
        _("Select %s") % record.reference,
    )
    cells = format_html_join(
        "",
        '<td class="col-{} {}{}">{}</td>',
        (
            (name, phone, " is-empty" if values[name] == NOTHING else "", values[name])
            for name, _label, phone in HEADINGS
        ),
    )
    return format_html(
        '<tr data-id="{}-{}" data-version="{}">{}{}</tr>',
        kind.name,
        record.pk,
        record.version,
        tick if is_worked else "",
        cells,
    )


def _deadline(due: Deadline | None) -> Any:
    if due is None:
        return NOTHING
    time = duration(due.remaining)
    left = _("%s late") % time if due.is_missed else _("%s left") % time
    return format_html(
        '<span class="due" title="{}">{} <small>{} <span>{}</span></small></span>',
        f"{due.agreement}: {due.metric}",
        badge(left, "red" if due.is_missed else "blue"),
        due.metric,
        moment(due.due_at),
    )


def _promised(due: Any, promised: datetime) -> SafeString:
    label = _("Contact promised for")
    return format_html('{} <small class="promised">{} {}</small>', due, label, moment(promised))
