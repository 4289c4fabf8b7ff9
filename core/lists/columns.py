"""The columns of a list: what a cell shows on the page and what it is in an export."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.html import format_html, strip_tags
from django.utils.text import capfirst

from core.errors import Reason
from core.showing import NOTHING, shown


@dataclass(frozen=True)
class Column:
    """One column. `name` is a field's path unless `show` says how a record's cell is made.

    `ordering` names the list's ordering that sorts by it. On a phone a row has two lines: `title`
    columns stand on the first, `meta` columns on the second, the others are left out.
    """

    name: str
    label: Reason = ""
    show: Callable[[Any], Any] | None = None
    export: Callable[[Any], Any] | None = None
    ordering: str = ""
    is_default: bool = True
    leads_to_record: bool = False
    phone: str = ""

    def heading(self, model: type[models.Model]) -> str:
        """The label, else the field's name as people read it."""
        return capfirst(force_str(self.label or _field(model, self.name).verbose_name))

    def export_heading(self, model: type[models.Model]) -> str:
        """The heading in an export; moments say in which time zone they are told."""
        try:
            is_moment = isinstance(_field(model, self.name), models.DateTimeField)
        except (FieldDoesNotExist, ValueError):
            is_moment = False
        zone = f" ({timezone.get_current_timezone_name()})" if is_moment else ""
        return self.heading(model) + zone

    def cell(self, record: Any, url: str) -> Any:
        """What stands in the table."""
        value = shown(self.show(record) if self.show else self._displayed(record))
        return format_html('<a href="{}">{}</a>', url, value) if self.leads_to_record else value

    def exported(self, record: Any) -> Any:
        """The plain value: text, a number, a day or a moment in the reader's zone."""
        if self.export:
            value = self.export(record)
        elif self.show:
            value = self.show(record)
        else:
            value = self._displayed(record)
        if isinstance(value, datetime):
            return timezone.make_naive(value).replace(microsecond=0)
        if value in (None, "", NOTHING, [], {}):
            return ""
        if isinstance(value, int | float | date) and not isinstance(value, bool):
            return value
        return strip_tags(str(shown(value)))

    def _displayed(self, record: Any) -> Any:
        *path, name = self.name.split("__")
        for part in path:
            record = getattr(record, part)
            if record is None:
                return None
        display = getattr(record, f"get_{name}_display", None)
        return display() if display else getattr(record, name)


def _field(model: type[models.Model], path: str) -> Any:
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model  # type: ignore[assignment]  # -- checked by a test
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist as missing:
        raise ValueError(f"column {path} of {model._meta.label} needs a label") from missing
