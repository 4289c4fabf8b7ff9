"""The audit trail as a list: read only, newest first, paged by id and never counted."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.context import Channel
from audit.exporting import csv_of, json_lines_of
from audit.filters import AuditTrailFilters, tables
from audit.models import LedgerEntry
from audit.naming import title_of_action
from core.lists import Column, RecordList
from core.showing import moment


def told(entry: LedgerEntry, name: str) -> str:
    """What the context of an entry says; empty where the write was not signed."""
    return str((entry.context or {}).get(name) or "")


def actor(entry: LedgerEntry) -> str:
    return told(entry, "name") or _("not signed: %s") % entry.database_role


def subject(entry: LedgerEntry) -> str:
    """The table as people call it; for an event, what happened."""
    model = tables().get(entry.relation)
    if model:
        return str(model._meta.verbose_name)
    return str(title_of_action(entry.relation.removeprefix("event:")))


def action(entry: LedgerEntry) -> str:
    """What was done, in words."""
    code = told(entry, "action") or entry.relation.removeprefix("event:")
    return str(title_of_action(code, entry.operation))


def channel(entry: LedgerEntry) -> str:
    """The door through which it was done."""
    code = told(entry, "channel")
    return str(Channel(code).label) if code in Channel.values else code


class AuditTrailList(RecordList):
    filterset = AuditTrailFilters
    main_filters = ("record", "actor", "action", "relation", "at__gte", "at__lt")
    orderings = {"at": ("at", "pk")}
    ordering = "-at"
    note = gettext_lazy("Everything that was changed, as the database saw it. Newest first.")
    columns = (
        Column("pk", "#", leads_to_record=True, phone="meta"),
        Column(
            "at",
            ordering="at",
            show=lambda entry: moment(entry.at, seconds=True),
            export=lambda entry: entry.at,
            phone="meta",
        ),
        Column("actor", gettext_lazy("actor"), show=actor, phone="meta"),
        Column(
            "action",
            gettext_lazy("action"),
            show=action,
            leads_to_record=True,
            phone="title",
        ),
        Column("operation"),
        Column("relation", gettext_lazy("what"), show=subject, phone="meta"),
        Column("key"),
        Column("reason", gettext_lazy("reason"), show=lambda entry: told(entry, "reason")[:200]),
        Column("channel", gettext_lazy("channel"), show=channel, is_default=False),
        Column("database_role", is_default=False),
    )

    def streamed(self, rows: Any, form: str) -> Iterator[bytes] | None:
        """All that the ledger holds of the entries, whatever columns are shown."""
        write = {"csv": csv_of, "jsonl": json_lines_of}.get(form)
        return write(rows) if write else None
