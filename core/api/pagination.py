"""Pages of REST lists: a cursor leads on, nothing is counted unless asked for.

REST framework's own cursor counts rows of equal sort value with an offset and gives up at a
thousand; a priority has tens of thousands.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.keyset import columns_of, read_page

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class RecordPagination(BasePagination):
    """`{"next", "previous", "results"}`, and `count` only where `?count=exact` asks for it.

    A view's `orderings` maps each public name to its columns, the last of them the id: the columns
    must be never null and, for large tables, those of an index. `ordering` is the default.
    """

    parameters = ("cursor", "limit", "ordering", "count")

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        asked = request.query_params
        limit = read_number(request, "limit", DEFAULT_LIMIT, MAX_LIMIT)
        name = asked.get("ordering", view.ordering)
        self.count = _count(asked.get("count"), queryset)
        at_fault = "ordering"
        try:
            columns = columns_of(name, view.orderings)
            at_fault = "cursor"
            page = read_page(queryset, name, columns, asked.get("cursor"), limit)
        except ValueError as refused:
            raise ValidationError({at_fault: [str(refused)]}) from refused
        url = request.build_absolute_uri()
        self.next, self.previous = (
            cursor and replace_query_param(url, "cursor", cursor)
            for cursor in (page.next, page.previous)
        )
        return page.rows

    def get_paginated_response(self, data: Any) -> Response:
        page = {"next": self.next, "previous": self.previous, "results": data}
        return Response(page if self.count is None else {"count": self.count, **page})

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
