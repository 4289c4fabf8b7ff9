"""Keyset pages: the cursor holds the last row's sort value and id, so no page costs more.

REST framework's own cursor counts rows of equal sort value with an offset and gives up at a
thousand; a priority has tens of thousands.
"""

import base64
import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.api.parsers import parse_object

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_ID = 2**63 - 1


class RecordPagination(BasePagination):
    """`{"next", "previous", "results"}`, and `count` only where `?count=exact` asks for it.

    A view's `orderings` maps each public name to its columns, the last of them the id: the columns
    must be never null and, for large tables, those of an index. `ordering` is the default.
    """

    parameters = ("cursor", "limit", "ordering", "count")

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        asked = request.query_params
        limit = read_number(request, "limit", DEFAULT_LIMIT, MAX_LIMIT)
        name, columns = _columns(asked.get("ordering", view.ordering), view.orderings)
        self.url = request.build_absolute_uri()
        self.count = _count(asked.get("count"), queryset)
        backwards, after = False, None
        if "cursor" in asked:
            backwards, *after = _read_cursor(asked["cursor"], name, queryset.model, columns)
        if backwards:
            columns = tuple(_reverse(column) for column in columns)
        if after:
            queryset = queryset.filter(_beyond(columns, after))
        rows = list(queryset.order_by(*columns)[: limit + 1])
        has_more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        has_next, has_previous = (bool(rows), has_more) if backwards else (has_more, bool(after))
        self.next = self._link(name, columns, rows[-1], False) if has_next else None
        self.previous = self._link(name, columns, rows[0], True) if has_previous and rows else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        page = {"next": self.next, "previous": self.previous, "results": data}
        return Response(page if self.count is None else {"count": self.count, **page})

    def _link(self, name: str, columns: tuple[str, ...], row: Any, backwards: bool) -> str:
        value = getattr(row, columns[0].lstrip("-"))
        value = value.isoformat() if isinstance(value, datetime) else value
        cursor = json.dumps({"o": name, "b": backwards, "v": value, "k": row.pk})
        encoded = base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")
        return replace_query_param(self.url, "cursor", encoded)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Only with `count=exact`."},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = [sign + name for name in view.orderings for sign in ("", "-")]
        schemas = {
            "cursor": {"type": "string"},
            "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50},
            "ordering": {"type": "string", "enum": names, "default": view.ordering},
            "count": {"type": "string", "enum": ["exact"]},
        }
        return [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in schemas.items()
        ]


def read_number(request: Any, name: str, default: Any, most: int) -> Any:
    """A positive whole number from the query, at most `most`; `default` where it is not given."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= most:
        return int(text)
    raise ValidationError({name: [_("Give a number from 1 to %d.") % most]})


def _count(text: str | None, queryset: QuerySet[Any]) -> int | None:
    if text is None:
        return None
    if text == "exact":
        return queryset.count()
    raise ValidationError({"count": [_("Only “exact” is understood.")]})


def _columns(asked: str, orderings: dict[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    name, falls = asked.removeprefix("-"), asked.startswith("-")
    if name not in orderings:
        names = ", ".join(orderings)
        raise ValidationError({"ordering": [_("Order by one of: %s, or “-” before it.") % names]})
    columns = orderings[name]
    return asked, tuple(_reverse(column) for column in columns) if falls else columns


def _reverse(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _beyond(columns: tuple[str, ...], after: list[Any]) -> Q:
    """The rows after a position. The first condition repeats the others for the index's sake."""
    (first, *_rest), (value, pk) = columns, after
    if len(columns) == 1:
        return _past(first, pk)
    upto = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": value})
    return upto & (_past(first, value) | _past(columns[-1], pk))


def _past(column: str, value: Any) -> Q:
    return Q(**{f"{column.lstrip('-')}__{'lt' if column.startswith('-') else 'gt'}": value})


def _read_cursor(text: str, name: str, model: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:
    """Whether to go backwards, and the position. A cursor belongs to the order it was made for."""
    try:
        padded = text + "=" * (-len(text) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        told = parse_object(raw)
        field, pk = columns[0].lstrip("-"), told["k"]
        value = pk if field == "pk" else model._meta.get_field(field).to_python(told["v"])
        known = told["o"] == name and isinstance(told["b"], bool) and type(pk) is int
        if not known or not 0 < pk <= MAX_ID or value is None or _is_naive(value):
            raise ValueError("not one of ours")
        return told["b"], value, pk
    except (ValueError, TypeError, KeyError, OverflowError, *_BAD) as bad:
        raise ValidationError({"cursor": [_("This cursor does not belong to this list.")]}) from bad


_BAD = (ParseError, ValidationError, DjangoValidationError)


def _is_naive(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None
