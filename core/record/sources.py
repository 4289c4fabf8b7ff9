"""Sources of a timeline that every record has: what became of its fields, and of its parts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from core.history import HistoryLine, lines_of, rows_of
from core.record.entries import Entry, Kind, Source, Window
from core.record.words import Phrases, Told, name_of_action, told_of

STATUS = Kind("status", _("Status"), "swap_horiz")
CHANGE = Kind("change", _("Changes"), "edit")
PORTAL: Reason = _("The portal")


def field_changes(
    moves: Iterable[str],
    titles: Mapping[str, Reason],
    phrases: Phrases,
    *,
    reasoned: Iterable[str] = (),
) -> Source:
    """The record's own history. `moves` are the ledger actions that lead to another status (the
    others are plain changes), `titles` name verbs, `reasoned` are verbs whose note is a reason."""
    of_status, with_reason = tuple(moves), frozenset(reasoned)

    def read(window: Window) -> Iterable[Entry]:
        rows = rows_of(window.record)
        if not window.wants(CHANGE):
            rows = rows.filter(history_action__in=of_status)
        elif not window.wants(STATUS):
            rows = rows.exclude(history_action__in=of_status)
        newest = window.newest(rows, "history_date", "history_id")
        # One more than a page holds says that there is more, and what the last one changed.
        for line in lines_of(newest, window.user, told=window.size):
            kind = STATUS if line.action in of_status else CHANGE
            verb = line.action.rpartition(".")[2]
            yield window.entry(
                kind,
                line.at,
                line.id,
                name_of_action(line.action, line.kind, titles),
                actor=line.actor,
                who=PORTAL,
                text=line.reason,
                is_reason=verb in with_reason,
                changes=(changes := told_of(line, phrases)),
                content={"batch": batch_of(line), "more": _more(window.record, line, changes)},
                details={
                    "action": line.action,
                    "fields": [change.field.name for change in line.changes],
                    "changes": changes,
                },
            )

    return Source("h", (STATUS, CHANGE), read)


def part_changes(
    letter: str,
    kind: Kind,
    rows: Callable[[Window], Any],
    tell: Callable[[Any], tuple[Reason, Told] | None],
) -> Source:
    """The coming and going of a record's parts, by their historical rows; `tell` gives the title
    of one row and what it says, or None where it says nothing."""

    def read(window: Window) -> Iterable[Entry]:
        for row in window.newest(rows(window), "history_date", "history_id"):
            if (said := tell(row)) is None:
                continue
            title, change = said
            yield window.entry(
                kind,
                row.history_date,
                row.history_id,
                title,
                actor=row.history_actor,
                who=PORTAL,
                text=row.history_change_reason or "",
                changes=(change,),
                content={"batch": batch_of(row)},
                details={"action": row.history_action, "changes": (change,)},
            )

    return Source(letter, (kind,), read)


def batch_of(row: Any) -> tuple[str, str, str]:
    """What the rows that one action wrote have in common."""
    is_line = isinstance(row, HistoryLine)
    if is_line:
        return row.actor, row.action, row.request_id
    return row.history_actor, row.history_action, row.history_request


def _more(record: Any, line: HistoryLine, changes: tuple[Told, ...]) -> str:
    """Where the long texts of a line are shown before and after."""
    if not any(change.is_long for change in changes):
        return ""
    meta = record._meta
    try:
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[record.pk])
    except NoReverseMatch:
        return ""
    return f"{url}?line={line.id}"
