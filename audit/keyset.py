"""A list that is neither counted nor paged by offset, for a table that only grows."""

from typing import Any

from django.core.paginator import Paginator

from core.admin_lists import ListFilter, RecordList


class KeysetList(RecordList):
    """A list without count or offset, for tables that only grow: pages go on from the last id."""

    def get_results(self, request: Any) -> None:
        size = self.list_per_page
        rows = list(self.queryset[: size + 1])
        self.result_list = rows[:size]
        self.has_older = len(rows) > size
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.can_show_all = self.show_all = self.multi_page = self.show_admin_actions = False
        self.paginator = Paginator(self.result_list, size)
        self.is_uncounted = True

    def page_links(self) -> tuple[str, str]:
        older = self.get_query_string({"before": self.result_list[-1].pk}) if self.has_older else ""
        newest = self.get_query_string(remove=["before"]) if "before" in self.params else ""
        return newest, older


class NewestBefore(ListFilter):
    """Where a page of a `KeysetList` begins; no control of its own."""

    title = ""
    parameter_name = "before"
    template = "portal/filter_none.html"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def is_active(self) -> bool:
        return False

    def queryset(self, request: Any, queryset: Any) -> Any:
        given = self.value() or ""
        is_id = given.isascii() and given.isdecimal() and len(given) < 19
        return queryset.filter(pk__lt=int(given)) if is_id else queryset
