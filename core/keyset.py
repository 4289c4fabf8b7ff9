"""Keyset pages: the cursor holds the last row's sort value and id, so no page costs more.

An ordering is a tuple of columns, the last of them the id. For large tables they must be those of
an index; what has no value in the first of them comes last.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext as _

MAX_ID = 2**63 - 1

type Columns = tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """Some rows in order, and the cursors that lead on; None where there is nothing more."""

    rows: list[Any]
    next: str | None
    previous: str | None


def columns_of(asked: str, orderings: Mapping[str, Columns]) -> Columns:
    """The columns of a public ordering such as `-opened_at`; ValueError for an unknown one."""
    name = asked.removeprefix("-")
    if name not in orderings:
        raise ValueError(_("Order by one of: %s, or “-” before it.") % ", ".join(orderings))
    columns = orderings[name]
    return tuple(map(_reverse, columns)) if asked.startswith("-") else columns


def read_page(
    queryset: QuerySet[Any],
    ordering: str,
    columns: Columns,
    cursor: str | None,
    limit: int,
    *,
    may_lack: bool = True,
) -> Page:
    """At most `limit` rows from where the cursor points; ValueError where it is not one of ours.
    `may_lack` is False where all of the rows are known to have a value in the first column."""
    backwards, after = False, None
    if cursor is not None:
        backwards, *after = _read_cursor(cursor, ordering, queryset.model, columns)
    if backwards:
        columns = tuple(map(_reverse, columns))
    rows = _rows_after(queryset.order_by(*columns), columns, after, limit + 1, may_lack)
    has_more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    has_next, has_previous = (bool(rows), has_more) if backwards else (has_more, bool(after))
    return Page(
        rows,
        _cursor(ordering, columns, rows[-1], False) if has_next and rows else None,
        _cursor(ordering, columns, rows[0], True) if has_previous and rows else None,
    )


def cursor_at(ordering: str, columns: Columns, row: Any) -> str:
    """The cursor that leads on after a row, as `read_page` takes it."""
    return _cursor(ordering, columns, row, False)


def _rows_after(
    rows: Any, columns: Columns, after: list[Any] | None, limit: int, may_lack: bool
) -> list[Any]:
    """Each stretch is one of the index, which a condition with OR would not be."""
    found: list[Any] = []
    for stretch in _stretches(rows, columns, after, may_lack):
        found += stretch[: limit - len(found)]
        if len(found) == limit:
            break
    return found


def _stretches(
    rows: Any, columns: Columns, after: list[Any] | None, may_lack: bool
) -> Iterator[Any]:
    """First the rest of the position's own group, then the groups beyond. What has no value comes
    last, and first where the order is turned, as PostgreSQL has it."""
    first, *more = columns
    name = first.lstrip("-")
    if not more:
        yield rows if after is None else rows.filter(_past(first, after[-1]))
        return
    is_nullable, is_turned = may_lack and _field(rows.model, name).null, first.startswith("-")
    without = rows.filter(**{f"{name}__isnull": True})
    if after is None:
        if not is_nullable:
            yield rows
            return
        told = rows.filter(**{f"{name}__isnull": False})
        yield from (without, told) if is_turned else (told, without)
        return
    value, pk = after
    group = without if value is None else rows.filter(**{name: value})
    yield group.filter(_past(columns[-1], pk))
    if value is not None:
        yield rows.filter(_past(first, value))
        if is_nullable and not is_turned:
            yield without
    elif is_turned:
        yield rows.filter(**{f"{name}__isnull": False})


def _reverse(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _past(column: str, value: Any) -> Q:
    return Q(**{f"{column.lstrip('-')}__{'lt' if column.startswith('-') else 'gt'}": value})


def _cursor(ordering: str, columns: Columns, row: Any, backwards: bool) -> str:
    value = row
    for part in columns[0].lstrip("-").split("__"):
        value = getattr(value, part)
    value = value.isoformat() if isinstance(value, date) else value
    told = json.dumps({"o": ordering, "b": backwards, "v": value, "k": row.pk})
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read_cursor(text: str, ordering: str, model: Any, columns: Columns) -> tuple[Any, ...]:
    """Whether to go backwards, and the position. A cursor belongs to the order it was made for."""
    try:
        padded = text + "=" * (-len(text) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        path, pk = columns[0].lstrip("-"), told["k"]
        value = pk if path == "pk" else _field(model, path).to_python(told["v"])
        known = told["o"] == ordering and isinstance(told["b"], bool) and type(pk) is int
        may_lack = path != "pk" and _field(model, path).null
        if not known or not 0 < pk <= MAX_ID or (value is None and not may_lack):
            raise ValueError("not one of ours")
        if value is not None and not _is_storable(value):
            raise ValueError("not one of ours")
        return told["b"], value, pk
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, *_BAD) as bad:
        raise ValueError(_("This cursor does not belong to this list.")) from bad


_BAD = (ValidationError, FieldDoesNotExist, AttributeError)


def _field(model: type[Model], path: str) -> "Field[Any, Any]":
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model  # type: ignore[assignment]  # -- the columns are ours
    return model._meta.get_field(name)  # type: ignore[return-value]  # -- the columns are ours


def _is_storable(value: Any) -> bool:
    """PostgreSQL takes neither NUL nor halves of a surrogate pair; moments must have a zone."""
    if isinstance(value, str):
        return "\x00" not in value and bool(value.encode() or True)
    if isinstance(value, bool | int):
        return abs(value) <= MAX_ID
    return not (isinstance(value, datetime) and value.tzinfo is None)
