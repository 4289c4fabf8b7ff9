"""What the address of a list asks for. It is the REST API's: the same filters under the same names.

Read leniently, because addresses are old links and bookmarks: what is not understood is left out,
and the page says so.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.keyset import columns_of
from core.lists.controls import read_value

if TYPE_CHECKING:
    from core.lists.columns import Column
    from core.lists.page import RecordList, Tab

LONGEST = 200
_OWN = ("tab", "search", "ordering", "columns", "cursor", "view")


class ListQuery:
    """The understood part of an address, and in `problems` what was not."""

    def __init__(self, page: "RecordList", given: QueryDict) -> None:
        self._page = page
        self.problems: list[str] = []
        self.filters: dict[str, str] = {}
        for name in given:
            self._read(name, given.getlist(name))
        self.search = self._text(given, "search")
        self.tab = self._tab(self._text(given, "tab"))
        self.ordering = self._ordering(self._text(given, "ordering"))
        self.columns = self._columns(self._text(given, "columns"))
        self.view = self._text(given, "view")
        self.cursor = given.get("cursor") or None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters or self.search)

    def narrow(self, rows: Any) -> Any:
        """The rows of the tab, the filters and the search. A refused filter becomes a problem."""
        user = self._page.user
        if self.tab:
            rows = self.tab.narrow(rows, user)
        for name, text in list(self.filters.items()):
            try:
                rows = self._page.filters()[name].narrow(rows, text, user)
            except (ValueError, OverflowError) as refused:
                self._refuse(name, str(refused))
                del self.filters[name]
        return self._page.searched(rows, self.search) if self.search else rows

    def parameters(self, **changes: Any) -> dict[str, str]:
        """What is asked for, without what is the list's own choice; None takes something away."""
        asked: dict[str, Any] = dict(self.filters)
        asked["search"] = self.search
        asked["tab"] = self.tab.slug if self.tab else "all" if self._page.tabs else ""
        if self.ordering != self._page.ordering:
            asked["ordering"] = self.ordering
        if self.columns != self._page.default_columns():
            asked["columns"] = ",".join(column.name for column in self.columns)
        asked["view"] = self.view
        return {name: value for name, value in {**asked, **changes}.items() if value}

    def address(self, **changes: Any) -> str:
        """The address with something changed. It starts at page one."""
        return "?" + urlencode(self.parameters(**changes))

    def _read(self, name: str, values: list[str]) -> None:
        asked = self._page.filters().get(name)
        if asked is None:
            if name not in _OWN:
                self._refuse(name, _("there is no such filter here"))
            return
        text = read_value(asked, values)
        if "\x00" in text or len(text) > LONGEST:
            self._refuse(name, _("this value is too long or holds a NUL"))
        elif text:
            self.filters[name] = text

    def _text(self, given: QueryDict, name: str) -> str:
        text = ",".join(part for part in given.getlist(name) if part).replace("\x00", "").strip()
        if len(text) > LONGEST:
            self._refuse(name, _("this value is too long or holds a NUL"))
            return ""
        return text

    def _tab(self, slug: str) -> "Tab | None":
        tabs = {tab.slug: tab for tab in self._page.tabs}
        if slug not in {"", "all", *tabs}:
            self._refuse("tab", _("there is no such filter here"))
            slug = ""
        if not slug and not self.is_narrowed and self._page.tabs:
            return self._page.tabs[0]
        return tabs.get(slug)

    def _ordering(self, asked: str) -> str:
        asked = asked or self._page.ordering
        try:
            columns_of(asked, self._page.orderings)
        except ValueError as refused:
            self._refuse("ordering", str(refused))
            return self._page.ordering
        return asked

    def _columns(self, asked: str) -> "tuple[Column, ...]":
        """Columns that the person may see, in the list's own order; unknown ones are left out."""
        wanted = set(filter(None, asked.split(",")))
        chosen = tuple(column for column in self._page.columns_for() if column.name in wanted)
        if asked and not chosen:
            self._refuse("columns", _("there are no such columns here"))
        elif unknown := sorted(wanted - {column.name for column in chosen}):
            told = ", ".join(unknown).replace(chr(0), "")[:100]
            self._refuse("columns", _("there is no “%s” here") % told)
        return chosen or self._page.default_columns()

    def _refuse(self, name: str, why: str) -> None:
        self.problems.append(f"{name.replace(chr(0), '')[:40]}: {why}")
