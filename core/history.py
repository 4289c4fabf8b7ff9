"""Reads the history of a record as people and the API see it: who, when, why, from what to what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from core.querysets import ScopedQuerySet


@dataclass(frozen=True)
class Change:
    """One field of one line: its values before and after, and how to show them."""

    field: "models.Field[Any, Any]"
    old: Any
    new: Any
    show: Callable[[Any], Any]

    @property
    def shown(self) -> tuple[Any, Any]:
        """Both values for a person: labels for choices, names for related records."""
        return self.show(self.old), self.show(self.new)


@dataclass(frozen=True)
class HistoryLine:
    """One recorded change. `role` is the database role, for writes that nobody signed."""

    id: int
    at: datetime
    kind: str
    actor: str
    action: str
    reason: str
    channel: str
    request_id: str
    role: str
    changes: tuple[Change, ...]


def history_of(
    record: models.Model,
    user: Any,
    limit: int = 50,
    before: int | None = None,
    name_of: Callable[[Any], str] = str,
) -> list[HistoryLine]:
    """The newest `limit` lines of a record, newest first; `before` is the id to page on from.

    The caller has found the record through `visible_to`. Related records are named (`name_of`)
    only where the user may see them, otherwise “—”.
    """
    manager = record.history  # type: ignore[attr-defined]  # -- only tracked models come here
    rows = manager.filter(**{record._meta.pk.attname: record.pk}).order_by("-history_id")
    if before is not None:
        rows = rows.filter(history_id__lt=before)
    rows = list(rows[: limit + 1])
    fields = [field for field in manager.model.tracked_fields if _is_told(field)]
    names = _Names(fields, rows, user, name_of)
    return [
        HistoryLine(
            id=row.history_id,
            at=row.history_date,
            kind=row.history_type,
            actor=row.history_actor,
            action=row.history_action,
            reason=row.history_change_reason or "",
            channel=row.history_channel,
            request_id=row.history_request,
            role=row.history_role,
            changes=tuple(_changes(fields, older, row, names)),
        )
        for row, older in zip(rows[:limit], [*rows[1:], None], strict=False)
    ]


def _is_told(field: Any) -> bool:
    """Keys, versions and the life that belongs to one record say nothing to a reader."""
    return not (field.primary_key or field.one_to_one or field.name == "version")


def _changes(fields: list[Any], older: Any, row: Any, names: "_Names") -> Iterable[Change]:
    for field in fields:
        new = getattr(row, field.attname)
        old = getattr(older, field.attname) if older and row.history_type != "+" else None
        if row.history_type == "-":
            old, new = new, None
        empty = row.history_type == "+" and new in (None, "", [], {})
        if old != new and not empty:
            yield Change(field, old, new, names.shower(field))


class _Names:
    """Names of the related records that some historical rows mention, one query a relation."""

    def __init__(
        self, fields: list[Any], rows: list[Any], user: Any, name_of: Callable[[Any], str]
    ) -> None:
        self._names: dict[str, dict[Any, str]] = {}
        for field in fields:
            if not isinstance(field, models.ForeignKey):
                continue
            ids = {getattr(row, field.attname) for row in rows} - {None}
            found = field.related_model._default_manager.filter(pk__in=ids) if ids else []
            if ids and isinstance(found, ScopedQuerySet):
                found = found.visible_to(user)
            self._names[field.name] = {related.pk: name_of(related) for related in found}

    def shower(self, field: Any) -> Callable[[Any], Any]:
        """A function that turns a stored value of the field into what a person reads."""
        if isinstance(field, models.ForeignKey):
            names = self._names[field.name]
            return lambda value: None if value is None else names.get(value, "—")
        if field.choices:
            labels = dict(field.flatchoices)
            return lambda value: labels.get(value, value)
        return lambda value: value
