"""Filters by allow-list. Apps declare them in a `FilterSet`; the backend applies those that were
given, straight from the class.

django-filter itself copies every filter and builds a form class in each request.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError

from core.querysets import visible_rows

MAX_LENGTH = 500


class Narrowing(django_filters.Filter):
    """A filter that reads its parameter's text and narrows a queryset; ValueError says how not."""

    def narrow(self, queryset: QuerySet[Any], text: str, user: Any) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.field_name}__{self.lookup_expr}": self.read(text, user)})

    def read(self, text: str, user: Any) -> Any:
        raise NotImplementedError


class OneOf(Narrowing):
    """Any of the values of a choice field, as a comma list."""

    def __init__(self, field_name: str, choices: Any, label: Any = None) -> None:
        super().__init__(field_name, "in", label=label)
        self.choices = choices
        self.values = {str(value): value for value in choices.values}
        values = ", ".join(f"`{value}`" for value in self.values)
        extend_schema_field({"type": "string", "description": f"Any of {values}."})(self)

    def read(self, text: str, user: Any) -> list[Any]:
        given = text.split(",")
        if set(given) - set(self.values):
            raise ValueError(_("Choose from: %s.") % ", ".join(self.values))
        return [self.values[value] for value in given]

    def labels(self) -> dict[str, Any]:
        """The values with their names, for people."""
        return {str(value): label for value, label in self.choices.choices}


@extend_schema_field(OpenApiTypes.BOOL)
class Flag(Narrowing):
    """`true` or `false`; `adjective` narrows by a queryset's own method or by a column."""

    def __init__(
        self,
        adjective: str | Callable[[QuerySet[Any], bool], QuerySet[Any]],
        label: Any = None,
    ) -> None:
        column = adjective if isinstance(adjective, str) else "pk"
        super().__init__(column, "exact", label=label)
        self.adjective = adjective

    def narrow(self, queryset: QuerySet[Any], text: str, user: Any) -> QuerySet[Any]:
        if text not in ("true", "false"):
            raise ValueError(_("Give “true” or “false”."))
        if isinstance(self.adjective, str):
            return queryset.filter(**{self.adjective: text == "true"})
        return self.adjective(queryset, text == "true")


def moment_of(text: str) -> datetime | None:
    """A moment that is written as one and that there is: no 30 February, no year before the first
    in any time zone."""
    try:
        moment = parse_datetime(text)
        return moment if moment and moment.tzinfo and 1 < moment.year < 9999 else None
    except ValueError:
        return None


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentBound(Narrowing):
    """One end of a span of time, as RFC 3339 with its offset."""

    def read(self, text: str, user: Any) -> datetime:
        if (moment := moment_of(text)) is None:
            raise ValueError(_("Give a moment with its offset, such as 2026-01-31T18:00:00Z."))
        return moment


@extend_schema_field(OpenApiTypes.STR)
class ByRecord(Narrowing):
    """A related record by its key; one outside the scope is the same as one that is not there."""

    def __init__(
        self, field_name: str, model: type[Model], key: str = "reference", label: Any = None
    ) -> None:
        super().__init__(field_name, label=label)
        self.related, self.key = model, key

    def read(self, text: str, user: Any) -> Any:
        rows = visible_rows(self.related, user)
        pk = rows.filter(**{self.key: text}).values_list("pk", flat=True).first()
        if pk is None:
            raise ValueError(_("There is no such record."))
        return pk

    def name_of(self, text: str, user: Any) -> str:
        """What people call the record of this key; the key itself where they may not see it."""
        row = visible_rows(self.related, user).filter(**{self.key: text}).first()
        return text if row is None else str(row)


@extend_schema_field(OpenApiTypes.STR)
class ByPerson(ByRecord):
    """An account by its username; `me` is one's own."""

    def __init__(self, field_name: str, label: Any = None) -> None:
        super().__init__(field_name, get_user_model(), "username", label)

    def read(self, text: str, user: Any) -> Any:
        return user.pk if text == "me" else super().read(text, user)

    def name_of(self, text: str, user: Any) -> str:
        return _("Me") if text == "me" else super().name_of(text, user)


class AllowListFilters(DjangoFilterBackend):
    """Applies the given filters of the view's `filterset_class`, and `search`."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        errors = {}
        for name, text in request.query_params.items():
            known = view.filters().get(name)
            try:
                if known is not None:
                    queryset = known.narrow(queryset, text, request.user)
                elif name == "search":
                    queryset = _search(queryset, text)
            except (ValueError, OverflowError) as refused:
                errors[name] = [str(refused)]
        if errors:
            raise ValidationError(errors)
        return queryset


def _search(queryset: Any, text: str) -> Any:
    """Full text where the queryset offers it; otherwise every word in the name."""
    if hasattr(queryset, "matching"):
        return queryset.matching(text)
    condition = Q()
    for word in text.split()[:20]:
        condition &= Q(name__icontains=word) | Q(**{f"{_key(queryset.model)}__iexact": word})
    return queryset.filter(condition)


def _key(model: type[Model]) -> str:
    """What people quote a record of this model by."""
    for name in ("reference", "slug"):
        try:
            return model._meta.get_field(name).name
        except FieldDoesNotExist:
            continue
    return "name"
