"""Reads the history of a record as people and the API see it: who, when, why, from what to what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
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
    rows = rows_of(record).order_by("-history_id")
    if before is not None:
        rows = rows.filter(history_id__lt=before)
    found = list(rows[: limit + 1])
    return _lines(list(zip(found[:limit], [*found[1:], None], strict=False)), user, name_of)


def lines_of(
    rows: list[Any], user: Any, name_of: Callable[[Any], str] = str, *, told: int | None = None
) -> list[HistoryLine]:
    """Some of the historical rows of one record as lines, in the order given. Each is compared with
    the row before it, which is read where it is not among them; those after the first `told` are
    there for that only, and say nothing of what they changed."""
    if not rows:
        return []
    model = rows[0]._meta.model
    key = model.instance_type._meta.pk.attname
    every = model._base_manager.filter(**{key: getattr(rows[0], key)})
    if hasattr(rows[0], "version"):
        known = {row.version: row for row in rows}
        missing = {row.version - 1 for row in rows[:told]} - known.keys() - {0}
        if missing:
            known |= {row.version: row for row in every.filter(version__in=missing)}
        older = [known.get(row.version - 1) for row in rows]
    else:  # rows that follow each other
        ids = sorted(rows, key=lambda row: row.history_id)
        first = every.filter(history_id__lt=ids[0].history_id).order_by("-history_id").first()
        before = dict(zip([row.history_id for row in ids], [first, *ids], strict=False))
        older = [before[row.history_id] for row in rows]
    untold = len(rows) if told is None else told
    pairs = list(zip(rows, older, strict=True))
    return _lines([*pairs[:untold], *((row, row) for row in rows[untold:])], user, name_of)


def rows_of(record: models.Model) -> "models.QuerySet[Any]":
    """The historical rows of a record."""
    manager = record.history  # type: ignore[attr-defined]  # -- only tracked models come here
    rows: models.QuerySet[Any] = manager.filter(**{record._meta.pk.attname: record.pk})
    return rows


def _lines(
    pairs: list[tuple[Any, Any]], user: Any, name_of: Callable[[Any], str]
) -> list[HistoryLine]:
    if not pairs:
        return []
    fields = [field for field in pairs[0][0]._meta.model.tracked_fields if _is_told(field)]
    changed = [list(_changed(fields, older, row)) for row, older in pairs]
    names = _Names([each for line in changed for each in line], user, name_of)
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
            changes=tuple(Change(f, old, new, names.shower(f)) for f, old, new in line),
        )
        for (row, _older), line in zip(pairs, changed, strict=True)
    ]


def _is_told(field: Any) -> bool:
    """Keys, versions and the life that belongs to one record say nothing to a reader."""
    return not (field.primary_key or field.one_to_one or field.name == "version")


def _changed(fields: list[Any], older: Any, row: Any) -> Iterable[tuple[Any, Any, Any]]:
    """Field, value before and value after, of the fields that differ."""
    for field in fields:
        new = getattr(row, field.attname)
        old = getattr(older, field.attname) if older and row.history_type != "+" else None
        if row.history_type == "-":
            old, new = new, None
        empty = row.history_type == "+" and new in (None, "", [], {})
        if old != new and not empty:
            yield field, old, new


def changes_of(
    changed: "list[tuple[models.Field[Any, Any], Any, Any]]",
    user: Any,
    name_of: Callable[[Any], str] = str,
) -> tuple[Change, ...]:
    """Fields with their values before and after, as changes that can be shown to somebody."""
    names = _Names(changed, user, name_of)
    return tuple(Change(field, old, new, names.shower(field)) for field, old, new in changed)


class _Names:
    """Names of the related records that some changes mention, one query a kind of record, and only
    where somebody asks for them."""

    def __init__(
        self, changed: list[tuple[Any, Any, Any]], user: Any, name_of: Callable[[Any], str]
    ) -> None:
        self._user, self._name_of = user, name_of
        self._wanted: dict[Any, set[Any]] = {}
        self._found: dict[Any, dict[Any, str]] = {}
        for field, old, new in changed:
            if isinstance(field, models.ForeignKey):
                self._wanted.setdefault(field.related_model, set()).update({old, new} - {None})

    def _names_of(self, model: Any) -> dict[Any, str]:
        if model not in self._found:
            rows = model._default_manager.filter(pk__in=self._wanted[model])
            if isinstance(rows, ScopedQuerySet):
                rows = rows.visible_to(self._user)
            self._found[model] = {related.pk: self._name_of(related) for related in rows}
        return self._found[model]

    def shower(self, field: Any) -> Callable[[Any], Any]:
        """A function that turns a stored value of the field into what a person reads."""
        if isinstance(field, models.ForeignKey):
            model = field.related_model
            return lambda value: None if value is None else self._names_of(model).get(value, "—")
        labels = dict(getattr(field, "base_field", field).flatchoices)
        if not labels:
            return lambda value: value
        if isinstance(field, ArrayField):
            return lambda value: value and [labels.get(each, each) for each in value]
        return lambda value: labels.get(value, value)
