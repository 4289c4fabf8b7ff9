"""Lists of the portal: filters by allow-list, a page count that stays cheap, rows made in Python.

Unfold's row templates take three quarters of a list's time, so rows become HTML here.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import Paginator
from django.db import models
from django.forms import DateField, ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from core.querysets import visible_rows
from core.showing import NOTHING, shown

COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts no further than 10,000 rows: whoever needs row 10,001 filters."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[: COUNTED + 1].count()

    @property
    def is_capped(self) -> bool:
        return self.count > COUNTED


class RecordList(ChangeList):
    """Django's list with the rows ready to print."""

    def headers(self) -> Any:
        """The headings, with the addresses that sort by them."""
        return result_headers(self)

    def rows(self) -> Iterator[list[tuple[str, str, Any]]]:
        """For every record its cells, each with its CSS classes and the column's label."""
        links = self.list_display_links or ()
        columns = [
            (name, self._classes(name), self._label(name), self._reader(name))
            for name in self.list_display
        ]
        for record in self.result_list:
            url = self.url_for_result(record)
            cells = []
            for name, classes, label, read in columns:
                cell = read(record)
                if name in links:
                    cell = format_html('<a href="{}">{}</a>', url, cell)
                elif cell == NOTHING:
                    classes += " is-empty"
                cells.append((classes, label, cell))
            yield cells

    def _classes(self, name: str) -> str:
        is_headline = name == (self.list_display_links or ("",))[-1]  # heads the row on a phone
        return f"col-{name} headline" if is_headline else f"col-{name}"

    def _label(self, name: str) -> str:
        return capfirst(str(label_for_field(name, self.model, self.model_admin)))

    def _reader(self, name: str) -> Callable[[Any], Any]:
        own = getattr(self.model_admin, name, None)
        if callable(own):
            return lambda record: shown(own(record))

        def read(record: Any) -> Any:
            field, _attr, value = lookup_field(name, record, self.model_admin)
            if field is not None and field.flatchoices:
                return record._get_FIELD_display(field)
            return shown(value)

        return read

    def active_filters(self) -> list[tuple[str, str, str]]:
        """Title, value and the address without it, for every filter in use."""
        return [
            (spec.title, spec.described(), self.get_query_string(remove=spec.expected_parameters()))
            for spec in self.filter_specs
            if spec.is_active()
        ]

    def page_links(self) -> tuple[str, str]:
        """The addresses of the previous and the next page; empty where there is none."""
        before, after = self.page_num - 1, self.page_num + 1
        return (
            self.get_query_string({PAGE_VAR: before}) if before >= 1 else "",
            self.get_query_string({PAGE_VAR: after}) if after <= self.paginator.num_pages else "",
        )


class ListFilter(admin.SimpleListFilter):
    """A select; a value that is not among its choices finds nothing."""

    template = "portal/filter_select.html"
    default: str | None = None
    any_label: Any = _("All")
    lookup = ""

    @classmethod
    def parameters(cls) -> list[str]:
        """The parameters of the address that are this filter's."""
        return [cls.parameter_name]

    def has_output(self) -> bool:
        return True

    def value(self) -> str | None:
        return super().value() or self.default

    def is_active(self) -> bool:
        return self.value() != self.default

    def described(self) -> str:
        known = {str(key): label for key, label in self.lookup_choices}
        return str(known.get(str(self.value()), "—"))

    def options(self) -> list[tuple[str, Any, bool]]:
        """Value, label and whether it is chosen."""
        given = [] if self.default else [("", self.any_label)]
        chosen = str(self.value() or "")
        return [(str(k), label, str(k) == chosen) for k, label in [*given, *self.lookup_choices]]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        if self.value() not in {str(key) for key, _label in self.lookup_choices}:
            return queryset.none()
        return self.narrow(request, queryset)

    def narrow(self, request: Any, queryset: Any) -> Any:
        """The rows of the chosen value."""
        return queryset.filter(**{self.lookup: self.value()})


def choice_filter(field: str, title: Any, choices: type[models.Choices]) -> type[ListFilter]:
    """Filters by a field with choices."""
    return _filter(field, title, lookups=lambda self, request, model_admin: choices.choices)


def flag_filter(field: str, title: Any) -> type[ListFilter]:
    """Filters by yes or no."""
    return _filter(
        field,
        title,
        lookups=lambda self, request, model_admin: [("1", _("Yes")), ("0", _("No"))],
        narrow=lambda self, request, rows: rows.filter(**{field: self.value() == "1"}),
    )


def related_filter(field: str, title: Any, model: str, own: bool = False) -> type[ListFilter]:
    """Filters by a related record, of those that the person may see; `own` adds “Me”."""

    def lookups(self: Any, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        rows = visible_rows(apps.get_model(model), request.user)[:300]
        mine = [("me", _("Me")), ("none", _("Nobody"))] if own else []
        return [*mine, *((str(row.pk), str(row)) for row in rows)]

    def narrow(self: Any, request: Any, queryset: Any) -> Any:
        if self.value() == "none":
            return queryset.filter(**{f"{field}__isnull": True})
        return queryset.filter(**{field: request.user.pk if self.value() == "me" else self.value()})

    return _filter(field, title, lookups=lookups, narrow=narrow)


def _filter(field: str, title: Any, **body: Any) -> type[ListFilter]:
    facts = {"title": title, "parameter_name": field, "lookup": field}
    return type(f"{field}_filter", (ListFilter,), facts | body)


class PeriodFilter(admin.ListFilter):
    """Two days in the person's time zone: from and until, both included."""

    template = "portal/filter_period.html"
    field: str

    def __init__(self, request: Any, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.given: dict[str, str] = {}
        for name in self.expected_parameters():
            value = params.pop(name, None)
            self.given[name] = value[-1] if isinstance(value, list) else value or ""

    def has_output(self) -> bool:
        return True

    @classmethod
    def parameters(cls) -> list[str]:
        """The parameters of the address that are this filter's."""
        return [f"{cls.field}_from", f"{cls.field}_until"]

    def expected_parameters(self) -> list[str]:
        return self.parameters()

    def choices(self, changelist: Any) -> Any:
        return ()

    def is_active(self) -> bool:
        return any(self.given.values())

    def described(self) -> str:
        return " – ".join(self.given[name] or "…" for name in self.expected_parameters())

    def inputs(self) -> list[tuple[str, str, Any]]:
        """Name, value and label of both inputs."""
        first, last = self.expected_parameters()
        return [(first, self.given[first], _("from")), (last, self.given[last], _("until"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        first, last = (self.given[name] for name in self.expected_parameters())
        try:
            if first:
                queryset = queryset.filter(**{f"{self.field}__gte": _midnight(first)})
            if last:
                queryset = queryset.filter(**{f"{self.field}__lt": _midnight(last, days=1)})
        except (ValidationError, OverflowError):
            return queryset.none()
        return queryset


def period_filter(field: str, title: Any) -> type[PeriodFilter]:
    """Filters by when something happened."""
    return type(f"{field}_filter", (PeriodFilter,), {"title": title, "field": field})


def _midnight(given: str, days: int = 0) -> datetime:
    day: date = DateField(input_formats=["%Y-%m-%d"]).clean(given) + timedelta(days=days)
    if not 1900 < day.year < 3000:
        raise OverflowError
    return timezone.make_aware(datetime.combine(day, time.min))
