"""What differs between two contents of a change, as people read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import Change
from core.showing import exact

_WITH_CHOICES = frozenset({"type", "environment", "risk"})


def difference_of(altered: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """As a table: field, before, now."""
    rows = [(label_of(n), said(n, old), said(n, new)) for n, (old, new) in altered.items()]
    return {"columns": [_("Field"), _("Before"), _("Now")], "rows": rows}


def said(name: str, value: Any) -> Any:
    """A value of a canonical content as people read it."""
    if name.endswith("_at") and value:
        return exact(datetime.fromisoformat(value))
    if isinstance(value, str) and name in _WITH_CHOICES:
        field: Any = Change._meta.get_field(name)
        return dict(field.flatchoices).get(value, value)
    return value


def label_of(name: str) -> Any:
    """What a material field is called on the page."""
    if name == "commits":
        return _("commits")
    return label_of_field(Change, name)


def label_of_field(model: type[models.Model], name: str) -> Any:
    column: Any = model._meta.get_field(name)
    return column.verbose_name
