"""Fields and the input serializer that the API's representations are made of.

Representations declare their fields: a ModelSerializer would find them out anew in every request.
"""

from datetime import UTC, timedelta
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.querysets import visible_rows


class RecordInput(serializers.Serializer[Any]):
    """What a write may carry. Everything else is refused by name: nothing is silently ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (others := sorted(set(data) - set(self.fields))):
            text = _("This field does not exist or cannot be set here.")
            unknown = {
                name: [serializers.ErrorDetail(str(text), "not_writable")] for name in others
            }
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text kept exactly as given, spaces included; only blank is not text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if not self.allow_blank and not data.strip():
            self.fail("blank")
        return data


class Moment(serializers.DateTimeField):
    """An instant, RFC 3339: read with any offset (none means UTC), always written in UTC with Z."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class Duration(serializers.DurationField):
    """A length of time as ISO 8601, such as `PT4H`."""

    def to_representation(self, value: timedelta) -> str:
        return iso_duration(value)


def iso_duration(length: timedelta) -> str:
    """ISO 8601 without the parts that are zero: `P1DT2H`, `-PT90.5S` as `-PT1M30.5S`."""
    rest, sign = abs(length), "-" if length < timedelta() else ""
    hours, minutes = divmod(rest.seconds // 60, 60)
    seconds = f"{rest.seconds % 60}.{rest.microseconds:06d}".rstrip("0").rstrip(".")
    seconds = "" if seconds in ("", "0") else seconds
    day = f"{rest.days}D" if rest.days else ""
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    time = "".join(f"{number}{unit}" for number, unit in parts if number)
    return f"{sign}P{day}{'T' if time or not day else ''}{time or ('' if day else '0S')}"


@extend_schema_field(OpenApiTypes.STR)
class Related(serializers.Field[Any, Any, Any, Any]):
    """A related record by its reference (or slug, username). For a writer, a record outside the
    own scope is the same as one that does not exist."""

    default_error_messages = {
        "unknown": _("There is no such record."),
        "not_text": _("Give the record's reference."),
    }

    def __init__(
        self,
        model: type[models.Model],
        key: str = "reference",
        *,
        joined: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        """`joined` are the record's own relations that the service will need."""
        self.model, self.key, self.joined = model, key, joined
        super().__init__(**options)

    @property
    def annotation(self) -> str:
        """What the key is called beside its row; a source such as `term.contract` is a path."""
        return f"{self.path}_key"

    @property
    def path(self) -> str:
        return str(self.source).replace(".", "__")

    def get_attribute(self, instance: Any) -> Any:
        known, name = instance.__dict__, self.annotation
        return known[name] if name in known else super().get_attribute(instance)

    def to_representation(self, value: Any) -> Any:
        return value if isinstance(value, str) else getattr(value, self.key)

    def to_internal_value(self, data: Any) -> Any:
        return self.find([data])[0]

    def find(self, keys: list[Any]) -> list[Any]:
        """The records of the keys, in their order, by one query."""
        if not all(isinstance(key, str) for key in keys):
            self.fail("not_text")
        if any("\x00" in key for key in keys):
            self.fail("unknown")
        rows = visible_rows(self.model, self.context["request"].user)
        rows = rows.select_related(*self.joined) if self.joined else rows
        found = {getattr(row, self.key): row for row in rows.filter(**{f"{self.key}__in": keys})}
        if set(keys) - set(found):
            self.fail("unknown")
        return [found[key] for key in dict.fromkeys(keys)]


@cache
def keys_of_related(serializer_class: Any) -> dict[str, models.Func]:
    """Annotations that spare a representation its related records: only their keys are read.

    Each by a subquery of its own: with as many joins the planner takes longer than the query.
    """
    found = [f for f in shape_of(serializer_class).fields.values() if type(f) is Related]
    return {field.annotation: _key_of(field) for field in found}


def _key_of(field: "Related") -> models.Func:
    meta = field.model._meta
    key: Any = meta.get_field(field.key)
    return models.Func(
        models.F(field.path),
        template=f'(SELECT "{key.column}" FROM "{meta.db_table}"'  # noqa: S608 -- our own names
        f' WHERE "{meta.pk.column}" = %(expressions)s)',
        output_field=models.CharField(),
    )


@cache
def shape_of(serializer_class: Any) -> Any:
    """The one instance that shows records: stateless, while making one costs a millisecond."""
    return serializer_class()


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class RelatedList(Related):
    """Several related records; each once."""

    default_error_messages = {"too_many": _("Give a list of at most 200 references.")}

    def to_representation(self, value: Any) -> Any:
        return value if isinstance(value, list) else [getattr(r, self.key) for r in value.all()]

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list) or len(data) > 200:
            self.fail("too_many")
        return self.find(data) if data else []
