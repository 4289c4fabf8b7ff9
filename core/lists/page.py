"""A list as an app describes it, and what one look at it holds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.errors import Reason
from core.keyset import Columns, Page, columns_of, read_page
from core.lists.columns import Column
from core.lists.controls import Control, control_of, described, label_of
from core.lists.query import ListQuery
from core.showing import NOTHING

COUNTED = 99  # a tab's count ends there: nobody works a longer queue by its number


@dataclass(frozen=True)
class Tab:
    """A quick filter: one click narrows the list to what people ask for most."""

    slug: str
    label: Reason
    narrow: Callable[[Any, Any], Any]
    is_counted: bool = True


class RecordList:
    """The records of one model that a person may see, narrowed and ordered by an address.

    Subclasses say columns, filters, orderings (see `core.keyset`) and tabs, of which the first is
    what one lands on. Pages are by keyset; nothing is counted but the tabs, and those up to 99.
    """

    columns: ClassVar[tuple[Column, ...]] = ()
    filterset: ClassVar[Any] = None
    main_filters: ClassVar[tuple[str, ...]] = ()  # stand open; without any, all do
    tabs: ClassVar[tuple[Tab, ...]] = ()
    orderings: ClassVar[Mapping[str, Columns]] = {"reference": ("pk",)}
    ordering: ClassVar[str] = "-reference"
    bulk_actions: ClassVar[tuple[str, ...]] = ()  # names of the admin's action forms
    row_action: ClassVar[str] = ""
    search_hint: ClassVar[Reason] = ""
    note: ClassVar[Reason] = ""
    limit: ClassVar[int] = 50
    is_live: ClassVar[bool] = False  # asks for changed rows while one looks at it

    def __init__(self, admin: Any, user: Any, given: QueryDict | None = None) -> None:
        self.admin, self.user, self.model = admin, user, admin.model
        self.query = ListQuery(self, given if given is not None else QueryDict())

    # --- What apps override ---------------------------------------------------------------------

    def columns_for(self) -> tuple[Column, ...]:
        """The columns that this person may choose from."""
        return self.columns

    def filters(self) -> Mapping[str, Any]:
        """The filters that this person may use."""
        return self.filterset.base_filters if self.filterset else {}

    def prepared(self, rows: Any) -> Any:
        """The rows with all that the columns show, in a constant number of queries."""
        return rows

    def searched(self, rows: Any, words: str) -> Any:
        """Full text where the queryset has it; else every word in the admin's search fields."""
        if hasattr(rows, "matching"):
            return rows.matching(words)
        for word in words.split()[:10]:
            found = Q()
            for field in self.admin.search_fields:
                exact = field.startswith("=")
                found |= Q(**{f"{field.lstrip('=')}__{'iexact' if exact else 'icontains'}": word})
            rows = rows.filter(found)
        return rows

    def links(self) -> list[tuple[Reason, str]]:
        """Where else one goes from this list: labels and addresses."""
        return []

    def streamed(self, rows: QuerySet[Any], form: str) -> Iterator[bytes] | None:
        """These rows as a file of this format, where the list has a faster way to write it than
        row by row; None where it has none."""
        return None

    # --- One look ---------------------------------------------------------------------------------

    @property
    def is_searchable(self) -> bool:
        return bool(self.admin.search_fields)

    def default_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns_for() if column.is_default)

    def all_rows(self) -> QuerySet[Any]:
        """Everything that the address asks for, in its order."""
        rows = self.query.narrow(self.admin.visible_rows(self.user))
        return rows.order_by(*columns_of(self.query.ordering, self.orderings))

    @cached_property
    def page(self) -> Page:
        rows = self.prepared(self.query.narrow(self.admin.visible_rows(self.user)))
        columns = columns_of(self.query.ordering, self.orderings)
        try:
            return read_page(rows, self.query.ordering, columns, self.query.cursor, self.limit)
        except ValueError as refused:
            self.query.problems.append(str(refused))
            return read_page(rows, self.query.ordering, columns, None, self.limit)

    @property
    def next_address(self) -> str:
        return self.query.address(cursor=self.page.next)

    @property
    def previous_address(self) -> str:
        return self.query.address(cursor=self.page.previous)

    def tab_links(self) -> list[tuple[Reason, str, bool, str]]:
        """Label, address, whether it is chosen and how many it holds, for every tab."""
        if not self.tabs:
            return []
        rows = self.admin.visible_rows(self.user)
        links = [
            (
                tab.label,
                self.query.address(tab=tab.slug, view=None),
                tab is self.query.tab,
                _capped(tab.narrow(rows, self.user)) if tab.is_counted else "",
            )
            for tab in self.tabs
        ]
        if any(tab.slug == "all" for tab in self.tabs):
            return links
        everything = (_("All"), self.query.address(tab="all", view=None), not self.query.tab, "")
        return [*links, everything]

    def controls(self) -> list[Control]:
        asked = self.query.filters
        return [
            control_of(name, one, self.model, asked.get(name, ""))
            for name, one in self.filters().items()
        ]

    def chips(self) -> list[tuple[str, str, str]]:
        """Title, value and the address without it, for everything that narrows the list."""
        known = self.filters()
        found = [
            (
                label_of(name, known[name], self.model),
                described(known[name], value, self.user),
                self.query.address(**{name: None}),
            )
            for name, value in self.query.filters.items()
        ]
        if self.query.search:
            found.append((_("Search"), self.query.search[:40], self.query.address(search=None)))
        return found

    def headings(self) -> list[tuple[Column, str, str, str]]:
        """Column, text, the address that sorts by it and how it is sorted now, if at all."""
        found = []
        for column in self.query.columns:
            url = sorted_now = ""
            if column.ordering:
                now = self.query.ordering
                if now.lstrip("-") == column.ordering:
                    sorted_now = "descending" if now.startswith("-") else "ascending"
                turned = "" if sorted_now == "descending" else "-"
                url = self.query.address(ordering=turned + column.ordering)
            found.append((column, column.heading(self.model), url, sorted_now))
        return found

    def column_choices(self) -> list[tuple[str, str, bool]]:
        """Name, label and whether it is shown, for every column there is."""
        return [
            (column.name, column.heading(self.model), column in self.query.columns)
            for column in self.columns_for()
        ]

    def body(self) -> SafeString:
        """The rows as HTML, made in Python: templates take three quarters of a list's time."""
        columns = [
            (column, f"col-{column.name} {column.phone}".rstrip(), heading)
            for column, heading, _url, _sorted in self.headings()
        ]
        return format_html_join("\n", "{}", ((self._row(row, columns),) for row in self.page.rows))

    def _row(self, record: Any, columns: list[tuple[Column, str, str]]) -> SafeString:
        url = self.admin.url_of(record)
        cells = format_html_join(
            "",
            '<td class="{}{}">{}</td>',
            (
                (classes, " is-empty" if text == NOTHING else "", text)
                for column, classes, _heading in columns
                for text in [column.cell(record, url)]
            ),
        )
        tick = action = ""
        if self.bulk_actions:
            name = getattr(record, "reference", "") or str(record)
            tick = format_html(
                '<td class="tick"><input type="checkbox" name="ids" value="{}"'
                ' aria-label="{}"></td>',
                record.pk,
                _("Select %s") % name,
            )
        if self.row_action:
            action = format_html(
                '<td class="row-action">'
                '<a class="button" data-dialog data-stay href="{}">{}</a></td>',
                self.admin.url_of(record, "action", self.row_action),
                self.admin.action_forms[self.row_action].title,
            )
        version = getattr(record, "version", "")
        return format_html(
            '<tr data-id="{}" data-version="{}">{}{}{}</tr>',
            record.pk,
            version,
            tick,
            cells,
            action,
        )


def _capped(rows: Any) -> str:
    found = rows.order_by()[: COUNTED + 1].count()
    return f"{COUNTED}+" if found > COUNTED else str(found)
